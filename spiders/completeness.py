"""Completeness: an answer that was cut short is kept as a capture, asked for again, never read."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.records import Capture
from spiders.unpacking import how_cut_short


class IncompleteAnswerError(IgnoreRequest):
    """Refuse to read an answer that was cut short: its missing end would look like an edit."""


class CompleteAnswers:
    """Downloader middleware: sees answers as they came, before they are decompressed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Know the crawl, for its limits."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Pass a whole answer; ask again for another one, a few times, then give up."""
        capture: Capture | None = request.meta.get("capture")
        if capture and capture.answer:
            reason = capture.answer_reason if capture.answer == "partial" else None
        else:
            reason = incompleteness(response, request.meta.get("download_maxsize", self._limit))
        if reason is None:
            return response
        assert self._crawler.spider is not None
        again = get_retry_request(request, spider=self._crawler.spider, reason=reason)
        if again:
            return again
        raise IncompleteAnswerError(reason)


def incompleteness(response: Response, limit: int) -> str | None:
    """Say how an answer is known to be cut short; None where nothing shows that it is.

    `limit` bounds how far a body is unpacked, in bytes; beyond it, others refuse the answer.
    """
    packing = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
    is_cut = not {"partial", "dataloss"}.isdisjoint(response.flags)
    return how_cut_short(response.body, packing, limit, is_cut=is_cut)
