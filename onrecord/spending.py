"""Spending: what was read from X in a month, what is left, and what the next crawl may take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlite_utils import Database

from archive.charges import Given, given_in
from archive.clock import utc_now
from archive.errors import ArchiveError
from archive.memory import due_by_plan, routes_of
from archive.store import open_for_reading
from spiders.budget import PLATFORM, POST_DOLLARS, allowance, dollars, in_posts, this_month
from spiders.channels.x import XChannel
from spiders.channels.x_options import XOptions
from spiders.channels.x_requests import MOST_POSTS, POSTS_FOR_ONE
from spiders.loader import spider_class
from spiders.source import Source

_REACH = 3200
"""Posts of a timeline that X still gives, the newest."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month's reads from X into one archive."""

    name: str
    limit: int
    given: Given

    @property
    def left(self) -> int:
        """How many posts may still be read."""
        return max(self.limit - in_posts(self.given), 0)


@dataclass(frozen=True, slots=True)
class Need:
    """What the next crawl of a source may read from X at most, whatever is left."""

    source: str
    due: int
    """Posts that its plan says to look at again."""

    posts: int
    """Posts, with those that they may bring along, new ones included."""


def month_of(archive: Path) -> Month:
    """Tell this month's reads.

    Raises:
        ArchiveError: the budget is no number, or the file no archive.
    """
    try:
        limit = allowance()
    except ValueError as error:
        raise ArchiveError(str(error)) from error
    given = Given()
    if archive.exists():
        db = open_for_reading(archive)
        if "reads" in db.table_names():  # older archives have none until a crawl brings them up
            given = given_in(db, PLATFORM, this_month())
        db.close()
    return Month(this_month(), limit, given)


def needs(sources: Iterable[Source], archive: Path, *, now: datetime | None = None) -> list[Need]:
    """Tell for every source with an account on X what its next crawl may read."""
    of_x = [source for source in sources if x_feeds(source)]
    if not archive.exists():
        return [Need(source.name, 0, _newest(source)) for source in of_x]
    db = open_for_reading(archive)
    try:
        return [_need(source, db, now or utc_now()) for source in of_x]
    finally:
        db.close()


def x_feeds(source: Source) -> list[XOptions]:
    """Find a source's feeds of X."""
    every = [each for feed in source.feeds for each in (feed, *feed.fallback)]
    return [each.options for each in every if isinstance(each.options, XOptions)]


def in_dollars(posts: int) -> str:
    """Write what a number of posts costs."""
    return written(posts * POST_DOLLARS)


def written(amount: Decimal) -> str:
    """Write an amount, to the cent or as exact as it is."""
    return f"${amount:.2f}" if amount == round(amount, 2) else f"${amount:.3f}"


def before(sources: Sequence[Source], archive: Path) -> str | None:
    """Say what a crawl may cost; None where it reads nothing from X."""
    wanted = needs(sources, archive)
    if not wanted:
        return None
    month = month_of(archive)
    most = min(sum(need.posts for need in wanted), month.left)
    return (
        f"x: up to {most} posts, at most {in_dollars(most)}; "
        f"{month.left} of {month.limit} left this month"
    )


def after(given: Given) -> str:
    """Say what a crawl has cost."""
    users = f" and {_counted(given.users, 'user')}" if given.users else ""
    return f"x: {_counted(given.posts, 'post')}{users} read, {written(dollars(given))}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)


def _need(source: Source, db: Database, now: datetime) -> Need:
    spider = spider_class(source)()
    due = 0
    for route in routes_of(db, source.name):
        channel = spider.channel_of(route)
        if isinstance(channel, XChannel) and channel.recheck_plan:
            plan = channel.recheck_plan
            due += len(due_by_plan(db, source.name, route=route, now=now, plan=plan))
    return Need(source.name, due, due * POSTS_FOR_ONE + _newest(source))


def _newest(source: Source) -> int:
    reach = (min(options.pages * MOST_POSTS, _REACH) for options in x_feeds(source))
    return sum(reach) * POSTS_FOR_ONE
