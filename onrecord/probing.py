"""Probing: asks the routes of live sources for a first page and one item, and tells what came."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from sqlite_utils import Database
from twisted.python.failure import Failure

from analysis.dates import read_date
from archive.clock import utc_now
from archive.schema import migrations
from archive.warc import Proof
from onrecord.looking import UNPROVED, Get, Visit, visit_all
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Found
from spiders.exchanges import proof
from spiders.items import FaultItem, ReadsItem, StatementItem, UnreadableItem
from spiders.offline import open_channel, unkept_capture
from spiders.source import Feed, Source

PAID = frozenset({"x"})
"""Channels whose platform charges for every look."""

_AT_ONCE = 8
_LISTS = 10
_STEPS = 6
_ITEMS = 3


@dataclass(slots=True)
class Seen:
    """What one route of a source answered."""

    feed: Feed
    route: str
    is_preferred: bool
    """Whether a crawl asks it first, and without being told to."""
    status: int | None = None
    """The status of the last first page."""
    lists: int = 0
    listed: int = 0
    has_more: bool = False
    """Whether the first page leads on to older ones."""
    newest_at: str = ""
    """The date that the list gives its newest entry; empty where it gives none."""
    item: StatementItem | None = None
    faults: list[str] = field(default_factory=list)
    """What kept a first page from being read."""
    doubts: list[str] = field(default_factory=list)
    """What was odd about the item."""
    notes: list[str] = field(default_factory=list)
    """What may be as it should."""
    tls: Proof | None = None
    """Whether the server of its first page proved its name."""


Judge = Callable[[Source, list[Seen], datetime], None]


def probe_sources(
    sources: Sequence[Source],
    judge: Judge,
    *,
    allowed_hosts: Sequence[str] = (),
    limit: float,
    paid: bool = False,
) -> None:
    """Look at each route of some sources, several sources at once, one page at a time of a host.

    `judge` is told of each source as it ends; `limit` is in seconds, for one source.

    Raises:
        KeyboardInterrupt: the user stopped it; what was told so far is all there is.
    """

    async def look(get: Get, sources: Sequence[Source]) -> None:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(source: Source) -> None:
            async with turn:
                seen = [each async for each in _probe(source, get, limit, paid=paid)]
                judge(source, seen, utc_now())

        tasks = [asyncio.create_task(one(source)) for source in sources]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    visits = []
    for is_demanded in (True, False):
        alike = [each for each in sources if each.tls.is_demanded == is_demanded]
        if alike:
            visits.append(Visit(partial(look, sources=alike), is_demanded))
    visit_all(visits, allowed_hosts=allowed_hosts, delays=_delays(sources))


def _delays(sources: Sequence[Source]) -> dict[str, float]:
    """Ask each host as slowly as the most patient of its sources wants."""
    delays: dict[str, float] = {}
    for source in sources:
        feeds = [each for feed in source.feeds for each in (feed, *feed.fallback)]
        urls = [url for feed in feeds for url in getattr(feed.options, "urls", ())]
        for host in {urlsplit(url).hostname or "" for url in (source.url, *urls)}:
            delays[host] = max(delays.get(host, 0.0), source.crawl.delay)
    return delays


async def _probe(source: Source, get: Get, limit: float, *, paid: bool) -> AsyncIterator[Seen]:
    deadline = asyncio.get_running_loop().time() + limit
    for main in source.feeds:
        for feed in (main, *main.fallback):
            if feed.options.channel in PAID and not paid:
                continue
            # Alone, so that its failure does not turn to the next route.
            alone = Feed(options=feed.options)
            channel = open_channel(source.model_copy(update={"feeds": (alone,)}))
            if feed.options.channel in PAID:
                channel.spider.archive = _empty_archive()
            is_preferred = feed is main and feed.options.when == "always"
            seen = Seen(feed, channel.route, is_preferred)
            try:
                async with asyncio.timeout_at(deadline):
                    await _Route(channel, get, seen).look()
            except TimeoutError:
                seen.faults.append(f"not done within {limit:g} seconds for this source")
            except Exception as error:  # noqa: BLE001 - one broken route must not end the others
                seen.faults.append(f"{type(error).__name__}: {error}")
            yield seen


def _empty_archive() -> Database:
    """Know nothing: what is paid for is asked as if for the first time."""
    db = Database(memory=True)
    migrations.apply(db)
    return db


class _Route:
    """One route while it is looked at."""

    def __init__(self, channel: Channel, get: Get, seen: Seen) -> None:
        self._channel = channel
        self._get = get
        self._seen = seen
        self._candidates: list[Request] = []
        self._others: list[Request] = []
        self._items: list[StatementItem] = []

    async def look(self) -> None:
        """Ask for the first page of each list, then for the newest item."""
        for request in self._sort(self._channel.start())[:_LISTS]:
            self._seen.lists += 1
            await self._look_at_list(request)
        entries: list[Entry] = [each.cb_kwargs["entry"] for each in self._candidates]
        printed = [each.published_raw for each in entries]
        printed += [each.published_raw for each in self._items]
        self._seen.newest_at = max(map(self._moment, printed), default="")
        if self._items:
            self._seen.item = max(self._items, key=lambda each: self._moment(each.published_raw))
        else:
            await self._look_at_items()

    async def _look_at_list(self, request: Request) -> None:
        """Follow the way to a list, which may begin with a look-up, until entries are listed."""
        queue, before = [request], self._seen.listed
        for _ in range(_STEPS):
            if not queue or self._seen.listed > before:
                break
            queue += self._sort(await self._ask(queue.pop(0)))
        if self._seen.listed > before:  # what a channel asks for beside its list is its items
            self._others += [each for each in queue if each.cb_kwargs.get("page", 1) == 1]

    async def _look_at_items(self) -> None:
        """Read the newest item; of a list that several offices share, the newest of the source."""
        newest_first = (
            sorted(
                self._candidates,
                key=lambda each: self._moment(each.cb_kwargs["entry"].published_raw),
                reverse=True,
            )
            or self._others
        )
        for request in newest_first[:_ITEMS]:
            found = await self._ask(request)
            following = [each for each in found if isinstance(each, Request)]
            has_item = any(isinstance(each, StatementItem) for each in found)
            if following and not has_item:  # the page leads to its text, such as a PDF
                found += await self._ask(following[0])
            rest = (each for each in found if not isinstance(each, Request))
            self._sort(rest, of_item=True)
            if self._items:
                self._seen.item = self._items[0]
            if found:
                return
        if newest_first:
            self._seen.doubts.append("none of the newest items is this source's own")

    async def _ask(self, request: Request) -> list[Found]:
        """Fetch a page and let the channel read it, or tell the channel why there is none."""
        is_item = bool(self._seen.listed) and "page" not in request.cb_kwargs
        spider = self._channel.spider
        before = spider.listed
        try:
            response = await self._get(request)
        except Exception as error:  # noqa: BLE001 - whatever it was, the channel says it in words
            failure: Any = Failure(error)  # type: ignore[no-untyped-call]
            failure.request = request  # as Scrapy does
            assert request.errback is not None
            return list(request.errback(failure))
        if not is_item:
            self._note(request, response)
        response.meta["capture"] = unkept_capture(
            request.url, response.body, response.status, _content_type(response), utc_now()
        )
        assert request.callback is not None
        found = list(request.callback(response, **request.cb_kwargs))
        self._seen.listed += spider.listed - before
        return found

    def _note(self, request: Request, response: Response) -> None:
        self._seen.status = response.status
        is_demanded = self._channel.source.tls.is_demanded
        self._seen.tls = proof(response.url, is_verified=is_demanded)
        if self._seen.tls == "unverified":
            self._seen.notes.append(UNPROVED)
        if response.url != request.url:
            self._seen.notes.append(f"redirected to {response.url}")
        if 'type="password"' in response.body.decode("latin-1").lower():
            self._seen.notes.append("its page asks for a password")

    def _sort(self, found: Iterable[Found], *, of_item: bool = False) -> list[Request]:
        """Put away what came, and give the requests that may lead to a list."""
        onward: list[Request] = []
        for each in found:
            if isinstance(each, Request):
                self._sort_request(each, onward)
            elif isinstance(each, StatementItem):
                self._items.append(each)
            elif isinstance(each, UnreadableItem):
                self._seen.doubts.append(each.reason)
            elif isinstance(each, ReadsItem):
                if each.posts or each.users:
                    accounts = f" and {each.users} accounts" * bool(each.users)
                    self._seen.notes.append(f"{each.posts} posts{accounts} to pay for")
            elif isinstance(each, FaultItem):
                words = each.message.removeprefix(f"{self._channel.source.name}: ")
                severe = self._seen.doubts if of_item else self._seen.faults
                (severe if of_item or each.level == "error" else self._seen.notes).append(words)
        return onward

    def _sort_request(self, request: Request, onward: list[Request]) -> None:
        if "entry" in request.cb_kwargs:
            self._candidates.append(request)
        else:
            self._seen.has_more |= request.cb_kwargs.get("page", 1) > 1
            onward.append(request)

    def _moment(self, printed: str | None) -> str:
        source = self._channel.source
        if printed is None:
            return ""
        published = read_date(
            printed,
            timezone=source.timezone,
            order=source.date_order,
            languages=(source.language, *source.languages),
            now=utc_now(),
        )
        return published.at if published else ""


def _content_type(response: Response) -> str | None:
    header = response.headers.get("Content-Type")
    return header.decode("latin-1") if header else None
