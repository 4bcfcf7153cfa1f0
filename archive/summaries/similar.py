"""Similar: which statements say much the same in much the same words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from struct import unpack

from sqlite_utils import Database

from archive.summaries.shingles import BANDS, bands_of, packed, shingles_of, similarity

LEAST = 0.5
"""The share of runs of three words in common from which two statements are similar."""

FULL = 64
"""Statements with one number in common beyond which it is boilerplate and leads to none."""

_AT_ONCE = 1_000
_TEXT = (
    "SELECT id, source, text FROM statements "
    "WHERE rowid = ? AND text IS NOT NULL AND text_sha256 IS NOT NULL"
)
_Text = tuple[str, str, frozenset[str]]
"""The id and the source of a statement, and the runs of words of its text."""


def relate(db: Database, statements: Sequence[int]) -> None:
    """Find what changed or new statements (by row number) are similar to.

    What is found follows from the texts alone, in whatever order they come: where a number becomes
    boilerplate, or is it no more, all that have it are looked at again.
    """
    for start in range(0, len(statements), _AT_ONCE):
        _relate(db, statements[start : start + _AT_ONCE])


def _relate(db: Database, statements: Sequence[int]) -> None:
    texts = {each: _text(db, each) for each in statements}
    added = _keep_bands(db, texts)
    members = {band: _members(db, band, FULL + 1 + abs(more)) for band, more in added.items()}
    look_again = {*statements}
    for band, more in added.items():
        now = len(members[band])
        if (now > FULL) is not (now - more > FULL):
            look_again |= _all_members(db, band)
    for statement in sorted(look_again):
        _compare(db, statement, texts, members)


def _text(db: Database, statement: int) -> _Text:
    row = db.execute(_TEXT, [statement]).fetchone()
    return (row[0], row[1], shingles_of(row[2])) if row else ("", "", frozenset())


def _keep_bands(db: Database, texts: Mapping[int, _Text]) -> Counter[int]:
    """Write the bands of some statements; count how many more have each band now."""
    added: Counter[int] = Counter()
    gone, new, sketches, without = [], [], [], []
    for statement, (_, _, words) in texts.items():
        before, now = _bands(db, statement), bands_of(words) if words else ()
        if tuple(now) == tuple(before):
            continue
        gone += [(band, statement) for band in {*before} - {*now}]
        new += [(band, statement) for band in {*now} - {*before}]
        if now:
            sketches.append((statement, packed(now)))
        else:
            without.append((statement,))
    db.conn.executemany("DELETE FROM similar_bands WHERE band = ? AND statement = ?", gone)
    db.conn.executemany("INSERT INTO similar_bands VALUES (?, ?)", sorted(new))
    db.conn.executemany("INSERT OR REPLACE INTO similar_sketches VALUES (?, ?)", sketches)
    db.conn.executemany("DELETE FROM similar_sketches WHERE statement = ?", without)
    added.update(band for band, _ in new)
    added.subtract(band for band, _ in gone)
    return added


def _bands(db: Database, statement: int) -> Sequence[int]:
    kept = db.execute(
        "SELECT bands FROM similar_sketches WHERE statement = ?", [statement]
    ).fetchone()
    return unpack(f"<{BANDS}q", kept[0]) if kept else ()


def _members(db: Database, band: int, most: int) -> list[int]:
    """List the statements that have a band, no more than matter."""
    rows = db.execute("SELECT statement FROM similar_bands WHERE band = ? LIMIT ?", [band, most])
    return [row[0] for row in rows]


def _all_members(db: Database, band: int) -> set[int]:
    rows = db.execute("SELECT statement FROM similar_bands WHERE band = ?", [band])
    return {row[0] for row in rows}


def _compare(
    db: Database, statement: int, texts: Mapping[int, _Text], members: Mapping[int, list[int]]
) -> None:
    """Compare a statement with all that have a band in common with it, unless it is boilerplate."""
    key = texts[statement][0] if statement in texts else ""
    if not key:
        (key,) = db.execute("SELECT id FROM statements WHERE rowid = ?", [statement]).fetchone()
    _forget(db, key)
    others: set[int] = set()
    for band in _bands(db, statement):
        having = members[band] if band in members else _members(db, band, FULL + 1)
        others.update(having if len(having) <= FULL else ())
    others.discard(statement)
    if others:
        _, source, words = texts.get(statement) or _text(db, statement)
        pairs = list(_pairs(key, source, words, (_text(db, each) for each in sorted(others))))
        db.conn.executemany("INSERT OR IGNORE INTO similar VALUES (?, ?, ?, ?)", pairs)


def _forget(db: Database, key: str) -> None:
    pairs = db.execute("SELECT other_id, statement_id FROM similar WHERE statement_id = ?", [key])
    both = [pair for other, own in pairs.fetchall() for pair in ((other, own), (own, other))]
    if both:
        db.conn.executemany("DELETE FROM similar WHERE statement_id = ? AND other_id = ?", both)


def _pairs(
    key: str, source: str, words: frozenset[str], others: Iterable[_Text]
) -> Iterator[tuple[str, str, float, bool]]:
    for other, other_source, other_words in others:
        share = round(similarity(words, other_words), 3)
        if share >= LEAST:
            yield key, other, share, source == other_source
            yield other, key, share, source == other_source
