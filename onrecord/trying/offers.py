"""What a page offers besides its words: feeds, sitemaps, its office, and where it stands."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy.http import Response
from scrapy.utils.sitemap import sitemap_urls_from_robots

from spiders.channels.feed_entries import parse_feed
from spiders.channels.sitemap import read_sitemap

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_FEED_ADDRESS = re.compile(
    r"(?:^|[/.?=&_-])(?:rss|atom|rdf|feeds?|rss2|rssfeed)(?:[/.?=&_-]|$)", re.IGNORECASE
)
_NO_FEED = re.compile(r"comments/|/comments|\.(?:html?|aspx?|php)$|wp-json|oembed", re.IGNORECASE)
_COMMON_FEEDS = ("feed/", "/feed/", "/rss.xml", "/feed.xml", "/rss", "/atom.xml")
_BETWEEN = re.compile(r"\s+[|/\u2013\u2014\u00b7\u2022-]\s+|:\s+")
_OFFICE = re.compile(
    r"minist|office|department|government|pr[eä]sident|chancell|kanzler|council|secretar|bureau"
    r"|regierung|gouvernement|gobierno|governo|palace|house",
    re.IGNORECASE,
)
_LONGEST_NAME = 120
_KINDS = (
    ("press_release", r"press-?releases?|communiques?|pressemitteilung|comunicados?|/pr/"),
    ("speech", r"speech|reden|discours|discurso|address(?:es)?\b"),
    ("statement", r"statement|declaration|erkl"),
    ("briefing", r"briefing"),
    ("interview", r"interview"),
    ("news", r"news|aktuell|actualit|noticia|media|press"),
)


def linked_feeds(page: Selector, url: str) -> list[str]:
    """Name the feeds that a page links to, the stated ones first."""
    stated = [
        link.attrib["href"]
        for link in page.css('link[rel~="alternate"][href]')
        if link.attrib.get("type", "").partition(";")[0].strip().lower() in _FEED_TYPES
    ]
    linked = [
        link.attrib["href"]
        for link in page.css("a[href]")
        if _FEED_ADDRESS.search(link.attrib["href"]) and not _NO_FEED.search(link.attrib["href"])
    ]
    found = (urljoin(url, href.strip()) for href in (*stated, *linked))
    wanted = [each for each in found if each.startswith("http") and "/comments/" not in each]
    return list(dict.fromkeys(wanted))


def common_feeds(url: str) -> list[str]:
    """Name the addresses at which sites commonly keep a feed."""
    folder = url.partition("?")[0].rstrip("/") + "/"
    return list(dict.fromkeys(urljoin(folder, each) for each in _COMMON_FEEDS))


def is_feed(response: Response) -> bool:
    """Tell whether a response is a web feed with entries."""
    try:
        return bool(parse_feed(response.body, None, response.url).entries)
    except ValueError:
        return False


def is_sitemap(response: Response) -> bool:
    """Tell whether a response is a sitemap with addresses."""
    try:
        return bool(read_sitemap(response.body, response.url)[1])
    except ValueError:
        return False


def named_sitemaps(robots: Response) -> list[str]:
    """Name the sitemaps that a robots.txt names."""
    return list(sitemap_urls_from_robots(robots.body, robots.url))


def is_wordpress(page: Selector) -> bool:
    """Tell whether a page says that WordPress made it."""
    named = page.css('meta[name="generator"]::attr(content)').get("")
    return "wordpress" in named.lower() or bool(page.css('link[rel="https://api.w.org/"]'))


def declared_language(page: Selector) -> str | None:
    """Give the language tag that a page declares."""
    return page.xpath("string(/html/@lang)").get() or None


def office_of(page: Selector) -> str | None:
    """Tell whose page it is: the site's own name, else the part of the title that names it."""
    site = page.css('meta[property="og:site_name"]::attr(content)').get()
    if site and site.strip():
        return " ".join(site.split())
    title = " ".join((page.xpath("normalize-space(//title)").get() or "").split())
    parts = [part.strip() for part in _BETWEEN.split(title) if part.strip()]
    offices = [part for part in parts if _OFFICE.search(part)]
    named = (offices or parts[-1:] or [None])[-1]
    return named if named and len(named) <= _LONGEST_NAME else None


def kind_of(url: str) -> str:
    """Guess from its address what a list holds."""
    path = urlsplit(url).path
    return next(
        (kind for kind, sign in _KINDS if re.search(sign, path, re.IGNORECASE)), "statement"
    )


def feed_items(feed: Response) -> Iterator[str]:
    """Name the addresses that a feed links to."""
    for entry in parse_feed(feed.body, None, feed.url).entries:
        if entry.get("link"):
            yield str(urljoin(feed.url, entry["link"].strip()))
