"""Rendering: a page that is written by scripts is read as a browser shows it."""

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from archive.clock import read_utc
from archive.records import Capture
from archive.warc_reader import Note
from spiders.browser import Browser, RenderingError, no_browser
from spiders.extensions.keeping import Keeping
from spiders.failures import as_error, as_fields
from spiders.reader import SourceSpider


class RenderedPages:
    """Downloader middleware: puts what a browser makes of a page in the place of the page.

    What the server sent is kept as ever; the browser's page is kept beside it, marked as such, and
    is what a replay reads.
    """

    def __init__(self, crawler: Crawler, keeping: Keeping) -> None:
        self._crawler = crawler
        self._keeping = keeping
        self._browser: Browser | None = None
        if not keeping.replayed and no_browser(crawler.settings) is None:
            self._browser = Browser(crawler, self._fetch)
            crawler.signals.connect(self._browser.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Start a browser where a source needs one and the crawl may use it."""
        keeping, spider = crawler.get_extension(Keeping), crawler.spider
        if keeping is None or not isinstance(spider, SourceSpider) or not spider.needs_browser:
            raise NotConfigured
        return cls(crawler, keeping)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Run the scripts of a page that was asked for with them; anything else passes.

        Raises:
            RenderingError: no page came of it.
        """
        is_wanted = request.meta.get("javascript") and response.status == 200  # noqa: PLR2004
        if not (is_wanted and isinstance(response, HtmlResponse)):
            return response
        page: Capture = request.meta["capture"]
        if self._keeping.replayed:
            kept = self._keeping.replayed.take_rendering(page)
            if isinstance(kept, Note):
                raise as_error(kept.fields)
            capture, html = kept.capture, kept.body
        else:
            try:
                capture, html = await self._render(page, response)
            except RenderingError as error:
                fields = as_fields(error) | {"page": page.id}
                self._keeping.note(page.url, fields, read_utc(page.captured_at))
                raise
        request.meta["capture"] = capture
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return HtmlResponse(response.url, body=html, headers=headers, encoding="utf-8")

    async def _render(self, page: Capture, response: HtmlResponse) -> tuple[Capture, bytes]:
        if self._browser is None:
            raise RenderingError("its scripts need a browser")
        html = await self._browser.render(response)
        return self._keeping.keep_rendering(page, html, self._browser.name), html

    async def _fetch(self, request: Request) -> Response:
        engine = self._crawler.engine
        assert engine is not None
        return await engine.download_async(request)
