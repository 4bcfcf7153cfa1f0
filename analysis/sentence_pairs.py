"""Sentence pairs: which sentences of one text became which of another, and which came or went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from analysis.quotes.tokens import read_tokens
from analysis.sentences import split_sentences
from analysis.spans import Span
from analysis.worddiff import steps

_LIKE = 0.4
"""The least share of words that a sentence keeps when it is only reworded."""

_MERGED = 0.5
"""So that a sentence that went is not said to have gone into its neighbour."""

_FEW = 3
_MOST_PAIRS = 2_500
"""Beyond so many pairs of sentences, a stretch is compared as if it were one."""


@dataclass(frozen=True, slots=True)
class SentencePair:
    """Sentences that stand for each other; one side is empty where they came or went."""

    before: Span
    after: Span
    is_same: bool = False


def pair_sentences(before: str, after: str, language: str | None) -> Iterator[SentencePair]:
    """Pair the sentences of two texts in order; sentences that stayed are one pair each."""
    old, new = split_sentences(before, language), split_sentences(after, language)
    words = [before[slice(*span)] for span in old], [after[slice(*span)] for span in new]
    for tag, a, b, c, d in steps(*words):
        if tag == "equal":
            yield from (
                SentencePair(one, other, is_same=True)
                for one, other in zip(old[a:b], new[c:d], strict=True)
            )
            continue
        at = old[b - 1][1] if b else 0, new[d - 1][1] if d else 0
        yield from _Stretch(words[0][a:b], words[1][c:d]).pairs(old[a:b], new[c:d], at)


_Move = tuple[int, int]
_ALONE: tuple[_Move, ...] = ((1, 0), (0, 1))
_TOGETHER: tuple[_Move, ...] = ((1, 1), (2, 1), (1, 2))


class _Stretch:
    """Sentences that differ, between two that stayed."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._texts = old, new
        self._keys = [_keys(each) for each in old], [_keys(each) for each in new]

    def pairs(
        self, old: Sequence[Span], new: Sequence[Span], at: tuple[int, int]
    ) -> Iterator[SentencePair]:
        """Give the pairs; `at` is where words would stand on a side that has none."""
        if len(old) * len(new) > _MOST_PAIRS:
            yield SentencePair((old[0][0], old[-1][1]), (new[0][0], new[-1][1]))
            return
        row = column = 0
        for back, off in self._path():
            one, other = old[row : row + back], new[column : column + off]
            yield SentencePair(_around(one, old, row, at[0]), _around(other, new, column, at[1]))
            row, column = row + back, column + off

    def _path(self) -> list[_Move]:
        rows, columns = len(self._texts[0]) + 1, len(self._texts[1]) + 1
        best: list[list[tuple[float, _Move]]] = [[(0.0, (0, 0))] * columns for _ in range(rows)]
        for row in range(rows):
            for column in range(columns):
                if row or column:
                    best[row][column] = max(
                        (best[row - back][column - off][0] + gain, (back, off))
                        for gain, (back, off) in self._moves(row, column)
                    )
        path = []
        row, column = rows - 1, columns - 1
        while row or column:
            move = best[row][column][1]
            path.append(move)
            row, column = row - move[0], column - move[1]
        return path[::-1]

    def _moves(self, row: int, column: int) -> Iterator[tuple[float, _Move]]:
        for back, off in _ALONE:
            if back <= row and off <= column:
                yield 0.0, (back, off)
        for back, off in _TOGETHER:
            if back <= row and off <= column:
                kept = self._kept(range(row - back, row), range(column - off, column))
                if kept:
                    yield kept - _MERGED * (back + off - 2), (back, off)

    def _kept(self, rows: range, columns: range) -> float:
        """Count the words that some sentences share in order; none if they are too few."""
        old = [key for row in rows for key in self._keys[0][row]]
        new = [key for column in columns for key in self._keys[1][column]]
        most = max(len(old), len(new))
        share = _share(old, new)
        if len(self._keys[0]) == len(self._keys[1]) == 1 and most <= _FEW:
            return 1.0  # "Yes." stands where "No." stood
        if most <= _FEW:  # one letter of a word may be all that changed
            letters = [
                "".join(texts[each] for each in at)
                for texts, at in zip(self._texts, (rows, columns), strict=True)
            ]
            share = max(share, _share(*letters) - (1 - _LIKE) / 2)
        return share * max(len(old) + len(new), 1) / 2 if share >= _LIKE else 0.0


def _share(old: Sequence[str], new: Sequence[str]) -> float:
    length = len(old) + len(new)
    return 2 * LCSseq.similarity(old, new) / length if length else 0.0


def _keys(sentence: str) -> list[str]:
    return [token.key for token in read_tokens(sentence)]


def _around(spans: Sequence[Span], of: Sequence[Span], at: int, end: int) -> Span:
    if spans:
        return spans[0][0], spans[-1][1]
    return (of[at][0], of[at][0]) if at < len(of) else (end, end)
