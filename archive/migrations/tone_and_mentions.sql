-- Kept under another name until its numbers are taken over.
ALTER TABLE tone RENAME TO old_tone;

CREATE TABLE tone (
    text_sha256 TEXT NOT NULL,
    language TEXT NOT NULL,
    tone_model TEXT NOT NULL,
    textblob_version TEXT NOT NULL,
    textblob_polarity REAL,
    textblob_subjectivity REAL,
    vader_compound REAL,
    tone REAL,
    tone_label TEXT CHECK (tone_label IN ('negative', 'neutral', 'positive')),
    tone_confidence REAL,
    tone_status TEXT NOT NULL,
    tone_evidence TEXT,
    quoted_tone REAL,
    quoted_tone_label TEXT CHECK (quoted_tone_label IN ('negative', 'neutral', 'positive')),
    PRIMARY KEY (text_sha256, language, tone_model)
) STRICT;

CREATE TABLE sentences (
    text_sha256 TEXT NOT NULL,
    sentence INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    is_quoted INTEGER NOT NULL CHECK (is_quoted IN (0, 1)),
    tone REAL,
    tone_label TEXT CHECK (tone_label IN ('negative', 'neutral', 'positive')),
    tone_confidence REAL,
    PRIMARY KEY (text_sha256, sentence)
) STRICT, WITHOUT ROWID;

CREATE TABLE mentions (
    text_sha256 TEXT NOT NULL,
    mention INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('country', 'person', 'organisation', 'office')),
    entity_id TEXT NOT NULL,
    sentence INTEGER NOT NULL,
    target_tone REAL,
    target_tone_label TEXT CHECK (target_tone_label IN ('negative', 'neutral', 'positive')),
    target_tone_confidence REAL,
    target_tone_status TEXT NOT NULL,
    PRIMARY KEY (text_sha256, mention)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_entity ON mentions (entity_id, kind);

CREATE TABLE entities (
    kind TEXT NOT NULL CHECK (kind IN ('country', 'person', 'organisation', 'office')),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE statements ADD COLUMN tone REAL;
ALTER TABLE statements ADD COLUMN tone_label TEXT
    CHECK (tone_label IN ('negative', 'neutral', 'positive'));
ALTER TABLE statements ADD COLUMN tone_confidence REAL;
ALTER TABLE statements ADD COLUMN text_sha256 TEXT;

-- What an earlier version called its score are TextBlob's numbers, and they stay that.
INSERT INTO tone (
    text_sha256, language, tone_model, textblob_version, textblob_polarity, textblob_subjectivity,
    tone_status
) SELECT
    r.text_sha256, coalesce(s.language, ''), o.scorer, replace(o.scorer, 'textblob ', ''),
    o.polarity, o.subjectivity, 'not scored: not asked for'
FROM old_tone AS o
JOIN revisions AS r ON r.statement_id = o.statement_id AND r.revision = o.revision
JOIN statements AS s ON s.id = o.statement_id
WHERE true
ON CONFLICT DO NOTHING;
DROP TABLE old_tone;
UPDATE statements SET tone_status = 'not scored: not asked for',
    text_sha256 = (
        SELECT r.text_sha256 FROM revisions AS r
        WHERE r.statement_id = statements.id AND r.revision = statements.revision
            AND statements.tone_status != 'not scored: not asked for'
    );

-- A text whose tone nobody asked for has no hash here, and the index costs its import nothing.
CREATE INDEX statements_text ON statements (text_sha256) WHERE text_sha256 IS NOT NULL;
