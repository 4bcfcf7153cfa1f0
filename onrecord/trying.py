"""Trying an address: what a page offers, and the source file that would read it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import feedparser
import yaml
from parsel import Selector
from scrapy.http import Response

from spiders.pages import page_html
from spiders.prose import main_text

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")


@dataclass(slots=True)
class Tried:
    """What an address turned out to be."""

    url: str
    kind: str
    title: str | None = None
    language: str | None = None
    feeds: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    text_start: str | None = None
    published_raw: str | None = None


def examine(response: Response) -> Tried:
    """Tell whether a response is a feed or a page, and what can be read in it.

    Raises:
        ValueError: it is neither.
    """
    parsed = feedparser.parse(response.body)
    if parsed.entries or parsed.version:
        return Tried(
            url=response.url,
            kind="feed",
            title=parsed.feed.get("title"),
            language=(parsed.feed.get("language") or "")[:2].lower() or None,
            feeds=[response.url],
            entries=[entry.get("title") or entry.get("link", "") for entry in parsed.entries],
        )
    html = page_html(response)
    root = Selector(html)
    page = main_text(html, response.url)
    return Tried(
        url=response.url,
        kind="page",
        title=page.title or root.xpath("normalize-space(//title)").get(),
        language=(root.xpath("string(/html/@lang)").get() or "")[:2].lower() or None,
        feeds=_linked_feeds(root, response),
        text_start=page.text[:300],
        published_raw=page.published_raw,
    )


def draft(tried: Tried) -> str:
    """Write a source file to start from; what has to be looked up is marked."""
    parts = urlsplit(tried.url)
    feed: dict[str, object] = {"channel": "feed", "urls": tried.feeds[:1]}
    if not tried.feeds:
        feed = {"channel": "listing", "urls": [tried.url], "entry": "FILL IN: CSS of one entry"}
    source = {
        "office": tried.title or "FILL IN",
        "country": "FILL IN: ISO 3166-1 code",
        "publisher": "FILL IN",
        "url": f"{parts.scheme}://{parts.netloc}/",
        "language": tried.language or "FILL IN",
        "timezone": "FILL IN: such as Europe/Vienna",
        "feeds": [feed],
        "provenance": {"from": tried.url, "verified": "never"},
    }
    return yaml.safe_dump(source, sort_keys=False, allow_unicode=True)


def _linked_feeds(root: Selector, response: Response) -> list[str]:
    links = root.css('link[rel~="alternate"]')
    return [
        response.urljoin(link.attrib["href"])
        for link in links
        if link.attrib.get("type") in _FEED_TYPES and link.attrib.get("href")
    ]
