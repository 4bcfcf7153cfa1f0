"""Pages from files: read as the source's own feeds would, and told from the pages that are none."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from archive.clock import utc_text
from archive.records import Capture
from spiders.channels import channel_class
from spiders.channels.entries import Entry
from spiders.channels.options import PageSelectors
from spiders.channels.webpage import PageChannel
from spiders.identity import native_id
from spiders.items import StatementItem
from spiders.loader import spider_class
from spiders.offline import kept_response
from spiders.pages import read_page
from spiders.selectors import SelectorError
from spiders.source import Source

_PLAIN = PageSelectors()


class PageItems:
    """The ways in which a source reads the pages of its statements."""

    def __init__(self, source: Source, name: str) -> None:
        """Open them; `name` is that of the format, for the statements' routes."""
        self._source = source
        self._name = name
        spider = spider_class(source)()
        feeds = [feed for main in source.feeds for feed in (main, *main.fallback)]
        channels = [channel_class(feed.options.channel)(spider, feed) for feed in feeds]
        self._channels = [each for each in channels if isinstance(each, PageChannel)]
        self._hosts = {_host(url) for url in _addresses(source)} - {""}

    @property
    def can_tell(self) -> bool:
        """Tell whether the source says which pages are statements."""
        selected = (each.item_options.page.text for each in self._channels)
        return self._is_told_by_address or any(selected)

    @property
    def _is_told_by_address(self) -> bool:
        return bool(self._source.id) or any(map(_links, self._channels))

    def is_of_source(self, url: str) -> bool:
        """Tell whether an address is on a host that the source names."""
        return _host(url) in self._hosts

    def may_be_item(self, url: str) -> bool:
        """Tell by its address whether a page may be a statement."""
        if not self.is_of_source(url):
            return False
        if self._source.id and not re.search(self._source.id, url):
            return False
        links = list(filter(None, map(_links, self._channels)))
        return not links or any(re.search(each, url) for each in links)

    def read(
        self, url: str, body: bytes, headers: Mapping[str, str], at: datetime, capture: Capture
    ) -> StatementItem | None:
        """Read a page as it stood at a time; None for one that is no statement after all.

        Raises:
            ValueError: it is one by its address, and cannot be read.
        """
        response = kept_response(url, body, headers, at)
        entry = Entry(native_id=native_id(url, self._source.id), url=url)
        missed: SelectorError | None = None
        for channel in self._in_turn(url):
            try:
                found = list(channel.read_item(response, entry))
            except SelectorError as error:
                missed = missed or error
                continue
            item = next((each for each in found if isinstance(each, StatementItem)), None)
            if item:
                return self._imported(item, item.route, at, capture)
        if missed and self._is_told_by_address:
            raise missed
        if self._channels:
            return None
        page = read_page(response, _PLAIN, self._source.name)
        if page is None:
            return None
        item = StatementItem(
            native_id=entry.native_id,
            url=url,
            kind="statement",
            title=page.title,
            text=page.text,
            pages=page.pages,
            published_raw=page.published_raw,
            route="",
            capture=capture,
        )
        return self._imported(item, "#plain", at, capture)

    def _in_turn(self, url: str) -> list[PageChannel]:
        """Try first the feeds that say that the address is theirs."""
        return sorted(self._channels, key=lambda each: not re.search(_links(each) or "$^", url))

    def _imported(
        self, item: StatementItem, route: str, at: datetime, capture: Capture
    ) -> StatementItem:
        return replace(
            item,
            capture=capture,
            witness="import",
            seen_at=min(utc_text(at), capture.captured_at),
            route=f"import {self._name} #{route.rpartition('#')[2]}",
        )


def _links(channel: PageChannel) -> str | None:
    links: str | None = getattr(channel.item_options, "links", None)
    return links


def _addresses(source: Source) -> Iterator[str]:
    yield source.url
    for feed in (each for main in source.feeds for each in (main, *main.fallback)):
        yield from getattr(feed.options, "urls", ())
        for match in getattr(feed.options, "match", ()):
            yield match if "://" in match else f"//{match}"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
