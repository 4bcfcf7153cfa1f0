"""Completeness: an answer that was cut short is kept as a capture, asked for again, never read."""

import zlib
from collections.abc import Callable
from typing import Any, Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

_STEP = 1024 * 1024


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
        limit = request.meta.get("download_maxsize", self._limit)
        reason = incompleteness(response, limit)
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
    if {"partial", "dataloss"} & set(response.flags):
        return "the connection ended before the answer did"
    packings = (response.headers.get("Content-Encoding") or b"").decode("latin-1").lower()
    packing = packings.rpartition(",")[2].strip()
    is_whole = _WHOLE.get(packing)
    if response.body and is_whole and not is_whole(response.body, limit):
        return f"its {packing} body is cut short or damaged"
    return None


def _is_whole_zlib(body: bytes, limit: int, *, wbits: int) -> bool:
    unpacker = zlib.decompressobj(wbits)
    unpacked = 0
    try:
        while not unpacker.eof and unpacked <= limit:
            step = len(unpacker.decompress(body, _STEP))
            body = unpacker.unconsumed_tail
            unpacked += step
            if not step and not body:
                break
    except zlib.error:
        return False
    return unpacker.eof or unpacked > limit


def _is_whole_deflate(body: bytes, limit: int) -> bool:
    """Servers mean either of two formats by deflate."""
    return any(_is_whole_zlib(body, limit, wbits=wbits) for wbits in (15, -15))


def _is_whole_brotli(body: bytes, limit: int) -> bool:
    unpacker: Any = brotli.Decompressor()
    unpacked = 0
    try:
        for start in range(0, len(body), 4096):
            unpacked += len(unpacker.process(body[start : start + 4096], output_buffer_limit=_STEP))
            if unpacked > limit or not unpacker.can_accept_more_data():
                return True
    except brotli.error:
        return False
    return bool(unpacker.is_finished())


_WHOLE: dict[str, Callable[[bytes, int], bool]] = {
    "gzip": lambda body, limit: _is_whole_zlib(body, limit, wbits=31),
    "x-gzip": lambda body, limit: _is_whole_zlib(body, limit, wbits=31),
    "deflate": _is_whole_deflate,
    "br": _is_whole_brotli,
}
