"""Tone by month, of speakers and of offices, and against what was usual in the year before."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from archive.store import Archive
from archive.summaries.changes import IS_OWN, MONTHLY, Monthly
from archive.summaries.due import Group, work_off
from archive.summaries.intervals import FEWEST, mean_of, middle, resampled_means, rounded

if TYPE_CHECKING:
    from archive.summaries.intervals import Means

_BATCH = 2_000
_YEAR = 12

_TONES = f"""
SELECT substr(s.published_at, 1, 7), s.tone FROM statements AS s
WHERE {{who}} = ? AND s.published_at >= ? AND s.published_at < ?
    AND s.tone IS NOT NULL AND s.published_precision <> 'year' AND {IS_OWN}
"""  # noqa: S608 - our own names
_UPDATE = """
UPDATE {table} SET
    n = :n, not_scored = statements - :n, mean = :mean, low = :low, high = :high,
    baseline_n = :baseline_n, baseline_mean = :baseline_mean, difference = :difference,
    difference_low = :difference_low, difference_high = :difference_high
WHERE {column} = :who AND month = :month
"""


def sum_months(archive: Archive) -> None:
    """Sum up the months that are due, and those that have them in their baseline."""
    for summary in MONTHLY:
        work_off(archive, summary.table, _BATCH, partial(_sum_groups, summary))


def _sum_groups(summary: Monthly, db: Database, groups: Sequence[Group]) -> None:
    for who, months_of in groupby(groups, key=lambda group: group.who):
        for months in _stretches([group.period for group in months_of]):
            _sum_up(db, summary, who, months)


def month_after(month: str, count: int = 1) -> str:
    """Count months onwards, or back.

    >>> month_after("2031-03", -12), month_after("2031-12")
    ('2030-03', '2032-01')
    """
    year, number = divmod(int(month[:4]) * 12 + int(month[5:7]) - 1 + count, 12)
    return f"{year:04d}-{number + 1:02d}"


def _stretches(months: Sequence[str]) -> Iterator[list[str]]:
    """Split months where they are so far apart that nothing depends on both sides."""
    stretch: list[str] = []
    for month in months:
        if stretch and month > month_after(stretch[-1], 2 * _YEAR):
            yield stretch
            stretch = []
        stretch.append(month)
    yield stretch


def _sum_up(db: Database, summary: Monthly, who: str, due: Sequence[str]) -> None:
    table, column = summary.table, summary.column
    first, last = due[0], month_after(due[-1], _YEAR)
    gone = f"DELETE FROM {table} WHERE {column} = ? AND statements <= 0"  # noqa: S608 - our own names
    known = f"SELECT month FROM {table} WHERE {column} = ? AND month BETWEEN ? AND ? ORDER BY 1"  # noqa: S608 - our own names
    db.execute(gone, [who])
    months = db.execute(known, [who, first, last]).fetchall()
    tones: dict[str, list[float]] = defaultdict(list)
    window = [who, month_after(first, -_YEAR), month_after(last)]
    for month, tone in db.execute(_TONES.format(who=summary.who), window):
        tones[month].append(tone)
    means = _Means(f"{table} {who}", tones)
    update = _UPDATE.format(table=table, column=column)
    for (month,) in months:
        if any(day <= month <= month_after(day, _YEAR) for day in due):
            db.execute(update, {"who": who, "month": month} | _row(month, means))


class _Means:
    """The tones of one speaker or office by month, each month resampled once."""

    def __init__(self, key: str, tones: Mapping[str, Sequence[float]]) -> None:
        self.tones = tones
        self._key = key
        self._resampled: dict[str, Means] = {}

    def of(self, month: str) -> "Means":
        """Give the resampled means of a month."""
        if month not in self._resampled:
            self._resampled[month] = resampled_means(self.tones[month], f"{self._key} {month}")
        return self._resampled[month]


def _row(month: str, means: _Means) -> dict[str, Any]:
    tones = means.tones.get(month, ())
    before = [month_after(month, -back) for back in range(_YEAR, 0, -1)]
    sizes = {each: len(means.tones[each]) for each in before if each in means.tones}
    total = sum(sizes.values())
    row: dict[str, Any] = dict.fromkeys(
        ("mean", "low", "high", "baseline_mean", "difference", "difference_low", "difference_high")
    )
    row |= {"n": len(tones), "baseline_n": total}
    if len(tones) >= FEWEST:
        row["mean"] = mean_of(tones)
        row["low"], row["high"] = middle(means.of(month))
    if total < FEWEST:
        return row
    row["baseline_mean"] = mean_of([tone for each in sizes for tone in means.tones[each]])
    if len(tones) >= FEWEST:
        # Each month of the year before is resampled by itself, so that it keeps its share.
        usual = sum(means.of(each) * size for each, size in sizes.items()) / total
        row["difference"] = rounded(row["mean"] - row["baseline_mean"])
        row["difference_low"], row["difference_high"] = middle(means.of(month) - usual)
    return row
