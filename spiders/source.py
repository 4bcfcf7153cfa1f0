"""The model of a source: one declared office and its feeds, as its YAML file says it."""

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from analysis.mentions import entity_names
from analysis.names import name_slug, plain_name
from spiders.answer_rules import AnswerRule
from spiders.channels.options import FeedOptions, Options
from spiders.fields import (
    Country,
    Duration,
    FixText,
    IdRegex,
    Language,
    PersonId,
    Timezone,
    Verified,
    WebUrl,
)

Text = Annotated[str, Field(min_length=1)]

Platform = Literal[
    "x",
    "bluesky",
    "mastodon",
    "telegram",
    "truth_social",
    "youtube",
    "facebook",
    "instagram",
    "threads",
    "linkedin",
    "vk",
    "weibo",
]


Capacity = Literal["holder", "acting", "spokesperson"]
"""In what capacity a person speaks for an office: who holds it, stands in, or speaks for it."""


class Holder(Options):
    """A person who holds, stands in for or speaks for the office, from the first day to the last.

    `id` names the person for good, in this file and others; it is made of the country and the name
    where it is not given.
    """

    id: PersonId | None = Field(default=None, examples=["xa-odalys-ferrant"])
    name: Text = Field(examples=["Odalys Ferrant"])
    role: Text = Field(examples=["Minister of Fisheries"])
    capacity: Capacity = "holder"
    since: date = Field(examples=["2024-07-05"])
    until: date | None = None
    aliases: tuple[Text, ...] = ()

    @field_validator("until")
    @classmethod
    def _until_follows_since(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("since")
        if until is not None and since is not None and until < since:
            raise ValueError(f"{until} is before since {since}: exchange the two dates")
        return until

    @cached_property
    def names(self) -> frozenset[str]:
        """All ways in which the name is written, folded so that they compare."""
        return frozenset(plain_name(name) for name in (self.name, *self.aliases))

    def is_in_office(self, day: date) -> bool:
        """Tell whether the term covers a day; a term without an end is not known to have ended."""
        return self.since <= day and (self.until is None or day <= self.until)


class Account(Options):
    """A social media account of the office or of a person, with a page that proves it official.

    An account that changed its name is listed once for each name, with the same `id`.
    """

    platform: Platform = Field(examples=["mastodon"])
    handle: Text = Field(examples=["fisheries"])
    id: Text | None = None
    url: WebUrl = Field(examples=["https://social.example/@fisheries"])
    proof: WebUrl = Field(examples=["https://fisheries.example/contact"])
    person: Text | None = None
    since: date | None = None
    until: date | None = None

    @property
    def names(self) -> frozenset[str]:
        """How posts may name the account: on Mastodon, its server is part of its name."""
        plain = self.handle.casefold().lstrip("@")
        return frozenset({plain, f"{plain}@{urlsplit(self.url).netloc.casefold()}"})

    def is_in_use(self, day: date) -> bool:
        """Tell whether the account bore this name on a day."""
        return (self.since or day) <= day <= (self.until or day)


class Expect(Options):
    """What a healthy crawl of the source shows."""

    min_listed: int | None = Field(default=None, ge=1)
    newest_within: Duration | None = None
    redesigned: date | None = None


class Dates(Options):
    """Which dates of publication can be right."""

    earliest: date = date(1990, 1, 1)


class Fix(Options):
    """Corrections of what the publisher got wrong: published value to corrected value."""

    published: dict[FixText, FixText] = Field(default_factory=dict)
    title: dict[FixText, FixText] = Field(default_factory=dict)
    speaker: dict[FixText, FixText] = Field(default_factory=dict)
    language: dict[FixText, Language] = Field(default_factory=dict)


class Provenance(Options):
    """Where the addresses in the file come from, and when they were last seen to work."""

    from_: Text = Field(alias="from", examples=["the ministry's own list of feeds"])
    verified: Verified = Field(examples=["never"])


class Crawl(Options):
    """How gently the source is crawled, and how much of the past is looked at again."""

    delay: float = Field(default=2.0, ge=0)
    recheck: int = Field(default=20, ge=0)
    recheck_when: Literal["due", "always"] = "due"
    recheck_at_least: Duration = timedelta(days=90)
    recheck_within: Duration | None = None
    gone_after: Duration = timedelta(hours=24)

    @field_validator("gone_after")
    @classmethod
    def _a_day_at_least(cls, gone_after: timedelta) -> timedelta:
        if gone_after < timedelta(hours=24):
            raise ValueError("is less than 24h, which is too soon to tell that something is gone")
        return gone_after


class Tls(Options):
    """Why the source's servers are read though they cannot prove their names."""

    unverified: Text | None = None

    @property
    def is_demanded(self) -> bool:
        """Tell whether a server must prove its name to be read."""
        return self.unverified is None


_LETTERS_OF_A_NAME = 2


class Feed(Options):
    """One feed: the options of its channel, and the feeds to try in order when it fails."""

    options: SerializeAsAny[FeedOptions]
    fallback: tuple["Feed", ...] = ()

    @field_validator("fallback")
    @classmethod
    def _fallback_is_at_hand(cls, fallback: tuple["Feed", ...]) -> tuple["Feed", ...]:
        if any(feed.options.when == "asked" for feed in fallback):
            raise ValueError("holds a feed that waits to be asked: make it a feed of its own")
        return fallback


class Source(Options):
    """One declared office and its feeds."""

    name: str
    office: Text = Field(examples=["Ministry of Fisheries"])
    country: Country = Field(examples=["xa"])
    country_names: tuple[Text, ...] = ()
    publisher: Text = Field(examples=["Government of Arvenna"])
    url: WebUrl = Field(examples=["https://fisheries.example/"])
    language: Language = Field(examples=["en"])
    languages: tuple[Language, ...] = ()
    timezone: Timezone = Field(examples=["Europe/Vienna"])
    date_order: Literal["DMY", "MDY", "YMD"] = "DMY"
    every: Duration = timedelta(days=1)
    retention: Literal["keep", "hash-only"] = "keep"
    licence: Text | None = None
    holders: tuple[Holder, ...] = ()
    speaker: Literal["page", "holder"] = "page"
    accounts: tuple[Account, ...] = ()
    id: IdRegex | None = None
    answers: tuple[AnswerRule, ...] = ()
    tls: Tls = Tls()
    ids: Literal["rising"] | None = None
    feeds: tuple[Feed, ...] = Field(min_length=1)
    expect: Expect = Expect()
    dates: Dates = Dates()
    fix: Fix = Fix()
    provenance: Provenance
    crawl: Crawl = Crawl()

    @field_validator("country_names")
    @classmethod
    def _no_table_names_it(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        country = info.data.get("country", "")
        if names and ("country", country) in entity_names():
            raise ValueError(f"name '{country}', whose names are known: leave them out")
        for name in names:
            if name != name.strip() or sum(map(str.isalpha, name)) < _LETTERS_OF_A_NAME:
                raise ValueError(f"hold {name!r}, which is no name: write the words alone")
        return names

    @field_validator("speaker")
    @classmethod
    def _holder_needs_holders(cls, speaker: str, info: ValidationInfo) -> str:
        if speaker == "holder" and info.data.get("holders") == ():
            raise ValueError("is 'holder', but no holders are listed: add 'holders:'")
        return speaker

    @field_validator("holders")
    @classmethod
    def _each_has_an_id(cls, holders: tuple[Holder, ...], info: ValidationInfo) -> Any:
        country = info.data.get("country", "xx")
        return tuple(
            holder if holder.id else holder.model_copy(update={"id": _person_id(country, holder)})
            for holder in holders
        )

    @field_validator("accounts")
    @classmethod
    def _persons_are_holders(cls, accounts: tuple[Account, ...], info: ValidationInfo) -> Any:
        known = {holder.name for holder in info.data.get("holders", ())}
        for account in accounts:
            if account.person and account.person not in known:
                raise ValueError(f"name {account.person}, who is not in 'holders:': add the person")
        return accounts

    def holder_on(self, day: date, role: str | None = None) -> Holder | None:
        """Name who held the office, or one role in it, on a day, in full or acting.

        Nobody on a day of handover, which could be either's, nor where roles differ and none is
        asked for.
        """
        in_office = [
            holder
            for holder in self.holders
            if holder.capacity != "spokesperson"
            and holder.is_in_office(day)
            and (role is None or holder.role.casefold() == role.casefold())
        ]
        return in_office[0] if len(in_office) == 1 else None

    def person_named(self, printed: str, day: date | None) -> Holder | None:
        """Find the person of a printed name, or of a printed role on a day, where it is clear."""
        name = plain_name(printed)
        found = {each.id: each for each in self.holders if name in each.names}
        if not found and day:
            by_role = self.holder_on(day, role=printed.strip())
            found = {by_role.id: by_role} if by_role else {}
        return next(iter(found.values())) if len(found) == 1 else None

    def person_of_account(self, account: str, day: date | None) -> Holder | None:
        """Find whose an account was, as platform/handle, on a day; None if it is the office's."""
        platform, _, handle = account.partition("/")
        owners = {
            each.person
            for each in self.accounts
            if each.platform == platform
            and handle.casefold().lstrip("@") in each.names
            and (day is None or each.is_in_use(day))
        }
        (owner,) = owners if len(owners) == 1 else (None,)
        return next((each for each in self.holders if each.name == owner), None)


def _person_id(country: str, holder: Holder) -> str:
    slug = name_slug(holder.name)
    if not slug:
        raise ValueError(f"'{holder.name}' needs an 'id:', such as {country}-name-in-plain-letters")
    return f"{country}-{slug}"
