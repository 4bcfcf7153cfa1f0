"""The breaker: a host that fails again and again is left alone for the rest of a crawl."""

from collections import defaultdict
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, NotConfigured
from scrapy.http import Response

from archive.records import Capture
from spiders.extensions.keeping import Keeping
from spiders.patience import host_of
from spiders.reader import SourceSpider

_EACH = 2
_FAULTS = 500


class HostBreaker:
    """Downloader middleware: counts what a host fails to answer.

    Failures are connections that cannot be made or break, faults of the server (5xx), and walls.
    Any other answer, a 404 too, begins the count anew. A few pages that are broken are not enough,
    however often they are asked for.
    """

    def __init__(self, crawler: Crawler, keeping: Keeping, spider: SourceSpider) -> None:
        self._keeping = keeping
        self._spider = spider
        self._most = crawler.settings.getint("FAILURES_IN_A_ROW")
        self._failed: defaultdict[str, list[str]] = defaultdict(list)
        """Host to the addresses that failed since it last answered."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Know the crawl, to tell it of a host that is left alone."""
        keeping, spider = crawler.get_extension(Keeping), crawler.spider
        if keeping is None or not isinstance(spider, SourceSpider):
            raise NotConfigured("only a crawl asks a host often enough to notice")
        return cls(crawler, keeping, spider)

    def process_response(self, request: Request, response: Response) -> Response:
        """Count an answer that is none."""
        capture: Capture | None = request.meta.get("capture")
        if response.status >= _FAULTS:
            self._count(request, f"it answered {response.status}", capture)
        elif capture and capture.answer == "blocked":
            self._count(request, f"it gave {capture.answer_reason}", capture)
        else:
            self._failed.pop(host_of(request), None)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a connection that failed; what we refuse ourselves is no failure."""
        if not isinstance(exception, IgnoreRequest | DownloadCancelledError):
            self._count(request, str(exception) or type(exception).__name__, None)

    def _count(self, request: Request, reason: str, capture: Capture | None) -> None:
        host = host_of(request)
        failed = self._failed[host]
        failed.append(request.url)
        are_many = len(set(failed)) >= self._most and len(failed) >= _EACH * self._most
        if not are_many or host in self._spider.left_alone:
            return
        self._spider.left_alone.add(host)
        self._spider.is_healthy = False
        self._keeping.leave_alone(
            f"{self._spider.source.name}: {host} failed {len(failed)} times in a row, last because "
            f"{reason}: it is left alone for the rest of this crawl, and the next one asks again",
            capture,
        )
