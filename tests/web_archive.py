"""A web archive on loopback: an index and replay in the manner of the Internet Archive or pywb."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from loopback import Answer, Site

BLOCKED = (
    b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error\n"
)
COLUMNS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(frozen=True)
class Held:
    """One capture that the archive holds."""

    timestamp: str
    url: str
    body: bytes
    status: int = 200
    mime: str = "text/html"

    @property
    def urlkey(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.netloc}){parts.path}"

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def at(self) -> str:
        moment = datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return format_datetime(moment, usegmt=True)


class Replies(dict[str, Answer]):
    """Answers to an archive's addresses; what is set by hand goes before."""

    def __init__(self, archive: "WebArchive") -> None:
        super().__init__()
        self._archive = archive

    def get(self, path: str, default: Any = None) -> Any:
        if path in self:
            return self[path]
        if path.startswith("/cdx"):
            return self._archive.index({k: v[0] for k, v in parse_qs(urlsplit(path).query).items()})
        if path.startswith("/web/"):
            return self._archive.replay(*path.removeprefix("/web/").split("id_/", 1))
        return default


@dataclass
class WebArchive:
    """What an archive holds of a site, and how it tells of it."""

    site: Site
    is_pywb: bool = False
    page_size: int = 5000
    held: list[Held] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site.answers = Replies(self)

    def hold(self, day: str, url: str, page: str, **rest: Any) -> str:
        """Hold a page as captured on a day at noon; name its address in the archive."""
        timestamp = day.replace("-", "") + "120000"
        self.held.append(Held(timestamp, url, f"<html><body>{page}</body></html>".encode(), **rest))
        return f"/web/{timestamp}id_/{url}"

    def asked(self) -> list[str]:
        """Name the captures that were asked for, in order."""
        return [path for path in self.site.asked if path.startswith("/web/")]

    def index(self, query: dict[str, str]) -> Answer:
        beginning = query["url"].removesuffix("*")
        found = [each for each in self.held if each.url.startswith(beginning)]
        found.sort(key=attrgetter("urlkey", "timestamp"))
        found = [
            each
            for each in found
            if query.get("from", "") <= each.timestamp <= query.get("to", "9")
        ]
        return self._pywb_lines(found, query) if self.is_pywb else self._array(found, query)

    def replay(self, timestamp: str, url: str) -> Answer:
        mine = [each for each in self.held if each.url == url]
        if not mine:
            return Answer(b"<p>The archive has not archived that URL.</p>", 404)
        nearest = min(mine, key=lambda each: abs(int(each.timestamp) - int(timestamp)))
        if nearest.timestamp != timestamp and not self.is_pywb:
            location = f"{self.site.url}/web/{nearest.timestamp}id_/{url}"
            return Answer(b"", 302, {"Location": location})
        headers: dict[str, str | None] = {
            "Memento-Datetime": nearest.at,
            "Link": f'<{url}>; rel="original", <{self.site.url}/web/{url}>; rel="timegate"',
        }
        return Answer(nearest.body, nearest.status, headers, "text/html; charset=utf-8")

    def _pywb_lines(self, found: list[Held], query: dict[str, str]) -> Answer:
        lines = [
            {
                "urlkey": each.urlkey,
                "timestamp": each.timestamp,
                "url": each.url,
                "mime": each.mime,
                "status": str(each.status),
                "digest": each.digest,
                "length": "500",
            }
            for each in found[: int(query.get("limit", 10**9))]
        ]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        return Answer(text.encode(), content_type="text/x-ndjson")

    def _array(self, found: list[Held], query: dict[str, str]) -> Answer:
        rows = [
            [each.urlkey, each.timestamp, each.url, each.mime, str(each.status), each.digest, "500"]
            for each in found
        ]
        if query.get("collapse") == "digest":
            rows = [row for at, row in enumerate(rows) if at == 0 or row[5] != rows[at - 1][5]]
        keys = [quote_plus(f"{row[0]} {row[1]}") for row in rows]
        start = keys.index(query["resumeKey"]) if "resumeKey" in query else 0
        end = start + min(self.page_size, int(query["limit"]))
        answer: list[list[str]] = [COLUMNS, *rows[start:end]]
        if end < len(rows) and query.get("showResumeKey") == "true":
            answer += [[], [keys[end - 1]]]  # which names a line that comes again
        return Answer(json.dumps(answer if rows else []).encode(), content_type="application/json")
