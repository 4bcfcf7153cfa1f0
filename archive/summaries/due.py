"""Due: the groups that are to be summed up again, worked off in batches."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from archive.store import Archive


class Group(NamedTuple):
    """What one summary is of; what does not apply is empty."""

    who: str
    kind: str
    target: str
    period: str
    """A month, or the Monday of a week."""


def work_off(
    archive: Archive,
    summary: str,
    batch: int,
    sum_up: Callable[[Database, Sequence[Group]], None],
) -> None:
    """Sum up the groups of one summary that are due, in order, each batch with one commit."""
    rows = archive.db.execute(
        "SELECT who, kind, target, period FROM summary_due WHERE summary = ? ORDER BY 1, 2, 3, 4",
        [summary],
    )
    groups = [Group(*row) for row in rows]
    for start in range(0, len(groups), batch):
        some = groups[start : start + batch]
        with archive.transaction() as db:
            sum_up(db, some)
            db.conn.executemany(
                "DELETE FROM summary_due "
                "WHERE summary = ? AND who = ? AND kind = ? AND target = ? AND period = ?",
                [(summary, *group) for group in some],
            )
