"""Trying an address without the network: from pages at hand, or from a server on loopback."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response

from onrecord.trying.address import Tried, try_address
from spiders.offline import kept_response

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Pages = Mapping[str, tuple[str, bytes]]
"""Address to content type and body."""


def try_pages(pages: Pages, url: str, **options: object) -> Tried:
    """Try an address where only some pages can be had; the others are not found."""

    async def get(request: Request) -> Response:
        kind, body = pages.get(request.url, ("text/html", b"not here"))
        status = 200 if request.url in pages else 404
        return kept_response(request.url, body, {"Content-Type": kind}, NOW, status)

    return asyncio.run(try_address(get, url, now=NOW, **options))  # type: ignore[arg-type]


def try_loopback(url: str, asked: list[str] | None = None, **options: object) -> Tried:
    """Try an address of a server on loopback."""

    async def get(request: Request) -> Response:
        if asked is not None:
            asked.append(request.url)
        return _fetch(request.url)

    return asyncio.run(try_address(get, url, now=NOW, **options))  # type: ignore[arg-type]


def _fetch(url: str) -> Response:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            body, status, kind = answer.read(), answer.status, answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        body, status, kind = error.read(), error.code, error.headers["Content-Type"]
        error.close()
    return kept_response(url, body, {"Content-Type": kind}, NOW, status)
