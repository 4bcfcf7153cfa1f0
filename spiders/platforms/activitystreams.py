"""ActivityStreams: what a post says as servers tell it to each other, and in account archives."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from archive.records import Capture
from spiders.channels.options import Kind
from spiders.items import Linked, StatementItem
from spiders.platforms.mastodon import Entity, plain_language, read_entity
from spiders.platforms.post_html import post_links, post_words, without_repeats

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_POSTS = {"Note", "Question", "Article", "Page"}
_PROFILE = re.compile(r"^/(?:@|users/|u/)?([^/@]+)(?:/|$)")


class Named(Entity):
    """Something with a name: an answer that can be voted for, a mention."""

    type: str = ""
    name: str = ""
    href: str | None = None


class Document(Entity):
    """A picture, film or sound, with its description as its name."""

    url: Any = None
    name: str = ""


class Post(Entity):
    """A post as an object."""

    id: str = Field(min_length=1)
    type: str
    content: str = ""
    contents: dict[str, Any] = Field(default_factory=dict, alias="contentMap")
    summary: str = ""
    name: str = ""
    published: str | None = None
    updated: str | None = None
    url: Any = None
    author: Any = Field(default=None, alias="attributedTo")
    answered: Any = Field(default=None, alias="inReplyTo")
    quote: Any = None
    quote_url: Any = Field(default=None, alias="quoteUrl")
    to: Any = None
    cc: Any = None
    attachment: tuple[Document, ...] | Document = ()
    tag: tuple[Named, ...] | Named = ()
    one_of: tuple[Named, ...] = Field(default=(), alias="oneOf")
    any_of: tuple[Named, ...] = Field(default=(), alias="anyOf")

    @property
    def is_public(self) -> bool:
        """Whether it is addressed to everybody."""
        return bool(_PUBLIC & {*_texts(self.to), *_texts(self.cc)})

    @property
    def words(self) -> str:
        """What the post says."""
        content = self.content or next(iter(map(str, self.contents.values())), "")
        return post_words(content, [each.name for each in (*self.one_of, *self.any_of)])

    @property
    def language(self) -> str | None:
        """The language that it declares, if it comes in one."""
        return plain_language(next(iter(self.contents))) if len(self.contents) == 1 else None

    @property
    def address(self) -> str:
        """Where a reader finds it."""
        return next((url for url in _texts(self.url) if url.startswith("http")), self.id)

    @property
    def account(self) -> str | None:
        """The account with its server, by the address of its pages."""
        for each in (self.address, *_texts(self.author)):
            parts = urlsplit(each)
            found = _PROFILE.match(parts.path)
            if found and parts.netloc and found[1] not in {"ap", "objects", "notice", "notes"}:
                return f"{found[1]}@{parts.netloc}"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How statements are made of objects."""

    route: str
    capture: Capture
    kind: Kind = "post"


def is_tombstone(payload: Any, identifier: str) -> bool:
    """Tell whether a server says that it deleted this very post."""
    return (
        isinstance(payload, Mapping)
        and payload.get("type") == "Tombstone"
        and payload.get("id") == identifier
    )


def read_post(payload: Any) -> Post:
    """Read an object that is a post.

    Raises:
        ValueError: it is none.
    """
    post = read_entity(Post, payload)
    if post.type not in _POSTS:
        raise ValueError(f"is a {post.type}, which is no post")
    return post


def post_statement(post: Post, reading: Reading) -> StatementItem:
    """Make a statement of a post.

    Raises:
        ValueError: its content is no text.
    """
    return StatementItem(
        native_id=post.id,
        url=post.address,
        kind=reading.kind,
        title=post.summary or post.name or None,
        text=post.words,
        published_raw=post.published,
        updated_raw=post.updated,
        language=post.language,
        account=f"mastodon/{post.account}" if post.account else None,
        linked=without_repeats(_linked(post)),
        route=reading.route,
        capture=reading.capture,
    )


def repost_statement(activity: Mapping[str, Any], reading: Reading) -> StatementItem:
    """Make a statement, without words, of a post that is only passed on.

    Raises:
        ValueError: the activity does not say what is passed on.
    """
    identifier = activity.get("id")
    other = next(_texts(activity.get("object")), None)
    if not isinstance(identifier, str) or not identifier or other is None:
        raise ValueError("is a repost that does not say of what")
    published = activity.get("published")
    actor = Post(id=identifier, type="Announce", attributedTo=activity.get("actor")).account
    return StatementItem(
        native_id=identifier,
        url=identifier,
        kind=reading.kind,
        text="",
        published_raw=published if isinstance(published, str) else None,
        account=f"mastodon/{actor}" if actor else None,
        linked=(Linked(relation="repost", url=other, id=other),),
        route=reading.route,
        capture=reading.capture,
    )


def _linked(post: Post) -> Iterator[Linked]:
    for answered in _texts(post.answered):
        yield Linked(relation="reply_to", url=answered, id=answered)
    quoted = next((url for told in (post.quote, post.quote_url) for url in _texts(told)), None)
    if quoted:
        yield Linked(relation="quote", url=quoted, id=quoted)
    attached = [post.attachment] if isinstance(post.attachment, Document) else post.attachment
    for each in attached:
        yield Linked(relation="media", url=next(_texts(each.url), None), text=each.name or None)
    for link in post_links(post.content):
        if link.relation != "quote" or not quoted:
            yield link
    tags = [post.tag] if isinstance(post.tag, Named) else post.tag
    for tag in tags:
        if tag.type == "Mention":
            yield Linked(relation="link", url=tag.href, text=tag.name or None)


def _texts(value: Any) -> Iterator[str]:
    """Give the addresses of a property: one, several, or objects that have them."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each:
            yield each
        elif isinstance(each, Mapping):
            yield from _texts(each.get("href") or each.get("url") or each.get("id"))
