"""A figure: what was measured, how far the runs lay apart, and its goal."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and the goal that it must not exceed."""

    name: str
    runs: Sequence[float]
    goal: float | None = None
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Tell whether the median keeps to the goal."""
        return self.goal is None or statistics.median(self.runs) <= self.goal

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        measured = f"{statistics.median(self.runs):.2f}{unit}"
        spread = f"{min(self.runs):.2f} to {max(self.runs):.2f} in {len(self.runs)} runs"
        if self.goal is None:
            return f"  {self.name}: {measured} ({spread})"
        verdict = "met" if self.is_met else "MISSED"
        return f"  {self.name}: {measured} ({spread}), goal <= {self.goal:g}{unit}: {verdict}"
