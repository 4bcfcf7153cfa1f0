-- Triggers of our own: those of enable_fts() re-index a text at every look, changed or not.
CREATE TRIGGER statements_search_insert AFTER INSERT ON statements BEGIN
    INSERT INTO statements_fts (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;
CREATE TRIGGER statements_search_delete AFTER DELETE ON statements BEGIN
    INSERT INTO statements_fts (statements_fts, rowid, title, text)
    VALUES ('delete', old.rowid, old.title, old.text);
END;
CREATE TRIGGER statements_search_update AFTER UPDATE OF title, text ON statements BEGIN
    INSERT INTO statements_fts (statements_fts, rowid, title, text)
    VALUES ('delete', old.rowid, old.title, old.text);
    INSERT INTO statements_fts (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;
