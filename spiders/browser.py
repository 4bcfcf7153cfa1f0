"""A browser without a network: it runs a page's scripts, and asks for nothing by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

_NEEDED = {"script", "xhr", "fetch"}
_MOST = 50
"""How many scripts and answers to scripts one page may ask for."""

_LONGEST = 10 * 60
"""How long a page may take to load, in seconds: each script waits for its turn."""

_QUIET = 1.0

_STALLED = 10.0
"""How long it asks for nothing though it has not loaded, until it is given up."""
"""How long a page asks for nothing that it gets until it counts as written, in seconds."""

_HOP_BY_HOP = {"connection", "content-encoding", "content-length", "transfer-encoding"}

Fetch = Callable[[Request], Awaitable[Response]]


class RenderingError(IgnoreRequest):
    """Say that a browser made no page of what a server sent."""


def no_browser(settings: BaseSettings) -> str | None:
    """Say what to do for pages that need a browser to be read; None where nothing is missing."""
    if not settings.getbool("JAVASCRIPT"):
        return "crawl it with --js"
    if find_spec("scrapy_playwright") is None:
        return "install On Record with its extra [js] (in a checkout: pip install '.[js]')"
    program = settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")["executable_path"]
    if not (program and which(program)):
        return (
            "install Chromium (in Debian: apt-get install chromium), or name another one's path in "
            "ONRECORD_CHROMIUM"
        )
    return None


class Browser:
    """Run the scripts of one page after another.

    Every request of a page comes here, and what it needs is fetched by the crawl itself: by the
    same rules, as slowly, past the same guards, and into the same WARC file. The browser resolves
    no name and knows no other way out.
    """

    def __init__(self, crawler: Crawler, fetch: Fetch) -> None:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        self._handler: Any = ScrapyPlaywrightDownloadHandler.from_crawler(crawler)
        self._fetch = fetch
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        """Name the browser and its version."""
        return f"Chromium {self._handler.browser.version}"

    async def render(self, page: TextResponse) -> bytes:
        """Give a page as its scripts leave it, in UTF-8.

        Raises:
            RenderingError: it takes too long, or the browser fails.
        """
        from scrapy_playwright.page import PageMethod

        async with self._turn:
            visit = _Visit(page, self._fetch)
            meta = {
                "playwright": True,
                "playwright_page_init_callback": visit.begin,
                "playwright_page_goto_kwargs": {
                    "timeout": _LONGEST * 1000,
                    "wait_until": "commit",  # the visit waits for the rest
                },
                "playwright_page_methods": [PageMethod(visit.rest)],
                "playwright_context_kwargs": {"service_workers": "block"},
            }
            try:
                made = await self._handler.download_request(Request(page.url, meta=meta))
            except Exception as error:  # whatever it was, it concerns this page only
                reason = str(error).partition("\n")[0]
                raise RenderingError(f"the browser gave up: {reason}") from error
            if not isinstance(made, TextResponse):
                raise RenderingError("the browser was led to a file, and not to a page")
            return made.text.encode()

    async def close(self) -> None:
        """End the browser."""
        await self._handler.close()


class _Visit:
    """One page in the browser, and what its scripts ask for."""

    def __init__(self, page: TextResponse, fetch: Fetch) -> None:
        self._page = page
        self._fetch = fetch
        self._is_shown = False
        self._left = _MOST
        self._fetching = 0
        self._last_at = 0.0

    async def begin(self, page: "Page", request: Request) -> None:
        """Stand between the page and all that it asks for, before it asks for itself."""
        del request
        await page.route("**", self._answer)
        await page.route_web_socket("**", lambda socket: socket.close())
        page.on("popup", lambda popup: popup.close())

    async def rest(self, page: "Page") -> None:
        """Wait until the page has what it wants, or all that it may have.

        A page that sets out for another while it loads is held, and is never done with loading.
        """
        self._last_at = time.monotonic()
        loading = asyncio.ensure_future(page.wait_for_load_state("load", timeout=_LONGEST * 1000))
        try:
            while self._fetching or self._rested() < (_QUIET if loading.done() else _STALLED):  # noqa: ASYNC110 - a clock
                await asyncio.sleep(_QUIET / 20)
        finally:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)

    def _rested(self) -> float:
        """Tell for how many seconds the page has asked for nothing."""
        return time.monotonic() - self._last_at

    async def _answer(self, route: "Route") -> None:
        asked = route.request
        if asked.is_navigation_request():
            is_page = not self._is_shown and asked.frame.parent_frame is None
            self._is_shown = True
            answer: Response | None = self._page if is_page else None
        elif self._is_needed(asked.method, asked.resource_type, asked.url):
            answer = await self._fetched(asked.url, asked.headers.get("accept", "*/*"))
        else:
            answer = None
        if answer is None:
            await route.abort("aborted")  # which leaves the page as it is
        else:
            headers = _headers(answer)
            await route.fulfill(status=answer.status, headers=headers, body=answer.body)

    def _is_needed(self, method: str, kind: str, url: str) -> bool:
        """Let scripts and their data through that come from the page's own host."""
        is_own = urlsplit(url)[:2] == urlsplit(self._page.url)[:2]
        is_needed = is_own and method == "GET" and kind in _NEEDED and self._left > 0
        self._left -= is_needed
        return is_needed

    async def _fetched(self, url: str, accept: str) -> Response | None:
        meta = {"dont_redirect": True, "handle_httpstatus_all": True}
        self._fetching += 1
        try:
            return await self._fetch(Request(url, headers={"Accept": accept}, meta=meta))
        except Exception:  # noqa: BLE001 - refused or out of reach: the page must do without
            return None
        finally:
            self._fetching -= 1
            self._last_at = time.monotonic()


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1"): b", ".join(texts).decode("latin-1")
        for name, texts in response.headers.items()
        if name.decode("latin-1").lower() not in _HOP_BY_HOP
    }
