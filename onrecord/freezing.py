"""Freezing a response: one folder with the request, the body and what the source reads in it.

The request may name the feed that reads the body (`feed`, counted from 0), its `fallback`, and the
address that a redirect led to (`answered_by`).
"""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.http import Response

from archive.clock import utc_text
from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.identity import native_id
from spiders.offline import kept_response, open_channel, read_item, read_listing
from spiders.source import Source

_VOLATILE = ("capture", "route")


def freeze(source: Source, response: Response, folder: Path, at: datetime) -> Path:
    """Write a response and what the source's first feed reads in it, and name the folder."""
    slug = re.sub(r"[^a-z0-9]+", "-", native_id(response.url).lower()).strip("-")[-80:]
    case = folder / source.name / slug
    case.mkdir(parents=True, exist_ok=True)
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    request = {
        "url": response.url,
        "status": response.status,
        "content_type": content_type,
        "captured_at": utc_text(at),
    }
    _write(case / "request.json", request)
    (case / "body").write_bytes(response.body)
    _write(case / "expected.json", read_case(source, case))
    return case


def read_case(source: Source, case: Path) -> list[dict[str, Any]]:
    """Read a frozen response again."""
    request = json.loads((case / "request.json").read_text(encoding="utf-8"))
    url = request["url"]
    response = kept_response(
        request.get("answered_by", url),
        (case / "body").read_bytes(),
        {"Content-Type": request["content_type"]},
        datetime.fromisoformat(request["captured_at"]),
        request["status"],
    )
    channel = _open_route(source, request.get("feed", 0), request.get("fallback"))
    entry = Entry(native_id=channel.native_id(url), url=url)
    is_listing = url in set(channel.first_urls())
    found = read_listing(channel, response) if is_listing else read_item(channel, response, entry)
    return [_as_dict(each) for each in found]


def _open_route(source: Source, feed: int, fallback: int | None) -> Channel:
    """Open a feed, or turn from it to one of its fallbacks as a crawl does."""
    channel = open_channel(source, feed)
    for _ in range(0 if fallback is None else fallback + 1):
        following = channel.spider.fallback(channel.feed)
        if following is None:
            raise ValueError(f"{source.name}: feed {feed} has no fallback {fallback}")
        channel = following
    return channel


def _as_dict(found: Any) -> dict[str, Any]:
    if isinstance(found, Request):
        return {"request": found.url}
    kind = "Entry" if isinstance(found, Entry) else type(found).__name__
    # As JSON has it, so that a case compares equal with what was written of it.
    return {kind: json.loads(json.dumps(_told(found), default=str))}


def _told(found: Any) -> Any:
    """Give the fields of a dataclass that say more than their defaults, in those inside it too."""
    if not is_dataclass(found):
        return [_told(each) for each in found] if isinstance(found, tuple) else found
    own = ((field, getattr(found, field.name)) for field in fields(found))
    return {
        field.name: _told(each)
        for field, each in own
        if field.name not in _VOLATILE and each != field.default
    }


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
