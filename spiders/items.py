"""What a channel yields: a statement as published, an absence, an unreadable page, a fault."""

from dataclasses import dataclass
from typing import Literal

from archive.records import Capture
from spiders.channels.options import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherChange:
    """One line of a publisher's own change history."""

    at: str
    """When the publisher says it changed the text, as published."""

    note: str
    """What the publisher says it changed."""


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

    speaker: str | None = None
    """Who said or signed it, as named by the page."""

    office: str | None = None
    """The publishing body, where the item names one."""

    withdrawn: str | None = None
    """The publisher's own words on withdrawing the text, which stays on show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceItem:
    """Evidence that a known statement was not where it used to be: one look, no proof."""

    native_id: str
    """The statement that was looked for."""

    outcome: Literal["absent", "redirected"]
    """What the look found instead."""

    evidence: str
    """The answer in words: a status, an API's message, where the redirect led."""

    capture: Capture
    """The kept response."""


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
