"""Word pairs: which few printed words stand for which few words of the record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rapidfuzz.distance import Indel

from analysis.quotes.tokens import Token

_ALONE = 0.7
_OTHER = 0.65
"""Less than to leave out a word and add another, so that one stands for the other."""

_SAME = -0.4
"""So that a word which is there is not said to be another."""

_LIKE = 0.3
_LIKENESS = 0.7
_MOST = 120
"""Longer stretches are not aligned word by word: all stands for all."""


_MOST_JOINED = 4
"""As many words of one side are tried as one of the other: "co operate", "#standwithus"."""


class _Move(NamedTuple):
    kind: str
    printed: range
    said: range


@dataclass(frozen=True, slots=True)
class Pair:
    """Words that stand for each other; one side may be empty."""

    is_same: bool
    printed: range
    said: range


def align(
    printed: Sequence[Token], said: Sequence[Token], is_open: tuple[bool, bool]
) -> list[Pair]:
    """Align two short rows of words at the least cost, in order.

    `is_open` says whether words of the record before the first and after the last pair are no
    difference, because the quotation begins or ends there.
    """
    if not printed and (any(is_open) or not said):
        return []
    if not printed or not said or len(printed) > _MOST or len(said) > _MOST:
        said_at = range(len(said)) if not any(is_open) else range(0)
        return [Pair(False, range(len(printed)), said_at)]
    return list(_merged(_path(printed, said, is_open)))


def is_same(printed: Token, said: Token) -> bool:
    """Tell whether two words are one; an editor's word in brackets is none of the record's."""
    return printed.key == said.key and (said.is_bracketed or not printed.is_bracketed)


def _path(
    printed: Sequence[Token], said: Sequence[Token], is_open: tuple[bool, bool]
) -> list[_Move]:
    rows, columns = len(printed) + 1, len(said) + 1
    costs = [[0.0] * columns for _ in range(rows)]
    moves: list[list[tuple[str, int, int]]] = [[("", 0, 0)] * columns for _ in range(rows)]
    for row in range(rows):
        for column in range(columns):
            if row or column:
                costs[row][column], moves[row][column] = min(
                    (costs[row - back][column - off] + cost, (kind, back, off))
                    for cost, kind, back, off in _moves(printed, said, row, column, is_open)
                )
    path = []
    row, column = len(printed), len(said)
    while row or column:
        kind, back, off = moves[row][column]
        row, column = row - back, column - off
        path.append(_Move(kind, range(row, row + back), range(column, column + off)))
    return path[::-1]


def _moves(
    printed: Sequence[Token],
    said: Sequence[Token],
    row: int,
    column: int,
    is_open: tuple[bool, bool],
) -> Iterator[tuple[float, str, int, int]]:
    """Give each way to come to a place: its cost, its kind, and how many words it takes."""
    if column:
        is_outside = (row == 0 and is_open[0]) or (row == len(printed) and is_open[1])
        yield (0.0, "outside", 0, 1) if is_outside else (_ALONE, "dropped", 0, 1)
    if row:
        yield _ALONE, "added", 1, 0
    if not (row and column):
        return
    one, other = printed[row - 1], said[column - 1]
    if is_same(one, other):
        yield _SAME, "same", 1, 1
        return
    is_like = one.kind == other.kind and one.key[:1] == other.key[:1]
    is_like = is_like and Indel.normalized_similarity(one.key, other.key) > _LIKENESS
    yield _LIKE if is_like else _OTHER, "differs", 1, 1
    for count in range(2, _MOST_JOINED + 1):
        if count <= column and _are_joined(one.key, said, column - count, column):
            yield _SAME, "joined", 1, count
        if count <= row and _are_joined(other.key, printed, row - count, row):
            yield _SAME, "joined", count, 1


def _are_joined(key: str, tokens: Sequence[Token], start: int, end: int) -> bool:
    return key.startswith(tokens[start].key) and key == "".join(
        token.key for token in tokens[start:end]
    )


def _merged(path: list[_Move]) -> Iterator[Pair]:
    """Join neighbours of one kind; words that are only written together stay by themselves."""
    kept = (move for move in path if move.kind != "outside")
    for _, group in groupby(kept, key=_group):
        moves = list(group)
        printed = range(moves[0].printed.start, moves[-1].printed.stop)
        said = range(moves[0].said.start, moves[-1].said.stop)
        yield Pair(moves[0].kind == "same", printed, said)


def _group(move: _Move) -> tuple[str, int]:
    if move.kind == "joined":
        return "joined", move.printed.start
    return ("same" if move.kind == "same" else "differs"), 0
