-- When the write-ahead log was found too large at the end of a command, and when it was not any more.
CREATE TABLE log_alarms (
    since TEXT PRIMARY KEY,
    last_at TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    ended_at TEXT
) STRICT, WITHOUT ROWID;
