"""What every channel does: read listings, page on, follow entries, judge the answers."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from analysis.normalise import normalise_text, normalised_sha256
from archive.memory import Remembered, latest_sha256
from archive.records import Capture
from spiders.answers import Answer, led_away
from spiders.channels.judging import NOT_READ, answer_of, asked_url, noted, refused_list
from spiders.channels.options import FeedOptions
from spiders.identity import is_same_page, leads_nowhere, native_id
from spiders.items import (
    AbsenceItem,
    AnswerItem,
    FaultItem,
    ReadsItem,
    StatementItem,
    UnreadableItem,
)
from spiders.patience import HostLeftAloneError
from spiders.replay import NotCapturedError
from spiders.selectors import SelectorError

if TYPE_CHECKING:
    from spiders.reader import SourceSpider
    from spiders.source import Feed

Found = Request | StatementItem | AbsenceItem | UnreadableItem | FaultItem | ReadsItem | AnswerItem
"""What a callback may yield."""

_GONE = {404, 410}
_OK = 200
_NO_PART_OF_READING = {
    *("channel", "urls", "pages", "next", "next_url", "first_page", "follow"),
    *("organisation", "document_types", "base", "page_size", "translations"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a channel can know of a statement's fate, in words for the people who rely on it."""

    identity: str
    """What makes two looks a look at the same statement."""

    edits: str
    """How an edit shows."""

    deletions: str
    """How a deletion shows, and what does not prove one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement as a listing names it."""

    native_id: str
    url: str
    title: str | None = None
    published_raw: str | None = None
    text: str | None = None
    language: str | None = None
    item: StatementItem | None = None
    """The statement itself, where the listing holds the whole of it."""

    is_passed_over: bool = False
    """Whether it is listed but none of what the feed is read for, such as a repost."""


class Channel(ABC):
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
        self.spider = spider
        self.source = spider.source
        self.feed = feed
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
    def first_urls(self) -> Iterable[str]:
        """Name the pages that list what was published lately."""

    @abstractmethod
    def read_entries(self, response: Response) -> Iterator[Entry | Found]:
        """Read a page that lists statements, or other lists.

        Raises:
            ValueError: the page cannot be read as a listing at all.
        """

    @abstractmethod
    def next_url(self, response: Response, page: int) -> str | None:
        """Name the page that lists older statements than this one, the first being page 1."""

    @abstractmethod
    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a statement's own page.

        Raises:
            ValueError: the page cannot be read.
        """

    def item_url(self, entry: Entry) -> str:
        """Name the address to read an entry's text from."""
        return entry.url

    def words_of(self, response: Response) -> str | None:
        """Give the publisher's own words on an answer that is not what was asked for."""
        del response
        return None

    def missing_words(self, response: Response) -> str | None:
        """Give the words of a page that stands for a missing one, though the answer is a 200."""
        del response
        return None

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

    def parse_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge what an item's address answered, and read it if it is the item."""
        capture: Capture = response.meta["capture"]
        answer = self.answer_of(response)
        if answer.kind == "gone":
            evidence = f"HTTP {self._answer(response, answer)}"
            yield self._missing(entry, "absent", evidence, capture)
        elif response.status != _OK or answer.kind not in {"ok", "soft_404"}:
            yield self._refused(response, entry, answer)
        elif not self._is_answer_about(response, entry):
            yield from self._led_away(response, entry)
        elif said := self.missing_words(response):
            yield from noted(Answer("soft_404", said), response)
            yield self._missing(entry, "absent", f"HTTP 200, but the page says: {said}", capture)
        elif answer.kind == "soft_404" and answer.by == "source":
            evidence = f"HTTP 200, but it is {answer.reason}"
            yield self._missing(entry, "absent", evidence, capture)
        elif answer.kind == "soft_404":
            yield self._refused(response, entry, answer)
        else:
            try:
                yield from self.read_item(response, entry)
            except ValueError as error:
                if isinstance(error, SelectorError):
                    yield from self._is_laid_out_anew(str(error), response)
                yield UnreadableItem(
                    native_id=entry.native_id, url=response.url, reason=str(error), capture=capture
                )

    def _refused(self, response: Response, entry: Entry, answer: Answer) -> FaultItem:
        """Report what stands in the place of an item, and says nothing of it.

        A wall is the source's trouble, whichever page it was met at; that one known page cannot be
        read just now is less.
        """
        words = f"{response.url} answered {self._answer(response, answer)}"
        if response.status == _OK:
            words = f"{response.url} gave {answer.reason}: {NOT_READ}"
        is_wall = answer.by != "status" and answer.kind in {"blocked", "login_wall"}
        is_known = entry.native_id in self.spider.known
        return FaultItem(
            level="warning" if is_known and not is_wall else "error",
            message=f"{self.source.name}: {words}",
            url=response.url,
            capture=response.meta["capture"],
        )

    def _led_away(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge where an item's address leads instead; a log-in says nothing of the item."""
        answer = led_away(response.url, self.first_urls())
        yield from noted(answer, response)
        if answer.kind == "login_wall":
            yield self._refused(response, entry, answer)
        else:
            evidence, moved_to = f"redirected to {response.url}", self._moved_to(response, entry)
            capture: Capture = response.meta["capture"]
            yield self._missing(entry, "redirected", evidence, capture, moved_to)

    def fail(
        self, reason: str, page: int, url: str, capture: Capture | None = None
    ) -> Iterator[Found]:
        """Report a listing that could not be read and turn to the next route, if there is one."""
        fallback = self.spider.fallback(self.feed) if page == 1 and not self._has_failed else None
        self._has_failed = True
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

    def native_id(self, url: str) -> str:
        """Name the statement that stands at an address."""
        return native_id(url, self.source.id)

    def _goes_on(self, entries: Sequence[Entry], page: int) -> bool:
        """Page on behind news, and behind a page that held nothing of what is wanted."""
        if self.spider.is_replay:
            return True
        has_news = any(entry.native_id not in self.spider.settled for entry in entries)
        return (has_news or not entries) and page < self.feed.options.pages

    def answer_of(self, response: Response) -> Answer:
        """Say of what kind an answer is, by the source's rules among others."""
        return answer_of(response, self.source.answers)

    def _is_laid_out_anew(self, words: str, response: Response) -> Iterator[Found]:
        """Note that a page cannot be read by what has worked before, where anything has."""
        if self.spider.known:
            yield from noted(Answer("layout_changed", words), response)

    def _is_answer_about(self, response: Response, entry: Entry) -> bool:
        """Judge a redirect: lists link by detours, but what is known stays at its own address."""
        asked = self.item_url(entry)
        if response.url == asked or is_same_page(asked, response.url, self.source.id):
            return True
        return entry.native_id not in self.spider.known and not leads_nowhere(response.url)

    def _answer(self, response: Response, answer: Answer | None = None) -> str:
        words = self.words_of(response)
        if not words and answer and answer.by != "status":
            words = answer.reason
        return f"{response.status}: {words}" if words else str(response.status)

    def _moved_to(self, response: Response, entry: Entry) -> str | None:
        """Name the address that a statement's own led to, if the very same words stand there."""
        db = self.spider.archive
        if db is None or leads_nowhere(response.url) or entry.native_id not in self.spider.known:
            return None
        known = latest_sha256(db, self.source.name, entry.native_id)
        try:
            found = list(self.read_item(response, entry))
        except ValueError:
            return None
        items = (each for each in found if isinstance(each, StatementItem) and each.text)
        is_same = any(normalised_sha256(normalise_text(item.text)) == known for item in items)
        return response.url if is_same else None

    def _missing(
        self,
        entry: Entry,
        outcome: Any,
        evidence: str,
        capture: Capture,
        moved_to: str | None = None,
    ) -> Found:
        if entry.native_id in self.spider.known:
            return AbsenceItem(
                native_id=entry.native_id,
                outcome=outcome,
                evidence=evidence,
                capture=capture,
                moved_to=moved_to,
            )
        return FaultItem(
            level="warning",
            message=f"{self.source.name}: listed, but not there: {entry.url} ({evidence})",
            url=entry.url,
            capture=capture,
        )

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
        if not isinstance(failure.value, NotCapturedError):
            request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
            reason = f"{request.url} could not be read ({failure.getErrorMessage()})"
            yield from self.fail(reason, request.cb_kwargs["page"], request.url)

    def _item_failed(self, failure: Failure) -> Iterator[Found]:
        if not isinstance(failure.value, NotCapturedError | HostLeftAloneError):
            request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
            entry: Entry = request.cb_kwargs["entry"]
            yield FaultItem(
                level="warning" if entry.native_id in self.spider.known else "error",
                message=f"{self.source.name}: {request.url} could not be read "
                f"({failure.getErrorMessage()})",
                url=request.url,
            )
