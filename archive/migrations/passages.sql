-- Where the words and runs of words of every text stand; see archive/passages/blocks.py.
CREATE TABLE passage_volumes (
    volume INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    first_text INTEGER NOT NULL,
    last_text INTEGER NOT NULL,
    entries INTEGER NOT NULL
) STRICT;

CREATE TABLE passage_blocks (
    block INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
) STRICT;

-- Texts that have changed since they were indexed: withheld, there again, or given to another.
CREATE TABLE passage_changes (
    text INTEGER PRIMARY KEY
) STRICT;

CREATE TRIGGER passages_text_update AFTER UPDATE OF text ON revisions
WHEN
    new.text IS NOT old.text
    AND old.rowid <= (SELECT max(last_text) FROM passage_volumes)
BEGIN
    INSERT OR IGNORE INTO passage_changes (text) VALUES (old.rowid);
END;

CREATE TRIGGER passages_text_delete AFTER DELETE ON revisions
WHEN old.rowid <= (SELECT max(last_text) FROM passage_volumes)
BEGIN
    INSERT OR IGNORE INTO passage_changes (text) VALUES (old.rowid);
END;

CREATE TRIGGER passages_speaker_update AFTER UPDATE OF speaker_id, account ON statements
WHEN new.speaker_id IS NOT old.speaker_id OR new.account IS NOT old.account
BEGIN
    INSERT OR IGNORE INTO passage_changes (text)
    SELECT rowid FROM revisions
    WHERE statement_id = old.id AND rowid <= (SELECT max(last_text) FROM passage_volumes);
END;
