"""The breaker: a host that fails again and again is left alone for the rest of a crawl."""

from collections import Counter
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, NotConfigured
from scrapy.http import Response

from archive.records import Capture
from spiders.extensions.keeping import Keeping
from spiders.patience import HostLeftAloneError
from spiders.reader import SourceSpider

_FAULTS = 500


class HostBreaker:
    """Downloader middleware: counts what a host fails to answer, after all repetitions.

    Failures are connections that cannot be made or break, faults of the server (5xx), and walls.
    Any other answer, a 404 too, begins the count anew.
    """

    def __init__(self, crawler: Crawler, keeping: Keeping, spider: SourceSpider) -> None:
        self._keeping = keeping
        self._spider = spider
        self._most = crawler.settings.getint("FAILURES_IN_A_ROW")
        self._failures: Counter[str] = Counter()
        self._left: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Know the crawl, to tell it of a host that is left alone."""
        keeping, spider = crawler.get_extension(Keeping), crawler.spider
        if keeping is None or not isinstance(spider, SourceSpider):
            raise NotConfigured("only a crawl asks a host often enough to notice")
        return cls(crawler, keeping, spider)

    def process_request(self, request: Request) -> None:
        """Let a request pass, or raise HostLeftAloneError."""
        host = _host(request)
        if host in self._left:
            raise HostLeftAloneError(f"{host} is left alone for the rest of this crawl")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count an answer that is none."""
        capture: Capture | None = request.meta.get("capture")
        if response.status >= _FAULTS:
            self._count(request, f"it answered {response.status}", capture)
        elif capture and capture.answer == "blocked":
            self._count(request, f"it gave {capture.answer_reason}", capture)
        else:
            del self._failures[_host(request)]
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a connection that failed; what we refuse ourselves is no failure."""
        if not isinstance(exception, IgnoreRequest | DownloadCancelledError):
            self._count(request, str(exception) or type(exception).__name__, None)

    def _count(self, request: Request, reason: str, capture: Capture | None) -> None:
        host = _host(request)
        self._failures[host] += 1
        if self._failures[host] < self._most or host in self._left:
            return
        self._left.add(host)
        self._spider.is_healthy = False
        self._keeping.leave_alone(
            f"{self._spider.source.name}: {host} failed {self._most} times in a row, last because "
            f"{reason}: it is left alone for the rest of this crawl, and the next one asks again",
            capture,
        )


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc.lower()
