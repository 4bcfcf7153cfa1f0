"""A figure: one promise, the trials that prove it, and what would break it."""

import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

Counts = dict[str, float]
"""What trials brought, added up; of a name that begins with `most_`, the highest counts."""

Trial = Callable[[int, random.Random], Mapping[str, float]]
"""Do the trial of a number with its own chance, and count what happened."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One promise; the trials of a number are the same in every run with the same seed."""

    promise: str
    trials: int
    """How many make the full figure."""

    quick: int
    """How many are run with every test."""

    ready: Callable[[Path], AbstractContextManager[Trial]]
    """Make ready in an empty folder, such as by starting a server, and give the trial."""

    broken: Callable[[Counts], list[str]]
    """Say how the promise is broken by what was counted; empty: it is kept."""

    is_alone: bool = False
    """Whether its trials build on each other, or measure how long others wait."""


def total(each: Iterable[Mapping[str, float]]) -> Counts:
    """Add counts up."""
    totals: Counts = {}
    for counts in each:
        for name, count in counts.items():
            before = totals.get(name, 0)
            totals[name] = max(before, count) if name.startswith("most_") else before + count
    return totals


def unless(**expected: float) -> Callable[[Counts], list[str]]:
    """Call a promise broken unless each count is as expected; what was not counted is 0."""

    def broken(counts: Counts) -> list[str]:
        return [
            f"{name} is {counts.get(name, 0):g} and not {count:g}"
            for name, count in expected.items()
            if counts.get(name, 0) != count
        ]

    return broken
