"""Trying an address: what it offers, and the source file that would read it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import feedparser
from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from analysis.language import detect_language
from archive.errors import ArchiveError
from archive.warc import Proof
from onrecord.looking import UNPROVED, Get, why
from onrecord.trying import offers, ways
from onrecord.trying.drafting import Office, Reading
from onrecord.trying.item_addresses import address_pattern
from onrecord.trying.json_lists import guess_json_list
from onrecord.trying.ways import Way
from onrecord.trying.whereabouts import country_of, date_order_of, source_name
from spiders.exchanges import proof
from spiders.fields import LANGUAGES
from spiders.offline import unkept_capture
from spiders.pages import page_html

_FEEDS = 3
_DATED = 0.7
_SAME = 0.3
_LIKELY = 0.15
_UNPROVED = ("certificate verify failed", "VerificationError")
"""What the libraries say of a certificate that proves nothing."""


@dataclass(slots=True)
class Tried:
    """What an address turned out to be, and the source file that reads it."""

    url: str
    status: int
    kind: str
    """A feed, a sitemap, a list in JSON, a list or a page."""
    name: str
    """What the source would be called."""
    source: str = ""
    """The source file."""
    reading: Reading = field(default_factory=Reading)
    """What the file reads now."""
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    is_wordpress: bool = False
    tls: Proof | None = None
    """Whether the server proved its name; None where nothing was encrypted."""
    notes: list[str] = field(default_factory=list)


async def try_address(
    get: Get,
    url: str,
    *,
    now: datetime,
    name: str | None = None,
    guess: bool = False,
    unverified: str | None = None,
) -> Tried:
    """Look at an address, at what it leads to and at one item, and draft a source file.

    `guess` also asks for addresses at which feeds commonly are. `unverified` says why `get` does
    not ask servers to prove their names, which the file is to say too.

    Raises:
        ArchiveError: it could not be fetched, or is nothing that can be read.
    """
    try:
        response = await get(Request(url))
    except Exception as error:
        told = f"{url} could not be fetched: {why(error)}"
        if any(words in told for words in _UNPROVED):
            told += ". If you know better, say why with --unverified"
        raise ArchiveError(told) from error
    if response.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise ArchiveError(
            f"{url} answered {response.status}: there is nothing to look at. Try it in a browser"
        )
    return await _Trial(get, response, now, name, unverified).run(guess=guess)


class _Trial:
    """One address while it is looked at."""

    def __init__(
        self,
        get: Get,
        response: Response,
        now: datetime,
        name: str | None,
        unverified: str | None,
    ) -> None:
        self._get = get
        self._now = now
        self._first = self._kept(response)
        self._page = _selector(response)
        tag = offers.declared_language(self._page) if self._page else None
        country = name[:2] if name else country_of(response.url, tag)
        self._office = Office(
            name=name or source_name(response.url, country),
            office=offers.office_of(self._page) if self._page else None,
            country=country,
            url="/".join(response.url.split("/")[:3]) + "/",
            language=_code(tag),
            date_order=date_order_of(country),
            unverified=unverified,
        )
        self._tried = Tried(response.url, response.status, "page", self._office.name)
        self._tried.tls = proof(response.url, is_verified=unverified is None)
        if self._tried.tls == "unverified":
            self._tried.notes.append(UNPROVED)

    async def run(self, *, guess: bool) -> Tried:
        """Find the best way to read the address, and write it down."""
        way = self._by_itself()
        if way is None and self._page is None:
            raise ArchiveError(
                f"{self._first.url} is no page, feed, sitemap or list in JSON with entries"
            )
        if way is None and self._page is not None:
            self._tried.is_wordpress = offers.is_wordpress(self._page)
            feeds = await self._feeds(self._page, guess=guess)
            await self._look_for_sitemaps()
            listing = ways.prove_listing(self._page, self._first, self._office, self._now)
            way = self._choose(feeds, listing)
        await self._write_down(way)
        return self._tried

    def _by_itself(self) -> Way | None:
        """Read the address as what it is, where it is no page."""
        base = {"urls": [self._first.url]}
        if offers.is_feed(self._first):
            parsed = feedparser.parse(self._first.body).feed
            self._office.office = parsed.get("title") or None
            self._office.language = self._office.language or _code(parsed.get("language"))
            return self._prove("feed", {"channel": "feed", **base})
        if offers.is_sitemap(self._first):
            way = self._prove("sitemap", {"channel": "sitemap", **base})
            links = address_pattern(sorted(way.urls), []) if way else None
            return self._prove("sitemap", {"channel": "sitemap", **base, "links": links or "."})
        fields = guess_json_list(self._first.body, ways.date_reader(self._office, self._now))
        options = {"channel": "jsonlist", **base, "pages": 1, **(fields or {})}
        return self._prove("list in JSON", options) if fields else None

    async def _feeds(self, page: Selector, *, guess: bool) -> list[Way]:
        found = await self._those_that_are(offers.linked_feeds(page, self._first.url)[:_FEEDS])
        if not found and guess:
            for url in offers.common_feeds(self._first.url):
                found = found or await self._those_that_are([url])
        self._tried.feeds = [way.response.url for way in found]
        return found

    async def _those_that_are(self, urls: list[str]) -> list[Way]:
        """Ask for what may be feeds, and keep those that are."""
        found: list[Way] = []
        for url in urls:
            response = await self._ask(url)
            if response is not None and offers.is_feed(response):
                way = self._prove("feed", {"channel": "feed", "urls": [response.url]}, response)
                found += [way] if way else []
        return found

    async def _look_for_sitemaps(self) -> None:
        robots = await self._ask(f"{self._office.url}robots.txt")
        named = offers.named_sitemaps(robots) if robots is not None else []
        if not named:
            usual = await self._ask(f"{self._office.url}sitemap.xml")
            named = [usual.url] if usual is not None and offers.is_sitemap(usual) else []
        self._tried.sitemaps = named

    def _choose(self, feeds: list[Way], listing: Way | None) -> Way | None:
        """Prefer the feed of this very list, then a dated list, then any feed, then any list."""
        likely = listing if listing and (listing.dated or listing.score >= _LIKELY) else None
        if likely:
            for feed in sorted(feeds, key=lambda each: -len(each.urls & likely.urls)):
                shared = len(feed.urls & likely.urls)
                if shared >= _SAME * min(len(feed.urls), len(likely.urls)):
                    if likely.dated >= _DATED:
                        feed.options["fallback"] = [self._with_kind(likely)]
                    return feed
            if likely.dated >= _DATED:
                return likely
        if feeds:
            self._tried.notes.append(
                "the feed lists other items than this page: is it the right one?"
            )
            return max(feeds, key=lambda each: len(each.entries))
        return likely

    async def _write_down(self, way: Way | None) -> None:
        office = self._office
        if way is None:
            way = Way("page", {"channel": "listing", "urls": [self._first.url]}, self._first)
            way.options["links"] = "FILL IN: a pattern of the addresses of items"
            self._tried.notes.append(
                "no list was found: try the address of a page that lists items"
            )
            item: Response | None = self._first
        else:
            item = await self._ask(way.item_url) if way.item_url else None
        self._tried.kind = way.kind
        self._learn(item)
        is_date = ways.date_reader(office, self._now)
        options = self._with_kind(way)
        way.options = options
        holding = ways.holds_texts(way, office, item)
        if holding:
            options = holding
        elif item is not None and _selector(item) is not None:
            options, _ = ways.with_item(way, item, office, is_date)
        self._tried.source, self._tried.reading = ways.final(
            office, options, way, item, self._first.url, self._now.date()
        )

    def _learn(self, item: Response | None) -> None:
        """Take from an item what the list did not say of its office."""
        page = _selector(item) if item is not None else None
        if page is None:
            return
        tag = offers.declared_language(page)
        self._office.language = self._office.language or _code(tag)
        self._office.office = self._office.office or offers.office_of(page)
        if self._office.language is None:
            words = " ".join(page.css("p ::text").getall())
            self._office.language = _code(detect_language(words))

    def _with_kind(self, way: Way) -> dict[str, Any]:
        channel, *rest = way.options.items()
        kind = offers.kind_of(self._first.url)
        return dict([channel, ("kind", kind), *rest])

    def _prove(
        self, kind: str, options: dict[str, Any], response: Response | None = None
    ) -> Way | None:
        is_date = ways.date_reader(self._office, self._now)
        return ways.prove(kind, options, response or self._first, self._office, is_date)

    async def _ask(self, url: str) -> Response | None:
        """Fetch one more page; what cannot be had is noted."""
        try:
            response = self._kept(await self._get(Request(url)))
        except Exception as error:  # noqa: BLE001 - whatever it was, it is told in words
            self._tried.notes.append(f"{url} could not be fetched: {why(error)}")
            return None
        return response if response.status == 200 else None  # noqa: PLR2004 - HTTP's own number

    def _kept(self, response: Response) -> Response:
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        capture = unkept_capture(response.url, response.body, response.status, kind, self._now)
        if response.request is None:
            response.request = Request(response.url)
        response.request.meta["capture"] = capture
        return response


def _selector(response: Response) -> Selector | None:
    """Parse a page of HTML; None for anything else."""
    try:
        html = page_html(response)
    except ValueError:
        return None
    start = html.lstrip()[:500].lower()
    return (
        None if start.startswith(("{", "[", "<?xml")) and "<html" not in start else Selector(html)
    )


def _code(tag: str | None) -> str | None:
    code = (tag or "").replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else None
