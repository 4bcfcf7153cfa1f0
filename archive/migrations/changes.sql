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

-- Both say what they said before, and are quick for one source of many: what is asked of them
-- reaches the rows of that source alone.
DROP VIEW gaps;
CREATE VIEW gaps AS
WITH last_day AS (
    SELECT
        max((
            SELECT number FROM crawl_days WHERE source = name ORDER BY day DESC LIMIT 1
        )) + 1 AS number
    FROM sources
),
spans AS (
    SELECT
        g.source,
        g.day AS good_day,
        g.number + max(1, (coalesce(s.every_seconds, 86400) + 86399) / 86400) AS since,
        coalesce(g.next_good, (SELECT number FROM last_day)) AS ended
    FROM (
        SELECT
            source, day, number, lead(number) OVER (PARTITION BY source ORDER BY day) AS next_good
        FROM crawl_days
        WHERE good > 0
    ) AS g
    JOIN sources AS s ON s.name = g.source
    UNION ALL
    SELECT
        source,
        NULL,
        min(number),
        coalesce(min(number) FILTER (WHERE good > 0), (SELECT number FROM last_day))
    FROM crawl_days
    GROUP BY source
)
SELECT
    source,
    date(since) AS since,
    date(ended - 1) AS until,
    ended - since AS days,
    coalesce(
        (
            SELECT d.why FROM crawl_days AS d
            WHERE
                d.source = spans.source
                AND d.day BETWEEN date(spans.since) AND date(spans.ended - 1)
            ORDER BY d.day LIMIT 1
        ),
        'no crawl was run'
    ) AS why,
    good_day AS good_before
FROM spans
WHERE since < ended;

DROP VIEW coverage_days;
CREATE VIEW coverage_days AS
WITH RECURSIVE bounds AS (
    SELECT
        min((SELECT number FROM crawl_days WHERE source = name ORDER BY day LIMIT 1)) AS first,
        max((SELECT number FROM crawl_days WHERE source = name ORDER BY day DESC LIMIT 1)) AS last
    FROM sources
),
all_days AS (
    SELECT first AS number, last FROM bounds WHERE first IS NOT NULL
    UNION ALL
    SELECT number + 1, last FROM all_days WHERE number < last
),
every_day AS (
    SELECT
        f.source,
        date(a.number) AS day,
        coalesce(d.crawls, 0) AS crawls,
        coalesce(d.good, 0) AS good,
        d.listed,
        d.seen,
        d.new_statements,
        d.faults,
        CASE WHEN d.source IS NULL THEN 'no crawl was run' ELSE d.why END AS why
    FROM (SELECT source, min(number) AS first FROM crawl_days GROUP BY source) AS f
    CROSS JOIN all_days AS a ON a.number >= f.first
    LEFT JOIN crawl_days AS d ON d.source = f.source AND d.day = date(a.number)
)
SELECT
    source,
    day,
    expected,
    crawls,
    good,
    listed,
    seen,
    new_statements AS new,
    faults,
    CASE WHEN expected > 0 OR crawls > 0 THEN why END AS why
FROM (
    SELECT
        e.*,
        CASE
            WHEN coalesce(s.every_seconds, 86400) <= 86400
                THEN 86400 / coalesce(s.every_seconds, 86400)
            ELSE NOT EXISTS (
                SELECT 1 FROM crawl_days AS g
                WHERE
                    g.source = e.source AND g.good > 0 AND g.day < e.day
                    AND g.day > date(e.day, '-' || (s.every_seconds / 86400) || ' days')
            )
        END AS expected
    FROM every_day AS e
    JOIN sources AS s ON s.name = e.source
);
