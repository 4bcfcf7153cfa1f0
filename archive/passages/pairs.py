"""Pairs: how far the words that a text shares with a quotation stand as they stand there."""

from collections.abc import Callable
from itertools import chain

from archive.passages.words import words_of

Pair = tuple[str, str, int]

_GAPS = (1, 2)


def count_pairs(quote: str) -> Callable[..., int]:
    """Make a function that counts which pairs of words of a quotation stretches of a text have.

    A pair are two words side by side or with one word between them, whichever that is, so that a
    changed word leaves the pair around it.

    >>> count_pairs("We will go to sea")("We shall go to sea today")
    4
    """
    wanted = _pairs(words_of(quote))

    def count(*stretches: str) -> int:
        return len(wanted & {*chain.from_iterable(_pairs(words_of(each)) for each in stretches)})

    return count


def _pairs(words: list[str]) -> set[Pair]:
    return {
        (one, other, gap) for gap in _GAPS for one, other in zip(words, words[gap:], strict=False)
    }
