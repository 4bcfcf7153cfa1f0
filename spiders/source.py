"""The model of a source: one declared office and its feeds, as its YAML file says it."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from spiders.channels.options import FeedOptions, Options
from spiders.fields import Country, Duration, FixText, IdRegex, Language, Timezone, Verified, WebUrl

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


class Holder(Options):
    """A person who holds or held the office, from the first to the last day of the term."""

    name: Text = Field(examples=["Odalys Ferrant"])
    role: Text = Field(examples=["Minister of Fisheries"])
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

    def is_in_office(self, day: date) -> bool:
        """Tell whether the term covers a day; a term without an end is not known to have ended."""
        return self.since <= day and (self.until is None or day <= self.until)


class Account(Options):
    """A social media account of the office, with a page that proves it official."""

    platform: Platform = Field(examples=["mastodon"])
    handle: Text = Field(examples=["fisheries"])
    url: WebUrl = Field(examples=["https://social.example/@fisheries"])
    proof: WebUrl = Field(examples=["https://fisheries.example/contact"])


class Expect(Options):
    """What a healthy crawl of the source shows."""

    min_listed: int | None = Field(default=None, ge=1)
    newest_within: Duration | None = None


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
    recheck_within: Duration = timedelta(days=90)


class Feed(Options):
    """One feed: the options of its channel, and the feeds to try in order when it fails."""

    options: SerializeAsAny[FeedOptions]
    fallback: tuple["Feed", ...] = ()


class Source(Options):
    """One declared office and its feeds."""

    name: str
    office: Text = Field(examples=["Ministry of Fisheries"])
    country: Country = Field(examples=["xa"])
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
    feeds: tuple[Feed, ...] = Field(min_length=1)
    expect: Expect = Expect()
    fix: Fix = Fix()
    provenance: Provenance
    crawl: Crawl = Crawl()

    @field_validator("speaker")
    @classmethod
    def _holder_needs_holders(cls, speaker: str, info: ValidationInfo) -> str:
        if speaker == "holder" and info.data.get("holders") == ():
            raise ValueError("is 'holder', but no holders are listed: add 'holders:'")
        return speaker

    def holder_on(self, day: date) -> Holder | None:
        """Name the holder of a day; nobody on a day of handover, which could be either's."""
        in_office = [holder for holder in self.holders if holder.is_in_office(day)]
        return in_office[0] if len(in_office) == 1 else None
