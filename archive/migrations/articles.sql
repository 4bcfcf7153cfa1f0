-- The news that was read: quotations and what became of them, never an article's text.
CREATE TABLE articles (
    id TEXT PRIMARY KEY,
    url TEXT,
    title TEXT,
    publisher TEXT,
    published_on TEXT,
    text_sha256 TEXT NOT NULL,
    first_read_at TEXT NOT NULL,
    last_read_at TEXT NOT NULL,
    edited_at TEXT,
    checked_at TEXT NOT NULL,
    capture_id TEXT REFERENCES article_captures (id)
) STRICT;
CREATE INDEX articles_published ON articles (published_on);
CREATE INDEX articles_url ON articles (url);

CREATE TABLE article_addresses (
    url TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id)
) STRICT;
CREATE INDEX article_addresses_article ON article_addresses (article_id);

CREATE TABLE article_captures (
    id TEXT PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id),
    url TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    warc_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX article_captures_article ON article_captures (article_id);

CREATE TABLE quotes (
    article_id TEXT NOT NULL REFERENCES articles (id),
    quote INTEGER NOT NULL,
    words TEXT NOT NULL,
    start_at INTEGER,
    end_at INTEGER,
    parts TEXT,
    breaks TEXT,
    is_printed INTEGER NOT NULL CHECK (is_printed IN (0, 1)),
    first_printed_at TEXT NOT NULL,
    last_printed_at TEXT NOT NULL,
    speaker TEXT,
    speaker_id TEXT,
    speaking_office TEXT,
    verdict TEXT NOT NULL,
    severity TEXT NOT NULL,
    changes TEXT,
    reasons TEXT,
    statement_id TEXT REFERENCES statements (id),
    revision INTEGER,
    said_start INTEGER,
    said_end INTEGER,
    checked_at TEXT NOT NULL,
    checked_seq INTEGER NOT NULL,
    PRIMARY KEY (article_id, quote)
) STRICT;
CREATE INDEX quotes_statement ON quotes (statement_id);
CREATE INDEX quotes_speaker ON quotes (speaker_id, verdict);
CREATE INDEX quotes_verdict ON quotes (verdict);

CREATE TABLE quote_others (
    article_id TEXT NOT NULL,
    quote INTEGER NOT NULL,
    statement_id TEXT NOT NULL REFERENCES statements (id),
    revision INTEGER NOT NULL,
    said_start INTEGER,
    said_end INTEGER,
    PRIMARY KEY (article_id, quote, statement_id, revision),
    FOREIGN KEY (article_id, quote) REFERENCES quotes (article_id, quote)
) STRICT;
CREATE INDEX quote_others_statement ON quote_others (statement_id);

CREATE TABLE verdicts (
    article_id TEXT NOT NULL,
    quote INTEGER NOT NULL,
    number INTEGER NOT NULL,
    checked_at TEXT NOT NULL,
    verdict TEXT NOT NULL,
    severity TEXT NOT NULL,
    statement_id TEXT,
    revision INTEGER,
    PRIMARY KEY (article_id, quote, number),
    FOREIGN KEY (article_id, quote) REFERENCES quotes (article_id, quote)
) STRICT;
CREATE INDEX verdicts_later ON verdicts (checked_at) WHERE number > 1;
CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts
BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts
BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;

CREATE VIEW quoted AS
SELECT
    p.statement_id,
    p.revision,
    p.is_first,
    substr(r.text, p.said_start + 1, p.said_end - p.said_start) AS said,
    q.words AS printed,
    q.verdict,
    q.severity,
    q.changes,
    q.speaker,
    q.speaker_id,
    q.is_printed,
    q.first_printed_at,
    q.last_printed_at,
    q.checked_at,
    a.published_on,
    a.publisher,
    a.title AS article,
    a.url AS article_url,
    p.article_id,
    p.quote
FROM (
    SELECT statement_id, revision, article_id, quote, said_start, said_end, 1 AS is_first
    FROM quotes
    WHERE statement_id IS NOT NULL
    UNION ALL
    SELECT statement_id, revision, article_id, quote, said_start, said_end, 0
    FROM quote_others
) AS p
JOIN quotes AS q ON q.article_id = p.article_id AND q.quote = p.quote
JOIN articles AS a ON a.id = p.article_id
LEFT JOIN revisions AS r ON r.statement_id = p.statement_id AND r.revision = p.revision;

CREATE VIEW changed_verdicts AS
SELECT
    v.checked_at AS changed_at,
    b.verdict AS before,
    v.verdict AS after,
    b.severity AS severity_before,
    v.severity AS severity_after,
    b.checked_at AS before_since,
    b.statement_id AS statement_before,
    v.statement_id AS statement_after,
    q.words AS printed,
    q.speaker,
    a.published_on,
    a.publisher,
    a.title AS article,
    a.url AS article_url,
    v.article_id,
    v.quote
FROM verdicts AS v
JOIN verdicts AS b
    ON b.article_id = v.article_id AND b.quote = v.quote AND b.number = v.number - 1
JOIN quotes AS q ON q.article_id = v.article_id AND q.quote = v.quote
JOIN articles AS a ON a.id = v.article_id
WHERE v.number > 1;

-- What is withheld of a statement is withheld here too; what the article printed is its own.
CREATE TRIGGER quotes_text_withheld AFTER UPDATE OF text ON revisions
WHEN new.text IS NULL AND old.text IS NOT NULL
BEGIN
    UPDATE quotes SET changes = NULL
    WHERE statement_id = old.statement_id AND changes IS NOT NULL;
END;
