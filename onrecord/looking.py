"""Looking at a few pages, politely and without an archive: for `sources check`, `try`, `record`."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from archive.errors import ArchiveError

Get = Callable[[Request], Awaitable[Response]]
"""Fetch one page under the rules of a crawl, or raise what kept it from being fetched."""

UNPROVED = "its server need not prove its name: anybody on the way could have written this"
"""Said of a look at a server whose certificate nobody judged."""

T = TypeVar("T")

_DELAY = 1.0
_SETTINGS: Mapping[str, Any] = {
    "EXTENSIONS": {},
    "ITEM_PIPELINES": {},
    "LOG_LEVEL": "CRITICAL",  # what could not be fetched is told once, by whoever asked
    "AUTOTHROTTLE_ENABLED": False,
    "RANDOMIZE_DOWNLOAD_DELAY": False,
    "DOWNLOAD_TIMEOUT": 30,
    "RETRY_TIMES": 1,
    "PATIENCE": 30,
    "CLOSESPIDER_TIMEOUT": 0,
}


class _Outcome(Generic[T]):
    """What a script came to, carried out of Scrapy's reactor."""

    value: T
    error: BaseException | None = None
    is_done = False


class _Look(Spider):
    name = "look"

    def __init__(
        self, *args: Any, script: Callable[[Get], Awaitable[T]], outcome: _Outcome[T], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self._script = script
        self._outcome = outcome

    async def start(self) -> AsyncIterator[Request]:
        """Run the script; it asks for each page itself, so nothing is left to yield."""
        try:
            self._outcome.value = await self._script(self._get)
            self._outcome.is_done = True
        except BaseException as error:  # noqa: BLE001 - handed on when the reactor has stopped
            self._outcome.error = error
        requests: tuple[Request, ...] = ()
        for request in requests:
            yield request

    async def _get(self, request: Request) -> Response:
        engine = self.crawler.engine
        assert engine is not None
        return await engine.download_async(request)


@dataclass(frozen=True, slots=True)
class Visit(Generic[T]):
    """A script that asks for pages."""

    script: Callable[[Get], Awaitable[T]]
    is_proof_demanded: bool = True
    """Whether servers must prove their names, as they need not where a source's file says so."""


def visit(
    script: Callable[[Get], Awaitable[T]],
    *,
    allowed_hosts: Sequence[str] = (),
    is_proof_demanded: bool = True,
) -> T:
    """Run one script, as `visit_all` does, and give what it returns.

    Raises:
        KeyboardInterrupt: the user stopped it.
    """
    return visit_all([Visit(script, is_proof_demanded)], allowed_hosts=allowed_hosts)[0]


def visit_all(
    visits: Sequence[Visit[T]],
    *,
    allowed_hosts: Sequence[str] = (),
    delays: Mapping[str, float] | None = None,
) -> list[T]:
    """Run scripts, each of which asks for one page of a host at a time; give what they return.

    `delays` says how many seconds to wait between two pages of a host; hosts that were allowed by
    name are the user's own and need none. Scrapy's reactor runs once in a process, so this does.

    Raises:
        KeyboardInterrupt: the user stopped it.
    """
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    own = {(urlsplit(f"//{host}").hostname or ""): 0.0 for host in allowed_hosts}
    waits = {**own, **(delays or {})}
    slots = {host: {"delay": wait, "concurrency": 1} for host, wait in waits.items()}
    given = {"ALLOWED_HOSTS": list(allowed_hosts), "DOWNLOAD_SLOTS": slots}
    settings.setdict({**_SETTINGS, "DOWNLOAD_DELAY": _DELAY, **given}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    outcomes: list[_Outcome[T]] = []
    for each in visits:
        outcomes.append(_Outcome())
        judging = settings.copy()
        judging.set("DOWNLOAD_VERIFY_CERTIFICATES", each.is_proof_demanded, priority="cmdline")
        process.crawl(Crawler(_Look, judging), script=each.script, outcome=outcomes[-1])
    process.start()
    for outcome in outcomes:
        if isinstance(outcome.error, Exception):
            raise outcome.error
    if not all(outcome.is_done for outcome in outcomes):
        raise KeyboardInterrupt
    return [outcome.value for outcome in outcomes]


def why(error: Exception) -> str:
    """Say in words why a page could not be fetched."""
    return str(error) or type(error).__name__


def look_at(
    url: str, allowed_hosts: Sequence[str] = (), *, is_proof_demanded: bool = True
) -> Response:
    """Fetch one page under the same rules as a crawl; call it once in a process.

    Raises:
        ArchiveError: it could not be fetched.
    """

    async def one(get: Get) -> Response:
        try:
            return await get(Request(url))
        except Exception as error:
            raise ArchiveError(f"{url} could not be fetched: {why(error)}") from error

    return visit(one, allowed_hosts=allowed_hosts, is_proof_demanded=is_proof_demanded)
