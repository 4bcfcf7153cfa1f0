"""Exchanges: what Scrapy sent and got, as a WARC file keeps it, and the way back."""

from http.client import responses
from typing import Any

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.clock import utc_now
from archive.warc import Exchange, Proof
from archive.warc_reader import Kept
from spiders.patience import not_before


def exchange(response: Response, request: Request, *, is_verified: bool = True) -> Exchange:
    """Take a response with its request, body as transferred.

    `is_verified` says whether a server that encrypts had to prove its name.
    """
    now = utc_now()
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
        at=now,
        is_truncated=not {"partial", "dataloss"}.isdisjoint(response.flags),
        not_before=not_before(response, now),
        asked=next(iter(request.meta.get("redirect_urls", ())), None),
        tls=proof(request.url, is_verified=is_verified),
    )


def kept_response(kept: Kept, url: str) -> Response:
    """Make a kept answer a response again, as Scrapy gets it: body as transferred."""
    sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in kept.headers]
    headers = Headers(sent)
    made = responsetypes.from_args(headers=headers, url=url, body=kept.body)
    return made(
        url,
        status=kept.capture.status,
        headers=headers,
        body=kept.body,
        flags=["partial"] if kept.is_truncated else [],
    )


def proof(url: str, *, is_verified: bool) -> Proof | None:
    """Say whether the server of an address proved its name; None where nothing is encrypted."""
    if not url.startswith("https:"):
        return None
    return "verified" if is_verified else "unverified"


def _headers(headers: Any) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), text.decode("latin-1"))
        for name, texts in headers.items()
        for text in texts
    ]
