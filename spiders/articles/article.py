"""Article: a news article as it was read, and why one could not be."""

from dataclasses import dataclass
from datetime import date

from analysis.spans import Span
from archive.errors import ArchiveError

LARGEST_PAGE = 5 * 1024 * 1024
"""Bytes of a page, unpacked; articles have a tenth of that at most."""


class ArticleError(ArchiveError):
    """Report what cannot be read as an article: not there, not open, or none. Exit code 2.

    The message says where, what, and what to do.
    """


@dataclass(frozen=True, slots=True)
class EmbeddedPost:
    """A post of a platform that an article shows."""

    url: str
    """Its address on the platform, without what only counts readers."""

    account: str | None
    """As in the archive: `x/handle`, `mastodon/name@server`; None if the page does not say."""

    text: str
    """Its words as the article prints them; empty where the page has only a frame for it."""

    span: Span | None
    """Where these words stand in the article's text; None if they do not."""

    published_on: date | None
    """The day, in UTC, that an X post's id holds; else None."""


@dataclass(frozen=True, slots=True)
class Article:
    """A news article as it was read."""

    text: str
    """Title and paragraphs as printed, in between blank lines; normalised as all texts here are."""

    blocks: tuple[Span, ...] = ()
    """Places in `text` that are quoted without quotation marks: block quotes, not the posts."""

    signatures: tuple[Span, ...] = ()
    """Places in `text` of lines that say whose the block quote above them is."""

    posts: tuple[EmbeddedPost, ...] = ()
    """In the order in which the page has them."""

    url: str | None = None
    """Its address as the page itself gives it, if that is on the site that it was read from."""

    title: str | None = None
    """The headline; None for a plain text, whose first line may be one."""

    published_on: date | None = None
    """The day as the publisher states it, in the zone of that statement; None if it states none."""

    publisher: str | None = None
    """The name that the page gives its publisher or site."""

    language: str | None = None
    """ISO 639-1, of the words; None if it cannot be told."""

    author: str | None = None
    """Names as the page states them, joined by commas."""
