"""Checked: an article with what its quotations turned out to be, as reports and scripts see it."""

from dataclasses import dataclass

from analysis.quotes.finding import Change, Severity, Verdict
from analysis.spans import Span


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What was collected from one source."""

    source: str
    office: str
    statements: int
    """Its statements in the window that was asked for."""

    first_published_at: str | None
    last_published_at: str | None
    """Of all its statements, whatever the window."""

    last_good_crawl_at: str | None
    """When it was last read without a fault; None if never, as for what was imported."""

    gaps: tuple[str, ...] = ()
    """What is known to be missing, in a sentence each."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a "not on record" rests on."""

    speaker_id: str | None
    since: str | None
    until: str | None
    """The window of days that was looked at; None if it is open."""

    sources: tuple[SourceCoverage, ...]
    statements: int
    """Of all statements that were searched, not only those of the speaker."""

    note: str
    """The same in one sentence for a reader."""


@dataclass(frozen=True, slots=True)
class Match:
    """The archived passage."""

    statement: str
    revision: int
    source: str
    office: str
    kind: str
    title: str | None
    url: str | None
    speaker: str | None
    speaker_id: str | None
    published_at: str | None
    captured_at: str
    state: str
    text: str
    """All of that revision's text; `start` and `end` are places in it."""

    start: int
    end: int
    parts: tuple[Span, ...] = ()
    """Its stretches, if the quotation was put together from several."""

    state_since: str | None = None
    """When it turned into its state, where that was seen."""

    first_missed_at: str | None = None
    """When it was first missed, where it is gone."""


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """One quotation, whom it is given to, and the verdict."""

    quote: str
    start: int | None
    end: int | None
    """Its place in the article's text, without the marks; None if it came without an article."""

    parts: tuple[Span, ...]
    breaks: tuple[int, ...]
    """The characters of `quote` before which the article says something between two parts."""

    speaker: str | None
    """Whom the article gives it to; None if unattributed."""

    speaker_id: str | None
    """Who that is in the register; None if it is nobody whom it knows, or could be several."""

    verdict: Verdict
    severity: Severity
    changes: tuple[Change, ...]
    reasons: tuple[str, ...]
    match: Match | None
    others: tuple[Match, ...]
    """Further statements with the same words, and the other sources of a quotation of several."""

    coverage: Coverage | None
    """Given with every verdict that rests on what was not found."""


@dataclass(frozen=True, slots=True)
class CheckedArticle:
    """An article and its quotations, in order."""

    url: str | None
    title: str | None
    published_on: str | None
    """ISO date; None if the article does not say."""

    publisher: str | None
    text: str
    quotes: tuple[CheckedQuote, ...]
    checked_at: str
    """UTC, ends in Z."""
