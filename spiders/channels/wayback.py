"""The wayback channel: what a web archive captured, as earlier looks at the same statements."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field, ValidationInfo, field_validator
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.memory import Remembered, has_answered
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.options import PagesOptions
from spiders.channels.wayback_index import Index, Snapshot, read_index, without_default_port
from spiders.channels.wayback_mementos import (
    Memento,
    Queue,
    captured_address,
    leads_to,
    memento_time,
    original_of,
)
from spiders.channels.webpage import PageChannel
from spiders.identity import is_same_page
from spiders.items import FaultItem, StatementItem, UnreadableItem
from spiders.patience import HostHeldError
from spiders.replay import NotCapturedError
from spiders.settings import RETRY_HTTP_CODES

if TYPE_CHECKING:
    from spiders.reader import SourceSpider
    from spiders.source import Feed

_LINES = 5000
"""How many lines of an index are asked for at once."""

_MOST_HOPS = 5
_PAGES = {"text/html", "application/xhtml+xml", "application/pdf", "warc/revisit", "unk"}
_OK, _FORBIDDEN, _TOO_MANY = 200, 403, 429


class WaybackOptions(PagesOptions):
    """Which captures of which archive to read."""

    when: Literal["always", "asked"] = "asked"
    pages: int = Field(default=1000, ge=1, le=10_000)
    match: tuple[str, ...] = Field(min_length=1)
    links: str | None = None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    most: int = Field(default=500, ge=1, le=9000)  # Scrapy follows chains of 10,000 requests
    cdx: str = "https://web.archive.org/cdx/search/cdx"
    replay: str = "https://web.archive.org/web"

    @field_validator("to")
    @classmethod
    def _to_follows_from(cls, to: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("from_")
        if to is not None and since is not None and to < since:
            raise ValueError(f"{to} is before from {since}: exchange the two dates")
        return to


class WaybackChannel(PageChannel):
    """Read the captures of a web archive, one after another, the oldest of a page first."""

    Options = WaybackOptions
    evidence = Evidence(
        identity="as for the pages themselves: the id in the archived address, else the address",
        edits="a wording that differs from those known, read in the same way, is a revision of the "
        "time at which the archive captured it",
        deletions="none: what an archive has, or has not, says nothing of today",
    )

    def __init__(self, spider: "SourceSpider", feed: "Feed") -> None:
        super().__init__(spider, feed)
        self._queue = Queue(self._is_news)
        self._bodies: set[tuple[str, str]] = set()
        self._has_told = False

    @property
    def options(self) -> WaybackOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, WaybackOptions)
        return self.feed.options

    @property
    def place(self) -> str:
        """Name the addresses that were archived."""
        return self.options.match[0]

    def first_urls(self) -> Iterable[str]:
        """Ask the index for the captures of every address, or beginning of one.

        Lines of equal bodies are left out here: the Internet Archive's `collapse` knows no pages,
        and leaves out one that begins with the bytes with which the one before it ended.
        """
        asked: dict[str, str] = {"output": "json"}
        if self.options.from_:
            asked["from"] = f"{self.options.from_:%Y%m%d}000000"
        if self.options.to:
            asked["to"] = f"{self.options.to:%Y%m%d}235959"
        asked |= {"limit": str(_LINES), "showResumeKey": "true"}
        for match in self.options.match:
            yield f"{self.options.cdx}?{urlencode({'url': match} | asked)}"

    def request(self, url: str, **rest: object) -> Request:
        """Ask a service that is made for programs, as their documentation says: index and Memento.

        The archive's redirects are judged here: not all of them lead to what was asked for.
        """
        meta = dict.fromkeys(
            (
                "autothrottle_dont_adjust_delay",
                "dont_obey_robotstxt",
                "dont_redirect",
                "handle_httpstatus_all",
            ),
            True,
        )
        return super().request(url, meta=meta, **rest)

    def recheck(self, known: Remembered) -> None:
        """Never look again: an archive keeps what it has."""
        del known

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Read a page of the index, then begin with the captures."""
        yield from super().parse_listing(response, page)
        if self._is_full() and not self._has_told:
            self._has_told = True
            reason = f"{len(self._queue)} captures are asked for, as 'most' says; another"
            yield self._fault(f"{reason} `--backfill` goes on with the rest", response)
        yield from self._ask_next()

    def words_of(self, response: Response) -> str | None:
        """Give the archive's own words on why it gives no index."""
        is_plain = (response.headers.get("Content-Type") or b"").startswith(b"text/plain")
        words = " ".join(response.text.split())[:200] if is_plain else ""
        if response.status == _FORBIDDEN:
            return f"the archive does not show this site ({words})"
        return words or None

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read the index; of captures with the same body, the first is wanted."""
        index = self._index(response)
        for line in index.unread:
            yield self._fault(f"a line of {response.url} names no capture: {line}", response)
        for snapshot in index.snapshots:
            try:
                url = self._published_url(snapshot.original)
                body = (self.native_id(url), snapshot.digest)
            except ValueError:
                yield self._fault(f"{snapshot.original} in an index is no address", response)
                continue
            is_wanted = self._is_wanted(snapshot, url) and body not in self._bodies
            self._bodies.add(body)
            yield Entry(
                native_id=self._address(snapshot.timestamp, snapshot.original),
                url=url,
                is_passed_over=not is_wanted,
            )

    def next_url(self, response: Response, page: int) -> str | None:
        """Go on with the archive's key, unless enough is waiting; or ask without a limit.

        An index that knows no such key cuts its answer at the limit without a word.
        """
        del page
        if self._is_full():
            return None
        index = self._index(response)
        parts = urlsplit(response.url)
        asked = dict(parse_qsl(parts.query))
        if index.resume_key:
            asked["resumeKey"] = index.resume_key
        elif "limit" in asked and len(index.snapshots) + len(index.unread) >= _LINES:
            del asked["limit"]
        else:
            return None
        return urlunsplit(parts._replace(query=urlencode(asked)))

    def follow(self, entry: Entry, response: Response) -> Iterator[Found]:
        """Put a capture in the queue that was not asked for before, up to what one crawl asks."""
        del response
        if not self._is_full():
            named = replace(entry, native_id=self.native_id(entry.url))
            self._queue.add(Memento(entry.native_id, named))
        return iter(())

    def parse_memento(self, response: Response, memento: Memento) -> Iterator[Found]:
        """Ask for the next capture, then read this one: whatever it holds, it stops nothing."""
        self._queue.answered()
        target = leads_to(response)
        is_in_trouble = memento_time(response) is None and response.status in RETRY_HTTP_CODES
        if is_in_trouble:
            yield from self._failed(memento, f"answered {self._answer(response)}", response)
        elif target:
            yield from self._lead_on(response, memento, target)
        else:
            self._queue.is_well()
        yield from self._ask_next()
        if not (is_in_trouble or target):
            yield from self._read(response, memento)

    def seen_at(self, response: Response) -> str:
        """Tell when the archive captured it."""
        return memento_time(response) or super().seen_at(response)

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read the page as one that the archive saw."""
        seen_at = self.seen_at(response)
        selectors = self._selectors(response)
        for found in super().read_item(response, entry):
            if not isinstance(found, StatementItem):
                yield found
            elif selectors.title and found.title is None and not found.pages:
                # No list gives it instead, and a title that is missing would look like an edit.
                css = f"{selectors.place}.title {selectors.title!r}"
                raise ValueError(f"{self.source.name}: {css} matched nothing at {response.url}.")
            else:
                yield replace(found, witness="wayback", seen_at=seen_at)

    def _read(self, response: Response, memento: Memento) -> Iterator[Found]:
        """Read what the archive says is a capture of the page; its own pages are none.

        One that was no page at that time, such as a 404, says nothing.
        """
        entry, original = memento.entry, original_of(response)
        if memento_time(response) is None:
            what = f"{response.status} with a page of the archive's own, which is no capture"
            yield self._fault(f"{response.url} answered {what}", response)
        elif original and not self._is_same(entry.url, original):
            yield self._fault(f"{response.url} is a capture of {original}", response)
        elif (answer := self.answer_of(response)).kind != "ok":
            if (
                response.status == _OK and answer.kind != "soft_404"
            ):  # else it is what the page was at that time, such as a 404
                yield self._fault(f"{response.url} is a capture of {answer.reason}", response)
        elif response.status == _OK:
            try:
                yield from self.read_item(response, entry)
            except ValueError as error:
                yield UnreadableItem(
                    native_id=entry.native_id,
                    url=response.url,
                    reason=f"{error} An entry in 'layouts' says how pages were laid out then",
                    capture=response.meta["capture"],
                )

    def _lead_on(self, response: Response, memento: Memento, target: str) -> Iterator[Found]:
        """Follow the archive to the time at which it has the page, and nowhere else."""
        found = captured_address(target, self.options.replay)
        if found and memento.hops < _MOST_HOPS and self._is_same(memento.entry.url, found[1]):
            url = self._address(*found)
            self._queue.add(replace(memento, url=url, hops=memento.hops + 1))
        elif memento_time(response) is None:  # else it is the page that led elsewhere, at that time
            yield self._fault(f"{response.url} leads to {target}, which is not that page", response)

    def _memento_failed(self, failure: Failure) -> Iterator[Found]:
        self._queue.answered()
        if not isinstance(failure.value, NotCapturedError):
            request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
            reason = f"could not be read ({failure.getErrorMessage()})"
            is_told = isinstance(failure.value, HostHeldError)
            yield from self._failed(request.cb_kwargs["memento"], reason, is_told=is_told)
        yield from self._ask_next()

    def _failed(
        self,
        memento: Memento,
        reason: str,
        response: Response | None = None,
        *,
        is_told: bool = False,
    ) -> Iterator[Found]:
        """Report a capture that was not given, and leave the archive alone if that is its wish."""
        is_told |= response is not None and response.status == _TOO_MANY
        left = self._queue.is_in_trouble(is_told=is_told)
        if left is not None:
            reason += (
                f" - the archive is left alone now, and {left} more captures with it: "
                "`onrecord crawl NAME --backfill` goes on another day"
            )
        yield FaultItem(
            level="warning" if left is None else "error",
            message=f"{self.source.name}: {memento.url} {reason}",
            url=memento.url,
            capture=response.meta["capture"] if response else None,
        )

    def _ask_next(self) -> Iterator[Request]:
        memento = self._queue.take()
        if memento:
            yield self.request(
                memento.url,
                callback=self.parse_memento,
                errback=self._memento_failed,
                cb_kwargs={"memento": memento},
            )

    def _address(self, timestamp: str, original: str) -> str:
        """Name a capture as it was, without the archive's own words in it, as it is asked for."""
        return Request(f"{self.options.replay}/{timestamp}id_/{original}").url

    def _is_news(self, url: str) -> bool:
        """Tell whether a capture was not asked for before."""
        if self.spider.is_replay:
            return url in self._captured
        return not (self.spider.archive and has_answered(self.spider.archive, url))

    @cached_property
    def _captured(self) -> frozenset[str]:
        return frozenset(self.spider.captured)

    def _is_full(self) -> bool:
        """Tell whether one crawl asks for no more; a replay takes all that was captured."""
        return len(self._queue) >= self.options.most and not self.spider.is_replay

    def _is_wanted(self, snapshot: Snapshot, url: str) -> bool:
        links = self.options.links
        return (
            snapshot.status in {_OK, None}
            and snapshot.mime in _PAGES
            and url.startswith(("http://", "https://"))
            and (links is None or re.search(links, url) is not None)
        )

    def _published_url(self, original: str) -> str:
        """Write an address as the source writes its own: archives hold http and www. for equal."""
        own, parts = urlsplit(self.source.url), urlsplit(without_default_port(original))
        if parts.netloc.removeprefix("www.") == own.netloc.removeprefix("www."):
            parts = parts._replace(scheme=own.scheme, netloc=own.netloc)
        return urlunsplit(parts)

    def _is_same(self, url: str, original: str) -> bool:
        try:
            return is_same_page(url, self._published_url(original), self.source.id)
        except ValueError:  # it is no address
            return False

    def _index(self, response: Response) -> Index:
        try:
            return read_index(response.body.decode("utf-8"))
        except ValueError as error:
            raise ValueError(f"{response.url} {error}") from None

    def _fault(self, message: str, response: Response) -> FaultItem:
        return FaultItem(
            level="warning",
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta["capture"],
        )


CHANNEL = WaybackChannel
