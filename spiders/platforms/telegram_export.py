"""Telegram's desktop export: what one of its messages says."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.records import Capture
from spiders.channels.govuk_documents import Part
from spiders.items import Linked, StatementItem
from spiders.platforms.mastodon import Entity, read_entity
from spiders.platforms.post_html import without_repeats

READING = "a message's text with its poll's question and options, from the desktop export"
DIGEST = hashlib.sha256(READING.encode()).hexdigest()[:8]

_NOT_INCLUDED = "(File"
"""How a path begins where the export left the file out."""


class Span(Entity):
    """A stretch of a text that is more than plain."""

    type: str = ""
    text: str = ""
    href: str | None = None


class Answer(Part):
    """What can be voted for."""

    text: str = ""


class Poll(Part):
    """A vote."""

    question: str = ""
    answers: tuple[Answer, ...] = ()


class Message(Entity):
    """A message, or word that something was done in the channel."""

    id: int
    type: str
    date_unixtime: str | None = None
    edited_unixtime: str | None = None
    text: str | tuple[str | Span, ...] = ""
    text_entities: tuple[Span, ...] = ()
    author: str | None = None
    forwarded_from: str | None = None
    reply_to_message_id: int | None = None
    poll: Poll | None = None
    media_type: str | None = None
    photo: str | None = None
    file: str | None = None
    file_name: str | None = None

    @property
    def spans(self) -> tuple[str | Span, ...]:
        """The text in pieces: newer exports give it twice, older ones once."""
        if self.text_entities:
            return self.text_entities
        return (self.text,) if isinstance(self.text, str) else self.text

    @property
    def words(self) -> str:
        """What it says."""
        text = "".join(each if isinstance(each, str) else each.text for each in self.spans)
        options = "\n".join(each.text for each in self.poll.answers) if self.poll else ""
        question = self.poll.question if self.poll else ""
        return "\n\n".join(filter(None, [text, question, options]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The channel that was exported."""

    handle: str
    name: str
    route: str
    capture: Capture


def message_statement(found: Any, origin: Origin) -> StatementItem | None:
    """Make a statement of a message; None for a service message, which says nothing.

    `date` is the time of the machine that made the export, whose zone nobody knows, and is not
    read: a message of an old export without `date_unixtime` stays undated.

    Raises:
        ValueError: it is no message.
    """
    message = read_entity(Message, found)
    if message.type == "service":
        return None
    if message.type != "message":
        raise ValueError(f"is a {message.type}, a kind that is not known")
    is_foreign = message.forwarded_from not in {None, origin.name}
    return StatementItem(
        native_id=f"{origin.handle.lower()}/{message.id}",
        url=f"https://t.me/{origin.handle}/{message.id}",
        kind="post",
        text=message.words,
        published_raw=_moment(message.date_unixtime),
        updated_raw=_moment(message.edited_unixtime),
        speaker=message.forwarded_from if is_foreign else message.author,
        account=f"telegram/{origin.handle}",
        linked=without_repeats(_linked(message, origin)),
        route=origin.route,
        capture=origin.capture,
        witness="import",
        seen_at=origin.capture.captured_at,
    )


def _linked(message: Message, origin: Origin) -> Iterator[Linked]:
    answered = message.reply_to_message_id
    if answered:
        yield Linked(
            relation="reply_to",
            url=f"https://t.me/{origin.handle}/{answered}",
            id=f"{origin.handle.lower()}/{answered}",
        )
    if message.forwarded_from:
        yield Linked(relation="repost", id=None, text=message.forwarded_from)
    if message.photo or message.file or message.media_type:
        path = message.photo or message.file or ""
        named = message.file_name or (None if path.startswith(_NOT_INCLUDED) else path)
        url = f"https://t.me/{origin.handle}/{message.id}"
        yield Linked(relation="media", url=url, text=named or message.media_type)
    for span in message.spans:
        if isinstance(span, Span) and span.type in {"link", "text_link"}:
            url = span.href or span.text
            yield Linked(relation="link", url=url, text=span.text if span.href else None)


def _moment(seconds: str | None) -> str | None:
    if seconds is None or not seconds.isdecimal():
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"has no possible time ({seconds} seconds since 1970)") from None


def channel_of(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Give the exported channel's id and name.

    Raises:
        ValueError: it is no public channel: what a group or a private chat says is no statement.
    """
    kind = fields.get("type")
    if kind != "public_channel":
        raise ValueError(
            f"it is the export of a {str(kind).replace('_', ' ')}, not of a public channel: only "
            "what was said to everybody is a statement"
        )
    return str(fields.get("id") or ""), str(fields.get("name") or "")
