-- What became of statements: each turn of their state, with the looks that it rests on.
CREATE TABLE fates (
    statement_id TEXT NOT NULL REFERENCES statements (id),
    at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('suspect', 'gone', 'moved', 'withdrawn', 'back')),
    evidence TEXT,
    capture_id TEXT REFERENCES captures (id),
    first_at TEXT,
    first_capture_id TEXT REFERENCES captures (id),
    crawl_id TEXT REFERENCES crawls (id),
    event_id TEXT REFERENCES events (id),
    moved_to TEXT,
    reposted_as TEXT REFERENCES statements (id),
    UNIQUE (statement_id, at, state)
) STRICT;
CREATE INDEX fates_at ON fates (at);
CREATE INDEX fates_crawl ON fates (crawl_id);

-- What happened to many statements of a source at once: a person says what it was.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources (name),
    crawl_id TEXT NOT NULL REFERENCES crawls (id),
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    statements INTEGER NOT NULL,
    of INTEGER,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'accepted', 'dismissed')),
    decided_at TEXT,
    reason TEXT,
    warc_file TEXT
) STRICT;
CREATE INDEX events_source ON events (source, state);

CREATE TABLE event_statements (
    event_id TEXT NOT NULL REFERENCES events (id),
    statement_id TEXT NOT NULL REFERENCES statements (id),
    evidence TEXT,
    first_at TEXT,
    first_capture_id TEXT REFERENCES captures (id),
    at TEXT,
    capture_id TEXT REFERENCES captures (id),
    PRIMARY KEY (event_id, statement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_statements_statement ON event_statements (statement_id);

-- Whose words are not shown any more, by whose decision of which day.
CREATE TABLE takedowns (
    statement_id TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    reason TEXT NOT NULL,
    warc_file TEXT
) STRICT;

-- Where the same statement was found to stand, where its address led elsewhere.
ALTER TABLE checks ADD COLUMN moved_to TEXT;
