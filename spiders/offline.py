"""Reading one kept response by a source's own channel, without a crawl: for tests and `record`."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.clock import utc_text
from archive.records import Capture
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Found
from spiders.loader import spider_class
from spiders.source import Source


def kept_response(
    url: str, body: bytes, headers: Mapping[str, str], at: datetime, status: int = 200
) -> Response:
    """Make a response as a channel gets it, with a capture that lies in no WARC file."""
    capture = unkept_capture(url, body, status, headers.get("Content-Type"), at)
    fields = Headers(dict(headers))
    made = responsetypes.from_args(headers=fields, url=url, body=body)
    request = Request(url, meta={"capture": capture})
    return made(url, status=status, headers=fields, body=body, request=request)


def unkept_capture(
    url: str, body: bytes, status: int, content_type: str | None, at: datetime
) -> Capture:
    """Describe a response that is read without being kept."""
    digest = hashlib.sha256(body).hexdigest()
    return Capture(
        id=digest[:32],
        url=url,
        captured_at=utc_text(at),
        status=status,
        content_type=content_type,
        bytes=len(body),
        sha256=digest,
        warc_file="",
        warc_offset=0,
        warc_length=0,
        warc_sha256="",
    )


def open_channel(source: Source, feed: int = 0) -> Channel:
    """Open a channel of a source outside a crawl; nothing is known to it."""
    return spider_class(source)().channels[feed]


def read_listing(channel: Channel, response: Response) -> list[Found | Entry]:
    """Read a page that lists statements."""
    return list(channel.read_entries(response))


def read_item(channel: Channel, response: Response, entry: Entry | None = None) -> list[Found]:
    """Read a statement's own page."""
    url = response.url
    entry = entry or Entry(native_id=channel.native_id(url), url=url)
    return list(channel.parse_item(response, entry))
