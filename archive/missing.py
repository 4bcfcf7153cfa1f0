"""Missing: the rules by which looks at a statement tell that it is gone. Nothing here is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from archive.clock import read_utc, utc_text

BETWEEN_LOOKS = timedelta(hours=24)
"""How far apart two looks are at least that make a statement gone."""

CALM = timedelta(hours=24)
"""How long after a false alarm the answers of a source are not believed when they say "gone"."""

AT_ONCE = timedelta(hours=24)
"""Statements first missed within this time of each other were missed at once."""

AFTER_AN_EVENT = timedelta(days=7)
"""What is first missed so soon before or after what an event holds, while it waits, joins it."""

MOST_AT_ONCE = 3
MOST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Look:
    """A look that found positive evidence that a statement is not there."""

    at: str
    capture_id: str
    crawl_id: str
    evidence: str | None
    is_sound: bool
    """Whether the source was well: its crawl had no fault, and it saw others of the same feed."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Two looks, far enough apart, that both missed a statement."""

    statement_id: str
    first: Look
    last: Look


def confirm(
    statement_id: str,
    looks: Sequence[Look],
    *,
    false_alarm: str | None = None,
    between: timedelta = BETWEEN_LOOKS,
) -> Confirmed | None:
    """Tell whether a statement is gone, from the looks that missed it since it was last seen.

    `looks` are in the order of time; nothing saw the statement after the first of them.
    `false_alarm` is when the source last showed a statement that it had said was not there: what
    it said up to then, and soon after, proves nothing.
    """
    calm = utc_text(read_utc(false_alarm) + CALM) if false_alarm else ""
    sound = [look for look in looks if look.is_sound and look.at >= calm]
    if not sound:
        return None
    first, last = sound[0], sound[-1]
    if first.crawl_id == last.crawl_id or _gap(first.at, last.at) < between:
        return None
    return Confirmed(statement_id, first, last)


def is_within(span: timedelta, one: str, other: str) -> bool:
    """Tell whether two statements were first missed so soon after each other."""
    return _gap(one, other) <= span


def are_many(missed: int, live: int) -> bool:
    """Tell whether so many were missed at once that it looks like the source's own trouble."""
    return missed > MOST_AT_ONCE or missed > live * MOST_SHARE


def _gap(one: str, other: str) -> timedelta:
    return abs(read_utc(one) - read_utc(other))
