"""Stretches: where in a long text the words of a quotation stand together.

To divide a speech into words takes a hundred times as long as to look for a dozen words in it. So
it is searched as it is written, which shows most of the words that `words_of` takes for the same,
in cells about as wide as the quotation. A word weighs the more, the fewer cells have it. What is
worth reading are the cells that have most, with their neighbours, and those that have what these
lack: a quotation may be put together from several places.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from archive.passages.words import is_in_pieces, words_of

Span = tuple[int, int]
"""From a character of a text to the one after the last."""

SHORT = 2_000
"""Characters of a text that is read as a whole."""

_NARROWEST = 128
"""Bytes of a cell for a short quotation."""

_ALIKE, _LIKELY = 0.5, 0.3
"""The shares of what the best place has and of all words, from which one may be the right one."""

_MORE = 1.9
"""What a place must add to others to be read too: four words in a row, however common, do."""

_SMALL = 3
"""Letters of a word that is not looked for by itself."""

_THREE = re.compile(rb"(?=( \S+ +\S+ +\S+ ))")

_FEW = 0.25
"""The share of the words without which a text may be written in another way."""

_APART = 2
"""Cells between two stretches; to leave out fewer words would save nothing."""

_EDGE = 40
"""Characters after which a stretch is cut within a word, as in scripts without blanks."""

_PLAIN = bytes(
    sign if sign >= 0x80 or chr(sign).isalnum() else ord(" ")  # noqa: PLR2004 - no ASCII
    for sign in bytes(range(256)).lower()
)
_SIGNS = re.compile(b"\xe2\x80[\x80-\xbf]", re.DOTALL)
"""Quotation marks, dashes and blanks that are no ASCII."""

Find = Callable[[str], tuple[Span, ...]]
"""Finds the stretches of a text, in order."""


def find_stretches(quote: str) -> Find:
    """Make a function that finds the stretches of a text in which words of a quotation may stand.

    A text that is short, or has hardly any of them as they are written, is one stretch.
    """
    words, runs = _words(quote), _runs(quote)
    width = max(len(_folded(quote)), _NARROWEST)

    @cache
    def find(text: str) -> tuple[Span, ...]:
        whole = ((0, len(text)),)
        if len(text) <= max(SHORT, 4 * width):
            return whole
        cells = _cells(_folded(text), [*words, *runs], width)
        if np.count_nonzero(cells[: len(words)].any(axis=1)) < _FEW * len(words):
            return whole
        return tuple(_spans(text, _chosen(cells), width))

    return find


def _folded(text: str) -> bytes:
    """Fold common signs and the case of common letters, with a blank more on either side."""
    folded = text.encode("utf-8", "surrogatepass")
    if not text.isascii():
        folded = _SIGNS.sub(b"   ", folded).replace(b"\xc2\xa0", b"  ")
    return b" %b " % folded.translate(_PLAIN)


def _words(quote: str) -> list[bytes]:
    """Give the words that are no short ones, and pieces of what is written without blanks."""
    words = (word.decode("utf-8", "surrogatepass") for word in _folded(quote).split())
    seeds = [f" {word} " for word in words if len(word) > _SMALL and not is_in_pieces(word)]
    seeds += [piece for piece in words_of(quote) if is_in_pieces(piece)]
    return [seed.encode("utf-8", "surrogatepass") for seed in dict.fromkeys(seeds)]


def _runs(quote: str) -> list[bytes]:
    """Give all runs of three words, as spaced: of common words, only these tell a place."""
    return [*dict.fromkeys(run[1] for run in _THREE.finditer(_folded(quote)))]


def _cells(folded: bytes, seeds: Sequence[bytes], width: int) -> NDArray[np.bool_]:
    """Tell of each seed in which cells it begins."""
    cells = np.zeros((len(seeds), len(folded) // width + 1), dtype=np.bool_)
    for row, seed in zip(cells, seeds, strict=True):
        at = folded.find(seed)
        while at >= 0:
            cell = at // width
            row[cell] = True
            at = folded.find(seed, (cell + 1) * width)
    return cells


def _chosen(cells: NDArray[np.bool_]) -> list[int]:
    """Choose the places that are worth reading, by the first of their two cells, in order."""
    weights = 1 - np.log(np.maximum(cells.sum(axis=1), 1)) / np.log(cells.shape[1])
    places = cells.astype(np.float64)
    np.maximum(places[:, :-1], cells[:, 1:], out=places[:, :-1])
    found = weights @ places
    is_chosen = found >= max(_ALIKE * found.max(), min(_LIKELY * weights.sum(), found.max()))
    left = weights * (1 - places[:, is_chosen].max(axis=1))
    while (gains := left @ places).max() > _MORE:
        at = gains.argmax()
        is_chosen[at] = True
        left *= 1 - places[:, at]
    return [int(at) for at in is_chosen.nonzero()[0]]


def _spans(text: str, chosen: Sequence[int], width: int) -> Iterator[Span]:
    """Give the stretches around chosen places, each with its neighbours; those that meet join."""
    joined: list[tuple[int, int]] = []
    for cell in chosen:
        is_near = joined and cell - 1 - joined[-1][1] < _APART
        start = joined.pop()[0] if is_near else cell - 1
        joined.append((start, cell + 3))
    characters = _characters(text)
    for start, end in joined:
        first, last = characters(start * width), characters(end * width)
        blank_before = text.rfind(" ", max(first - _EDGE, 0), first)
        blank_after = text.find(" ", last, last + _EDGE)
        yield blank_before + 1 if blank_before >= 0 else first, max(blank_after, last)


def _characters(text: str) -> Callable[[int], int]:
    """Make a function that counts the characters of a text before a place in its folded bytes."""
    if text.isascii():
        return lambda at: min(max(at - 1, 0), len(text))
    encoded = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    (starts,) = ((encoded & 0xC0) != 0x80).nonzero()  # noqa: PLR2004 - those that go on
    return lambda at: int(starts.searchsorted(at - 1))
