CREATE TABLE edits (
    statement_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    from_revision INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN (
        'number', 'name', 'mention_removed', 'sentence_removed', 'sentence_added', 'wording',
        'typo', 'formatting', 'withheld'
    )),
    kinds TEXT NOT NULL,
    differences INTEGER NOT NULL,
    changes TEXT,
    reverts_to INTEGER,
    is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
    has_names INTEGER NOT NULL CHECK (has_names IN (0, 1)),
    PRIMARY KEY (statement_id, revision),
    FOREIGN KEY (statement_id, revision) REFERENCES revisions (statement_id, revision),
    FOREIGN KEY (statement_id, from_revision) REFERENCES revisions (statement_id, revision)
) STRICT;
CREATE INDEX edits_kind ON edits (kind);
CREATE INDEX edits_held ON edits (is_held) WHERE is_held;

CREATE TRIGGER edits_withhold AFTER UPDATE OF text ON revisions
WHEN new.text IS NULL AND old.text IS NOT NULL
BEGIN
    UPDATE edits SET changes = NULL
    WHERE statement_id = new.statement_id AND new.revision IN (revision, from_revision);
END;

CREATE TRIGGER edits_decide AFTER UPDATE OF state ON events WHEN new.kind = 'many_edits'
BEGIN
    UPDATE edits SET is_held = new.state != 'accepted'
    WHERE statement_id IN (SELECT statement_id FROM event_statements WHERE event_id = new.id)
        AND EXISTS (
            SELECT 1 FROM revisions AS r JOIN captures AS c ON c.id = r.capture_id
            WHERE r.statement_id = edits.statement_id AND r.revision = edits.revision
                AND r.witness IS NULL AND c.crawl_id = new.crawl_id
        );
END;
