"""Versions: where a page says that the same text stands in another language, or elsewhere."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from spiders.identity import leads_nowhere, native_id
from spiders.items import Linked

_MOST = 30


def versions_of(root: Selector, url: str) -> tuple[Linked, ...]:
    """Read a page's own links to its other versions; which of them was there first, none tells.

    What leads to a home page is no version: many sites link each page to all of their home pages.
    """
    found = {each.url: each for each in (*_languages(root, url), *_elsewhere(root, url))}
    return tuple(found.values())[:_MOST]


def _languages(root: Selector, url: str) -> Iterator[Linked]:
    for link in root.css("link[rel~=alternate][hreflang][href]"):
        language = link.attrib["hreflang"].strip().lower()
        address = _address(url, link.attrib["href"])
        if language != "x-default" and address and native_id(address) != native_id(url):
            yield Linked(relation="version", url=address, text=language)


def _elsewhere(root: Selector, url: str) -> Iterator[Linked]:
    for link in root.css("link[rel~=canonical][href]"):
        address = _address(url, link.attrib["href"])
        if address and _host(address) != _host(url):
            yield Linked(relation="mirror", url=address)


def _address(url: str, link: str) -> str | None:
    """Complete a link; None where it leads to no page, or cannot be read."""
    try:
        address = urljoin(url, link.strip())
        is_page = address.startswith(("http://", "https://")) and not leads_nowhere(address)
    except ValueError:
        return None
    return address if is_page else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
