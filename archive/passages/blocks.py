"""Blocks: how the index is packed, and how a key is looked up in it.

An entry says that a key occurs in a text: the 45 bits of the key, then 16 bits with the number of
the text in its volume. The entries of a volume whose keys begin with the same 14 bits are a block:

    4 bytes        how many keys there are
    4 bytes each   the keys in order: 31 bits, and one that tells whether it is in several texts
    2 bytes each   for those that are, in how many besides the first
    2 bytes each   the texts, key by key, in order

That is 6 bytes for a run that occurs once, and 2 for one text more of a word that all know.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from archive.passages.keys import BLOCK_BITS, PLACE_BITS, Numbers

TEXT_BITS = 16
TEXTS = 1 << TEXT_BITS
"""The most texts of a volume."""

BLOCKS = 1 << BLOCK_BITS
"""Blocks of a volume."""

Texts = NDArray[np.uint16]

_PLACE = np.uint64((1 << PLACE_BITS) - 1)
_TEXT = np.uint64(TEXTS - 1)
_ONE = np.uint64(1)
_SHIFT = np.uint64(TEXT_BITS)
_TO_BLOCK = np.uint64(PLACE_BITS + TEXT_BITS)


def entries_of(keys: Numbers, texts: NDArray[np.integer]) -> Numbers:
    """Make entries of keys and, for each, the number of its text in the volume."""
    return (keys << _SHIFT) | texts.astype(np.uint64)


def in_order(*parts: Numbers) -> Numbers:
    """Sort entries and keep of equal ones only one; numpy's own `unique` takes 20 times as long."""
    entries = np.concatenate(parts)
    entries.sort()
    return entries[_changes(entries)]


def blocks_of(entries: Numbers) -> NDArray[np.uint64]:
    """Name the blocks, from 0, in which sorted entries stand, each once and in order."""
    blocks = entries >> _TO_BLOCK
    return blocks[_changes(blocks)]


def _changes(numbers: Numbers) -> NDArray[np.bool_]:
    """Tell of each of some sorted numbers whether it is another than the one before."""
    is_new = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_new[1:])
    return is_new


def pack(entries: Numbers) -> Iterator[tuple[int, bytes]]:
    """Pack sorted entries, each of which occurs once, into their blocks (number, bytes)."""
    if not len(entries):
        return
    keys = entries >> _SHIFT
    starts = np.flatnonzero(_changes(keys))
    counts = np.diff(starts, append=len(entries))
    is_shared = counts > 1
    keys = keys[starts]
    places = (((keys & _PLACE) << _ONE) | is_shared).astype("<u4").tobytes()
    more = (counts[is_shared] - 1).astype("<u2").tobytes()
    texts = (entries & _TEXT).astype("<u2").tobytes()
    numbers = keys >> np.uint64(PLACE_BITS)
    first = np.flatnonzero(_changes(numbers))
    in_keys = [*first.tolist(), len(keys)]
    in_texts = [*starts[first].tolist(), len(entries)]
    in_more = np.concatenate(([0], np.cumsum(is_shared)))[in_keys].tolist()
    for at, number in enumerate(numbers[first].tolist()):
        key, next_key = in_keys[at], in_keys[at + 1]
        yield (
            number,
            b"".join(
                (
                    (next_key - key).to_bytes(4, "little"),
                    places[4 * key : 4 * next_key],
                    more[2 * in_more[at] : 2 * in_more[at + 1]],
                    texts[2 * in_texts[at] : 2 * in_texts[at + 1]],
                )
            ),
        )


def unpack(number: int, packed: bytes) -> Numbers:
    """Give the sorted entries of a block."""
    places, counts, texts = _parts(packed)
    keys = np.uint64(number << PLACE_BITS) | places.astype(np.uint64)
    return entries_of(keys.repeat(counts), texts)


class Block:
    """A block, open for looking up."""

    __slots__ = ("_ends", "_places", "_texts")

    def __init__(self, packed: bytes) -> None:
        self._places, counts, self._texts = _parts(packed)
        self._ends = counts.cumsum()

    def texts_with(self, place: int) -> Texts:
        """Give the texts (by their numbers in the volume) in which a key of this block occurs."""
        at = int(self._places.searchsorted(np.uint32(place)))
        if at == len(self._places) or self._places[at] != place:
            return self._texts[:0]
        return self._texts[self._ends[at - 1] if at else 0 : self._ends[at]]


def texts_in(packed: bytes) -> Texts:
    """Give the texts of all entries of a block, with repetitions."""
    return _parts(packed)[2]


def _parts(packed: bytes) -> tuple[NDArray[np.uint32], NDArray[np.int64], Texts]:
    """Give the places of a block's keys, in how many texts each is, and these texts."""
    keys = int.from_bytes(packed[:4], "little")
    places = np.frombuffer(packed, "<u4", keys, 4)
    shared = (places & 1).nonzero()[0]
    counts = np.ones(keys, dtype=np.int64)
    counts[shared] += np.frombuffer(packed, "<u2", len(shared), 4 + 4 * keys)
    return (
        places >> np.uint32(1),
        counts,
        np.frombuffer(packed, "<u2", -1, 4 + 4 * keys + 2 * len(shared)),
    )
