"""Entries: a statement as a list names it, and what a channel may find and can know."""

from dataclasses import dataclass

from scrapy import Request

from spiders.items import (
    AbsenceItem,
    AnswerItem,
    FaultItem,
    ReadsItem,
    StatementItem,
    UnreadableItem,
)

Found = Request | StatementItem | AbsenceItem | UnreadableItem | FaultItem | ReadsItem | AnswerItem
"""What a callback may yield."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a channel can know of a statement's fate, in words for the people who rely on it."""

    identity: str
    """What makes two looks a look at the same statement."""

    edits: str
    """How an edit shows."""

    deletions: str
    """How a deletion shows, and what does not prove one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement as a listing names it."""

    native_id: str
    url: str
    title: str | None = None
    published_raw: str | None = None
    text: str | None = None
    language: str | None = None
    item: StatementItem | None = None
    """The statement itself, where the listing holds the whole of it."""

    is_passed_over: bool = False
    """Whether it is listed but none of what the feed is read for, such as a repost."""
