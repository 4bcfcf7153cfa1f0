"""Edits: one row for each text that followed another of the same statement, and what it changed."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from archive.many_edits import hold_many_edits
from archive.store import Archive

WITHHELD = "withheld"
"""The class of an edit of which not even both texts were ever kept."""

_MOST_CHANGES = 200
_MOST_CHARACTERS = 600
_AT_ONCE = 100

_REVISION = "revision, title, text, text_sha256, first_captured_at"
_UNREAD = """
SELECT r.statement_id, r.revision FROM revisions AS r
LEFT JOIN edits AS e USING (statement_id, revision)
WHERE r.statement_id IN (SELECT statement_id FROM revisions WHERE revision = 2)
    AND (r.statement_id, r.revision) > (:statement, :revision)
    AND e.statement_id IS NULL AND EXISTS (
        SELECT 1 FROM revisions AS earlier WHERE earlier.statement_id = r.statement_id
        AND (earlier.first_captured_at, earlier.revision) < (r.first_captured_at, r.revision)
    )
ORDER BY r.statement_id, r.revision LIMIT :limit
"""
_UNNAMED = """
SELECT e.statement_id, e.revision FROM edits AS e
JOIN revisions AS after ON after.statement_id = e.statement_id AND after.revision = e.revision
JOIN revisions AS before
    ON before.statement_id = e.statement_id AND before.revision = e.from_revision
WHERE NOT e.has_names AND (e.statement_id, e.revision) > (:statement, :revision)
    AND before.text IS NOT NULL AND after.text IS NOT NULL
    AND EXISTS (SELECT 1 FROM tone WHERE text_sha256 = before.text_sha256)
    AND EXISTS (SELECT 1 FROM tone WHERE text_sha256 = after.text_sha256)
ORDER BY e.statement_id, e.revision LIMIT :limit
"""
_SAME = "SELECT 1 FROM edits WHERE statement_id = ? AND revision = ? AND from_revision = ?"
_CRAWLS = """
SELECT DISTINCT w.source, w.id FROM json_each(?) AS filled
JOIN revisions AS r ON r.statement_id = filled.value ->> 0 AND r.revision = filled.value ->> 1
JOIN captures AS c ON c.id = r.capture_id
JOIN crawls AS w ON w.id = c.crawl_id
WHERE r.witness IS NULL AND w.outcome != 'running'
"""


@dataclass(frozen=True, slots=True)
class Stood:
    """A wording of a statement, as it stood at one time."""

    title: str | None
    text: str
    language: str | None
    names: frozenset[tuple[str, str]] | None
    """Whom it names, as kind and id; None where that was not read out of it."""


class EditReading(NamedTuple):
    """What differs between two wordings."""

    kinds: Sequence[str]
    """The classes of change that apply; the first leads."""

    changes: Sequence[dict[str, Any]]


ReadEdit = Callable[[Stood, Stood], EditReading]
"""Compare two wordings, the earlier one first."""


class _Revision(NamedTuple):
    revision: int
    title: str | None
    text: str | None
    text_sha256: str
    first_captured_at: str


def keep_edits(db: Database, key: str, revision: int, read: ReadEdit) -> None:
    """Write what a text that was just recorded changed, and what the next one in time changed.

    Texts come in the order of recording: a witness may bring one that stood between two others.
    """
    for each in (revision, _next(db, key, revision)):
        if each is not None:
            _keep_edit(db, key, each, read)


def fill_edits(archive: Archive, read: ReadEdit) -> int:
    """Write the edits that an archive lacks, and the names in those whose texts are read by now.

    Done a second time, it finds nothing to do. Gives how many were written.
    """
    return sum(_fill(archive, sql, read) for sql in (_UNREAD, _UNNAMED))


def _fill(archive: Archive, sql: str, read: ReadEdit) -> int:
    count, place = 0, ("", 0)
    while True:
        asked = {"statement": place[0], "revision": place[1], "limit": _AT_ONCE}
        rows = archive.db.execute(sql, asked).fetchall()
        if not rows:
            return count
        with archive.transaction() as db:
            for key, revision in rows:
                _keep_edit(db, key, revision, read)
            crawls = db.execute(_CRAWLS, [json.dumps([[key, at] for key, at in rows])]).fetchall()
            for source, crawl_id in crawls:
                hold_many_edits(db, source, crawl_id)
        count, place = count + len(rows), rows[-1]


def _keep_edit(db: Database, key: str, revision: int, read: ReadEdit) -> None:
    after = _revision(db, key, "revision = :at", at=revision)
    before = after and _before(db, key, after)
    if after is None or before is None:
        return
    stood = _stood(db, key, before), _stood(db, key, after)
    if stood[0] and stood[1]:
        reading = read(stood[0], stood[1])
        has_names = stood[0].names is not None and stood[1].names is not None
        changes = json.dumps(_shortened(reading.changes), ensure_ascii=False)
    else:
        asked = [key, revision, before.revision]
        if db.execute(_SAME, asked).fetchone():  # what it was is known from before
            return
        reading, has_names, changes = EditReading((WITHHELD,), ()), False, None
    db.execute(
        "INSERT INTO edits (statement_id, revision, from_revision, kind, kinds, differences, "
        "changes, reverts_to, has_names) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET from_revision = excluded.from_revision, kind = excluded.kind, "
        "kinds = excluded.kinds, differences = excluded.differences, changes = excluded.changes, "
        "reverts_to = excluded.reverts_to, has_names = excluded.has_names",
        [
            *(key, revision, before.revision, reading.kinds[0], json.dumps([*reading.kinds])),
            *(len(reading.changes), changes, _reverted(db, key, after, before), int(has_names)),
        ],
    )


def _shortened(changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what nobody reads through; the places lead to it in the texts."""
    return [
        each | {side: _cut(each[side]) for side in ("before", "after")}
        for each in changes[:_MOST_CHANGES]
    ]


def _cut(words: str) -> str:
    return words if len(words) <= _MOST_CHARACTERS else words[: _MOST_CHARACTERS - 1] + "…"


def _revision(db: Database, key: str, where: str, **asked: object) -> _Revision | None:
    row = db.execute(
        f"SELECT {_REVISION} FROM revisions WHERE statement_id = :key AND {where} LIMIT 1",  # noqa: S608 - our own words
        {"key": key, **asked},
    ).fetchone()
    return row and _Revision(*row)


def _before(db: Database, key: str, after: _Revision) -> _Revision | None:
    """Give the text that stood before, by time and not by number."""
    where = (
        "(first_captured_at, revision) < (:captured, :at) "
        "ORDER BY first_captured_at DESC, revision DESC"
    )
    return _revision(db, key, where, captured=after.first_captured_at, at=after.revision)


def _next(db: Database, key: str, revision: int) -> int | None:
    where = (
        "(first_captured_at, revision) > (SELECT first_captured_at, revision FROM revisions "
        "WHERE statement_id = :key AND revision = :at) ORDER BY first_captured_at, revision"
    )
    found = _revision(db, key, where, at=revision)
    return found and found.revision


def _reverted(db: Database, key: str, after: _Revision, before: _Revision) -> int | None:
    """Find the latest earlier text that says the same; a title that is withheld is not compared."""
    where = (
        "text_sha256 = :hash AND (title IS :title OR text IS NULL) AND revision != :before "
        "AND (first_captured_at, revision) < (:captured, :at) "
        "ORDER BY first_captured_at DESC, revision DESC"
    )
    found = _revision(
        *(db, key, where),
        hash=after.text_sha256,
        title=after.title,
        before=before.revision,
        captured=after.first_captured_at,
        at=after.revision,
    )
    return found and found.revision


def _stood(db: Database, key: str, revision: _Revision) -> Stood | None:
    if revision.text is None:
        return None
    (language,) = db.execute("SELECT language FROM statements WHERE id = ?", [key]).fetchone()
    names = _names(db, revision.text_sha256)
    return Stood(revision.title, revision.text, language, names)


def _names(db: Database, text_sha256: str) -> frozenset[tuple[str, str]] | None:
    is_read = db.execute("SELECT 1 FROM tone WHERE text_sha256 = ? LIMIT 1", [text_sha256])
    if is_read.fetchone() is None:
        return None
    rows = db.execute(
        "SELECT DISTINCT kind, entity_id FROM mentions WHERE text_sha256 = ?", [text_sha256]
    )
    return frozenset((kind, entity) for kind, entity in rows)
