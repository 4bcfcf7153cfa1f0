"""What every channel does: read listings, page on, follow entries."""

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.memory import Remembered
from archive.records import Capture
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.item_pages import ItemPages
from spiders.channels.judging import asked_url, noted, refused_list
from spiders.channels.options import FeedOptions
from spiders.identity import is_same_page, native_id
from spiders.items import FaultItem
from spiders.patience import HostLeftAloneError
from spiders.replay import NotCapturedError

if TYPE_CHECKING:
    from spiders.reader import SourceSpider
    from spiders.source import Feed

_GONE = {404, 410}
_NO_PART_OF_READING = {
    *("channel", "urls", "pages", "next", "next_url", "first_page", "follow"),
    *("organisation", "document_types", "base", "page_size", "translations"),
}


class Channel(ItemPages):
    """Read one feed of one source."""

    Options: ClassVar[type[FeedOptions]]
    evidence: ClassVar[Evidence]
    is_one_an_answer: ClassVar[bool] = False
    """Whether no answer holds more than one statement."""
    lists_all: ClassVar[bool] = True
    """Whether it lists again what it listed before, and not only what is new."""
    ids: ClassVar[Literal["rising"] | None] = None
    """Whether the platform counts what is published, so that a number left out tells something."""

    def __init__(self, spider: "SourceSpider", feed: "Feed") -> None:
        super().__init__(spider, feed)
        self._listed: set[str] = set()
        self._has_failed = False

    @property
    def feed_name(self) -> str:
        """Name the feed, however it reads a page."""
        return f"{self.feed.options.channel} {self.place}"

    @property
    def route(self) -> str:
        """Name the feed and, by a short digest, how it reads a page.

        A statement is looked at again by the feed that led to it, and texts are compared only if
        they were read in the same way: a mended selector must not look like an edit.
        """
        return self.route_by(self.reading)

    def route_by(self, reading: str) -> str:
        """Name the feed and the digest of one of its ways to read a page."""
        digest = hashlib.sha256(reading.encode()).hexdigest()[:8]
        return f"{self.feed_name} #{digest}"

    @property
    def place(self) -> str:
        """Name what the feed is of, the same in every crawl: its first address, or an account."""
        return next(iter(self.first_urls()))

    @property
    def reading(self) -> str:
        """Write down all that decides which words are taken from a page."""
        return self.feed.options.model_dump_json(exclude=_NO_PART_OF_READING)

    @property
    def recheck_plan(self) -> tuple[timedelta, ...]:
        """How long after it appeared a statement is looked at again; empty: as the source says."""
        return ()

    @abstractmethod
    def read_entries(self, response: Response) -> Iterator[Entry | Found]:
        """Read a page that lists statements, or other lists.

        Raises:
            ValueError: the page cannot be read as a listing at all.
        """

    @abstractmethod
    def next_url(self, response: Response, page: int) -> str | None:
        """Name the page that lists older statements than this one, the first being page 1."""

    def start(self) -> Iterator[Found]:
        """Ask for the newest listings."""
        for url in self.first_urls():
            yield self._listing_request(url, 1)

    def recheck(self, known: Remembered) -> Request | None:
        """Ask again for a statement that is no longer listed; None if it is not ours."""
        entry = Entry(
            native_id=known.native_id,
            url=known.url,
            title=known.title,
            published_raw=known.published_raw,
        )
        return self._item_request(entry)

    def rechecks(self, known: Sequence[Remembered]) -> Iterator[Found]:
        """Ask again for statements; a channel that can ask for many at once does."""
        yield from filter(None, map(self.recheck, known))

    def missed(self) -> Iterator[Request]:
        """Ask for what should stand on the pages that were read and does not."""
        yield from ()

    def follow(self, entry: Entry, response: Response) -> Iterator[Found]:
        """Give the statement where the listing holds it, or ask for its own page."""
        del response
        yield entry.item or self._item_request(entry)

    def request(self, url: str, **rest: Any) -> Request:
        """Make a request; a channel that needs headers or a token adds them here."""
        return Request(url, **rest)

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Read a listing, follow its entries and page on while they are news."""
        where = page, response.url, response.meta["capture"]
        if self.is_past_the_end(response, page):
            return
        answer = self.answer_of(response)
        told = self._answer(response, answer)
        if refused := refused_list(response, answer, told, self.first_urls()):
            yield from noted(refused[0], response)
            yield from self.fail(refused[1], *where)
            return
        entries: list[Entry] = []
        try:
            for found in self.read_entries(response):
                if isinstance(found, Entry):
                    entries.append(found)
                else:
                    yield found
        except ValueError as error:
            yield from self.fail(str(error), *where)
            return
        if not entries and not self.may_be_empty(page):
            yield from self._is_laid_out_anew("lists nothing", response)
            yield from self.fail(f"{response.url} lists nothing. Has it changed?", *where)
            return
        fresh = {entry.native_id: entry for entry in entries if entry.native_id not in self._listed}
        self._listed |= fresh.keys()
        wanted = [entry for entry in fresh.values() if not entry.is_passed_over]
        self.spider.listed += len(wanted)
        self.spider.watch.listing(self.feed_name, page, (entry.native_id for entry in wanted))
        for entry in wanted:
            yield from self.follow(entry, response)
        yield from self.page_on(response, page, fresh=bool(fresh), wanted=wanted)

    def page_on(
        self, response: Response, page: int, *, fresh: bool, wanted: Sequence[Entry]
    ) -> Iterator[Found]:
        """Ask for the list behind a page, given whether it told of anything and of what."""
        url = self.next_url(response, page) if fresh and self._goes_on(wanted, page) else None
        if url:
            yield self._listing_request(url, page + 1)

    def may_be_empty(self, page: int) -> bool:
        """Tell whether a page may list nothing: behind the last page many sites have another."""
        return page > 1

    def is_past_the_end(self, response: Response, page: int) -> bool:
        """Tell whether a list ends before a page: older pages are gone, or lead elsewhere."""
        if page == 1:
            return False
        asked = asked_url(response)
        is_moved = response.url != asked and not is_same_page(asked, response.url)
        return response.status in _GONE or is_moved

    def fail(
        self, reason: str, page: int, url: str, capture: Capture | None = None
    ) -> Iterator[Found]:
        """Report a listing that could not be read and turn to the next route, if there is one."""
        fallback = self._next_route(page)
        self.spider.watch.failed(self.feed_name)
        self.spider.is_healthy = False
        yield FaultItem(
            level="warning" if fallback else "error",
            message=f"{self.source.name}: {reason}" + (" - trying the next route" * bool(fallback)),
            url=url,
            capture=capture,
        )
        if fallback:
            yield from fallback.start()

    def _next_route(self, page: int) -> "Channel | None":
        """Open the next route of a feed whose first page failed, once and if there is one."""
        has_failed, self._has_failed = self._has_failed, True
        return self.spider.fallback(self.feed) if page == 1 and not has_failed else None

    def native_id(self, url: str) -> str:
        """Name the statement that stands at an address."""
        return native_id(url, self.source.id)

    def _goes_on(self, entries: Sequence[Entry], page: int) -> bool:
        """Page on behind news, and behind a page that held nothing of what is wanted."""
        if self.spider.is_replay:
            return True
        has_news = any(entry.native_id not in self.spider.settled for entry in entries)
        return (has_news or not entries) and page < self.feed.options.pages

    def _listing_request(self, url: str, page: int) -> Request:
        return self.request(
            url,
            callback=self.parse_listing,
            errback=self._listing_failed,
            cb_kwargs={"page": page},
            priority=10,
        )

    def _item_request(self, entry: Entry) -> Request:
        return self.request(
            self.item_url(entry),
            callback=self.parse_item,
            errback=self._item_failed,
            cb_kwargs={"entry": entry},
        )

    def _listing_failed(self, failure: Failure) -> Iterator[Found]:
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        page = request.cb_kwargs["page"]
        if not isinstance(failure.value, NotCapturedError):
            reason = f"{request.url} could not be read ({failure.getErrorMessage()})"
            yield from self.fail(reason, page, request.url, request.meta.get("capture"))
        elif fallback := self._next_route(page):  # a crawl of an earlier On Record noted no failure
            yield from fallback.start()

    def _item_failed(self, failure: Failure) -> Iterator[Found]:
        if not isinstance(failure.value, NotCapturedError | HostLeftAloneError):
            request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
            entry: Entry = request.cb_kwargs["entry"]
            yield FaultItem(
                level="warning" if entry.native_id in self.spider.known else "error",
                message=f"{self.source.name}: {request.url} could not be read "
                f"({failure.getErrorMessage()})",
                url=request.url,
                capture=request.meta.get("capture"),
            )
