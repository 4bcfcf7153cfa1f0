"""A shelf on which a test puts texts, as if they had been crawled, and what its index holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlite_utils import Database

from archive.passages.blocks import BLOCKS, TEXTS, unpack
from archive.passages.finding import Passage, find_candidates
from archive.passages.refreshing import refresh
from archive.rows import last_row, list_statements
from archive.store import Archive

FEXLEY, MARROW = "xa-odran-fexley", "xa-ilse-marrow"
SOURCE = {
    "name": "xa_mfa",
    "office": "Ministry of Harbours",
    "country": "xa",
    "publisher": "Government of Arvenna",
    "url": "https://mfa.example/",
    "language": "en",
    "timezone": "Europe/Vienna",
    "retention": "keep",
}


@dataclass
class Shelf:
    """Puts texts on record and finds quotations in them."""

    archive: Archive

    def put(self, key: str, *texts: str | None, **columns: Any) -> None:
        """Put a statement with its texts, the first captured first."""
        row = {
            "id": key,
            "source": "xa_mfa",
            "native_id": key,
            "kind": "statement",
            "text": texts[-1],
            "language": "en",
            "published_at": "2031-03-05",
            "published_precision": "date",
            "office": "Ministry of Harbours",
            "country": "xa",
            "first_seen_at": "2031-01-01T00:00:00Z",
            "last_seen_at": "2031-01-01T00:00:00Z",
            "state": "live",
            "revision": len(texts),
            "tone_status": "",
            "route": "x",
            "capture_id": "c",
        }
        with self.archive.transaction() as db:
            last = last_row(db.conn)
            db.table("statements").insert(row | columns)
            list_statements(db.conn, last)
            for number, text in enumerate(texts, 1):
                self.revise(key, number, text)

    def revise(self, key: str, number: int, text: str | None) -> None:
        revision = {"statement_id": key, "revision": number, "text": text, "capture_id": "c"}
        more = {"text_sha256": "", "first_captured_at": f"2031-01-{number:02d}T00:00:00Z"}
        self.archive.db.table("revisions").insert(revision | more)

    def find(self, quote: str, *speakers: str, **more: Any) -> list[Passage]:
        return find_candidates(self.archive.db, quote, speaker_ids=frozenset(speakers), **more)

    def found(self, quote: str, *speakers: str) -> list[tuple[str, int]]:
        """Refresh and find."""
        refresh(self.archive)
        return [(each.statement_id, each.revision) for each in self.find(quote, *speakers)]

    def entries(self) -> set[tuple[int, str, int]]:
        return entries_of(self.archive.db)

    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.archive.db.execute(sql, list(values)).fetchall()


def entries_of(db: Database) -> set[tuple[int, str, int]]:
    """Give all that the index holds: the key, the statement and the revision of each entry."""
    texts = {
        row[0]: row[1:] for row in db.execute("SELECT rowid, statement_id, revision FROM revisions")
    }
    first = dict(db.execute("SELECT volume, first_text FROM passage_volumes").fetchall())
    found = set()
    for block, packed in db.execute("SELECT block, entries FROM passage_blocks"):
        entries = unpack(block % BLOCKS, packed)
        assert np.all(entries[1:] > entries[:-1])
        for entry in entries.tolist():
            text = first[block // BLOCKS] + entry % TEXTS
            found.add((entry // TEXTS, *texts[text]))
    return found


@contextmanager
def shelf(path: Path) -> Iterator[Shelf]:
    """Open a shelf over a new archive; its rows need no captures."""
    with Archive.open(path) as archive:
        archive.db.execute("PRAGMA foreign_keys = OFF")
        archive.db.execute("PRAGMA synchronous = OFF")
        archive.db.table("sources").upsert(SOURCE, pk="name")
        people = [{"id": FEXLEY, "name": "Odran Fexley"}, {"id": MARROW, "name": "Ilse Marrow"}]
        archive.db.table("persons").upsert_all(people, pk="id")
        yield Shelf(archive)
