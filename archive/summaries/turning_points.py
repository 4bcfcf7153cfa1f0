"""Turning points: the first negative words about somebody after a long time without any."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlite_utils import Database

from archive.store import Archive
from archive.summaries.due import Group, work_off
from archive.summaries.intervals import rounded, share_interval

SHORTEST_DAYS = 180
"""Days without a negative sentence before one is a turning point."""

FEWEST_BETWEEN = 5
"""Statements in between that spoke about the same one in a tone that could be scored."""

_BATCH = 1_000
_DAY = 10
_ROWS = (
    "SELECT statement_id, said_on, scored, negative, tone_confidence FROM said_about "
    "WHERE speaker = ? AND kind = ? AND target = ? AND length(said_on) = ? "
    "ORDER BY said_on, statement_id"
)
_INSERT = f"INSERT INTO turning_points VALUES ({', '.join('?' * 13)})"  # noqa: S608 - our own names


class Said(NamedTuple):
    """What one statement says about somebody."""

    statement_id: str
    said_on: str
    scored: int
    negative: int
    confidence: float | None


class Turn(NamedTuple):
    """Negative words after a long time without any, and what was said in that time."""

    said: Said
    before: Said | None
    """The last negative words before; None if there were none."""

    since: str
    """The day the time without negative words began."""

    days: int
    scored: int
    not_scored: int


def sum_turning_points(archive: Archive) -> None:
    """Find the turning points of the speakers and targets that are due."""
    work_off(archive, "turning_points", _BATCH, _sum_groups)


def find_turns(said: Iterable[Said]) -> Iterator[Turn]:
    """Find turning points in what one speaker says about one target, in the order of time."""
    before: Said | None = None
    since = ""
    scored = not_scored = 0
    for each in said:
        since = since or each.said_on
        if each.negative:
            days = (_day(each.said_on) - _day(since)).days
            if days >= SHORTEST_DAYS and scored >= FEWEST_BETWEEN:
                yield Turn(each, before, since, days, scored, not_scored)
            before, since, scored, not_scored = each, each.said_on, 0, 0
        elif each.scored:
            scored += 1
        else:
            not_scored += 1


def _sum_groups(db: Database, groups: Sequence[Group]) -> None:
    for group in groups:
        _sum_up(db, group)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _sum_up(db: Database, group: Group) -> None:
    key = [group.who, group.kind, group.target]
    db.execute("DELETE FROM turning_points WHERE speaker = ? AND kind = ? AND target = ?", key)
    said = [Said(*row) for row in db.execute(_ROWS, [*key, _DAY])]
    db.conn.executemany(_INSERT, [_row(group, turn) for turn in find_turns(said)])


def _row(group: Group, turn: Turn) -> Sequence[Any]:
    said, before = turn.said, turn.before
    return (
        *(said.statement_id, group.kind, group.target, group.who, said.said_on),
        said.confidence if said.confidence is None else rounded(said.confidence),
        *(before and before.said_on, before and before.statement_id, turn.since),
        *(turn.days, turn.scored, turn.not_scored),
        share_interval(0, turn.scored)[1],
    )
