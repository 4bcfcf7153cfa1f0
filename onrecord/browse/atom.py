"""Atom: feeds as RFC 4287 wants them, with ids that stay and times that are true."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from feedgen.feed import FeedGenerator

CONTENT_TYPE = "application/atom+xml"
MOST_ENTRIES = 50

_TAG = "tag:onrecord.invalid,2026:"
"""No archive owns a name on the net, and its host may change: `.invalid` is nobody's."""

_FORBIDDEN = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 cannot hold, escaped or not."""

_MOST_TITLE = 300
_PARTIAL = ("%Y-%m-%d", "%Y-%m", "%Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed says of one statement, edit, turn or row."""

    id: str
    title: str
    link: str
    author: str
    updated: datetime
    summary: str
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed, and what it is a feed of."""

    id: str
    title: str
    subtitle: str
    itself: str
    """Its own address."""

    page: str
    """The address of a page that shows the same."""

    entries: Sequence[Entry]
    changed: datetime
    """When the archive last changed: the feed's own time where it has no entry."""


def tag(*parts: str) -> str:
    """Make an id that neither the host nor the place in a list changes.

    >>> tag("statements", "xa_mod-é")
    'tag:onrecord.invalid,2026:statements/xa_mod-%C3%A9'
    """
    return _TAG + "/".join(quote(part, safe="") for part in parts)


def moment(text: object) -> datetime | None:
    """Read a time; of a day, a month or a year give its first moment, in UTC.

    >>> moment("2031-03").isoformat(), moment("soon")
    ('2031-03-01T00:00:00+00:00', None)
    """
    if not isinstance(text, str):
        return None
    for form in _PARTIAL:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def plain(text: str) -> str:
    """Leave out the characters that XML forbids."""
    return _FORBIDDEN.sub("", text)


def write_feed(feed: Feed) -> bytes:
    """Write a feed, its latest entries first; the same archive gives the same bytes."""
    latest = sorted(feed.entries, key=lambda each: (each.updated, each.id), reverse=True)
    found = FeedGenerator()
    found.id(feed.id)
    found.title(plain(feed.title))
    found.subtitle(plain(feed.subtitle))
    found.link(
        [
            {"href": feed.itself, "rel": "self", "type": CONTENT_TYPE},
            {"href": feed.page, "rel": "alternate", "type": "text/html"},
        ]
    )
    found.author({"name": "On Record"})
    found.generator("On Record")
    found.updated(latest[0].updated if latest else feed.changed)
    for each in latest[:MOST_ENTRIES]:
        _add(found, each)
    written: bytes = found.atom_str(pretty=True)
    return written


def _add(feed: FeedGenerator, entry: Entry) -> None:
    added = feed.add_entry(order="append")
    added.id(entry.id)
    title = " ".join(plain(entry.title).split())
    added.title(title[:_MOST_TITLE] or "Untitled")
    added.link(href=entry.link, rel="alternate")
    added.author({"name": " ".join(plain(entry.author).split()) or "not known"})
    added.updated(entry.updated)
    if entry.published:
        added.published(entry.published)
    if summary := plain(entry.summary).strip():
        added.summary(summary, type="text")
