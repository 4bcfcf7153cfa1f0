-- What the summaries below have taken in: the statements up to these row numbers ...
CREATE TABLE summary_marks (
    name TEXT PRIMARY KEY CHECK (name IN ('counted', 'read')),
    statement INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO summary_marks VALUES ('counted', 0), ('read', 0);

-- ... except those that have changed since, with what they counted for ...
CREATE TABLE summary_changes (
    statement INTEGER PRIMARY KEY,
    speaker TEXT,
    month TEXT
) STRICT;

-- ... and the groups that are still to be summed up again.
CREATE TABLE summary_due (
    summary TEXT NOT NULL CHECK (
        summary IN ('speaker_months', 'target_periods', 'turning_points', 'formulas')
    ),
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    period TEXT NOT NULL,
    PRIMARY KEY (summary, who, kind, target, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE speaker_months (
    speaker TEXT NOT NULL,
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
    PRIMARY KEY (speaker, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE said_about (
    statement_id TEXT NOT NULL REFERENCES statements (id),
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    said_on TEXT,
    speaker TEXT,
    country TEXT NOT NULL,
    mentions INTEGER NOT NULL,
    scored INTEGER NOT NULL,
    negative INTEGER NOT NULL,
    tone REAL,
    tone_label TEXT CHECK (tone_label IN ('negative', 'neutral', 'positive', 'mixed')),
    tone_confidence REAL,
    PRIMARY KEY (statement_id, kind, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX said_about_target ON said_about (kind, target, said_on);
CREATE INDEX said_about_speaker ON said_about (speaker, kind, target, said_on);
CREATE INDEX said_about_country ON said_about (country, target, said_on) WHERE kind = 'country';

CREATE TABLE target_periods (
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    period TEXT NOT NULL,
    said_by TEXT NOT NULL CHECK (said_by IN ('speaker', 'country', 'everyone')),
    who TEXT NOT NULL,
    n INTEGER NOT NULL,
    not_scored INTEGER NOT NULL,
    negative INTEGER NOT NULL,
    positive INTEGER NOT NULL,
    mean REAL,
    low REAL,
    high REAL,
    PRIMARY KEY (kind, target, period, said_by, who)
) STRICT, WITHOUT ROWID;
CREATE INDEX target_periods_who ON target_periods (said_by, who, kind, target, period);

CREATE TABLE turning_points (
    statement_id TEXT NOT NULL REFERENCES statements (id),
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    speaker TEXT NOT NULL,
    said_on TEXT NOT NULL,
    confidence REAL,
    previous_on TEXT,
    previous_id TEXT REFERENCES statements (id),
    since TEXT NOT NULL,
    gap_days INTEGER NOT NULL,
    n INTEGER NOT NULL,
    not_scored INTEGER NOT NULL,
    negative_high REAL NOT NULL,
    PRIMARY KEY (speaker, kind, target, statement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX turning_points_said ON turning_points (said_on);

CREATE TABLE formulas (
    country TEXT NOT NULL,
    target TEXT NOT NULL,
    phrase TEXT NOT NULL,
    n INTEGER NOT NULL,
    chances INTEGER NOT NULL,
    rate_low REAL NOT NULL,
    rate_high REAL NOT NULL,
    first_used_on TEXT NOT NULL,
    first_id TEXT NOT NULL REFERENCES statements (id),
    last_used_on TEXT NOT NULL,
    last_id TEXT NOT NULL REFERENCES statements (id),
    passed_over INTEGER NOT NULL,
    not_read INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('in use', 'dropped', 'reworded')),
    reworded_to TEXT,
    PRIMARY KEY (country, target, phrase)
) STRICT, WITHOUT ROWID;
CREATE INDEX formulas_phrase ON formulas (country, phrase);

CREATE TABLE similar_bands (
    band INTEGER NOT NULL,
    statement INTEGER NOT NULL,
    PRIMARY KEY (band, statement)
) STRICT, WITHOUT ROWID;

CREATE TABLE similar_sketches (
    statement INTEGER PRIMARY KEY,
    bands BLOB NOT NULL
) STRICT;

CREATE TABLE similar (
    statement_id TEXT NOT NULL REFERENCES statements (id),
    other_id TEXT NOT NULL REFERENCES statements (id),
    similarity REAL NOT NULL,
    is_same_source INTEGER NOT NULL CHECK (is_same_source IN (0, 1)),
    PRIMARY KEY (statement_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX similar_by_similarity ON similar (is_same_source, similarity);

-- Both are of scored statements only: what nobody asked to score costs them nothing.
CREATE INDEX statements_tone ON statements (tone) WHERE tone IS NOT NULL;
CREATE INDEX statements_speaker_tone ON statements (coalesce(speaker_id, speaker), published_at)
WHERE tone IS NOT NULL;

CREATE TRIGGER summaries_statement_update
AFTER UPDATE OF
    tone, text_sha256, text, speaker, speaker_id, published_at, published_precision, country, linked
ON statements WHEN (
    new.tone IS NOT old.tone
    OR new.text_sha256 IS NOT old.text_sha256
    OR (new.text IS NULL) IS NOT (old.text IS NULL)
    OR new.speaker IS NOT old.speaker
    OR new.speaker_id IS NOT old.speaker_id
    OR new.published_at IS NOT old.published_at
    OR new.published_precision IS NOT old.published_precision
    OR new.country IS NOT old.country
    OR new.linked IS NOT old.linked
) AND old.rowid <= (SELECT statement FROM summary_marks WHERE name = 'counted')
BEGIN
    INSERT OR IGNORE INTO summary_changes (statement, speaker, month) VALUES (
        old.rowid,
        coalesce(old.speaker_id, old.speaker),
        CASE
            WHEN old.published_precision <> 'year'
                AND (old.linked IS NULL OR NOT instr(old.linked, '"repost"'))
            THEN substr(old.published_at, 1, 7)
        END
    );
END;

-- The first mention stands for all: those of a text are written and taken away together.
CREATE TRIGGER summaries_mention_insert AFTER INSERT ON mentions WHEN new.mention = 0 BEGIN
    INSERT OR IGNORE INTO summary_changes (statement, speaker, month)
    SELECT rowid, coalesce(speaker_id, speaker),
        CASE
            WHEN published_precision <> 'year'
                AND (linked IS NULL OR NOT instr(linked, '"repost"'))
            THEN substr(published_at, 1, 7)
        END
    FROM statements
    WHERE text_sha256 = new.text_sha256
        AND rowid <= (SELECT statement FROM summary_marks WHERE name = 'counted');
END;
CREATE TRIGGER summaries_mention_delete AFTER DELETE ON mentions WHEN old.mention = 0 BEGIN
    INSERT OR IGNORE INTO summary_changes (statement, speaker, month)
    SELECT rowid, coalesce(speaker_id, speaker),
        CASE
            WHEN published_precision <> 'year'
                AND (linked IS NULL OR NOT instr(linked, '"repost"'))
            THEN substr(published_at, 1, 7)
        END
    FROM statements
    WHERE text_sha256 = old.text_sha256
        AND rowid <= (SELECT statement FROM summary_marks WHERE name = 'counted');
END;

CREATE VIEW tone_of_speakers AS
SELECT
    m.speaker,
    coalesce(p.name, m.speaker) AS name,
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
FROM speaker_months AS m
LEFT JOIN persons AS p ON p.id = m.speaker;

CREATE VIEW tone_toward AS
SELECT
    t.kind,
    t.target,
    coalesce(e.name, t.target) AS about,
    t.period,
    t.said_by,
    t.who,
    coalesce(p.name, c.name, t.who) AS who_name,
    t.n,
    t.not_scored,
    round(t.not_scored * 1.0 / (t.n + t.not_scored), 3) AS share_not_scored,
    t.negative,
    t.positive,
    t.mean,
    t.low,
    t.high,
    CASE
        WHEN t.n = 0 THEN 'nothing scored'
        WHEN t.n < 20 THEN 'fewer than 20 scored'
    END AS caution
FROM target_periods AS t
LEFT JOIN entities AS e ON e.kind = t.kind AND e.id = t.target
LEFT JOIN persons AS p ON t.said_by = 'speaker' AND p.id = t.who
LEFT JOIN entities AS c ON t.said_by = 'country' AND c.kind = 'country' AND c.id = t.who;

CREATE VIEW first_negative_words AS
SELECT
    t.said_on,
    t.statement_id,
    t.speaker,
    coalesce(p.name, t.speaker) AS name,
    t.kind,
    t.target,
    coalesce(e.name, t.target) AS about,
    CAST(t.gap_days / 30.44 AS INTEGER) AS months,
    t.confidence,
    t.since,
    t.previous_id,
    t.n,
    t.not_scored,
    round(t.not_scored * 1.0 / (t.n + t.not_scored), 3) AS share_not_scored,
    0.0 AS negative_low,
    t.negative_high
FROM turning_points AS t
LEFT JOIN persons AS p ON p.id = t.speaker
LEFT JOIN entities AS e ON e.kind = t.kind AND e.id = t.target;

CREATE VIEW standing_formulas AS
SELECT
    f.country,
    coalesce(c.name, f.country) AS country_name,
    f.target,
    coalesce(e.name, f.target) AS about,
    f.phrase,
    f.status,
    f.reworded_to,
    f.n,
    f.chances,
    round(f.n * 1.0 / f.chances, 3) AS rate,
    f.rate_low,
    f.rate_high,
    f.first_used_on,
    f.first_id,
    f.last_used_on,
    f.last_id,
    f.passed_over,
    f.not_read,
    (
        SELECT count(*) FROM formulas AS o
        WHERE o.country = f.country AND o.phrase = f.phrase AND o.target <> f.target
    ) AS also_about
FROM formulas AS f
LEFT JOIN entities AS c ON c.kind = 'country' AND c.id = f.country
LEFT JOIN entities AS e ON e.kind = 'country' AND e.id = f.target;
