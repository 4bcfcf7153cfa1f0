"""The sitemap channel: a site's own list of its addresses, with the day each was last changed."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from pydantic import Field
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.sitemap import Sitemap, sitemap_urls_from_robots
from twisted.python.failure import Failure
from w3lib.url import safe_url_string

from archive.clock import read_utc
from archive.memory import last_seen
from archive.records import Capture
from spiders.channels.entries import Entry, Found
from spiders.channels.options import PageSelectors, WebOptions
from spiders.channels.webpage import WebChannel
from spiders.items import FaultItem

if TYPE_CHECKING:
    from spiders.reader import SourceSpider
    from spiders.source import Feed

_BARE = re.compile(rb"&(?!#?\w+;)")
_END = re.compile(rb"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>\s*$")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_GZIP = b"\x1f\x8b"
_LONGEST = 64 * 1024 * 1024
"""What a sitemap may unpack to, in bytes; the protocol allows 50 MB."""


class SitemapOptions(WebOptions):
    """Which of a site's addresses are statements."""

    links: str | None = None
    sitemaps: str | None = None
    since: date | None = None
    pages: int = Field(default=1000, ge=1, le=10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Entry):
    """An address in a sitemap."""

    changed: datetime | None = None
    """When the page changed last, at the latest, by what the sitemap says."""


class SitemapChannel(WebChannel):
    """Read sitemaps, indexes of sitemaps, and those that a robots.txt names.

    What is known is looked at again only if it has changed since, by the sitemap's own word.
    """

    Options = SitemapOptions
    is_one_an_answer = True

    def __init__(self, spider: "SourceSpider", feed: "Feed") -> None:
        super().__init__(spider, feed)
        self._asked = set(self.first_urls())
        self._owed: set[str] = set()
        """The sitemaps named by others that have not answered yet."""

    @property
    def options(self) -> SitemapOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, SitemapOptions)
        return self.feed.options

    def listed_words(self, selectors: PageSelectors) -> Mapping[str, object]:
        """Take no words from a sitemap, which has none."""
        del selectors
        return {}

    @cached_property
    def _last_seen(self) -> dict[str, str]:
        archive = self.spider.archive
        return last_seen(archive, self.source.name) if archive else {}

    def read_entries(self, response: Response) -> Iterator[Entry | Found]:
        """Read a list of pages, or ask for the sitemaps that a list of sitemaps names.

        Raises:
            ValueError: it is no sitemap, is empty, or was cut short before its first address.
        """
        if urlsplit(response.url).path == "/robots.txt":
            named = list(sitemap_urls_from_robots(response.body, response.url))
            if not named:
                raise ValueError(f"{response.url} names no sitemap")
            yield from self._sitemaps([(url, None) for url in named])
            return
        kind, places, complaint = read_sitemap(_unpacked(response), response.url)
        if complaint:
            yield self._fault(complaint, response)
        dated = [(place["loc"], _moment(place.get("lastmod"), self._zone)) for place in places]
        since = self.options.since
        oldest = datetime(since.year, since.month, since.day, tzinfo=self._zone) if since else None
        recent = [(url, changed) for url, changed in dated if _is_since(changed, oldest)]
        recent.sort(key=lambda each: each[1] or _LONG_AGO)  # Scrapy asks for the last one first
        if kind == "sitemapindex":
            yield from self._sitemaps(recent)
            return
        for loc, changed in recent:
            url = safe_url_string(loc)
            if not loc.startswith(("http://", "https://")):
                yield self._fault(f"{response.url} lists {loc!r}, which is no address", response)
            elif re.search(self.options.links or "", url):
                yield Address(native_id=self.native_id(url), url=url, changed=changed)

    def next_url(self, response: Response, page: int) -> str | None:
        """Have no next page: an index names all there are."""
        del response, page
        return None

    def follow(self, entry: Entry, response: Response) -> Iterator[Found]:
        """Ask for what is unknown, and for what has changed since it was last seen."""
        last = self._last_seen.get(entry.native_id)
        changed = entry.changed if isinstance(entry, Address) else None
        is_news = last is None or (changed is not None and changed >= read_utc(last))
        if is_news or self.spider.is_replay:
            yield from super().follow(entry, response)

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Read a sitemap, and note that it has answered."""
        self._owed.difference_update([response.url, *response.meta.get("redirect_urls", ())])
        yield from super().parse_listing(response, page)

    def may_be_empty(self, page: int) -> bool:
        """Allow that a sitemap lists nothing wanted, unless none of them does."""
        del page
        return bool(self._owed or self._listed)

    def is_past_the_end(self, response: Response, page: int) -> bool:
        """Take no sitemap that another names for one too many."""
        del response, page
        return False

    def fail(
        self, reason: str, page: int, url: str, capture: Capture | None = None
    ) -> Iterator[Found]:
        """Report a sitemap that could not be read; the next route is for when none could."""
        is_all = not (self._owed or self._listed)
        yield from super().fail(reason, 1 if is_all else page, url, capture)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.source.timezone)

    def _sitemaps(self, named: list[tuple[str, datetime | None]]) -> Iterator[Request]:
        for url, _ in named:
            is_wanted = re.search(self.options.sitemaps or "", url)
            if is_wanted and url not in self._asked and len(self._asked) < self.options.pages:
                request = self._listing_request(url, 2)
                self._asked.add(url)
                self._owed.add(request.url)
                yield request

    def _listing_failed(self, failure: Failure) -> Iterator[Found]:
        self._owed.discard(failure.request.url)  # type: ignore[attr-defined] # set by Scrapy
        yield from super()._listing_failed(failure)

    def _fault(self, message: str, response: Response) -> FaultItem:
        return FaultItem(
            level="error",
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )


def read_sitemap(body: bytes, url: str) -> tuple[str, list[dict[str, Any]], str | None]:
    """Read a sitemap: its kind, its places, and what is wrong with it, if anything is.

    Raises:
        ValueError: it is no sitemap, or holds no place that can be read.
    """
    try:
        sitemap = Sitemap(_BARE.sub(b"&amp;", body))
        places = list(sitemap)
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise ValueError(f"{url} is no sitemap ({error or 'it is empty'})") from None
    if sitemap.type not in {"urlset", "sitemapindex"}:
        raise ValueError(f"{url} is no sitemap: its root is <{sitemap.type}>")
    broken = next(iter(sitemap.xmliter.error_log), None)
    flaw = f"{broken.message} in line {broken.line}" if broken else None
    if flaw and not _END.search(body):
        del places[-1:]  # the cut went through it
    if not places:
        raise ValueError(f"{url} is a sitemap without any address" + f" ({flaw})" * bool(flaw))
    told = f"{url} is not well-formed ({flaw}); {len(places)} addresses of it were read"
    return sitemap.type, places, told if flaw else None


def _unpacked(response: Response) -> bytes:
    """Unpack a sitemap that is a packed file, whatever packing it came in over the wire.

    Raises:
        ValueError: it is cut short, damaged, or unpacks to more than any sitemap.
    """
    if not response.body.startswith(_GZIP):
        return response.body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(response.body, _LONGEST)
    except zlib.error as error:
        raise ValueError(f"{response.url} is a damaged gzip file ({error})") from None
    if unpacker.unconsumed_tail:
        raise ValueError(f"{response.url} unpacks to more than {_LONGEST} bytes: it was not read")
    if not unpacker.eof:
        raise ValueError(f"{response.url} is a gzip file that was cut short")
    return body


def _moment(written: str | None, zone: ZoneInfo) -> datetime | None:
    """Read a date of the protocol; the end of the day where it gives no time."""
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    if "T" not in (written or ""):
        moment += timedelta(days=1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _is_since(changed: datetime | None, oldest: datetime | None) -> bool:
    return changed is None or oldest is None or changed > oldest


CHANNEL = SitemapChannel
