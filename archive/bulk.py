"""Bulk: many imported statements recorded at once, with the same rows as one after another."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from archive.clock import utc_text
from archive.ledger import imported_leaf
from archive.recording import Recorded, Recorder
from archive.records import Capture, Statement, ToneScore, statement_id
from archive.rows import last_row, list_statements, storable
from archive.tones import keep_tone, shown_tone

Packed = tuple[Any, ...]
"""A statement as one plain tuple, which is quick to send to another process and to bind."""

_FIELDS = tuple(field.name for field in fields(Statement) if field.name not in {"capture", "tone"})
_SHOWN = tuple(name for name in shown_tone(None, "") if name not in _FIELDS)
_NAMES = (
    *_FIELDS,
    *("id", "crawl_id", "capture_id", "captured_at", "leaf"),
    *_SHOWN,
    *("scored_sha256", "score"),
)
_PLACE = {name: place for place, name in enumerate(_NAMES)}
_KEY = _PLACE["id"]
_CAPTURE = _PLACE["capture_id"]
_SCORED = _PLACE["scored_sha256"]
_SCORE = _PLACE["score"]
_take = itemgetter(*_FIELDS)
_show = itemgetter(*_SHOWN)
_UNSCORED = (*_show(shown_tone(None, "")), None, None)

_CACHE_KIB = 192 * 1024
_LOG_PAGES = 65_536
"""Pages of 4 KiB in the write-ahead log before they are folded into the file."""

_SEARCH_BYTES = 16 * 1024**2
_SEARCH_BYTES_OF_OLD = 1024**2
_LARGE = 200
"""New statements of a batch from which on the index gets more memory."""


def pack(fields: Mapping[str, Any], tone: ToneScore | None, crawl_id: str) -> Packed:
    """Pack the fields of a statement that an import brings, with all that its rows need."""
    key, capture = statement_id(fields["source"], fields["native_id"]), fields["capture"]
    scored: Packed = _UNSCORED
    if tone:
        text_sha256 = fields["text_sha256"]
        scored = (*_show(shown_tone(tone, text_sha256)), text_sha256, tone)
    leaf = imported_leaf(fields, key, 1)
    return (*_take(fields), key, crawl_id, capture.id, capture.captured_at, leaf, *scored)


def unpack(packed: Packed, captures: Mapping[str, Capture]) -> Statement:
    """Make a packed statement whole again, with its capture by the id."""
    told = dict(zip(_FIELDS, packed, strict=False))
    return Statement(**told, capture=captures[packed[_CAPTURE]], tone=packed[_SCORE])


@dataclass(frozen=True, slots=True)
class _Insert:
    """An INSERT of some of what a packed statement holds."""

    table: str
    columns: dict[str, str]
    """Each column with the name of what goes in."""

    rest: dict[str, str]
    """Other columns with an SQL value."""

    end: str = ""

    def without(self, empty: frozenset[str]) -> "tuple[str, itemgetter[Any]]":
        """Write it for rows that lack some parts, and say what to take of each row.

        Python's sqlite3 takes longer to bind a None than to insert all the rest of a column.
        """
        filled = {column: name for column, name in self.columns.items() if name not in empty}
        values = ["?"] * len(filled) + list(self.rest.values())
        names = ", ".join([*filled, *self.rest])
        sql = f"INSERT INTO {self.table} ({names}) VALUES ({', '.join(values)}){self.end}"  # noqa: S608 - our own names
        return sql, itemgetter(*(_PLACE[name] for name in filled.values()))


def _empty_parts(batch: Sequence[Packed]) -> frozenset[str]:
    """Name what none of some statements has."""
    parts = zip(_NAMES, zip(*batch, strict=True), strict=True)
    return frozenset(
        name for name, part in parts if part[0] is None and part.count(None) == len(part)
    )


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_STATEMENT = _Insert(
    "statements",
    _same("id", "source", "native_id", "url", "kind", "title", "text", "language")
    | _same("published_at", "published_raw", "published_precision", "delivered_on", "speaker")
    | _same("speaker_id", "holder_id", "account", "office", "country", "linked", "corrections")
    | _same("route", "capture_id")
    | {"first_seen_at": "captured_at", "last_seen_at": "seen_at", "text_sha256": "scored_sha256"}
    | _same(*_SHOWN),
    {"state": "'unchecked'", "revision": "1"},
    " ON CONFLICT DO NOTHING",
)
_REVISION = _Insert(
    "revisions",
    {"statement_id": "id"}
    | _same("title", "text", "text_sha256", "publisher_updated_at", "publisher_changes")
    | _same("publisher_hash", "pages", "witness", "capture_id")
    | {"first_captured_at": "seen_at"},
    {"revision": "1"},
)
_LEAF = _Insert("ledger", _same("crawl_id", "leaf") | {"key": "id"}, {"kind": "'revision'"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that is no statement."""

    capture_id: str
    place: str
    reason: str
    raw: str


class Bulk:
    """Record packed statements in large groups, each of them committed whole or not at all."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._connection: sqlite3.Connection = recorder.archive.connection
        self._searchable = 0
        """The last row of `statements` that is indexed and counted."""

        self._has_memory = False
        """Whether the index has the memory that many new texts take."""

    @contextmanager
    def spacious(self) -> Iterator[None]:
        """Have SQLite work for large groups for as long as it lasts.

        It gets more room, since ids that are hashes come in no order, and does not judge words that
        only we choose.
        """
        room = {"cache_size": -_CACHE_KIB, "wal_autocheckpoint": _LOG_PAGES}
        with self._settings(room | {"ignore_check_constraints": 1}):
            yield

    @contextmanager
    def _settings(self, settings: Mapping[str, int]) -> Iterator[None]:
        run = self._connection.execute
        before = {name: run(f"PRAGMA {name}").fetchone()[0] for name in settings}
        try:
            for name, setting in settings.items():
                run(f"PRAGMA {name} = {setting}")
            yield
        finally:
            for name, setting in before.items():
                run(f"PRAGMA {name} = {setting}")

    @contextmanager
    def group(self) -> Iterator[None]:
        """Commit all that is recorded inside at once, the full-text index included.

        To index row by row would cost more than all the rest of a large group, so that what is new
        is indexed together at the end, before the commit.
        """
        self._has_memory = False
        with self._recorder.together():
            self._searchable = last_row(self._connection)
            yield
            self._index()
            if self._has_memory:
                self._set_search_memory(_SEARCH_BYTES_OF_OLD)

    def record(self, batch: Sequence[Packed]) -> Iterator[Packed]:
        """Record what is new, inside a group; give back what the archive knew before, in order.

        Only what was imported may come in: it leaves no look in `checks`.
        """
        if not batch:
            return
        if len(batch) >= _LARGE and not self._has_memory:
            self._set_search_memory(_SEARCH_BYTES)
            self._has_memory = True
        first, empty = last_row(self._connection), _empty_parts(batch)
        added = self._insert(_STATEMENT, batch, empty)
        if added == len(batch):
            self._insert_new(batch, empty)
            return
        rows = self._connection.execute("SELECT id FROM statements WHERE rowid > ?", [first])
        fresh = {row[0] for row in rows}
        waiting: list[Packed] = []
        for packed in batch:
            if packed[_KEY] in fresh:
                fresh.remove(packed[_KEY])
                waiting.append(packed)
                continue
            self._insert_new(waiting, empty)  # so that the ledger has the order of the file
            waiting = []
            yield packed
        self._insert_new(waiting, empty)

    def record_alone(self, statement: Statement) -> Recorded:
        """Record a statement that is known, or must be recorded alone, inside a group.

        Raises:
            ValueError: it cannot be recorded; nothing of it was.
        """
        self._index()  # a text that changes must be in the index that it is taken out of
        outcome = self._recorder.record(statement)
        self._searchable = last_row(self._connection)  # a new one is in the index already
        return outcome

    def set_aside(self, refused: Iterable[Refused], at: datetime) -> None:
        """Set records aside that cannot be recorded; unlike a crawl's they never come again."""
        recorder = self._recorder
        when = utc_text(at)
        rows = [
            (
                *(recorder.source, recorder.crawl_id, each.capture_id, when),
                *(storable(each.place), storable(f"{each.place}: {each.reason}")),
                json.dumps({"place": each.place, "text": each.raw}),
            )
            for each in refused
        ]
        self._connection.executemany(
            "INSERT INTO quarantine (source, crawl_id, capture_id, at, native_id, reason, item) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        recorder.counts["quarantined"] += len(rows)

    def _insert_new(self, batch: Sequence[Packed], empty: frozenset[str]) -> None:
        """Write what belongs to statements that are new."""
        if not batch:
            return
        self._insert(_REVISION, batch, empty)
        self._insert(_LEAF, batch, empty)
        if "score" not in empty:
            for packed in batch:
                if packed[_SCORE] is not None:
                    keep_tone(self._connection, packed[_SCORED], packed[_SCORE])
        self._recorder.counts["seen"] += len(batch)
        self._recorder.counts["new_statements"] += len(batch)

    def _insert(self, insert: _Insert, batch: Sequence[Packed], empty: frozenset[str]) -> int:
        sql, take = insert.without(empty)
        return self._connection.executemany(sql, map(take, batch)).rowcount

    def _index(self) -> None:
        """Index and count what is not yet: before a known text changes, and at the end."""
        last = last_row(self._connection)
        if last > self._searchable:
            list_statements(self._connection, self._searchable)
            self._searchable = last

    def _set_search_memory(self, size: int) -> None:
        self._connection.execute(
            "INSERT INTO statements_fts (statements_fts, rank) VALUES ('hashsize', ?)", [size]
        )
