"""From an item's page to a statement: what the channels share that read pages."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from archive.records import Capture
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.options import FeedOptions, PageSelectors, PagesOptions, WebOptions
from spiders.items import FaultItem, StatementItem
from spiders.pages import missing_words, read_page


class PageChannel(Channel):
    """Read the pages of items."""

    @property
    def item_options(self) -> PagesOptions:
        """The options that say how items are read."""
        assert isinstance(self.feed.options, PagesOptions)
        return self.feed.options

    @property
    def reading(self) -> str:
        """Write down all that decides which words are taken from a page as it is laid out now."""
        return self.reading_by(self.item_options.page)

    def reading_by(self, selectors: PageSelectors) -> str:
        """Write down all that decides which words are taken from a page by some selectors.

        Two feeds that write the same read the same words, whatever led them to the page.
        """
        picked = selectors.model_dump(include={"title", "text", "remove"}, exclude_none=True)
        return json.dumps(picked | {"list": self.listed_words(selectors)}, sort_keys=True)

    def listed_words(self, selectors: PageSelectors) -> Mapping[str, object]:
        """Name what decides on the words that a list has for an item, where they are used."""
        del selectors
        return {}

    def seen_at(self, response: Response) -> str:
        """Tell when a page stood as it was read: it is read as pages were laid out then."""
        capture: Capture = response.meta["capture"]
        return capture.captured_at

    def missing_words(self, response: Response) -> str | None:
        """Find the words by which a site says that a page is missing, as its source knows them."""
        return missing_words(response, self._selectors(response))

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a page by its selectors; what it does not say of itself, the list says."""
        selectors = self._selectors(response)
        if missing_words(response, selectors):
            return
        capture: Capture = response.meta["capture"]
        page = read_page(response, selectors, self.source.name)
        if page is None:
            return
        for missed in page.missed:
            yield FaultItem(
                level="warning",
                message=f"{self.source.name}: {missed} matched nothing at {response.url}. "
                "Has the page changed?",
                url=response.url,
                capture=capture,
            )
        is_picked = bool(selectors.title and not page.pages)
        yield StatementItem(
            native_id=entry.native_id,
            url=entry.url,
            kind=self.item_options.kind,
            title=_prefer(page.title, entry.title, page_first=is_picked),
            text=page.text,
            pages=page.pages,
            published_raw=_prefer(
                page.published_raw, entry.published_raw, page_first=bool(selectors.published)
            ),
            speaker=page.speaker,
            language=entry.language,
            linked=page.linked,
            route=self.route_by(self.reading_by(selectors)),
            capture=capture,
        )

    def _selectors(self, response: Response) -> PageSelectors:
        return self.item_options.layout_on(date.fromisoformat(self.seen_at(response)[:10]))


class WebChannel(PageChannel):
    """Read a list of addresses, then the page at each."""

    Options: ClassVar[type[FeedOptions]] = WebOptions
    evidence = Evidence(
        identity="the id that the source's `id:` finds in the address, else the address itself",
        edits="the words of the page differ from those last read in the same way",
        deletions="404, 410 or a redirect elsewhere makes it suspect, which is no proof",
    )

    @property
    def web(self) -> WebOptions:
        """The options that this kind of channel shares."""
        assert isinstance(self.feed.options, WebOptions)
        return self.feed.options

    def first_urls(self) -> Iterable[str]:
        """Name the lists."""
        return self.web.urls

    def start(self) -> Iterator[Found]:
        """Ask for the newest lists, unless they need a browser and there is none."""
        missing = self.spider.no_browser if self.web.javascript else None
        if missing:
            yield from self.fail(f"{self.place} needs a browser: {missing}", 1, self.place)
        else:
            yield from super().start()

    def request(self, url: str, **rest: Any) -> Request:
        """Ask for a page, and for its scripts to be run where it needs that."""
        if self.web.javascript:
            rest["meta"] = {"javascript": True} | rest.get("meta", {})
        return super().request(url, **rest)

    def reading_by(self, selectors: PageSelectors) -> str:
        """Write down too that a page is read as its scripts leave it."""
        return "javascript " * self.web.javascript + super().reading_by(selectors)

    def counted_url(self, page: int) -> str | None:
        """Name the list after a page, where lists are numbered."""
        template, size = self.web.next_url, self.web.page_size or 0
        number = self.web.first_page + page - 1
        return template.format(page=number, offset=page * size) if template else None

    @staticmethod
    def web_address(response: Response, link: str) -> str | None:
        """Complete a link of a list; None for one that leads to no web page, such as mailto:.

        Raises:
            ValueError: it cannot be read as an address.
        """
        url = safe_url_string(response.urljoin(link))
        return url if url.startswith(("http://", "https://")) else None

    def item_url(self, entry: Entry) -> str:
        """Rewrite an entry's link where the list links to a form that is hard to read."""
        rewrite = self.web.follow
        return re.sub(rewrite.pattern, rewrite.to, entry.url) if rewrite else entry.url

    def listed_words(self, selectors: PageSelectors) -> Mapping[str, object]:
        """Take all that is a channel's own for a part of it; a channel that knows better says."""
        del selectors
        return self.web.model_dump(mode="json", exclude=set(WebOptions.model_fields))


def _prefer(page: str | None, entry: str | None, *, page_first: bool) -> str | None:
    """A selector knows better than the list, and the list better than a guess at the page."""
    return (page or entry) if page_first else (entry or page)
