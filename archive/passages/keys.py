"""Keys: the numbers under which words and runs of four words stand in the index.

A key has 45 bits. The first 14 name a block of the index, the other 31 its place there. Of a record
of a million posts, about one unknown run in a million has the key of a known one.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

VERSION = 1
"""Of the words and their keys: an index of another version is made anew."""

RUN = 4
"""Words of a run."""

BLOCK_BITS, PLACE_BITS = 14, 31

Numbers = NDArray[np.uint64]

_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)
_WORD, _RUN, _SPEAKER = 0x2545F4914F6CDD1D, 0x60BEE2BEE120FC15, 0x7FB5D329728EA185
_KEPT = 400_000


class WordNumbers(dict[str, int]):
    """The number of each word: 64 bits of a hash, the same in every archive and anywhere."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KEPT:
            self.clear()  # words come in no end; the usual ones are soon there again
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        number = self[word] = int.from_bytes(digest, "little")
        return number

    def of(self, words: Sequence[str]) -> Numbers:
        """Number words in order."""
        return np.fromiter(map(self.__getitem__, words), dtype=np.uint64, count=len(words))


def word_keys(numbers: Numbers) -> Numbers:
    """Give the key of each word, by its number."""
    return _mixed(numbers ^ np.uint64(_WORD))


def run_keys(numbers: Numbers) -> Numbers:
    """Give the keys of all runs of four in a row of words, one fewer than words by three."""
    runs = max(len(numbers) - RUN + 1, 0)
    mixed = np.full(runs, _RUN, dtype=np.uint64)
    for at, factor in enumerate(_FACTORS):
        mixed += numbers[at : at + runs] * np.uint64(factor)
    return _mixed(mixed)


def speaker_keys(numbers: Numbers) -> Numbers:
    """Give the key of each person or account, by the number of its id."""
    return _mixed(numbers ^ np.uint64(_SPEAKER))


def _mixed(numbers: Numbers) -> Numbers:
    """Spread what differs over all bits, and keep as many as a key has."""
    mixed = numbers ^ (numbers >> np.uint64(32))
    mixed *= np.uint64(_FACTORS[0])
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(_FACTORS[1])
    mixed ^= mixed >> np.uint64(32)
    return mixed >> np.uint64(64 - BLOCK_BITS - PLACE_BITS)
