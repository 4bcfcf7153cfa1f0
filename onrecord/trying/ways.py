"""Ways to read an address: the options of a feed, proved by reading the list with them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from parsel import Selector
from scrapy.http import Response

from analysis.dates import Order, read_date
from archive.errors import SourceError
from onrecord.trying.drafting import Office, Reading, draft, load, read_back
from onrecord.trying.item_pages import guess_item_page
from onrecord.trying.listed_dates import IsDate
from onrecord.trying.listings import Listing, guess_listings, guess_next
from onrecord.trying.whereabouts import timezone_of
from spiders.channels.entries import Entry
from spiders.offline import open_channel
from spiders.pages import page_html
from spiders.prose import main_text

_FEWEST = 2
_ENOUGH = 0.7
_ENOUGH_TEXT = 200
_LONG_TEXT = 600
_SENTENCES = re.compile(r".{80,}[.!?:\u2026\"'\u201d\u2019\u00bb\u3002\u061f\u0964]$")
_OWN = 0.3


@dataclass(slots=True)
class Way:
    """One way to read an address."""

    kind: str
    """What the address is, read so: a feed, a sitemap, a list in JSON, a list, a page."""
    options: dict[str, Any]
    response: Response
    """The list itself."""
    entries: list[Entry] = field(default_factory=list)
    item_url: str | None = None
    """Where the text of the first entry is."""
    dated: float = 0.0
    """The share of entries whose date can be read."""
    score: float = 1.0

    @property
    def urls(self) -> set[str]:
        """The addresses that it lists."""
        return {entry.url for entry in self.entries}


def date_reader(office: Office, now: datetime, order: str | None = None) -> IsDate:
    """Make a test of whether a line is a date, to the day, as an office would print it."""
    zone = timezone_of(office.country) or "UTC"
    languages = tuple(dict.fromkeys((office.language or "en", "en")))
    chosen: Order = "MDY" if (order or office.date_order) == "MDY" else "DMY"

    def is_date(line: str) -> bool:
        found = read_date(line, timezone=zone, order=chosen, languages=languages, now=now)
        return found is not None and found.precision in {"time", "date"}

    return is_date


def prove(
    kind: str, options: Mapping[str, Any], response: Response, office: Office, is_date: IsDate
) -> Way | None:
    """Read a list by some options; None where they list nothing or cannot be used."""
    text = draft(office, options, looked_at="", listed=0, verified=None)
    try:
        channel = open_channel(load(office.name, text))
        found = [each for each in channel.read_entries(response) if isinstance(each, Entry)]
    except (SourceError, ValueError):
        return None
    if not found:
        return None
    printed = [entry.published_raw for entry in found]
    return Way(
        kind=kind,
        options=dict(options),
        response=response,
        entries=found,
        item_url=None if found[0].item else channel.item_url(found[0]),
        dated=sum(is_date(each) for each in printed if each) / len(found),
    )


def prove_listing(page: Selector, response: Response, office: Office, now: datetime) -> Way | None:
    """Find the best way to read a page as a list; the order of day and month comes out of it."""
    main = main_text(page_html(response), response.url).text
    best: Way | None = None
    for order in dict.fromkeys((office.date_order, "DMY", "MDY")):
        is_date = date_reader(office, now, order)
        for guessed in guess_listings(page, response.url, is_date)[:_FEWEST]:
            if _is_beside(guessed, main):
                continue
            way = _proved(page, guessed, response, office, is_date)
            if way and (best is None or (way.dated, way.score) > (best.dated + 0.2, 0.0)):
                best = way
                office.date_order = order
                break
        if best and best.dated >= _ENOUGH:
            break
    return best


def _is_beside(guessed: Listing, main: str) -> bool:
    """Tell whether a list only stands beside the prose that a page is about."""
    lines = (" ".join(each.split()) for each in main.split("\n"))
    prose = [each for each in lines if _SENTENCES.match(each)]
    of_page = sum(map(len, prose))
    of_list = sum(len(each) for each in prose if each in guessed.words)
    return of_page >= _LONG_TEXT and of_list < _OWN * of_page


def _proved(
    page: Selector,
    guessed: Listing,
    response: Response,
    office: Office,
    is_date: Callable[[str], bool],
) -> Way | None:
    options: dict[str, Any] = {"channel": "listing", "urls": [response.url]}
    options |= guessed.options
    following = guess_next(page)
    if following:
        options |= {"next": following, "pages": 3}
    way = prove("list", options, response, office, is_date)
    if way is None or len(way.urls & set(guessed.urls)) < _FEWEST:
        return None
    way.score = guessed.score
    return way


def with_item(
    way: Way, item: Response, office: Office, is_date: IsDate
) -> tuple[dict[str, Any], Reading]:
    """Add where an item's page keeps its parts, if that reads the page as well as no word of it."""
    plain = dict(way.options)
    bare = _read(office, plain, way, item)
    html = page_html(item)
    main = main_text(html, item.url)
    if not main.text:
        return plain, bare
    guessed = guess_item_page(
        Selector(html),
        main,
        is_date,
        way.entries[0].title if way.entries else None,
        needs_date=way.dated < _ENOUGH,
    )
    fewer = {key: css for key, css in guessed.items() if key not in {"text", "remove"}}
    for page in (guessed, fewer):
        options = plain | ({"page": page} if page else {})
        reading = _read(office, options, way, item)
        if not reading.faults and len(reading.text) >= _ENOUGH * len(main.text):
            return options, reading
    return plain, bare


def holds_texts(way: Way, office: Office, item: Response | None) -> dict[str, Any] | None:
    """Say to take the texts from a feed itself, where they are there and not on the pages."""
    if way.options.get("channel") != "feed":
        return None
    of_page = _read(office, way.options, way, item).text if item is not None else ""
    options = way.options | {"text": "entry"}
    in_feed = _read(office, options, way, None).text
    is_better = len(of_page) < _ENOUGH_TEXT <= len(in_feed)
    return options if is_better else None


def final(
    office: Office,
    options: Mapping[str, Any],
    way: Way,
    item: Response | None,
    looked_at: str,
    today: date,
) -> tuple[str, Reading]:
    """Write the file down, and read back what it reads; verified only if that is a statement."""
    reading = _read(office, options, way, item)
    is_date = date_reader(office, datetime.combine(today, datetime.min.time()))
    is_read = len(reading.text) >= _ENOUGH_TEXT and is_date(reading.published_raw or "")
    text = draft(
        office,
        options,
        looked_at=looked_at,
        listed=len(way.entries),
        verified=today if is_read and way.entries else None,
    )
    load(office.name, text)
    return text, reading


def _read(office: Office, options: Mapping[str, Any], way: Way, item: Response | None) -> Reading:
    text = draft(office, options, looked_at="", listed=0, verified=None)
    try:
        return read_back(load(office.name, text), way.response, item)
    except SourceError as error:
        return Reading(faults=[str(error)])
