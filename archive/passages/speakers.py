"""Speakers: whose words a statement holds, where the record is sure of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from archive.passages.words import words_of

_ACCOUNTS = "SELECT platform, handle, url, since, until, person_id FROM accounts"
_NAMES = """
SELECT id, name FROM persons
UNION ALL SELECT p.id, a.value FROM persons AS p, json_each(coalesce(p.aliases, '[]')) AS a
"""


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose an account was, from when to when; nobody's if it is the office's own."""

    person_id: str | None
    since: date | None
    until: date | None

    def has_it(self, day: date | None) -> bool:
        """Tell whether it was theirs on a day; without a day, whether it may have been."""
        return day is None or (self.since or day) <= day <= (self.until or day)


class Speakers:
    """Who speaks through which account, as the sources declare it now.

    The holder of an office is not taken for the speaker: what an office publishes may be anybody's
    words, and what a source declares to be the holder's own has a speaker already.
    """

    def __init__(self, db: Database) -> None:
        self._owners: dict[str, list[_Owner]] = {}
        for platform, handle, url, since, until, person_id in db.execute(_ACCOUNTS):
            owner = _Owner(person_id, _day(since), _day(until))
            plain = handle.casefold().lstrip("@")
            for name in {plain, f"{plain}@{urlsplit(url).netloc.casefold()}"}:
                self._owners.setdefault(f"{platform}/{name}", []).append(owner)
        self._names: dict[str, set[str]] = {}
        for person_id, name in db.execute(_NAMES):
            self._names.setdefault(person_id, set()).add(_plain(name))

    def accounts_of(self, persons: Iterable[str]) -> list[str]:
        """Name the accounts, as platform/handle, that some persons have or had."""
        wanted = {*persons}
        return [
            account
            for account, owners in self._owners.items()
            if any(each.person_id in wanted for each in owners)
        ]

    def of(self, row: dict[str, Any]) -> frozenset[str]:
        """Give the person who speaks in a statement; none if it is not known for sure.

        `row` has the columns of the statement, and the timezone of its source.
        """
        if row["speaker_id"]:
            return frozenset([row["speaker_id"]])
        if not row["account"]:
            return frozenset()
        owner = self._owner(row["account"], _day_of_publication(row))
        is_somebody_else = row["speaker"] and _plain(row["speaker"]) not in self._names.get(
            owner or "", ()
        )
        return frozenset() if owner is None or is_somebody_else else frozenset([owner])

    def _owner(self, account: str, day: date | None) -> str | None:
        """Find whose an account was; one that ever changed hands is nobody's without a day."""
        platform, _, handle = account.partition("/")
        owners = self._owners.get(f"{platform}/{handle.casefold().lstrip('@')}", ())
        persons = {each.person_id for each in owners if each.has_it(day)}
        if day is None and any(each.since or each.until for each in owners):
            return None
        return persons.pop() if len(persons) == 1 else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _plain(name: str) -> str:
    return " ".join(words_of(name))


def _day_of_publication(row: dict[str, Any]) -> date | None:
    """Give the day where the office is; None where only a month is known, or less."""
    published, precision = row["published_at"], row["published_precision"]
    if published is None or precision not in {"time", "date"}:
        return None
    if precision == "date":
        return date.fromisoformat(published)
    moment = datetime.fromisoformat(published).replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(row["timezone"])).date()
