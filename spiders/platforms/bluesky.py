"""Bluesky: what a record says, as a statement; the same for a listing, a stream and a CAR file."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import quote, urlencode

from archive.records import Capture
from spiders.channels.options import Kind
from spiders.items import Linked, PublisherChange, StatementItem
from spiders.platforms.atproto import AtUri, cid_text, event_time, is_datetime
from spiders.source import Source

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
READING = "bluesky record 1"
"""Names how words are taken from a record; a change here keeps old and new from being compared."""

DIGEST = hashlib.sha256(READING.encode()).hexdigest()[:8]
_WEB = "https://bsky.app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a record was read, and whose it is: what it does not say itself."""

    source: Source
    did: str
    route: str
    capture: Capture
    handle: str | None = None
    pds: str | None = None
    """The server that hands out the account's pictures."""

    kind: Kind = "post"
    witness: Literal["publisher", "import"] | None = None
    seen_at: str | None = None
    changes: tuple[PublisherChange, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What is being read, and what in it was not understood."""

    origin: Origin
    text: str
    notes: list[str] = field(default_factory=list)


def read_record(
    uri: AtUri, cid: str, record: object, origin: Origin
) -> tuple[StatementItem, list[str]]:
    """Read a post or a repost; the second part says what in it was not understood.

    Raises:
        ValueError: it is neither, or not whole.
    """
    if uri.did != origin.did:
        raise ValueError(f"{uri} is not a record of {origin.did}")
    if not isinstance(record, Mapping):
        raise ValueError(f"{uri} holds no record")  # noqa: TRY004 - one kind of trouble
    kind = record.get("$type")
    if kind != uri.collection or kind not in {POST, REPOST}:
        raise ValueError(f"{uri} is a record of the unknown kind {kind!r}")
    text = record.get("text") if kind == POST else ""
    if not isinstance(text, str):
        raise ValueError(f"{uri} has no text")  # noqa: TRY004 - one kind of trouble
    reading = _Reading(origin, text)
    linked = _post_links(record, reading) if kind == POST else _repost_links(record, uri)
    published = _published(record, reading)
    item = StatementItem(
        native_id=str(uri),
        url=_page_of(str(uri)) or next((each.url for each in linked if each.url), "") or "",
        kind=origin.kind,
        text=text,
        published_raw=published,
        language=_language(record),
        account=f"bluesky/{_account(origin, published)}",
        linked=tuple(linked),
        publisher_hash=cid,
        changes=origin.changes,
        witness=origin.witness,
        seen_at=origin.seen_at,
        route=origin.route,
        capture=origin.capture,
    )
    return item, [f"{uri}: {note}" for note in reading.notes]


def is_reply(record: object) -> bool:
    """Tell whether a record answers another post."""
    return isinstance(record, Mapping) and isinstance(record.get("reply"), Mapping)


def _account(origin: Origin, published: str | None) -> str:
    """Name the account as the source file names it on the day of the post, or else as it is now."""
    own = [each for each in origin.source.accounts if each.platform == "bluesky"]
    own = [each for each in own if each.id == origin.did]
    moment = published and event_time(published)
    day = date.fromisoformat(moment[:10]) if moment else None
    fitting = [each.handle for each in own if day and each.is_in_use(day)]
    if len(fitting) == 1:
        return fitting[0].lstrip("@")
    return origin.handle or (own[-1].handle.lstrip("@") if own else origin.did)


def _published(record: Mapping[str, Any], reading: _Reading) -> str | None:
    """Give the date of a record where it is one; a time without a zone could be any of a day."""
    written = record.get("createdAt")
    if isinstance(written, str) and is_datetime(written):
        return written
    reading.notes.append(f"createdAt {written!r} is no time of the AT Protocol: kept undated")
    return None


def _language(record: Mapping[str, Any]) -> str | None:
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else None
    return first if isinstance(first, str) and first else None


def _post_links(record: Mapping[str, Any], reading: _Reading) -> list[Linked]:
    linked = [*_replies(record), *_facets(record, reading), *_entities(record, reading)]
    tags = record.get("tags")
    linked += [_tag(each) for each in tags if isinstance(each, str)] if tags else []
    embed = record.get("embed")
    if embed is not None:
        linked += _embedded(embed, reading)
    return linked


def _repost_links(record: Mapping[str, Any], uri: AtUri) -> list[Linked]:
    subject = _reference(record.get("subject"))
    if subject is None:
        raise ValueError(f"{uri} does not say what it reposts")
    return [Linked(relation="repost", url=_page_of(subject), id=subject)]


def _replies(record: Mapping[str, Any]) -> Iterator[Linked]:
    """Name the post that is answered, and the one that began the conversation."""
    reply = record.get("reply")
    if not isinstance(reply, Mapping):
        return
    parent, root = _reference(reply.get("parent")), _reference(reply.get("root"))
    if parent:
        yield Linked(relation="reply_to", url=_page_of(parent), id=parent)
    if root and root != parent:
        yield Linked(relation="reply_to", url=_page_of(root), id=root, text="first of the thread")


def _facets(record: Mapping[str, Any], reading: _Reading) -> Iterator[Linked]:
    """Name what stands behind words of the text; facets count its bytes in UTF-8."""
    packed = reading.text.encode("utf-8", "surrogatepass")
    for facet in _mappings(record.get("facets")):
        index = facet.get("index")
        bounds = index if isinstance(index, Mapping) else {}
        words = _words(packed, bounds.get("byteStart"), bounds.get("byteEnd"), "utf-8")
        if words is None:
            reading.notes.append(f"a facet of {dict(bounds)} lies outside the text")
        for feature in _mappings(facet.get("features")):
            yield from _feature(feature, words, reading)


def _feature(feature: Mapping[str, Any], words: str | None, reading: _Reading) -> Iterator[Linked]:
    match feature:
        case {"$type": "app.bsky.richtext.facet#link", "uri": str(url)}:
            yield Linked(relation="link", url=url, text=words)
        case {"$type": "app.bsky.richtext.facet#mention", "did": str(did)}:
            yield Linked(relation="link", url=f"{_WEB}/profile/{did}", text=words)
        case {"$type": "app.bsky.richtext.facet#tag", "tag": str(tag)}:
            yield _tag(tag)
        case _:
            reading.notes.append(f"a facet of the unknown kind {feature.get('$type')!r}")


def _entities(record: Mapping[str, Any], reading: _Reading) -> Iterator[Linked]:
    """Read what came before facets, until 2023; these count units of UTF-16."""
    packed = reading.text.encode("utf-16-le", "surrogatepass")
    for entity in _mappings(record.get("entities")):
        index = entity.get("index")
        bounds = index if isinstance(index, Mapping) else {}
        start, end = (
            2 * each if isinstance(each, int) else None
            for each in (bounds.get("start"), bounds.get("end"))
        )
        words = _words(packed, start, end, "utf-16-le")
        match entity:
            case {"type": "link", "value": str(url)}:
                yield Linked(relation="link", url=url, text=words)
            case {"type": "mention", "value": str(did)}:
                yield Linked(relation="link", url=f"{_WEB}/profile/{did}", text=words)
            case _:
                reading.notes.append(f"an entity of the unknown kind {entity.get('type')!r}")


def _embedded(embed: object, reading: _Reading) -> Iterator[Linked]:
    match embed:
        case {"$type": "app.bsky.embed.images", "images": list(images)}:
            for each in _mappings(images):
                yield _media(each.get("image"), each.get("alt"), reading.origin)
        case {"$type": "app.bsky.embed.video", "video": video, **rest}:
            yield _media(video, rest.get("alt"), reading.origin)
        case {"$type": "app.bsky.embed.external", "external": {"uri": str(url), **card}}:
            told = [card.get(name) for name in ("title", "description")]
            words = "\n".join(each for each in told if isinstance(each, str) and each)
            yield Linked(relation="link", url=url, text=words or None)
        case {"$type": "app.bsky.embed.record", "record": record} if _reference(record):
            yield _quote(str(_reference(record)))
        case {"$type": "app.bsky.embed.recordWithMedia", "record": record, "media": media}:
            yield from _embedded(record, reading)
            yield from _embedded(media, reading)
        case _:
            kind = embed.get("$type") if isinstance(embed, Mapping) else embed
            reading.notes.append(f"an embed of the unknown kind {kind!r}")


def _quote(uri: str) -> Linked:
    """Name a record that is shown: a quoted post, or a list or feed, which is only linked."""
    page = _page_of(uri)
    return Linked(relation="quote" if page else "link", url=page, id=uri)


def _media(blob: object, alt: object, origin: Origin) -> Linked:
    held = blob if isinstance(blob, Mapping) else {}
    cid = cid_text(held.get("ref") or held.get("cid"))
    url = None
    if cid and origin.pds:
        asked = urlencode({"did": origin.did, "cid": cid})
        url = f"{origin.pds}/xrpc/com.atproto.sync.getBlob?{asked}"
    words = alt if isinstance(alt, str) and alt else None
    return Linked(relation="media", url=url, id=cid, text=words)


def _tag(tag: str) -> Linked:
    return Linked(relation="link", url=f"{_WEB}/hashtag/{quote(tag, safe='')}", text=f"#{tag}")


def _reference(reference: object) -> str | None:
    """Give the address in a reference to a record."""
    uri = reference.get("uri") if isinstance(reference, Mapping) else None
    return uri if isinstance(uri, str) and uri.startswith("at://") else None


def _page_of(uri: str) -> str | None:
    """Name the page on which a post is read."""
    try:
        found = AtUri.parse(uri)
    except ValueError:
        return None
    is_post = found.collection == POST
    return f"{_WEB}/profile/{found.did}/post/{found.rkey}" if is_post else None


def _words(packed: bytes, start: object, end: object, encoding: str) -> str | None:
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(packed)):
        return None
    try:
        return packed[start:end].decode(encoding)
    except UnicodeDecodeError:
        return None


def _mappings(value: object) -> list[Mapping[str, Any]]:
    listed = value if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, Mapping)]
