"""Mastodon: what a status of its API says, also in Truth Social's shape, and what it said before.

A content warning stands in the place of a title: its author set it above the words, and an edit of
it alone is an edit. The options of a poll are words of the post; its votes are not.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, ValidationError

from archive.clock import utc_text
from archive.records import Capture
from spiders.channels.govuk_documents import Part, first_problem
from spiders.channels.options import Kind
from spiders.items import Linked, StatementItem
from spiders.platforms.post_html import post_links, post_words, without_repeats

READING = "a post's content as text with its poll's options, its content warning as title"
"""How words are taken: the same from the API, from ActivityPub and from an account's archive."""

DIGEST = hashlib.sha256(READING.encode()).hexdigest()[:8]
"""How routes name it."""

PUBLIC = frozenset({"public", "unlisted"})
"""Which posts are statements to everybody; what only followers see is none."""

_IN_ADDRESS = re.compile(r"/(?:statuses|posts|notice|notes|@[^/]+)/([0-9A-Za-z]+)(?:/activity)?/?$")


class Entity(Part):
    """Read ids as texts, however they are written: they have 64 bits, or are no numbers."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Account(Entity):
    """Who posted."""

    id: str = ""
    acct: str
    url: str = ""
    moved: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The account's name with its server."""
        return self.acct if "@" in self.acct else f"{self.acct}@{urlsplit(self.url).netloc}"


class Attachment(Entity):
    """A picture, film or sound."""

    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class Mention(Entity):
    """An account that a post names."""

    id: str = ""
    acct: str = ""
    url: str | None = None


class Card(Entity):
    """The page that a post links to, as its server shows it."""

    url: str
    title: str | None = None


class Option(Entity):
    """What can be voted for."""

    title: str = ""


class Poll(Entity):
    """A vote."""

    options: tuple[Option, ...] = ()


class Version(Entity):
    """The wording of a post, now or before."""

    created_at: str
    content: str = ""
    spoiler_text: str = ""
    media_attachments: tuple[Attachment, ...] = ()
    poll: Poll = Poll()

    @property
    def words(self) -> str:
        """What the post says."""
        return post_words(self.content, [each.title for each in self.poll.options])

    @property
    def media(self) -> Iterator[Linked]:
        """What it shows, with the descriptions that it gives for those who cannot see it."""
        for each in self.media_attachments:
            url = each.url or each.remote_url
            yield Linked(relation="media", url=url, text=each.description or None)


class History(Entity):
    """All wordings of a post."""

    versions: tuple[Version, ...]


class Quote(Entity):
    """A quoted post: Mastodon wraps it, Truth Social gives it as it is."""

    quoted_status: "Status | None" = None
    quoted_status_id: str | None = None
    id: str | None = None
    uri: str | None = None
    url: str | None = None
    account: Account | None = None

    @property
    def linked(self) -> Linked | None:
        """The quoted post; None where it was withdrawn from quoting."""
        inner = self.quoted_status
        if inner:
            return Linked(relation="quote", url=inner.url, id=inner.uri, text=inner.account.name)
        named = self.uri or self.quoted_status_id or self.id
        who = self.account.name if self.account else None
        return Linked(relation="quote", url=self.url, id=named, text=who) if named else None


class Status(Version):
    """A post."""

    id: str
    uri: str = Field(min_length=1)
    url: str | None = None
    account: Account
    edited_at: str | None = None
    language: str | None = None
    visibility: str = "public"
    in_reply_to_id: str | None = None
    in_reply_to_account_id: str | None = None
    mentions: tuple[Mention, ...] = ()
    card: Card | None = None
    quote: Quote | None = None
    quote_id: str | None = None
    reblog: "Status | None" = None

    @property
    def is_reply_to_another(self) -> bool:
        """Whether it answers somebody else; to go on with one's own post is no answer."""
        return bool(self.in_reply_to_id) and self.in_reply_to_account_id != self.account.id


AnyEntity = TypeVar("AnyEntity", bound=Entity)


def read_entity(kind: type[AnyEntity], payload: Any) -> AnyEntity:
    """Read a part of an answer.

    Raises:
        ValueError: it has another shape.
    """
    try:
        return kind.model_validate(payload)
    except ValidationError as error:
        raise ValueError(f"is no {kind.__name__.lower()} ({first_problem(error)})") from None


def statement(
    status: Status, *, route: str, capture: Capture, platform: str = "mastodon", kind: Kind = "post"
) -> StatementItem:
    """Make a statement of a post; the words of one that is only passed on are another's.

    Raises:
        ValueError: its content is no text.
    """
    is_repost = status.reblog is not None
    name = status.account.acct if platform == "truth_social" else status.account.name
    return StatementItem(
        native_id=status.uri,
        url=status.url or status.uri,
        kind=kind,
        title=None if is_repost else status.spoiler_text or None,
        text="" if is_repost else status.words,
        published_raw=status.created_at,
        updated_raw=status.edited_at,
        language=plain_language(status.language),
        account=f"{platform}/{name}",
        linked=without_repeats(_linked(status)),
        route=route,
        capture=capture,
    )


def earlier_versions(
    current: StatementItem, payload: Any, capture: Capture
) -> Iterator[StatementItem]:
    """Read a post's history: its wordings before the current one, oldest first.

    Raises:
        ValueError: it is no history.
    """
    versions = sorted(read_entity(History, {"versions": payload}).versions, key=_created)
    until = moment_of(current.updated_raw or current.published_raw or "")
    past = [each for each in versions if _created(each) < until]
    while past and (past[-1].words, past[-1].spoiler_text or None) == (current.text, current.title):
        past.pop()  # only something beside the wording was edited after it
    still = [each for each in current.linked if each.relation != "media"]
    for place, version in enumerate(past):
        yield replace(
            current,
            title=version.spoiler_text or None,
            text=version.words,
            updated_raw=version.created_at if place else None,
            linked=without_repeats([*version.media, *still]),
            witness="publisher",
            seen_at=min(utc_text(_created(version)), capture.captured_at),
            capture=capture,
        )


def status_id(server: str, *addresses: str) -> str | None:
    """Find the API's id of a post in its addresses; None where none of them holds it."""
    for address in addresses:
        found = _IN_ADDRESS.search(urlsplit(address).path)
        if found and address.startswith(f"{server}/"):
            return found[1]
    return None


def moment_of(written: str) -> datetime:
    """Read a time as the API writes it.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def plain_language(declared: str | None) -> str | None:
    """Leave the region out of a language that a post declares."""
    return declared.split("-")[0].split("_")[0].lower() if declared else None


def _created(version: Version) -> datetime:
    return moment_of(version.created_at)


def _linked(status: Status) -> Iterator[Linked]:
    if status.reblog:
        other = status.reblog
        yield Linked(relation="repost", url=other.url, id=other.uri, text=other.account.name)
        return
    if status.in_reply_to_id:
        yield Linked(relation="reply_to", id=status.in_reply_to_id, text=_answered(status))
    quote = status.quote.linked if status.quote else None
    if quote or status.quote_id:
        yield quote or Linked(relation="quote", id=status.quote_id)
    yield from status.media
    if status.card:
        yield Linked(relation="link", url=status.card.url, text=status.card.title or None)
    for each in post_links(status.content):
        if each.relation != "quote" or not quote:
            yield each
    for mention in status.mentions:
        yield Linked(relation="link", url=mention.url, text=f"@{mention.acct}")


def _answered(status: Status) -> str | None:
    """Name who is answered, where the post says it."""
    if status.in_reply_to_account_id == status.account.id:
        return status.account.name
    ids = {each.id: each.acct for each in status.mentions}
    return ids.get(status.in_reply_to_account_id or "")
