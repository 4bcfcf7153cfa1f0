"""Budget: what X charges for reading, and what may still be read in a month."""

import os
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from weakref import WeakKeyDictionary, proxy

from sqlite_utils import Database

from archive.charges import Given, given_in
from archive.clock import utc_now

POST_DOLLARS = Decimal("0.005")
USER_DOLLARS = Decimal("0.010")
"""What docs.x.com asks, pay per use, in November 2026; what is read twice on one UTC day is charged
once, but is counted here each time."""

VARIABLE = "ONRECORD_X_BUDGET"
DEFAULT = 2000
"""Posts a month, which is ten dollars."""

POSTS_FOR_A_USER = int(USER_DOLLARS / POST_DOLLARS)

PLATFORM = "x"


def allowance(environment: Mapping[str, str] = os.environ) -> int:
    """Tell how many posts may be read in a month.

    Raises:
        ValueError: the variable holds no number.
    """
    written = environment.get(VARIABLE, "").strip()
    if not written:
        return DEFAULT
    if not written.isdecimal():
        raise ValueError(f"{VARIABLE} is '{written}': write a whole number of posts a month")
    return int(written)


def in_posts(given: Given) -> int:
    """Count what was given in posts: a description of a user costs as much as two."""
    return given.posts + given.users * POSTS_FOR_A_USER


def dollars(given: Given) -> Decimal:
    """Tell what X charges."""
    return given.posts * POST_DOLLARS + given.users * USER_DOLLARS


def this_month() -> str:
    """Name the month by which X's charges of now are counted."""
    return utc_now().strftime("%Y-%m")


class Budget:
    """What all crawls of a process may still read into one archive.

    What a request may bring at most is set aside before it is sent, so that crawls that run at
    once never exceed together what is left.
    """

    def __init__(self, db: Database) -> None:
        self._db: Database = proxy(db)  # which must not keep its own key alive
        self._before: dict[str, int] = {}
        self._spent: Counter[str] = Counter()
        self._set_aside = 0

    @property
    def limit(self) -> int:
        """How many posts a month; ValueError where the environment says nothing readable."""
        return allowance()

    @property
    def used(self) -> int:
        """How many posts were read this month."""
        month = this_month()
        recorded = in_posts(given_in(self._db, PLATFORM, month))
        before = self._before.setdefault(month, recorded)
        return max(recorded, before + self._spent[month])  # an answer is recorded a little later

    @property
    def left(self) -> int:
        """How many posts a new request may bring."""
        return max(self.limit - self.used - self._set_aside, 0)

    def set_aside(self, posts: int) -> None:
        """Keep what a request may bring, until it has been answered."""
        self._set_aside += posts

    def settle(self, posts: int, given: Given) -> None:
        """Count what an answer brought in the place of what was set aside for it."""
        self._set_aside -= posts
        self._spent[this_month()] += in_posts(given)


_budgets: "WeakKeyDictionary[Database, Budget]" = WeakKeyDictionary()


def budget_of(db: Database) -> Budget:
    """Give the one budget of an archive that is open."""
    return _budgets.setdefault(db, Budget(db))
