-- The same of offices as `speaker_months` keeps of speakers.
CREATE TABLE office_months (
    source TEXT NOT NULL REFERENCES sources (name),
    month TEXT NOT NULL,
    statements INTEGER NOT NULL,
    n INTEGER NOT NULL DEFAULT 0,
    not_scored INTEGER NOT NULL DEFAULT 0,
    mean REAL,
    low REAL,
    high REAL,
    baseline_n INTEGER NOT NULL DEFAULT 0,
    baseline_mean REAL,
    difference REAL,
    difference_low REAL,
    difference_high REAL,
    PRIMARY KEY (source, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE summary_due_with_offices (
    summary TEXT NOT NULL CHECK (
        summary IN ('speaker_months', 'office_months', 'target_periods', 'turning_points', 'formulas')
    ),
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (summary, who, kind, target, period)
) STRICT, WITHOUT ROWID;
INSERT INTO summary_due_with_offices SELECT * FROM summary_due;
DROP TABLE summary_due;
ALTER TABLE summary_due_with_offices RENAME TO summary_due;

-- What was counted so far; a statement that has changed since counted where it was before.
INSERT INTO office_months (source, month, statements, not_scored)
SELECT source, month, count(*), count(*)
FROM (
    SELECT
        s.source,
        CASE
            WHEN c.statement IS NOT NULL THEN c.month
            WHEN s.published_precision <> 'year'
                AND (s.linked IS NULL OR NOT instr(s.linked, '"repost"'))
            THEN substr(s.published_at, 1, 7)
        END AS month
    FROM statements AS s
    LEFT JOIN summary_changes AS c ON c.statement = s.rowid
    WHERE s.rowid <= (SELECT statement FROM summary_marks WHERE name = 'counted')
)
WHERE month IS NOT NULL
GROUP BY 1, 2;
INSERT INTO summary_due SELECT 'office_months', source, '', '', month FROM office_months;

CREATE VIEW tone_of_offices AS
SELECT
    m.source,
    o.office,
    o.country,
    m.month,
    m.n,
    m.not_scored,
    round(m.not_scored * 1.0 / m.statements, 3) AS share_not_scored,
    m.mean,
    m.low,
    m.high,
    CASE
        WHEN m.n = 0 THEN 'nothing scored'
        WHEN m.n < 20 THEN 'fewer than 20 scored'
    END AS caution,
    m.baseline_n,
    m.baseline_mean,
    m.difference,
    m.difference_low,
    m.difference_high,
    CASE
        WHEN m.n < 20 THEN 'fewer than 20 scored in the month'
        WHEN m.baseline_n < 20 THEN 'fewer than 20 scored in the year before'
        WHEN m.difference_low > 0 THEN 'more positive than usual'
        WHEN m.difference_high < 0 THEN 'more negative than usual'
        ELSE 'no clear difference'
    END AS finding
FROM office_months AS m
JOIN sources AS o ON o.name = m.source;
