"""Saved pages: an HTML file as a browser keeps it, read as the source's own feeds read pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from parsel import Selector

from archive.clock import read_utc
from spiders.encoding import decode_body
from spiders.formats.base import Context, Format, Record
from spiders.items import StatementItem
from spiders.source import Source

LARGEST = 32 * 1024**2
"""Bytes of one page."""

_SAVED_FROM = re.compile(r"<!--[^>]*?\burl[=:]\s*(?:\(\d+\))?\s*(https?://[^\s>]+)", re.IGNORECASE)
_BEGINS = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)",
    re.DOTALL | re.IGNORECASE,
)
_HEAD = 65_536


class Html:
    """One page of one statement."""

    name = "html"
    suffixes = (".html", ".htm", ".xhtml")

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell by its first tag, or by its name."""
        is_named = path.name.lower().endswith(self.suffixes)
        return bool(_BEGINS.match(start)) or (is_named and b"<" in start)

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read the one statement; a page that does not say where it is from is set aside."""
        size = path.stat().st_size
        if size > LARGEST:
            problem = f"is longer than {LARGEST // 1024**2} MiB, which no page is"
            yield Record(place="page", read=size, problem=problem)
            return
        body = path.read_bytes()
        try:
            item = _statement(body, context)
        except ValueError as error:
            shown = body[:_HEAD].decode("utf-8", "backslashreplace")
            yield Record(place="page", read=size, problem=str(error), raw=shown)
        else:
            yield Record(place="page", read=size, item=item)


def _statement(body: bytes, context: Context) -> StatementItem:
    from spiders.formats.page_items import PageItems  # loads Scrapy

    pages = PageItems(context.source, Html.name)
    html, _ = decode_body(body, None)
    url = _address(html, context.source)
    if not pages.is_of_source(url):
        raise ValueError(
            f"is a page of {url}, which is on no host of {context.source.name}: its words would be "
            "given to the wrong office"
        )
    headers = {"Content-Type": "text/html; charset=utf-8"}
    at = read_utc(context.capture.captured_at)
    item = pages.read(url, html.encode(), headers, at, context.capture)
    if item is None:
        raise ValueError(f"{url} is no statement, by the source's own selectors")
    return item


def _address(html: str, source: Source) -> str:
    """Find where a page was, by what it says of itself or what the browser noted.

    Raises:
        ValueError: neither says it.
    """
    page = Selector(html)
    noted = _SAVED_FROM.search(html[:_HEAD])
    base: str = noted[1] if noted else ""
    told = [
        *page.css("link[rel=canonical]::attr(href)").getall(),
        *page.css("meta[property='og:url']::attr(content)").getall(),
        base,
    ]
    urls: list[str] = [urljoin(base, each.strip()) for each in told if each.strip()]
    urls = [each for each in urls if each.startswith(("http://", "https://"))]
    if not urls:
        raise ValueError(
            "does not say where it is from: it needs <link rel=canonical>, og:url, or the comment "
            "<!-- saved from url=(0021)https://... --> that browsers write; add one of them"
        )
    return next((url for url in urls if source.id and re.search(source.id, url)), urls[0])


FORMAT: Format = Html()
