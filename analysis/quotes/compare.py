"""Comparing: where in a text the words of a quotation stand, and which of them do not.

Runs of shared words are found first, then the best chain of them: the one whose words are rarest
and which leaves least between them. What lies between two runs is aligned word by word.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.quotes.tokens import Token
from analysis.quotes.word_pairs import align, is_same

Weigh = Callable[[str], float]
"""How much a word says about where a quotation comes from, from 0 to 1."""

_EVERY_WORD = 0.1
_RUNS = 300
_RARE = 0.45
_PER_WORD = 0.06
_JUMP, _BACK = 1.3, 1.8
_MARKED, _PER_OMITTED, _LONGEST_OMITTED = 0.1, 0.002, 0.6
_FAR = 24
"""So many words left out unseen are no slip of the pen: the passage is in two places."""

_LEAST_PIECE = 4
_WORTH_WHILE = 0.4
_EDGE = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are the same in both, one after the other."""

    printed: int
    said: int
    count: int

    @property
    def printed_end(self) -> int:
        """The printed token after its last one."""
        return self.printed + self.count

    @property
    def said_end(self) -> int:
        """The token of the record after its last one."""
        return self.said + self.count


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the comparison, in tokens: the same words, or what stands for what."""

    is_same: bool
    printed: range
    said: range
    is_marked: bool = False
    """Whether an ellipsis, or the quotation marks that close and open, say that words go here."""

    is_jump: bool = False
    """Whether the record goes on somewhere else: far off, or before."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the words of a quotation lie in a text."""

    steps: tuple[Step, ...]
    share: float
    """The share of the printed words that the text has here, by weight, from 0 to 1."""

    weight: float
    """How much the shared words say, summed."""

    longest: int
    """The most words in one run without a difference."""

    rarest: float
    """The most that one run says."""

    loose_end: int
    """How many printed words before the first or after the last shared one are not there."""


def compare(
    printed: Sequence[Token],
    said: Sequence[Token],
    weigh: Weigh,
    breaks: Sequence[int] = (),
) -> Comparison | None:
    """Find the passage that a quotation was taken from; None if too little of it is there.

    `breaks` are the printed tokens before which the quotation marks close and open again.
    """
    weights = [_weight(token, weigh) for token in printed]
    marks = _marks(printed, breaks)
    runs = _best_chain(_runs(printed, said, weights), said, weights, marks)
    if not runs or not _is_worth_while(runs, printed, weights):
        return None
    steps = tuple(_steps(runs, printed, said, marks))
    same = [step for step in steps if step.is_same]
    matched = sum(sum(weights[step.printed.start : step.printed.stop]) for step in same)
    whole = _own_weight(printed, weights)
    joined = list(_joined_runs(same))
    return Comparison(
        steps,
        min(1.0, matched / whole) if whole else 0.0,
        matched,
        max(run.count for run in joined),
        max(sum(weights[run.printed : run.printed_end]) for run in joined),
        max(same[0].printed.start, len(printed) - same[-1].printed.stop),
    )


def _own_weight(printed: Sequence[Token], weights: Sequence[float]) -> float:
    """Weigh all words but the editor's."""
    words = zip(printed, weights, strict=True)
    return sum(weight for token, weight in words if not token.is_bracketed)


def _is_worth_while(
    runs: Sequence[Run], printed: Sequence[Token], weights: Sequence[float]
) -> bool:
    """Tell whether so much is shared in runs that aligning the rest can matter."""
    shared = sum(sum(weights[run.printed : run.printed_end]) for run in runs)
    return shared >= _WORTH_WHILE * _own_weight(printed, weights)


def _marks(printed: Sequence[Token], breaks: Sequence[int]) -> list[int]:
    """Give the tokens at which a quotation says that it goes on somewhere else."""
    return sorted({*breaks, *(at for at, token in enumerate(printed) if token.kind == "ellipsis")})


def _weight(token: Token, weigh: Weigh) -> float:
    if token.kind in {"ellipsis", "link"}:
        return 0.0
    return _EVERY_WORD + (1 - _EVERY_WORD) * weigh(token.key.lstrip("#"))


def _runs(printed: Sequence[Token], said: Sequence[Token], weights: Sequence[float]) -> list[Run]:
    """Find all runs that tell something, the longest first possible of each."""
    places: dict[str, list[int]] = defaultdict(list)
    wanted = {token.key for token in printed if token.kind != "ellipsis"}
    for at, token in enumerate(said):
        if token.key in wanted and token.kind != "ellipsis":
            places[token.key].append(at)
    runs = []
    for at, token in enumerate(printed):
        for place in places.get(token.key, ()):
            if at and place and is_same(printed[at - 1], said[place - 1]):
                continue  # inside a longer run
            count = 0
            while (
                at + count < len(printed)
                and place + count < len(said)
                and is_same(printed[at + count], said[place + count])
            ):
                count += 1
            if count > 1 or (count and weights[at] > _RARE):
                runs.append(Run(at, place, count))
    if len(runs) > _RUNS:
        runs.sort(key=lambda run: -sum(weights[run.printed : run.printed_end]))
        runs = runs[:_RUNS]
    return sorted(runs, key=lambda run: (run.printed, run.said))


def _best_chain(
    runs: list[Run], said: Sequence[Token], weights: Sequence[float], marks: Sequence[int]
) -> list[Run]:
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    best: list[float] = []
    kept: list[Run] = []
    came_from: list[int | None] = []
    for run in runs:
        score, cut, origin = sums[run.printed_end] - sums[run.printed], run, None
        for other, before in enumerate(kept):
            after = _after(before, run)
            if after is None:
                continue
            gain = sums[after.printed_end] - sums[after.printed]
            total = best[other] + gain - _cost(before, after, marks)
            if total > score:
                score, cut, origin = total, after, other
        best.append(score)
        kept.append(cut)
        came_from.append(origin)
    if not best:
        return []
    at: int | None = max(range(len(best)), key=lambda each: best[each])
    chain = []
    while at is not None:
        chain.append(kept[at])
        at = came_from[at]
    return _without_crumbs(chain[::-1], said, marks)


def _after(before: Run, run: Run) -> Run | None:
    """Give the part of a run that can follow another: no word is used twice."""
    if run.printed_end <= before.printed_end:
        return None
    overlap = max(0, before.printed_end - run.printed)
    if run.said >= before.said:
        overlap = max(overlap, before.said_end - run.said)
    if overlap >= run.count:
        return None
    return Run(run.printed + overlap, run.said + overlap, run.count - overlap)


def _cost(before: Run, run: Run, marks: Sequence[int]) -> float:
    added = run.printed - before.printed_end
    left_out = run.said - before.said_end
    if _is_marked(before, run, marks):
        return _MARKED + (
            _BACK / 2 if left_out < 0 else min(_LONGEST_OMITTED, left_out * _PER_OMITTED)
        )
    if left_out < 0:
        return _BACK
    return _PER_WORD * added + min(_JUMP, _PER_WORD * left_out)


def _is_marked(before: Run, run: Run, marks: Sequence[int]) -> bool:
    at = bisect_left(marks, before.printed_end)
    return at < len(marks) and marks[at] <= run.printed


def _is_jump(before: Run, run: Run, said: Sequence[Token]) -> bool:
    """Tell whether the record goes on elsewhere: before, far off, or in a later sentence."""
    left_out = run.said - before.said_end
    if left_out < 0 or left_out > _FAR + run.printed - before.printed_end:
        return True
    crosses = any(said[at].opens for at in range(before.said_end, run.said + 1))
    return crosses and min(left_out, before.count, run.count) >= _LEAST_PIECE


def _without_crumbs(chain: list[Run], said: Sequence[Token], marks: Sequence[int]) -> list[Run]:
    """Leave out pieces of few words from far off that nothing marks: they are chance."""
    pieces: list[list[Run]] = [[chain[0]]]
    for before, run in pairwise(chain):
        if _is_jump(before, run, said) and not _is_marked(before, run, marks):
            pieces.append([run])
        else:
            pieces[-1].append(run)
    sizes = [sum(run.count for run in piece) for piece in pieces]
    kept = [piece for piece, size in zip(pieces, sizes, strict=True) if size >= _LEAST_PIECE]
    return [run for piece in kept or [pieces[sizes.index(max(sizes))]] for run in piece]


def _steps(
    runs: Sequence[Run], printed: Sequence[Token], said: Sequence[Token], marks: Sequence[int]
) -> Iterator[Step]:
    first, last = runs[0], runs[-1]
    yield from _head(first, printed, said, marks)
    for before, run in pairwise(runs):
        yield _same(before)
        yield from _between(before, run, printed, said, marks)
    yield _same(last)
    yield from _tail(last, printed, said, marks)


def _same(run: Run) -> Step:
    return Step(True, range(run.printed, run.printed_end), range(run.said, run.said_end))


def _head(
    first: Run, printed: Sequence[Token], said: Sequence[Token], marks: Sequence[int]
) -> Iterator[Step]:
    cut = max((mark for mark in marks if mark <= first.printed), default=0)
    left = first.printed - cut
    start = first.said
    if start < len(said) and not said[start].opens:
        while start > 0 and first.said - start < left + _EDGE and not said[start].opens:
            start -= 1
    if cut:
        yield Step(False, range(cut), range(start, start))
    yield from _aligned(
        range(cut, first.printed), range(start, first.said), printed, said, (True, False)
    )


def _tail(
    last: Run, printed: Sequence[Token], said: Sequence[Token], marks: Sequence[int]
) -> Iterator[Step]:
    cut = min((mark for mark in marks if mark >= last.printed_end), default=len(printed))
    left = cut - last.printed_end
    end = last.said_end
    while end < len(said) and end - last.said_end < left + _EDGE and not said[end].opens:
        end += 1
    yield from _aligned(
        range(last.printed_end, cut), range(last.said_end, end), printed, said, (False, True)
    )
    if cut < len(printed):
        yield Step(False, range(cut, len(printed)), range(end, end))


def _between(
    before: Run, run: Run, printed: Sequence[Token], said: Sequence[Token], marks: Sequence[int]
) -> Iterator[Step]:
    between = range(before.printed_end, run.printed)
    marks = [at for at in marks if between.start <= at <= between.stop]
    is_jump = _is_jump(before, run, said)
    if not marks and not is_jump:
        yield from _aligned(
            between, range(before.said_end, run.said), printed, said, (False, False)
        )
        return
    first = marks[0] if marks else between.start
    last = marks[-1] + (printed[marks[-1]].kind == "ellipsis") if marks else between.stop
    if run.said < before.said_end:
        head, tail = range(before.said_end, before.said_end), range(run.said, run.said)
    else:
        middle = min(run.said, before.said_end + first - between.start)
        head = range(before.said_end, middle)
        after = sum(printed[at].kind != "ellipsis" for at in range(last, between.stop))
        tail = range(max(middle, run.said - after), run.said)
    yield from _aligned(range(between.start, first), head, printed, said, (False, True))
    yield Step(
        False,
        range(first, last),
        range(head.stop, max(head.stop, tail.start)),
        is_marked=bool(marks),
        is_jump=is_jump,
    )
    yield from _aligned(range(last, between.stop), tail, printed, said, (True, False))


def _aligned(
    printed_at: range,
    said_at: range,
    printed: Sequence[Token],
    said: Sequence[Token],
    is_open: tuple[bool, bool],
) -> Iterator[Step]:
    """Align what lies between two runs; at an open end the record may go on without loss."""
    at = [each for each in printed_at if printed[each].kind != "ellipsis"]
    pairs = align([printed[each] for each in at], [said[each] for each in said_at], is_open)
    places = [*at, at[-1] + 1] if at else [printed_at.start]
    for pair in pairs:
        yield Step(
            pair.is_same,
            range(places[pair.printed.start], places[pair.printed.stop]),
            range(said_at.start + pair.said.start, said_at.start + pair.said.stop),
        )


def _joined_runs(same: Sequence[Step]) -> Iterator[Run]:
    """Join runs that follow each other without a difference."""
    start, said, count = same[0].printed.start, same[0].said.start, len(same[0].printed)
    for step in same[1:]:
        if step.printed.start == start + count and step.said.start == said + count:
            count += len(step.printed)
        else:
            yield Run(start, said, count)
            start, said, count = step.printed.start, step.said.start, len(step.printed)
    yield Run(start, said, count)
