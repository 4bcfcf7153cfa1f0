-- Holds the row number from which on an import has not yet made statements searchable; else empty.
CREATE TABLE search_waiting (
    after INTEGER PRIMARY KEY
) STRICT;

DROP TRIGGER statements_search_insert;
CREATE TRIGGER statements_search_insert AFTER INSERT ON statements
WHEN NOT EXISTS (SELECT 1 FROM search_waiting) BEGIN
    INSERT INTO statements_fts (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;
