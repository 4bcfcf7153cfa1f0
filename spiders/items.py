"""What a channel yields: a statement as published, an absence, an unreadable page, a fault."""

from dataclasses import dataclass
from typing import Literal

from archive.absences import Absence
from archive.records import Capture
from spiders.answer_rules import Kind as AnswerKind
from spiders.channels.options import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherChange:
    """One line of a publisher's own change history."""

    at: str
    """When the publisher says it changed the text, as published; empty where it does not say."""

    note: str
    """What the publisher says it changed."""


Relation = Literal[
    "reply_to", "quote", "repost", "media", "link", "translation", "version", "mirror"
]
"""How a statement refers to something: it answers, quotes, reposts, shows or links it; it is a
translation of it; it says the same in another language, or elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Something that a statement refers to: a post, a picture, a page, another version of it."""

    relation: Relation
    """How it refers to it."""

    url: str | None = None
    """Where it is."""

    id: str | None = None
    """The platform's id of it, where it is a post."""

    text: str | None = None
    """What stands with it: a picture's description, a page's title, who is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementItem:
    """A statement as its page gives it: strings as published, nothing read into them yet."""

    native_id: str
    """The publisher's own id, or the canonical URL where there is none."""

    url: str
    """Where a reader finds the statement."""

    kind: Kind
    """What it is: speech, press release, written statement ..."""

    text: str
    """The words, paragraphs separated by blank lines."""

    route: str
    """The feed that led to it, as a name: another feed may read the same page another way."""

    capture: Capture
    """The kept response that these words were read from."""

    title: str | None = None
    """The headline."""

    published_raw: str | None = None
    """The date of publication as printed."""

    delivered_raw: str | None = None
    """The date on which a speech was given, where the publisher says so."""

    updated_raw: str | None = None
    """When the publisher says it last updated the text."""

    changes: tuple[PublisherChange, ...] = ()
    """The publisher's own change history, newest first."""

    language: str | None = None
    """The language that the publisher declares."""

    is_language_told: bool = False
    """Whether that is to be believed without looking at the text: somebody wrote it beside it."""

    speaker: str | None = None
    """Who said or signed it, as named by the page."""

    office: str | None = None
    """The publishing body, where the item names one."""

    withdrawn: str | None = None
    """The publisher's own words on withdrawing the text, which stays on show."""

    account: str | None = None
    """The account that posted it, as platform/handle."""

    linked: tuple[Linked, ...] = ()
    """What it refers to, and its other versions."""

    publisher_hash: str | None = None
    """The publisher's own hash of its record, such as a CID."""

    pages: tuple[str, ...] = ()
    """The texts of a paged document's pages, instead of `text`."""

    is_without_text: bool = False
    """Whether the source is a catalogue, which tells of words without giving them."""

    witness: Literal["wayback", "publisher", "import"] | None = None
    """Who saw this wording, where it was not us: an archive, the platform's history, a file."""

    seen_at: str | None = None
    """When the witness saw it: UTC, to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceItem:
    """Evidence that a known statement was not where it used to be: one look, no proof."""

    native_id: str
    """The statement that was looked for."""

    outcome: Absence
    """What the look found instead; deleted: the platform says so of this very statement."""

    evidence: str
    """The answer in words: a status, an API's message, where the redirect led."""

    capture: Capture
    """The kept response."""

    at: str = ""
    """When it happened, in UTC, where the platform's own log tells of it."""

    retention: Literal["keep", "hash-only"] | None = None
    """What becomes of a text that its platform deleted, where the feed says so for itself."""

    moved_to: str | None = None
    """Where the very words that are known were found, where the address led there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableItem:
    """A page that should hold a statement and could not be read: kept for a person to look at."""

    native_id: str
    """The statement that should have been there."""

    url: str
    """The address that was read."""

    reason: str
    """Where, what, and what to do."""

    capture: Capture
    """The kept response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerItem:
    """What an answer turned out to be when it was read, where that is not how it looked."""

    answer: AnswerKind
    """Of what kind it is."""

    reason: str
    """What shows it."""

    capture: Capture
    """The kept response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultItem:
    """Something that went wrong at a source and that a person should see."""

    level: Literal["warning", "error"]
    """error: statements may be missing because of it."""

    message: str
    """Where, what, and what to do."""

    url: str | None = None
    """The address that was being read."""

    capture: Capture | None = None
    """The kept response, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsItem:
    """What a platform charges for an answer."""

    platform: str
    """The platform."""

    posts: int
    """How many posts it gave."""

    capture: Capture
    """The kept response."""

    users: int = 0
    """How many accounts it described."""
