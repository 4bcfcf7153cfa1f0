"""A figure: what was measured, how far the runs lay apart, and its goal."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and its goal: not to be exceeded, or to be reached at least."""

    name: str
    runs: Sequence[float]
    goal: float | None = None
    unit: str = ""
    least: float | None = None

    @property
    def is_met(self) -> bool:
        """Tell whether the median keeps to the goal."""
        median = statistics.median(self.runs)
        is_low_enough = self.goal is None or median <= self.goal
        return is_low_enough and (self.least is None or median >= self.least)

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        measured = f"{statistics.median(self.runs):.2f}{unit}"
        spread = f"{min(self.runs):.2f} to {max(self.runs):.2f} in {len(self.runs)} runs"
        if self.goal is None and self.least is None:
            return f"  {self.name}: {measured} ({spread})"
        goal = f">= {self.least:g}" if self.goal is None else f"<= {self.goal:g}"
        verdict = "met" if self.is_met else "MISSED"
        return f"  {self.name}: {measured} ({spread}), goal {goal}{unit}: {verdict}"
