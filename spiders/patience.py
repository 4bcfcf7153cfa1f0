"""Patience: when a server asks to be left alone for a while, nothing is sent before that."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.clock import utc_now, utc_text
from spiders.certificates import demand_names
from spiders.heads import ShortHeads

LONGEST = timedelta(hours=24)
"""An answer that asks for more is taken for a mistake and asked again after this."""

_UNSAID = timedelta(seconds=60)
_TOO_MANY = 429
_BUSY = {_TOO_MANY, 503}
_RESETS = (
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_AN_EPOCH = 1_000_000_000

_holds: dict[str, datetime] = {}
"""Host to the time before which nothing is sent to it, for all crawls of this process."""

_turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
"""Host to the turn at it: what is on its way when a host asks for patience would come too early."""


class HostHeldError(IgnoreRequest):
    """Refuse to ask a host that wants to be left alone for longer than a crawl waits."""


class HostLeftAloneError(IgnoreRequest):
    """Refuse to ask a host that has failed too often in this crawl; the next one asks again."""


class PatientHandler(HTTP11DownloadHandler):
    """Download over HTTP, through the one door that every request leaves by.

    All crawls of a process ask a host one request at a time. Scrapy's own limit lets pairs through,
    and knows of one crawl only.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        demand_names()
        self._pool._factory = ShortHeads  # noqa: SLF001 - as Scrapy itself sets it
        self._most = timedelta(seconds=crawler.settings.getfloat("PATIENCE"))

    async def download_request(self, request: Request) -> Response:
        """Wait if the host asked for it, then send.

        Raises:
            HostHeldError: it asked for more than PATIENCE.
            HostLeftAloneError: it has failed too often in this crawl.
        """
        host = host_of(request)
        async with _turns[host]:
            await wait_for(host, self._most)
            if host in getattr(self._crawler.spider, "left_alone", ()):  # decided while it waited
                raise HostLeftAloneError(f"{host} is left alone for the rest of this crawl")
            response = await self.send(request)
            until = asked_to_wait(response.status, _lowered(response), utc_now())
            if until:
                hold(host, until)
        return response

    async def send(self, request: Request) -> Response:
        """Send, now that the host may be asked."""
        response: Response = await super().download_request(request)
        return response


def host_of(request: Request) -> str:
    """Name the host that a request is for, with its port."""
    return urlsplit(request.url).netloc.lower()


def hold(host: str, until: datetime) -> None:
    """Send nothing to a host before a time."""
    _holds[host] = max(until, _holds.get(host, until))


async def wait_for(host: str, most: timedelta) -> None:
    """Return when a host may be asked; HostHeldError where that is too far off."""
    while (until := _holds.get(host)) and (left := until - utc_now()) > timedelta():
        if left > most:
            raise HostHeldError(
                f"{host} asked to be left alone until {utc_text(until)}; a crawl after that goes on"
            )
        await asyncio.sleep(left.total_seconds())
    _holds.pop(host, None)


def not_before(response: Response, now: datetime) -> str | None:
    """Say, for the archive, when the server of a response wants to be asked again."""
    until = asked_to_wait(response.status, _lowered(response), now)
    return utc_text(until + timedelta(seconds=1)) if until else None  # the archive keeps seconds


def asked_to_wait(status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Read from an answer until when to wait; None where it does not ask for that.

    `headers` are lower-case. Retry-After holds seconds or a date; other servers tell when their
    count starts anew, in seconds, as seconds since 1970, or as an ISO date. A wait of more than
    `LONGEST`, or one that cannot be read, is not believed.
    """
    until = _retry_after(headers.get("retry-after"), now) if status in _BUSY else None
    for remaining, reset in _RESETS:
        is_spent = status == _TOO_MANY or headers.get(remaining, "").strip() == "0"
        if until is None and is_spent and reset in headers:
            until = _moment(headers[reset], now)
    if until is None and status == _TOO_MANY:
        until = now + _UNSAID
    return min(until, now + LONGEST) if until and until > now else None


def _retry_after(written: str | None, now: datetime) -> datetime | None:
    if written is None:
        return None
    try:
        return parsedate_to_datetime(written).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return _moment(written, now)


def _moment(written: str, now: datetime) -> datetime | None:
    try:
        number = float(written.split(";", maxsplit=1)[0].split(",", maxsplit=1)[0])
    except ValueError:
        return _iso(written)
    if not math.isfinite(number) or number < 0:
        return None
    if number < _AN_EPOCH:
        return now + timedelta(seconds=min(number, LONGEST.total_seconds()))
    try:
        return _1970 + timedelta(seconds=number + 1)  # servers round down
    except OverflowError:
        return now + LONGEST


def _iso(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _lowered(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): texts[0].decode("latin-1")
        for name, texts in response.headers.items()
        if texts
    }
