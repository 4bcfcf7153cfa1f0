"""Targets: the tone toward each country, person or organisation by month, by week, and by whom."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from archive.store import Archive
from archive.summaries.due import Group, work_off
from archive.summaries.intervals import FEWEST, mean_of, middle, resampled_means

_BATCH = 2_000
_MONTH = len("2031-03")
_ROWS = (
    "SELECT speaker, country, tone, tone_label FROM said_about "
    "WHERE kind = ? AND target = ? AND said_on >= ? AND said_on < ? AND length(said_on) >= ?"
)
_INSERT = f"INSERT INTO target_periods VALUES ({', '.join('?' * 12)})"  # noqa: S608 - our own names
_Said = tuple[float | None, str | None]


def sum_targets(archive: Archive) -> None:
    """Sum up what is due: a month by speaker, speaking country and everyone, a week by everyone."""
    work_off(archive, "target_periods", _BATCH, _sum_groups)


def _sum_groups(db: Database, groups: Sequence[Group]) -> None:
    for group in groups:
        _sum_up(db, group)


def _sum_up(db: Database, group: Group) -> None:
    key = [group.kind, group.target, group.period]
    db.execute("DELETE FROM target_periods WHERE kind = ? AND target = ? AND period = ?", key)
    said: dict[tuple[str, str], list[_Said]] = defaultdict(list)
    exact = len(group.period)  # a day of which only the month is known belongs to no week
    for speaker, country, tone, label in db.execute(_ROWS, [*key, _end(group.period), exact]):
        said["everyone", ""].append((tone, label))
        if exact == _MONTH:
            said["country", country].append((tone, label))
            if speaker is not None:
                said["speaker", speaker].append((tone, label))
    rows = [(*key, *by, *_numbers(" ".join((*key, *by)), said[by])) for by in sorted(said)]
    db.conn.executemany(_INSERT, rows)


def _end(period: str) -> str:
    """Give what sorts after every day of a month, or of the week that begins on a Monday."""
    if len(period) == _MONTH:
        return f"{period}~"
    return (date.fromisoformat(period) + timedelta(days=7)).isoformat()


def _numbers(key: str, said: Sequence[_Said]) -> tuple[Any, ...]:
    """Count and average what was said; every statement counts once, however often it names them."""
    tones = [tone for tone, _ in said if tone is not None]
    labels = [label for _, label in said]
    n = len(tones)
    mean, low, high = None, None, None
    if n >= FEWEST:
        mean = mean_of(tones)
        low, high = middle(resampled_means(tones, f"target_periods {key}"))
    counts = (n, len(said) - n, labels.count("negative"), labels.count("positive"))
    return (*counts, mean, low, high)
