CREATE TABLE sources (
    name TEXT PRIMARY KEY,
    office TEXT NOT NULL,
    country TEXT NOT NULL,
    publisher TEXT NOT NULL,
    url TEXT NOT NULL,
    language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    retention TEXT NOT NULL CHECK (retention IN ('keep', 'hash-only')),
    licence TEXT
) STRICT;

CREATE TABLE holders (
    source TEXT NOT NULL REFERENCES sources (name),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    since TEXT,
    until TEXT,
    PRIMARY KEY (source, name, role, since)
) STRICT;

CREATE TABLE crawls (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    kind TEXT NOT NULL CHECK (kind IN ('crawl', 'import')),
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('running', 'finished', 'faulty', 'interrupted')),
    captures INTEGER NOT NULL DEFAULT 0,
    listed INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    new_statements INTEGER NOT NULL DEFAULT 0,
    new_revisions INTEGER NOT NULL DEFAULT 0,
    absent INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    faults INTEGER NOT NULL DEFAULT 0,
    warc_file TEXT,
    software TEXT NOT NULL
) STRICT;
CREATE INDEX crawls_source ON crawls (source, started_at);

CREATE TABLE captures (
    id TEXT PRIMARY KEY,
    crawl_id TEXT NOT NULL REFERENCES crawls (id),
    url TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    warc_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX captures_crawl ON captures (crawl_id);
CREATE INDEX captures_url ON captures (url);

CREATE TABLE statements (
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
    office TEXT NOT NULL,
    country TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'suspect', 'withdrawn')),
    revision INTEGER NOT NULL,
    textblob_polarity REAL,
    textblob_subjectivity REAL,
    tone_status TEXT NOT NULL,
    corrections TEXT,
    route TEXT NOT NULL,
    capture_id TEXT NOT NULL REFERENCES captures (id),
    UNIQUE (source, native_id)
) STRICT;
CREATE INDEX statements_published ON statements (published_at);
CREATE INDEX statements_source_published ON statements (source, published_at);
CREATE INDEX statements_speaker ON statements (speaker, published_at);
CREATE INDEX statements_country ON statements (country, published_at);
CREATE INDEX statements_state ON statements (state);

CREATE TABLE revisions (
    statement_id TEXT NOT NULL REFERENCES statements (id),
    revision INTEGER NOT NULL,
    title TEXT,
    text TEXT,
    text_sha256 TEXT NOT NULL,
    first_captured_at TEXT NOT NULL,
    publisher_updated_at TEXT,
    publisher_changes TEXT,
    is_silent INTEGER CHECK (is_silent IN (0, 1)),
    capture_id TEXT NOT NULL REFERENCES captures (id),
    PRIMARY KEY (statement_id, revision)
) STRICT;

CREATE TABLE tone (
    statement_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    scorer TEXT NOT NULL,
    polarity REAL,
    subjectivity REAL,
    status TEXT NOT NULL,
    evidence TEXT,
    PRIMARY KEY (statement_id, revision, scorer),
    FOREIGN KEY (statement_id, revision) REFERENCES revisions (statement_id, revision)
) STRICT;

CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    statement_id TEXT NOT NULL REFERENCES statements (id),
    capture_id TEXT NOT NULL REFERENCES captures (id),
    checked_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('seen', 'withdrawn', 'absent', 'redirected')),
    revision INTEGER,
    evidence TEXT,
    UNIQUE (statement_id, capture_id)
) STRICT;
CREATE INDEX checks_capture ON checks (capture_id);

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    crawl_id TEXT NOT NULL REFERENCES crawls (id),
    capture_id TEXT REFERENCES captures (id),
    at TEXT NOT NULL,
    url TEXT,
    native_id TEXT,
    reason TEXT NOT NULL,
    item TEXT NOT NULL
) STRICT;

CREATE TABLE issues (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    crawl_id TEXT NOT NULL REFERENCES crawls (id),
    capture_id TEXT REFERENCES captures (id),
    at TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('warning', 'error')),
    url TEXT,
    message TEXT NOT NULL
) STRICT;

CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY,
    crawl_id TEXT NOT NULL REFERENCES crawls (id),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    leaf TEXT NOT NULL
) STRICT;
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
