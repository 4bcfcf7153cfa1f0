"""Sites made of frozen captures, ways to redesign them, and crawls of them without a network."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree, html
from sqlite_utils import Database

from archive.records import Statement
from archive.schema import migrations
from archive.shapes import Look
from spiders.channels.listing import ListingOptions
from spiders.health.comparison import Comparison
from spiders.items import FaultItem, StatementItem, UnreadableItem
from spiders.loader import spider_class
from spiders.offline import kept_response
from spiders.pipelines.validate import QuarantineError, validated
from spiders.source import Feed, Source
from spiders.sourcefiles import BUILT_IN, find_sources

HERE = Path(__file__).parent / "captures"
FIRST_DAY = datetime(2026, 10, 12, 6, tzinfo=UTC)
Pages = dict[str, bytes]
"""Address to body."""
_ITEMS = 8
_WORDS = (
    *("lamp", "oil", "mirror", "signal", "harbour", "vessel", "keeper", "fog"),
    *("mole", "buoy", "chart", "tide"),
)


@dataclass(frozen=True)
class Site:
    """A site and the source that reads it."""

    source: Source
    pages: Pages

    @property
    def list_url(self) -> str:
        """The address of its list."""
        return next(iter(self.pages))


@dataclass
class Found:
    """What a crawl of a site brought."""

    faults: list[str] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    looks: dict[str, Look] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


class Crawls:
    """Crawl one site again and again, keeping the shapes in an archive in memory."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.db = Database(memory=True)
        migrations.apply(self.db)
        self.at = FIRST_DAY
        self._settled: frozenset[str] = frozenset()
        row = {"name": source.name, "office": "-", "country": "xa", "publisher": "-", "url": "-"}
        row |= {"language": "en", "timezone": "UTC", "retention": "keep"}
        self.db.table("sources").insert(row)

    def crawl(self, pages: Mapping[str, bytes], *, keep: bool = True) -> Found:
        """Read a site as a crawl does, and compare; `keep` says whether it is remembered."""
        spider = spider_class(self.source)()
        spider.settled, spider.known = self._settled, dict.fromkeys(self._settled, "")
        found = Found()
        self._read(spider, pages, found)
        row = {"id": f"{self.source.name}-{self.at:%Y%m%d}", "source": self.source.name}
        comparison = Comparison(spider, self.db, crawl_id=row["id"], started_at=self.at)
        found.faults += [fault.message for fault in comparison.faults()]
        for seen in spider.watch.feeds.values():
            found.listed |= seen.listed.keys()
            found.looks |= seen.looks
            found.refused |= seen.refused
        if keep:
            row |= {"kind": "crawl", "started_at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}"}
            outcome = "faulty" if found.faults else "finished"
            self.db.table("crawls").insert({**row, "outcome": outcome, "software": "a test"})
            comparison.keep(is_good=not found.faults)
            self._settled |= frozenset() if found.faults else found.looks.keys()
            self.at += timedelta(days=1)
        return found

    def _read(self, spider: Any, pages: Mapping[str, bytes], found: Found) -> None:
        (channel,) = spider.channels
        waiting = list(channel.start())
        while waiting:
            each = waiting.pop(0)
            if isinstance(each, FaultItem):
                found.faults += [each.message] if each.level == "error" else []
            elif isinstance(each, UnreadableItem):
                spider.watch.refuse(each)
            elif isinstance(each, StatementItem):
                self._keep(spider, each)
            elif hasattr(each, "callback"):
                body, status = pages.get(each.url, b"not here"), 200 if each.url in pages else 404
                kind = {"Content-Type": "text/html; charset=utf-8"}
                answer = kept_response(each.url, body, kind, self.at, status)
                waiting += each.callback(answer, **each.cb_kwargs)

    def _keep(self, spider: Any, item: StatementItem) -> None:
        try:
            spider.watch.read(Statement(**validated(item, self.source)))
        except QuarantineError:
            spider.watch.refuse(item)


NAMES = (
    *("ar_president", "at_president", "az_president", "bg_president", "br_president", "bt_mfa"),
    *("ci_mfa", "cn_mfa", "cu_president", "eg_president", "eu_eeas", "in_pm", "iq_mfa"),
    *("jo_king", "kg_mfa", "kw_mfa", "kz_president", "ma_mfa", "ml_mfa", "mm_mfa", "mn_mfa"),
    *(
        "mv_mfa",
        "ng_mfa",
        "om_mfa",
        "pk_ispr",
        "pk_mfa",
        "pl_pm",
        "ru_kremlin",
        "ug_mfa",
        "us_state",
    ),
)
"""Sources of which there are frozen lists: thirty that are laid out in different ways."""


@cache
def site_of(name: str) -> Site:
    """Make a site of the first frozen list of a source."""
    every, _ = find_sources([BUILT_IN], [name])
    cases = sorted(path.parent for path in (HERE / name).glob("*/request.json"))
    return next(site for case in cases if (site := _site(every[name], case)))


def _site(source: Source, case: Path) -> Site | None:
    """Make a site of eight items out of a list and, where there is one, an item of it."""
    request = json.loads((case / "request.json").read_text())
    feed = source.feeds[request.get("feed", 0)]
    feed = feed if request.get("fallback") is None else feed.fallback[request["fallback"]]
    options = feed.options
    if not isinstance(options, ListingOptions) or request["url"] not in options.urls:
        return None
    alone = options.model_copy(update={"urls": (request["url"],), "pages": 1, "javascript": False})
    small = source.model_copy(update={"feeds": (Feed(options=alone),), "holders": ()})
    body = (case / "body").read_text(encoding="utf-8")
    listed = _with_items(html.document_fromstring(body), alone)
    if listed is None:
        return None
    pages = {request["url"]: listed}
    found = Crawls(small).crawl(pages, keep=False)
    urls = sorted(found.listed)
    if len(urls) != _ITEMS:
        return None
    pages |= _item_pages(small, pages, _item_body(case))
    read = Crawls(small).crawl(pages, keep=False)
    texts = {look.text for look in read.looks.values()}
    return Site(small, pages) if len(texts) == _ITEMS and not read.faults else None


def _with_items(tree: Any, options: ListingOptions) -> bytes | None:
    """Put eight entries where a list has its first one."""
    if options.entry:
        blocks = tree.cssselect(options.entry)
    else:
        links = [a for a in tree.iter("a") if re.search(options.links or "", _href(a, options))]
        blocks = [a if len(a.getparent().findall("a")) > 1 else a.getparent() for a in links]
    if not blocks:
        return None
    block, parent = blocks[0], blocks[0].getparent()
    for other in blocks[1:]:
        if other.getparent() is not None:
            other.getparent().remove(other)
    hrefs = {a.get("href") for a in block.iter("a") if a.get("href")}
    text = etree.tostring(block, encoding="unicode", method="html", with_tail=False)
    place = parent.index(block)
    parent.remove(block)
    for number in range(_ITEMS):
        own = text
        for href in hrefs:
            own = own.replace(f'"{href}"', f'"{_numbered(href, number)}"')
        for element in html.fragments_fromstring(f"<div>{own}</div>"):
            for made in reversed(list(element)):
                _add_words(made, f" {_WORDS[number]} {number}")
                parent.insert(place, made)
    return bytes(etree.tostring(tree, encoding="utf-8", method="html"))


def _href(link: Any, options: ListingOptions) -> str:
    return urljoin(options.urls[0], link.get("href", ""))


def _numbered(href: str, number: int) -> str:
    """Give an address another number where it has one at its end, else another last word."""
    head, slash, last = href.rstrip("/").rpartition("/")
    digits = list(re.finditer(r"\d{3,}", last))
    if digits:
        at = digits[-1]
        last = f"{last[: at.start()]}{int(at[0]) + number}{last[at.end() :]}"
    else:
        stem, dot, ending = last.partition(".")
        last = f"{stem}-{_WORDS[number]}{dot}{ending}"
    return head + slash + last + "/" * href.endswith("/")


def _add_words(element: Any, words: str) -> None:
    for link in element.iter("a"):
        text = link.xpath("(.//text()[normalize-space()])[1]")
        if text and text[0].is_text:
            text[0].getparent().text = text[0] + words


def _item_body(case: Path) -> str:
    for other in (*sorted(case.parent.glob("*/expected.json")), HERE / "iq_mfa/item/expected.json"):
        if "StatementItem" in next(iter(json.loads(other.read_text(encoding="utf-8"))), {}):
            return (other.parent / "body").read_text(encoding="utf-8")
    raise AssertionError


def _item_pages(source: Source, pages: Pages, body: str) -> Pages:
    """Write a page for each listed item: as the frozen one, with words of its own."""
    spider = spider_class(source)()
    (channel,) = spider.channels
    (start,) = channel.start()
    kind = {"Content-Type": "text/html; charset=utf-8"}
    answer = kept_response(start.url, pages[start.url], kind, FIRST_DAY)
    asked = [each for each in start.callback(answer, **start.cb_kwargs) if hasattr(each, "url")]
    made = {}
    for number, request in enumerate(each for each in asked if hasattr(each, "callback")):
        tree = html.document_fromstring(body)
        for element in tree.iter("p", "title", "h1", "h2"):
            if element.text and element.text.strip():
                word = _WORDS[number]
                element.text = f"{element.text} {word.title()} {number}, said of the {word}."
        made[request.url] = bytes(etree.tostring(tree, encoding="utf-8", method="html"))
    return made


def with_tree(change: Callable[[Any, bool], None], site: Site) -> Pages:
    """Change every page of a site; the list is told by being the first."""
    changed = {}
    for url, body in site.pages.items():
        tree = html.document_fromstring(body.decode())
        change(tree, url == site.list_url)
        changed[url] = bytes(etree.tostring(tree, encoding="utf-8", method="html"))
    return changed
