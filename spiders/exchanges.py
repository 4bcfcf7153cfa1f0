"""Exchanges: what Scrapy sent and got, as a WARC file keeps it."""

from http.client import responses
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.clock import utc_now
from archive.warc import Exchange


def exchange(response: Response, request: Request) -> Exchange:
    """Take a response with its request, body as transferred."""
    return Exchange(
        url=request.url,
        method=request.method,
        request_headers=_headers(request.headers),
        request_body=request.body,
        status=response.status,
        reason=responses.get(response.status, ""),
        protocol=response.protocol or "HTTP/1.1",
        headers=_headers(response.headers),
        body=response.body,
        ip=str(response.ip_address) if response.ip_address else None,
        at=utc_now(),
        is_truncated=not {"partial", "dataloss"}.isdisjoint(response.flags),
    )


def _headers(headers: Any) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), text.decode("latin-1"))
        for name, texts in headers.items()
        for text in texts
    ]
