"""Failures: requests that nothing answered are noted in the WARC file, and a replay fails alike."""

import json
from collections.abc import Mapping
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured

from archive.clock import utc_now
from archive.warc import sent_sha256
from spiders.extensions.keeping import Keeping
from spiders.patience import HostHeldError, HostLeftAloneError

_TOLD_APART: Mapping[str, type[Exception]] = {
    each.__name__: each for each in (HostHeldError, HostLeftAloneError)
}


class FailedBeforeError(IgnoreRequest):
    """Say in a replay why a request had no answer."""


class NotedFailures:
    """Downloader middleware: notes what fails for good, after the last try."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Know the crawl's WARC file."""
        keeping = crawler.get_extension(Keeping)
        if keeping is None:
            raise NotConfigured("nothing is kept")
        return cls(keeping)

    def process_request(self, request: Request) -> None:
        """Forget the answer of an earlier try, or of what was redirected here."""
        request.meta.pop("capture", None)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note what a replay cannot know by itself: it has the answers, and judges them again."""
        if "capture" in request.meta or self._keeping.replayed:
            return
        fields = as_fields(exception)
        if sent := sent_sha256(request.method, request.body):
            fields["sent-sha256"] = sent
        at = utc_now()
        self._keeping.failed_at[request.url] = at
        self._keeping.note(request.url, fields, at)


def as_fields(error: Exception) -> dict[str, str]:
    """Give what a WARC file tells of an error."""
    return {"failed": type(error).__name__, "reason": json.dumps(str(error))}


def as_error(fields: Mapping[str, str]) -> Exception:
    """Make the error again of which a WARC file tells."""
    kind = _TOLD_APART.get(fields["failed"], FailedBeforeError)
    return kind(json.loads(fields["reason"]))
