"""The listing channel: an HTML index with selectors and paging, then the item pages."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Self

from parsel import Selector, SelectorList
from pydantic import AfterValidator, model_validator
from scrapy.http import Response

from spiders.channels.entries import Entry
from spiders.channels.options import FeedOptions, PageSelectors, WebOptions
from spiders.channels.webpage import WebChannel
from spiders.fields import check_element_css
from spiders.items import FaultItem
from spiders.pages import page_html
from spiders.selectors import pick, pick_above


class ListingOptions(WebOptions):
    """Where an index page keeps its entries: in blocks, or behind links of a certain form."""

    entry: str | None = None
    links: str | None = None
    link: str = "a::attr(href)"
    title: str | None = None
    published: str | None = None
    published_above: Annotated[str, AfterValidator(check_element_css)] | None = None
    next: str | None = None

    @model_validator(mode="after")
    def _one_way_to_find_entries(self) -> Self:
        if (self.entry is None) == (self.links is None):
            raise ValueError("needs either 'entry' (CSS of one block) or 'links' (a pattern)")
        return self


class ListingChannel(WebChannel):
    """Read an HTML index."""

    Options: ClassVar[type[FeedOptions]] = ListingOptions
    is_one_an_answer = True

    @property
    def options(self) -> ListingOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, ListingOptions)
        return self.feed.options

    def listed_words(self, selectors: PageSelectors) -> Mapping[str, object]:
        """Name the title, unless the page's own is picked; there is nothing else in an index."""
        title = self.options.title if self.options.entry else "of the link"
        return {"title": title} if title and not selectors.title else {}

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read one entry out of every block, or out of every link of the form that was given."""
        page = Selector(page_html(response))
        if self.options.entry is None:
            yield from self._linked(page, response)
        else:
            yield from self._blocks(page, page.css(self.options.entry), response)

    def _linked(self, page: Selector, response: Response) -> Iterator[Entry]:
        """Take each address once, with the longest words that link to it."""
        assert self.options.links is not None
        found: dict[str, str] = {}
        for link in page.css("a[href]"):
            try:
                url = self.web_address(response, link.attrib["href"])
            except ValueError:
                continue
            url = url and url.partition("#")[0]
            if url and re.search(self.options.links, url):
                words = " ".join(link.xpath("string()").get("").split())
                found[url] = max(found.get(url, ""), words, key=len)
        for url, words in found.items():
            yield Entry(native_id=self.native_id(url), url=url, title=words or None)

    def _blocks(
        self, page: Selector, blocks: SelectorList[Selector], response: Response
    ) -> Iterator[Entry | FaultItem]:
        """Read every block; one without a usable link is reported."""
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
