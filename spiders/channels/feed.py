"""The feed channel: RSS, Atom and RDF through feedparser, following to the page for full text."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from scrapy import Request
from scrapy.http import Response

from archive.memory import Remembered
from spiders.channels.entries import Entry, Found
from spiders.channels.feed_entries import parse_feed
from spiders.channels.options import PageSelectors, WebOptions
from spiders.channels.webpage import WebChannel
from spiders.items import FaultItem, StatementItem
from spiders.pages import declared_charset
from spiders.prose import element_text

_DAMAGE = re.compile("[\x00\x80-\x84\x86-\x9f\ufffd]")


class RssOptions(WebOptions):
    """Where a feed's full texts are: on the linked pages, or in the feed itself."""

    text: Literal["page", "entry"] = "page"


class FeedChannel(WebChannel):
    """Read a web feed."""

    Options = RssOptions

    @property
    def options(self) -> RssOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, RssOptions)
        return self.feed.options

    def listed_words(self, selectors: PageSelectors) -> Mapping[str, object]:
        """Name the text where it is the feed's, and the title unless the page's own is picked."""
        if self.options.text == "entry":
            return {"text": "of the feed"}
        return {} if selectors.title else {"title": "of the feed"}

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read the entries; of a feed cut short, those before the cut."""
        parsed = parse_feed(response.body, declared_charset(response), response.url)
        if parsed.complaint:
            yield self._fault(parsed.complaint, response, is_error=parsed.may_lack_entries)
        titles: dict[str, str | None] = {}
        for each in parsed.entries:
            try:
                entry = self._entry(each, response)
            except ValueError as error:
                yield self._fault(f"{_name(each)} of {response.url}: {error}", response)
                continue
            if titles.setdefault(entry.native_id, entry.title) != entry.title:
                reason = "another entry has the same link, and one of them is left out"
                yield self._fault(f"{_name(each)} of {response.url}: {reason}", response)
            yield entry

    def next_url(self, response: Response, page: int) -> str | None:
        """Count on where the feed is paged."""
        del response
        return self.counted_url(page)

    def recheck(self, known: Remembered) -> Request | None:
        """Look again at a page; a text that only ever stood in the feed has none."""
        return super().recheck(known) if self.options.text == "page" else None

    def follow(self, entry: Entry, response: Response) -> Iterator[Found]:
        """Take the text from the entry where the feed holds it, else ask for the page."""
        if self.options.text == "page":
            yield from super().follow(entry, response)
            return
        yield StatementItem(
            native_id=entry.native_id,
            url=entry.url,
            kind=self.options.kind,
            title=entry.title,
            text=entry.text or "",
            published_raw=entry.published_raw,
            language=entry.language,
            route=self.route,
            capture=response.meta["capture"],
        )

    def _entry(self, parsed: Any, response: Response) -> Entry:
        """Read one entry.

        Raises:
            ValueError: it has no address, or its text is damaged.
        """
        holds_text = self.options.text == "entry"
        link = (parsed.get("link") or "").strip()
        url = self.web_address(response, link) if link else None
        own_id = (parsed.get("id") or "").strip() if holds_text else ""
        if url is None and not own_id:
            missing = "link or id" if holds_text else "link"
            raise ValueError(
                f"its link is no web page ({link})" if link else f"it has no {missing}"
            )
        details = _text_details(parsed) if holds_text else []
        if any(_DAMAGE.search(detail["value"]) for detail in details):
            raise ValueError("its text is damaged: it holds characters that no text has")
        return Entry(
            native_id=self.native_id(url) if url else own_id,
            url=url or response.url,
            title=_title(parsed.get("title_detail")),
            published_raw=_date(parsed),
            text=max(map(_text, details), key=len, default=None),
            language=_language(parsed),
        )

    def _fault(self, message: str, response: Response, *, is_error: bool = False) -> FaultItem:
        return FaultItem(
            level="error" if is_error else "warning",
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )


def _name(parsed: Any) -> str:
    title = _DAMAGE.sub("?", parsed.get("title") or "")
    return f"the entry {title[:80]!r}" if title else "an entry without a title"


def _date(parsed: Any) -> str | None:
    """Give the date as printed; feedparser's own `get` would guess one from the other."""
    dates = (dict.get(parsed, name) for name in ("published", "updated", "created"))
    return next((date.strip() for date in dates if date and date.strip()), None)


def _title(detail: Any) -> str | None:
    """Give the title in one line; a damaged one is left to the page."""
    if not detail or not detail.get("value") or _DAMAGE.search(detail["value"]):
        return None
    return " ".join(_text(detail).split()) or None


def _text_details(parsed: Any) -> list[Any]:
    details = [*parsed.get("content", ()), parsed.get("summary_detail")]
    return [detail for detail in details if detail and detail.get("value")]


def _text(detail: Any) -> str:
    value: str = detail["value"]
    return element_text(value) if "html" in detail.get("type", "") else value.strip()


def _language(parsed: Any) -> str | None:
    detail = (parsed.get("content") or [parsed.get("title_detail")])[0]
    language = detail.get("language") if detail else None
    return language.split("-")[0].lower() if language else None


CHANNEL = FeedChannel
