-- Lists of edits and of what became of statements are read in their order, not sorted each time.
ALTER TABLE edits ADD COLUMN seen_at TEXT;
ALTER TABLE edits ADD COLUMN is_silent INTEGER CHECK (is_silent IN (0, 1));

CREATE TRIGGER edits_told_insert AFTER INSERT ON edits
BEGIN
    UPDATE edits SET (seen_at, is_silent) = (
        SELECT first_captured_at, is_silent FROM revisions
        WHERE statement_id = new.statement_id AND revision = new.revision
    )
    WHERE statement_id = new.statement_id AND revision = new.revision;
END;
CREATE TRIGGER edits_told_update AFTER UPDATE OF first_captured_at, is_silent ON revisions
BEGIN
    UPDATE edits SET seen_at = new.first_captured_at, is_silent = new.is_silent
    WHERE statement_id = new.statement_id AND revision = new.revision;
END;
UPDATE edits SET (seen_at, is_silent) = (
    SELECT first_captured_at, is_silent FROM revisions AS r
    WHERE r.statement_id = edits.statement_id AND r.revision = edits.revision
);

CREATE INDEX edits_gravest ON edits (
    is_silent IS 1 DESC,
    instr('number name mention_removed sentence_removed sentence_added wording typo formatting withheld', kind),
    seen_at DESC,
    statement_id,
    revision,
    kinds,
    reverts_to
) WHERE is_held = 0;
CREATE INDEX edits_latest ON edits (seen_at DESC, statement_id, revision) WHERE is_held = 0;
DROP INDEX fates_at;
CREATE INDEX fates_turns ON fates (at, state, statement_id);

-- Edits that are not held, with the source of each (the id of a statement begins with it), and with
-- its gravity: 1 is the gravest class, and every later class has a higher number.
CREATE VIEW told_edits AS
SELECT
    statement_id,
    revision,
    from_revision,
    substr(statement_id, 1, instr(statement_id, '-') - 1) AS source,
    kind,
    kinds,
    instr(
        'number name mention_removed sentence_removed sentence_added wording typo formatting withheld',
        kind
    ) AS gravity,
    is_silent,
    is_silent IS 1 AS silent_first,
    seen_at,
    differences,
    changes,
    reverts_to
FROM edits
WHERE is_held = 0;
