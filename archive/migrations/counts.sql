-- How many statements have the same values in the columns that lists are narrowed by: kept, so that
-- nobody counts them. Nothing has no words here: a language that could not be told is ''.
CREATE TABLE statement_counts (
    source TEXT NOT NULL,
    country TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    language TEXT NOT NULL,
    tone_status TEXT NOT NULL,
    statements INTEGER NOT NULL,
    PRIMARY KEY (source, country, kind, state, language, tone_status)
) STRICT, WITHOUT ROWID;

INSERT INTO statement_counts
SELECT source, country, kind, state, coalesce(language, ''), tone_status, count(*)
FROM statements
GROUP BY 1, 2, 3, 4, 5, 6;

-- New ones are counted by who records them, many at once or one.
CREATE TRIGGER statements_count_delete AFTER DELETE ON statements BEGIN
    UPDATE statement_counts SET statements = statements - 1
    WHERE (source, country, kind, state, language, tone_status) = (
        old.source, old.country, old.kind, old.state, coalesce(old.language, ''), old.tone_status
    );
    DELETE FROM statement_counts
    WHERE (source, country, kind, state, language, tone_status) = (
        old.source, old.country, old.kind, old.state, coalesce(old.language, ''), old.tone_status
    ) AND statements = 0;
END;

CREATE TRIGGER statements_count_update
AFTER UPDATE OF source, country, kind, state, language, tone_status ON statements WHEN
    new.state IS NOT old.state
    OR new.tone_status IS NOT old.tone_status
    OR new.language IS NOT old.language
    OR new.kind IS NOT old.kind
    OR new.country IS NOT old.country
    OR new.source IS NOT old.source
BEGIN
    UPDATE statement_counts SET statements = statements - 1
    WHERE (source, country, kind, state, language, tone_status) = (
        old.source, old.country, old.kind, old.state, coalesce(old.language, ''), old.tone_status
    );
    DELETE FROM statement_counts
    WHERE (source, country, kind, state, language, tone_status) = (
        old.source, old.country, old.kind, old.state, coalesce(old.language, ''), old.tone_status
    ) AND statements = 0;
    INSERT INTO statement_counts
    VALUES (
        new.source, new.country, new.kind, new.state, coalesce(new.language, ''), new.tone_status, 1
    )
    ON CONFLICT (source, country, kind, state, language, tone_status)
    DO UPDATE SET statements = statements + 1;
END;

-- The latest of a kind, of a language and so on, in their order: nothing is sorted. Where a list is
-- narrowed by two columns SQLite takes the index made last, so what narrows most comes last.
DROP INDEX statements_kind;
DROP INDEX statements_language;
DROP INDEX statements_tone_status;
DROP INDEX statements_state;
DROP INDEX statements_country;
DROP INDEX statements_source_published;
CREATE INDEX statements_tone_status ON statements (tone_status, published_at);
CREATE INDEX statements_language ON statements (language, published_at);
CREATE INDEX statements_kind ON statements (kind, published_at);
CREATE INDEX statements_state ON statements (state, published_at);
CREATE INDEX statements_country ON statements (country, published_at);
CREATE INDEX statements_source_published ON statements (source, published_at);
