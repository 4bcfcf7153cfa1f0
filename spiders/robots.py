"""Robots: a site's rules are obeyed, and where they cannot be had, nothing is asked (RFC 9309)."""

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from spiders.addresses import ForbiddenAddressError

_LARGEST = 512 * 1024
_REFUSED = 400
_BROKEN = 500


class RobotsUnreachableError(IgnoreRequest):
    """Refuse to ask a host whose rules cannot be read: for all we know, it forbids it."""


class ObeyRobots(RobotsTxtMiddleware):
    """Downloader middleware: reads a host's robots.txt once in a crawl, and keeps to it.

    A host that refuses to give one (4xx) has none; one that is broken (5xx, cut short, no
    connection) is not asked for anything else.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._shut: dict[str, Exception] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Let a request pass, or raise IgnoreRequest."""
        del spider
        await super().process_request(request)
        host = urlparse_cached(request).netloc
        why = self._shut.get(host)
        if why is None or request.meta.get("dont_obey_robotstxt"):
            return
        if isinstance(why, ForbiddenAddressError):  # as the request itself would be
            raise why
        told = str(why) or type(why).__name__
        raise RobotsUnreachableError(
            f"the robots.txt of {host} cannot be read ({told}), so nothing else is asked there now"
        )

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= _BROKEN:
            raise RobotsUnreachableError(f"it answered {response.status}")
        rules = b"" if response.status >= _REFUSED else response.body[:_LARGEST]
        await super()._parse_robots(response.replace(body=rules), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._shut[netloc] = exc
        super()._robots_error(exc, netloc)
