"""Periods of which the tone between countries is shown: a year or a month."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.browse.moments import say_date
from onrecord.browse.page_frame import NotThereError
from onrecord.browse.reader import Reader

_PERIOD = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_MOST_YEARS = 40
_BOUNDS = (
    "SELECT min(first_on) AS first_on, max(last_on) AS last_on FROM (SELECT "
    "(SELECT min(said_on) FROM said_about WHERE kind = 'country' AND target = id) AS first_on, "
    "(SELECT max(said_on) FROM said_about WHERE kind = 'country' AND target = id "
    "AND said_on <= date('now', '+1 day')) AS last_on FROM entities WHERE kind = 'country')"
)


@dataclass(frozen=True, slots=True)
class Periods:
    """The period that is shown, and those that could be."""

    chosen: str
    """Empty where no country is spoken about at all."""

    years: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    """Each year, the latest first, with its months and what they are called."""

    @property
    def said(self) -> str:
        """Say the chosen period."""
        return say_date(self.chosen)


async def read_periods(reader: Reader) -> Periods:
    """Read which year or month is asked for; the latest year with a mention if none is.

    Raises:
        NotThereError: what is asked for is neither.
    """
    asked = reader.asked("period")
    if asked and not _PERIOD.fullmatch(asked):
        raise NotThereError("A period is a year or a month, such as 2031 or 2031-03")
    bounds = await reader.row(_BOUNDS) or {}
    first, last = bounds.get("first_on"), bounds.get("last_on")
    if not first or not last:
        return Periods(asked, ())
    years = range(int(last[:4]), max(int(first[:4]), int(last[:4]) - _MOST_YEARS) - 1, -1)
    return Periods(asked or last[:4], [(str(year), _months(year, first, last)) for year in years])


def _months(year: int, first: str, last: str) -> list[tuple[str, str]]:
    months = (f"{year}-{month:02}" for month in range(12, 0, -1))
    return [(each, say_date(each)) for each in months if first[:7] <= each <= last[:7]]
