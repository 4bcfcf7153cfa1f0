-- What each crawl's lists and texts looked like, and what was expected of a source on which day.
ALTER TABLE sources ADD COLUMN every_seconds INTEGER;
ALTER TABLE sources ADD COLUMN ids TEXT CHECK (ids IN ('rising'));
ALTER TABLE channels ADD COLUMN ids TEXT CHECK (ids IN ('rising'));
CREATE INDEX issues_crawl ON issues (crawl_id, level);

CREATE TABLE shapes (
    crawl_id TEXT NOT NULL REFERENCES crawls (id),
    feed TEXT NOT NULL,
    source TEXT NOT NULL REFERENCES sources (name),
    at TEXT NOT NULL,
    reading TEXT NOT NULL,
    lists INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    first_listed INTEGER NOT NULL,
    known_listed INTEGER NOT NULL,
    old_listed INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    length INTEGER,
    same_text INTEGER NOT NULL,
    dated INTEGER NOT NULL,
    titled INTEGER NOT NULL,
    spoken INTEGER NOT NULL,
    new_statements INTEGER NOT NULL,
    new_length INTEGER,
    new_dated INTEGER NOT NULL,
    new_titled INTEGER NOT NULL,
    new_spoken INTEGER NOT NULL,
    compared INTEGER NOT NULL,
    texts_changed INTEGER NOT NULL,
    texts_shrunk INTEGER NOT NULL,
    texts_lost INTEGER NOT NULL,
    titles_changed INTEGER NOT NULL,
    titles_lost INTEGER NOT NULL,
    dates_changed INTEGER NOT NULL,
    dates_lost INTEGER NOT NULL,
    speakers_changed INTEGER NOT NULL,
    speakers_lost INTEGER NOT NULL,
    alarms TEXT,
    looks TEXT,
    PRIMARY KEY (crawl_id, feed)
) STRICT;
CREATE INDEX shapes_feed ON shapes (source, feed, at);

-- One row a source and day on which a crawl began, kept up to date by the table crawls.
CREATE TABLE crawl_days (
    source TEXT NOT NULL REFERENCES sources (name),
    day TEXT NOT NULL,
    number INTEGER NOT NULL,
    crawls INTEGER NOT NULL,
    good INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    new_statements INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    why TEXT,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER crawls_day_update AFTER UPDATE ON crawls WHEN new.kind = 'crawl'
BEGIN
    DELETE FROM crawl_days WHERE source = new.source AND day = substr(new.started_at, 1, 10);
    INSERT INTO crawl_days
    SELECT
        source,
        substr(started_at, 1, 10),
        CAST(julianday(substr(started_at, 1, 10)) + 0.5 AS INTEGER),
        count(*),
        count(*) FILTER (WHERE outcome = 'finished'),
        max(listed),
        sum(seen),
        sum(new_statements),
        sum(faults),
        CASE
            WHEN count(*) FILTER (WHERE outcome = 'finished') > 0 THEN NULL
            WHEN max(id) FILTER (WHERE outcome = 'running') IS NOT NULL THEN 'has not ended'
            ELSE coalesce(
                (
                    SELECT 'met with faults: ' || message FROM issues
                    WHERE
                        level = 'error' AND crawl_id IN (
                            SELECT id FROM crawls
                            WHERE
                                source = new.source AND kind = 'crawl'
                                AND started_at >= substr(new.started_at, 1, 10)
                                AND started_at < date(new.started_at, '+1 day')
                        )
                    ORDER BY id LIMIT 1
                ),
                CASE min(outcome) WHEN 'faulty' THEN 'met with faults' ELSE 'was interrupted' END
            )
        END
    FROM crawls
    WHERE
        source = new.source AND kind = 'crawl'
        AND started_at >= substr(new.started_at, 1, 10)
        AND started_at < date(new.started_at, '+1 day')
    GROUP BY source;
END;
CREATE TRIGGER crawls_day_insert AFTER INSERT ON crawls WHEN new.kind = 'crawl'
BEGIN
    UPDATE crawls SET outcome = new.outcome WHERE id = new.id;
END;
UPDATE crawls SET outcome = outcome;

-- Days on which a good crawl was due and none began; the last day is that of the latest crawl.
CREATE VIEW gaps AS
WITH last_day AS (SELECT max(number) + 1 AS number FROM crawl_days),
spans AS (
    SELECT
        d.source,
        d.day AS good_day,
        d.number + max(1, (coalesce(s.every_seconds, 86400) + 86399) / 86400) AS since,
        lead(d.number, 1, last_day.number) OVER (PARTITION BY d.source ORDER BY d.day) AS ended
    FROM crawl_days AS d
    JOIN sources AS s ON s.name = d.source
    CROSS JOIN last_day
    WHERE d.good > 0
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

CREATE VIEW coverage_days AS
WITH RECURSIVE last_day AS (SELECT max(number) + 1 AS number FROM crawl_days),
pauses AS (
    SELECT source, number + 1 AS number, ended
    FROM (
        SELECT
            source,
            d.number,
            lead(d.number, 1, last_day.number) OVER (PARTITION BY source ORDER BY day) AS ended
        FROM crawl_days AS d
        CROSS JOIN last_day
    )
    WHERE number + 1 < ended
    UNION ALL
    SELECT source, number + 1, ended FROM pauses WHERE number + 1 < ended
),
every_day AS (
    SELECT source, day, crawls, good, listed, seen, new_statements, faults, why FROM crawl_days
    UNION ALL
    SELECT source, date(number), 0, 0, NULL, NULL, NULL, NULL, 'no crawl was run' FROM pauses
),
expected AS (
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
FROM expected;

-- Numbers between two that were seen and that were never seen themselves.
CREATE VIEW id_gaps AS
SELECT
    source,
    series,
    before + 1 AS first,
    number - 1 AS last,
    number - before - 1 AS numbers,
    day_before AS after_day,
    day AS before_day
FROM (
    SELECT
        source,
        series,
        number,
        substr(published_at, 1, 10) AS day,
        lag(number) OVER in_order AS before,
        lag(substr(published_at, 1, 10)) OVER in_order AS day_before
    FROM (
        SELECT
            t.source,
            rtrim(t.native_id, '0123456789') AS series,
            CAST(substr(t.native_id, length(rtrim(t.native_id, '0123456789')) + 1) AS INTEGER)
                AS number,
            t.published_at
        FROM statements AS t
        JOIN sources AS s ON s.name = t.source
        LEFT JOIN channels AS c ON c.name = substr(t.route, 1, instr(t.route, ' ') - 1)
        WHERE
            t.native_id GLOB '*[0-9]'
            AND length(t.native_id) - length(rtrim(t.native_id, '0123456789')) <= 18
            AND (c.ids = 'rising' OR (s.ids = 'rising' AND t.native_id NOT GLOB '*[^0-9]*'))
    )
    WINDOW in_order AS (PARTITION BY source, series ORDER BY number)
)
WHERE number > before + 1;
