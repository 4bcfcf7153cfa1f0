"""Histories: what edited posts said before, asked of a server one after the other."""

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import from_json
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.clock import utc_text
from archive.memory import has_been_told, was_asked_since
from spiders.channels.entries import Found
from spiders.items import FaultItem, StatementItem
from spiders.platforms.mastodon import earlier_versions, moment_of
from spiders.replay import NotCapturedError

if TYPE_CHECKING:
    from spiders.channels.mastodon import MastodonChannel

_OK = 200
_TEMPORARY = {408, 429, *range(500, 600)}
_REFUSALS = 3
"""After so many refused histories, and none told, a server is taken to keep none."""


class Histories:
    """Hold edited posts back until their earlier wordings are known, which come first."""

    def __init__(self, channel: "MastodonChannel") -> None:
        self._channel = channel
        self._spider = channel.spider
        self._waiting: deque[tuple[str, StatementItem]] = deque()
        self._is_asking = False
        self._refusals = 0
        self._has_told = False
        self._captured = frozenset(channel.spider.captured)

    def precede(self, item: StatementItem, number: str | None) -> Iterator[Found]:
        """Give a post at once, or when its history is told; `number` is its id in the API."""
        if number is None or not self._is_wanted(item, number):
            yield item
            return
        self._waiting.append((number, item))
        if not self._is_asking:
            yield from self._next()

    def parse(self, response: Response, item: StatementItem) -> Iterator[Found]:
        """Read what a post said before, then give the post and go on with the next."""
        if response.status == _OK:
            try:
                told = from_json(response.body)
                yield from list(earlier_versions(item, told, response.meta["capture"]))
                self._has_told = True
            except ValueError as error:
                yield self._fault(f"the history at {response.url} {error}", response)
        elif response.status in _TEMPORARY:
            yield self._fault(f"{response.url} answered {response.status}", response)
        elif not self._has_told:
            self._refusals += 1
            yield from self._say_once(
                f"{self._channel.options.site} does not tell what edited posts said before (HTTP "
                f"{response.status}): only the wordings that were seen here are known",
                response,
            )
        yield item
        yield from self._next()

    def _is_wanted(self, item: StatementItem, number: str) -> bool:
        """Tell whether a post was edited since its history was asked for."""
        archive, url = self._spider.archive, self._url(number)
        if not self._channel.options.history or archive is None or not item.updated_raw:
            return False
        if self._spider.is_replay:
            return url in self._captured
        edited_at = utc_text(moment_of(item.updated_raw))
        is_stranger = not self._channel.token
        return not was_asked_since(archive, url, edited_at, refusals_count=is_stranger)

    def _next(self) -> Iterator[Found]:
        self._is_asking = False
        keeps_none = not self._has_told and self._refusals >= _REFUSALS
        if keeps_none and not self._spider.is_replay:
            yield from (item for _, item in self._waiting)
            self._waiting.clear()
        elif self._waiting:
            number, item = self._waiting.popleft()
            self._is_asking = True
            yield self._channel.request(
                self._url(number),
                callback=self.parse,
                errback=self._failed,
                cb_kwargs={"item": item},
                priority=5,
            )

    def _failed(self, failure: Failure) -> Iterator[Found]:
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        if not isinstance(failure.value, NotCapturedError):
            message = f"{request.url} could not be read ({failure.getErrorMessage()})"
            yield self._fault(message, None, request.url)
        yield request.cb_kwargs["item"]
        yield from self._next()

    def _say_once(self, message: str, response: Response) -> Iterator[FaultItem]:
        """Report what stays as it is, and only if the archive does not hold it yet."""
        fault = self._fault(message, response)
        archive = self._spider.archive
        if archive is None or not has_been_told(archive, self._channel.source.name, fault.message):
            yield fault

    def _fault(self, message: str, response: Response | None, url: str = "") -> FaultItem:
        return FaultItem(
            level="warning",
            message=f"{self._channel.source.name}: {message}",
            url=response.url if response else url,
            capture=response.meta.get("capture") if response else None,
        )

    def _url(self, number: str) -> str:
        return f"{self._channel.options.site}/api/v1/statuses/{number}/history"
