"""Volumes: the parts of the index, each of some texts in the order in which they were recorded.

A text is known by its row number in `revisions`, and within its volume by how far it is from the
volume's first. A volume that is full is changed only where a text was withheld or given to another
speaker, so that what is new touches little, however large the record is.
"""

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlite_utils import Database

from archive.passages.blocks import (
    BLOCKS,
    TEXTS,
    blocks_of,
    entries_of,
    in_order,
    pack,
    texts_in,
    unpack,
)
from archive.passages.keys import (
    RUN,
    VERSION,
    Numbers,
    WordNumbers,
    run_keys,
    speaker_keys,
    word_keys,
)
from archive.passages.words import words_of

FULL = 4_000_000
"""Entries from which a volume takes in no more texts."""

_KEEP_BLOCK = (
    "INSERT INTO passage_blocks VALUES (?, ?) "
    "ON CONFLICT (block) DO UPDATE SET entries = excluded.entries"
)
_KEEP_VOLUME = (
    "INSERT INTO passage_volumes VALUES (?, ?, ?, ?, ?) ON CONFLICT (volume) "
    "DO UPDATE SET last_text = excluded.last_text, entries = excluded.entries"
)
_NO_ENTRIES = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Volume:
    """A part of the index."""

    number: int
    first_text: int
    last_text: int
    entries: int

    @property
    def is_full(self) -> bool:
        """Tell whether further texts belong in another."""
        return self.entries >= FULL or self.last_text - self.first_text >= TEXTS - 1


def volumes_of(db: Database) -> list[Volume]:
    """List the volumes in order; none of a version that has other words or keys."""
    rows = db.execute(
        "SELECT volume, first_text, last_text, entries FROM passage_volumes "
        "WHERE version = ? ORDER BY volume",
        [VERSION],
    )
    return [Volume(*row) for row in rows]


class Page:
    """The words of some texts on their way into one volume."""

    def __init__(self, first_text: int, numbers: WordNumbers) -> None:
        self.words = 0
        self._first_text = first_text
        self._known = numbers
        self._numbers = array("Q")
        self._lengths: list[int] = []
        self._texts: list[int] = []
        self._speakers = array("Q")
        self._spoken: list[int] = []

    def add(self, text: int, words: str | None, speakers: Iterable[str | None]) -> None:
        """Take in a text, unless it is withheld, with the ids of its person and account."""
        if words is None:
            return
        before, number = len(self._numbers), self._known.__getitem__
        self._numbers.extend(map(number, words_of(words)))
        self._texts.append(text - self._first_text)
        self._lengths.append(len(self._numbers) - before)
        self.words = len(self._numbers)
        for speaker in speakers:
            if speaker is not None:
                self._speakers.append(number(speaker.casefold()))
                self._spoken.append(text - self._first_text)

    def entries(self) -> Numbers:
        """Give the entries of all words, runs and speakers, in order."""
        numbers = np.array(self._numbers, dtype=np.uint64)
        texts = np.repeat(np.array(self._texts, dtype=np.uint64), self._lengths)
        runs = run_keys(numbers)
        first, last = texts[: len(runs)], texts[RUN - 1 :][: len(runs)]
        is_in_one = first == last
        speakers = np.array(self._speakers, dtype=np.uint64)
        parts = (
            entries_of(word_keys(numbers), texts),
            entries_of(runs[is_in_one], first[is_in_one]),
            entries_of(speaker_keys(speakers), np.array(self._spoken, dtype=np.uint64)),
        )
        return in_order(*parts)


def add_entries(db: Database, volume: int, entries: Numbers) -> int:
    """Put sorted entries into a volume, each of them only once; count what is new."""
    touched = (blocks_of(entries) | np.uint64(volume * BLOCKS)).tolist()
    rows = db.execute(
        "SELECT block, entries FROM passage_blocks WHERE block IN (SELECT value FROM json_each(?))",
        [json.dumps(touched)],
    )
    known = [unpack(block % BLOCKS, packed) for block, packed in rows]
    every = in_order(entries, *known)
    _keep(db, volume, every)
    return len(every) - sum(map(len, known))


def keep_volume(db: Database, volume: Volume) -> None:
    """Write how far a volume goes."""
    row = (volume.number, VERSION, volume.first_text, volume.last_text, volume.entries)
    db.execute(_KEEP_VOLUME, row)


def remove_texts(db: Database, volume: int, texts: Sequence[int]) -> int:
    """Take all entries of some texts (by their numbers in the volume) out of it; count them."""
    gone = np.zeros(TEXTS, dtype=bool)
    gone[np.asarray(texts)] = True
    rows = db.execute(
        "SELECT block, entries FROM passage_blocks WHERE block >= ? AND block < ?",
        [volume * BLOCKS, (volume + 1) * BLOCKS],
    )
    touched = [(block, packed) for block, packed in rows if gone[texts_in(packed)].any()]
    left, removed = [_NO_ENTRIES], 0
    for block, packed in touched:
        entries = unpack(block % BLOCKS, packed)
        is_left = ~gone[entries & np.uint64(TEXTS - 1)]
        left.append(entries[is_left])
        removed += len(entries) - len(left[-1])
    db.conn.executemany("DELETE FROM passage_blocks WHERE block = ?", [row[:1] for row in touched])
    _keep(db, volume, np.concatenate(left))
    return removed


def _keep(db: Database, volume: int, entries: Numbers) -> None:
    rows = ((volume * BLOCKS + block, packed) for block, packed in pack(entries))
    db.conn.executemany(_KEEP_BLOCK, rows)
