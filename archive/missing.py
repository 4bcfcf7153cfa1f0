"""Missing: the rules by which looks at a statement tell that it is gone. Nothing here is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from archive.clock import read_utc, utc_text

BETWEEN_LOOKS = timedelta(hours=24)
"""How far apart two looks are at least that make a statement gone."""

CALM = timedelta(hours=48)
"""How long after a false alarm a source is believed only where it misses nothing else."""

AT_ONCE = timedelta(hours=36)
"""Statements first missed within this time of each other were missed at once: within a day of each
other, or by two crawls of which one comes each day, at about the same hour."""

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


@dataclass(frozen=True, slots=True)
class Denial:
    """A false alarm: a source denied a statement that stood there all along."""

    since: str
    """When it was first missed."""

    until: str
    """When it was last missed."""

    seen_at: str
    """When it was seen again."""

    crawls: frozenset[str]
    """The crawls of the first and the last miss."""

    def covers(self, look: Look) -> bool:
        """Tell whether a look was made meanwhile, so that what it missed proves nothing."""
        return self.since <= look.at <= self.until or look.crawl_id in self.crawls


def believed(looks: Sequence[Look], denials: Sequence[Denial]) -> list[Look]:
    """Leave out the looks that were made while the source denied what stood there."""
    return [look for look in looks if not any(each.covers(look) for each in denials)]


def confirm(
    statement_id: str, looks: Sequence[Look], *, between: timedelta = BETWEEN_LOOKS
) -> Confirmed | None:
    """Tell whether a statement is gone, from the believed looks since it was last seen.

    They missed it, all of them, and are in the order of time.
    """
    sound = [look for look in looks if look.is_sound]
    if not sound:
        return None
    first, last = sound[0], sound[-1]
    if first.crawl_id == last.crawl_id or _gap(first.at, last.at) < between:
        return None
    return Confirmed(statement_id, first, last)


def is_doubtful(
    found: Confirmed, others: Mapping[str, Sequence[Look]], denials: Sequence[Denial]
) -> bool:
    """Tell whether a source seems to answer at random: false alarms lately, and now new ones.

    `others` are the looks that missed each statement, also this one.
    """
    if not any(each.seen_at <= found.last.at <= _later(each.seen_at) for each in denials):
        return False
    crawls = {found.first.crawl_id, found.last.crawl_id}
    return any(
        looks[0].crawl_id in crawls for key, looks in others.items() if key != found.statement_id
    )


def are_at_once(one: str, other: str) -> bool:
    """Tell whether two statements were first missed at once, by the times of those looks."""
    return _gap(one, other) <= AT_ONCE


def are_many(missed: int, live: int) -> bool:
    """Tell whether so many were missed at once that it looks like the source's own trouble."""
    return missed > MOST_AT_ONCE or missed > live * MOST_SHARE


def _gap(one: str, other: str) -> timedelta:
    return abs(read_utc(one) - read_utc(other))


def _later(at: str) -> str:
    return utc_text(read_utc(at) + CALM)
