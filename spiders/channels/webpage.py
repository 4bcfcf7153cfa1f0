"""From an item's HTML page to a statement: what the listing and the feed channel share."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from scrapy.http import Response
from w3lib.url import safe_url_string

from archive.records import Capture
from spiders.channels.base import Channel, Entry, Found
from spiders.channels.options import FeedOptions, WebOptions
from spiders.items import FaultItem, StatementItem
from spiders.pages import read_page


class WebChannel(Channel):
    """Read a list of addresses, then the HTML page at each."""

    Options: ClassVar[type[FeedOptions]] = WebOptions

    @property
    def web(self) -> WebOptions:
        """The options that this kind of channel shares."""
        assert isinstance(self.feed.options, WebOptions)
        return self.feed.options

    def first_urls(self) -> Iterable[str]:
        """Name the lists."""
        return self.web.urls

    def counted_url(self, page: int) -> str | None:
        """Name the list after a page, where lists are numbered."""
        template = self.web.next_url
        return template.format(page=self.web.first_page + page - 1) if template else None

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

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a page by its selectors; what it does not say of itself, the list says."""
        selectors, kind = self.web.page, self.web.kind
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
        yield StatementItem(
            native_id=entry.native_id,
            url=entry.url,
            kind=kind,
            title=_prefer(page.title, entry.title, page_first=bool(selectors.title)),
            text=page.text,
            published_raw=_prefer(
                page.published_raw, entry.published_raw, page_first=bool(selectors.published)
            ),
            speaker=page.speaker,
            language=entry.language,
            route=self.route,
            capture=capture,
        )


def _prefer(page: str | None, entry: str | None, *, page_first: bool) -> str | None:
    """A selector knows better than the list, and the list better than a guess at the page."""
    return (page or entry) if page_first else (entry or page)
