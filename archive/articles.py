"""Articles: the news that was read, its quotations and the verdicts on them, never its text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from archive.article_records import (
    ArticleRow,
    ChangedVerdict,
    FindingRow,
    OpenQuote,
    PassageRow,
    QuoteRow,
    Recorded,
    SpeakingOffice,
)
from archive.records import Capture
from archive.rows import storable
from archive.store import Archive

SETTLED = ("verbatim", "marked_edits", "trivial", "too_short")
"""Verdicts that nothing which is collected later can better."""

_AT_ONCE = 200
_CAPTURE = (
    *("id", "url", "captured_at", "status", "content_type", "bytes", "sha256"),
    *("warc_file", "warc_offset", "warc_length", "warc_sha256"),
)
_ARTICLE = """
INSERT INTO articles (id, url, title, publisher, published_on, text_sha256, first_read_at,
    last_read_at, checked_at)
VALUES (:id, :url, :title, :publisher, :published_on, :text_sha256, :at, :at, :at)
ON CONFLICT (id) DO UPDATE SET
    title = coalesce(excluded.title, title), publisher = coalesce(excluded.publisher, publisher),
    published_on = coalesce(excluded.published_on, published_on), last_read_at = :at,
    edited_at = CASE WHEN text_sha256 = excluded.text_sha256 THEN edited_at ELSE :at END,
    text_sha256 = excluded.text_sha256, checked_at = :at
"""
_VERDICT = """
INSERT INTO verdicts
SELECT :article_id, :quote, 1 + coalesce(max(number), 0), :at, :verdict, :severity, :statement_id,
    :revision
FROM verdicts WHERE article_id = :article_id AND quote = :quote
"""


def ledger_end(db: Database) -> int:
    """Give the last line of the ledger; 0 if there is none."""
    (seq,) = db.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()
    return int(seq)


def record_article(
    archive: Archive, article: ArticleRow, capture: Capture | None = None
) -> Recorded:
    """Keep an article with its quotations and the answer that held it, all or nothing.

    An article that is read again keeps the quotations that it no longer prints, marked so. A
    verdict that is not what it was is added to those before.
    """
    changed = []
    with archive.transaction() as db:
        is_new, is_edited = _keep_article(db, article)
        if capture:
            _keep_capture(db, article.id, capture)
        numbers = _numbers(db, article)
        db.execute("UPDATE quotes SET is_printed = 0 WHERE article_id = ?", [article.id])
        for number, quote in zip(numbers, article.quotes, strict=True):
            key = article.id, number
            _keep_printed(db, key, quote, article.read_at)
            found = _keep_finding(db, key, quote.finding, article.read_at, article.checked_seq)
            changed += [found] if found else []
    return Recorded(is_new, is_edited, tuple(changed))


def record_verdict(
    archive: Archive, of: OpenQuote, finding: FindingRow, *, at: str, checked_seq: int
) -> ChangedVerdict | None:
    """Keep what a recorded quotation turned out to be now; give the change, if it is one."""
    with archive.transaction() as db:
        key = of.article_id, of.number
        changed = _keep_finding(db, key, finding, at, checked_seq, is_whole=False)
        db.execute("UPDATE articles SET checked_at = ? WHERE id = ?", [at, of.article_id])
    return changed


def open_quotes(db: Database) -> Iterator[list[OpenQuote]]:
    """Give the quotations that are not settled and that the ledger has grown since, some at a time.

    What is recorded in between does not disturb it.
    """
    marks, end = ", ".join("?" * len(SETTLED)), ledger_end(db)
    sql = f"""
        SELECT article_id, quote, words, parts, breaks, speaker, speaker_id, speaking_office,
            published_on, title, url
        FROM quotes JOIN articles ON articles.id = article_id
        WHERE (article_id, quote) > (?, ?) AND verdict NOT IN ({marks}) AND checked_seq < ?
        ORDER BY article_id, quote LIMIT ?
    """  # noqa: S608 - question marks
    last: tuple[str, int] = ("", -1)
    while rows := db.execute(sql, [*last, *SETTLED, end, _AT_ONCE]).fetchall():
        yield [_open(row) for row in rows]
        last = rows[-1][:2]


def count_articles(db: Database) -> int:
    """Count the articles that are recorded."""
    (count,) = db.execute("SELECT count(*) FROM articles").fetchone()
    return int(count)


def knows_article(db: Database, url: str) -> bool:
    """Tell whether an article was read that this address leads to."""
    sql = "SELECT 1 FROM article_addresses WHERE url = ?"
    return db.execute(sql, [url]).fetchone() is not None


def article_address(db: Database, asked: str, stated: str | None, title: str | None) -> str:
    """Choose by which address an article is known: what is known already, or what it states itself.

    Some sites state one address for all their articles. What it states is not believed where an
    article with another title is known by it.
    """
    known = db.execute(
        "SELECT articles.url FROM article_addresses AS a JOIN articles ON articles.id = article_id "
        "WHERE a.url = ?",
        [asked],
    ).fetchone()
    if known and known[0]:
        return str(known[0])
    if not stated:
        return asked
    other = db.execute("SELECT title FROM articles WHERE url = ?", [stated]).fetchone()
    return stated if other is None or other[0] == storable(title) else asked


def _open(row: Sequence[Any]) -> OpenQuote:
    article_id, number, words, parts, breaks, speaker, speaker_id, office, *article = row
    spans = tuple((start, end) for start, end in json.loads(parts or "[]"))
    told = json.loads(office) if office else None
    speaking = SpeakingOffice(tuple(told["sources"]), tuple(told["person_ids"])) if told else None
    at = tuple(json.loads(breaks or "[]"))
    return OpenQuote(article_id, number, words, spans, at, speaker, speaker_id, speaking, *article)


def _keep_article(db: Database, article: ArticleRow) -> tuple[bool, bool]:
    """Write the row of an article; tell whether it is new, and whether its text is another."""
    key, at = article.id, article.read_at
    sql = "SELECT text_sha256 FROM articles WHERE id = ?"
    known = db.execute(sql, [key]).fetchone()
    is_edited = bool(known and known[0] != article.text_sha256)
    row = {
        "id": key,
        "url": storable(article.url),
        "title": storable(article.title),
        "publisher": storable(article.publisher),
        "published_on": article.published_on,
        "text_sha256": article.text_sha256,
        "at": at,
    }
    db.execute(_ARTICLE, row)
    for url in dict.fromkeys(filter(None, (article.url, *article.addresses))):
        db.execute("INSERT OR IGNORE INTO article_addresses VALUES (?, ?)", [storable(url), key])
    return known is None, is_edited


def _keep_capture(db: Database, article_id: str, capture: Capture) -> None:
    told = asdict(capture)
    row = {"article_id": article_id} | {name: told[name] for name in _CAPTURE}
    db.table("article_captures").insert(row)
    db.execute("UPDATE articles SET capture_id = ? WHERE id = ?", [capture.id, article_id])


def _numbers(db: Database, article: ArticleRow) -> Sequence[int]:
    """Give each quotation the number that the same words had before, else a new one."""
    sql = "SELECT quote, words FROM quotes WHERE article_id = ? ORDER BY quote"
    known: dict[str, list[int]] = {}
    following = 0
    for number, words in db.execute(sql, [article.id]).fetchall():
        known.setdefault(words, []).append(number)
        following = max(following, number + 1)
    numbers = []
    for quote in article.quotes:
        if known.get(quote.words):
            numbers.append(known[quote.words].pop(0))
        else:
            numbers.append(following)
            following += 1
    return numbers


def _keep_printed(db: Database, key: tuple[str, int], quote: QuoteRow, at: str) -> None:
    """Write how an article prints a quotation; the verdict follows."""
    start, end = quote.span or (None, None)
    row = {
        "start_at": start,
        "end_at": end,
        "parts": _json(quote.parts if len(quote.parts) > 1 else ()),
        "breaks": _json(quote.breaks),
        "is_printed": 1,
        "last_printed_at": at,
        "speaker": quote.speaker,
        "speaker_id": quote.speaker_id,
        "speaking_office": _json(asdict(quote.office)) if quote.office else None,
    }
    if db.execute("SELECT 1 FROM quotes WHERE article_id = ? AND quote = ?", key).fetchone():
        db.table("quotes").update(key, row)
        return
    new = {"article_id": key[0], "quote": key[1], "words": quote.words, "first_printed_at": at}
    new |= {"verdict": "", "severity": "", "checked_at": at, "checked_seq": 0}
    db.table("quotes").insert(new | row)


def _keep_finding(
    db: Database,
    key: tuple[str, int],
    finding: FindingRow,
    at: str,
    seq: int,
    *,
    is_whole: bool = True,
) -> ChangedVerdict | None:
    """Write what a quotation turned out to be; add it to the verdicts if it was not that before.

    Unless it was judged with the whole article, the reasons given then stay where nothing changed.
    """
    before = db.execute(
        "SELECT words, verdict, severity, statement_id, revision FROM quotes "
        "WHERE article_id = ? AND quote = ?",
        key,
    ).fetchone()
    passage = finding.passage
    start, end = (passage.said if passage else None) or (None, None)
    after = {
        "verdict": finding.verdict,
        "severity": finding.severity,
        "statement_id": passage.statement_id if passage else None,
        "revision": passage.revision if passage else None,
    }
    words, verdict, severity, *place = before
    is_same = [verdict, severity, *place] == [*after.values()]
    row = {"checked_at": at, "checked_seq": seq}
    if is_whole or not is_same:
        row |= {"said_start": start, "said_end": end, **after}
        row |= {"changes": _json(finding.changes), "reasons": _json(finding.reasons)}
        _keep_others(db, key, finding.others)
    db.table("quotes").update(key, row)
    if is_same:
        return None
    db.execute(_VERDICT, after | {"article_id": key[0], "quote": key[1], "at": at})
    if not verdict or (verdict, severity) == (finding.verdict, finding.severity):
        return None
    now = finding.verdict, finding.severity
    found_in = passage.statement_id if passage else None
    return ChangedVerdict(words, (verdict, severity), now, found_in)


def _keep_others(db: Database, key: tuple[str, int], others: Sequence[PassageRow]) -> None:
    db.execute("DELETE FROM quote_others WHERE article_id = ? AND quote = ?", key)
    for other in others:
        db.execute(
            "INSERT OR IGNORE INTO quote_others VALUES (?, ?, ?, ?, ?, ?)",
            [*key, other.statement_id, other.revision, *(other.said or (None, None))],
        )


def _json(values: Any) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None
