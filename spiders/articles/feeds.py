"""Feeds: the articles that a news feed lists."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.html import remove_tags

from analysis.normalise import normalise_text
from spiders.articles.article import LARGEST_PAGE, ArticleError
from spiders.articles.stated_days import stated_day
from spiders.channels.feed_entries import parse_feed

_ATOM = re.compile(rb"<(?:\w+:)?feed[\s>]", re.IGNORECASE)
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An article that a feed lists."""

    url: str
    title: str | None
    published_on: date | None
    """The day as the feed states it; None if it does not, or only says when it was last changed."""


def feed_links(body: bytes, url: str, charset: str | None = None) -> list[FeedLink]:
    """Give the articles that a feed lists, in its order, each address once.

    RSS 0.9 to 2, Atom, RDF and JSON Feed are read; of a feed cut short, what stands before the cut.
    Links that lead to no web page are left out.

    Raises:
        ArticleError: it is no feed, or too large.
    """
    if len(body) > LARGEST_PAGE:
        raise ArticleError(
            f"{url} is larger than {LARGEST_PAGE // 1024 // 1024} MB: name a smaller feed"
        )
    found: dict[str, FeedLink] = {}
    links = _of_json(body, url) if body.lstrip()[:1] == b"{" else _of_xml(body, url, charset)
    for link in links:
        found.setdefault(link.url, link)
    return list(found.values())


def _of_xml(body: bytes, url: str, charset: str | None) -> Iterator[FeedLink]:
    try:
        entries = parse_feed(body, charset, url).entries
    except ValueError as error:
        raise ArticleError(f"{error}. Is it the address of the feed itself?") from None
    is_atom = bool(_ATOM.search(body[:2000]))
    for entry in entries:
        # Its own `get` would take the day of a change for that of publication.
        raw = dict.get(entry, "published") or (None if is_atom else dict.get(entry, "updated"))
        yield from _link(entry.get("link"), entry.get("title"), raw, url)


def _of_json(body: bytes, url: str) -> Iterator[FeedLink]:
    try:
        feed: Any = json.loads(body)
    except (ValueError, RecursionError):
        feed = None
    if not isinstance(feed, dict) or not _JSON_FEED.match(str(feed.get("version"))):
        raise ArticleError(f"{url} is no RSS, Atom or JSON feed. Is it the address of the feed?")
    items = feed.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            link = item.get("url") or item.get("external_url")
            yield from _link(link, item.get("title"), item.get("date_published"), url)


def _link(link: object, title: object, raw: object, base: str) -> Iterable[FeedLink]:
    try:
        address = urldefrag(urljoin(base, str(link or "").strip())).url
        parts = urlsplit(address)
    except ValueError:
        return ()
    if not link or parts.scheme not in {"http", "https"} or not parts.hostname:
        return ()
    return (FeedLink(address, _title(title), stated_day(str(raw)) if raw else None),)


def _title(title: object) -> str | None:
    if not isinstance(title, str):
        return None
    try:
        return " ".join(normalise_text(unescape(remove_tags(title))).split()) or None
    except ValueError:
        return None
