"""The listing channel: an HTML index with selectors and paging, then the item pages."""

from collections.abc import Iterator
from typing import Annotated

from parsel import Selector
from pydantic import AfterValidator
from scrapy.http import Response

from spiders.channels.base import Entry
from spiders.channels.options import WebOptions
from spiders.channels.webpage import WebChannel
from spiders.fields import check_element_css
from spiders.items import FaultItem
from spiders.pages import page_html
from spiders.selectors import pick, pick_above


class ListingOptions(WebOptions):
    """Where an index page keeps its entries."""

    entry: str
    link: str = "a::attr(href)"
    title: str | None = None
    published: str | None = None
    published_above: Annotated[str, AfterValidator(check_element_css)] | None = None
    next: str | None = None


class ListingChannel(WebChannel):
    """Read an HTML index."""

    Options = ListingOptions

    @property
    def options(self) -> ListingOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, ListingOptions)
        return self.feed.options

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read one entry out of every block; a block without a usable link is reported."""
        page = Selector(page_html(response))
        blocks = page.css(self.options.entry)
        above = self.options.published_above
        dates = pick_above(page, blocks, above) if above else [None] * len(blocks)
        for block, date_above in zip(blocks, dates, strict=True):
            try:
                yield self._entry(block, date_above, response)
            except ValueError as error:
                yield FaultItem(
                    level="warning",
                    message=f"{self.source.name}: an entry of {response.url} {error}",
                    url=response.url,
                    capture=response.meta.get("capture"),
                )

    def next_url(self, response: Response, page: int) -> str | None:
        """Follow the index's own link, or count on."""
        if self.options.next is None:
            return self.counted_url(page)
        link = pick(Selector(page_html(response)), self.options.next)
        return self.web_address(response, link) if link else None

    def _entry(self, block: Selector, date_above: str | None, response: Response) -> Entry:
        """Read one block.

        Raises:
            ValueError: its link is missing or leads to no web page.
        """
        link = pick(block, self.options.link)
        if link is None:
            raise ValueError(f"has no link ({self.options.link!r})")
        url = self.web_address(response, link)
        if url is None:
            raise ValueError(f"links to no web page ({link})")
        return Entry(
            native_id=self.native_id(url),
            url=url,
            title=self._pick(block, self.options.title),
            published_raw=self._pick(block, self.options.published) or date_above,
        )

    @staticmethod
    def _pick(block: Selector, css: str | None) -> str | None:
        return pick(block, css) if css else None


CHANNEL = ListingChannel
