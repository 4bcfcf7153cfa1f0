CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    aliases TEXT
) STRICT;

DROP TABLE holders;
CREATE TABLE holders (
    source TEXT NOT NULL REFERENCES sources (name),
    person_id TEXT NOT NULL REFERENCES persons (id),
    role TEXT NOT NULL,
    capacity TEXT NOT NULL CHECK (capacity IN ('holder', 'acting', 'spokesperson')),
    since TEXT NOT NULL,
    until TEXT,
    PRIMARY KEY (source, person_id, role, since)
) STRICT;
CREATE INDEX holders_person ON holders (person_id);

CREATE TABLE accounts (
    source TEXT NOT NULL REFERENCES sources (name),
    platform TEXT NOT NULL,
    handle TEXT NOT NULL,
    since TEXT NOT NULL DEFAULT '',
    until TEXT,
    platform_id TEXT,
    person_id TEXT REFERENCES persons (id),
    url TEXT NOT NULL,
    proof TEXT NOT NULL,
    PRIMARY KEY (source, platform, handle, since)
) STRICT;

CREATE TABLE channels (
    name TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    edits TEXT NOT NULL,
    deletions TEXT NOT NULL
) STRICT;

CREATE TABLE reads (
    capture_id TEXT PRIMARY KEY REFERENCES captures (id),
    platform TEXT NOT NULL,
    month TEXT NOT NULL,
    posts INTEGER NOT NULL,
    users INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX reads_month ON reads (platform, month);

CREATE TABLE probes (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    route TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('works', 'doubtful', 'fails')),
    status INTEGER,
    listed INTEGER NOT NULL DEFAULT 0,
    read INTEGER NOT NULL DEFAULT 0,
    message TEXT
) STRICT;

CREATE TABLE imports (
    crawl_id TEXT PRIMARY KEY REFERENCES crawls (id),
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    columns TEXT,
    is_scored INTEGER NOT NULL CHECK (is_scored IN (0, 1)),
    is_kept INTEGER NOT NULL CHECK (is_kept IN (0, 1)),
    records INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX imports_sha256 ON imports (sha256);

ALTER TABLE captures ADD COLUMN etag TEXT;
ALTER TABLE captures ADD COLUMN last_modified TEXT;
ALTER TABLE captures ADD COLUMN refers_to TEXT REFERENCES captures (id);
ALTER TABLE captures ADD COLUMN not_before TEXT;
ALTER TABLE captures ADD COLUMN request_sha256 TEXT;
ALTER TABLE captures ADD COLUMN rendered_from TEXT REFERENCES captures (id);
CREATE INDEX captures_not_before ON captures (not_before) WHERE not_before IS NOT NULL;

ALTER TABLE revisions ADD COLUMN publisher_hash TEXT;
ALTER TABLE revisions ADD COLUMN pages TEXT;
ALTER TABLE revisions ADD COLUMN witness TEXT;

-- SQLite cannot change a CHECK: the two tables are made again, with the same rowids.
CREATE TABLE new_statements (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    native_id TEXT NOT NULL,
    url TEXT,
    kind TEXT NOT NULL,
    title TEXT,
    text TEXT,
    language TEXT,
    published_at TEXT,
    published_raw TEXT,
    published_precision TEXT CHECK (published_precision IN ('time', 'date', 'month', 'year')),
    delivered_on TEXT,
    speaker TEXT,
    speaker_id TEXT REFERENCES persons (id),
    holder_id TEXT REFERENCES persons (id),
    account TEXT,
    office TEXT NOT NULL,
    country TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('live', 'suspect', 'gone', 'moved', 'withdrawn', 'unchecked')
    ),
    revision INTEGER NOT NULL,
    textblob_polarity REAL,
    textblob_subjectivity REAL,
    tone_status TEXT NOT NULL,
    linked TEXT,
    corrections TEXT,
    route TEXT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES captures (id),
    UNIQUE (source, native_id)
) STRICT;
INSERT INTO new_statements (
    rowid, id, source, native_id, url, kind, title, text, language, published_at, published_raw,
    published_precision, delivered_on, speaker, office, country, first_seen_at, last_seen_at, state,
    revision, textblob_polarity, textblob_subjectivity, tone_status, corrections, route, capture_id
) SELECT
    rowid, id, source, native_id, url, kind, title, text, language, published_at, published_raw,
    published_precision, delivered_on, speaker, office, country, first_seen_at, last_seen_at, state,
    revision, textblob_polarity, textblob_subjectivity, tone_status, corrections, route, capture_id
FROM statements;
DROP TABLE statements;
ALTER TABLE new_statements RENAME TO statements;
CREATE INDEX statements_published ON statements (published_at);
CREATE INDEX statements_source_published ON statements (source, published_at);
CREATE INDEX statements_speaker ON statements (speaker, published_at);
CREATE INDEX statements_country ON statements (country, published_at);
CREATE INDEX statements_state ON statements (state);

CREATE TABLE new_checks (
    id INTEGER PRIMARY KEY,
    statement_id TEXT NOT NULL REFERENCES statements (id),
    capture_id TEXT NOT NULL REFERENCES captures (id),
    checked_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (
        outcome IN ('seen', 'withdrawn', 'absent', 'redirected', 'deleted')
    ),
    revision INTEGER,
    evidence TEXT,
    witness TEXT,
    UNIQUE (statement_id, capture_id, checked_at, outcome)
) STRICT;
INSERT INTO new_checks (id, statement_id, capture_id, checked_at, outcome, revision, evidence)
SELECT id, statement_id, capture_id, checked_at, outcome, revision, evidence FROM checks;
DROP TABLE checks;
ALTER TABLE new_checks RENAME TO checks;
CREATE INDEX checks_capture ON checks (capture_id);
