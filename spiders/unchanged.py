"""Unchanged: a page is asked for only if it has changed since it was kept."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response

from archive.errors import ReplayError
from archive.originals import last_kept, original_of
from archive.warc import NOT_MODIFIED
from spiders.completeness import incompleteness
from spiders.exchanges import kept_response
from spiders.extensions.keeping import Keeping

_VALIDATORS = ("If-None-Match", "If-Modified-Since")


class NotKeptError(IgnoreRequest):
    """Refuse to ask for, or to read, what could not be kept."""


class ConditionalRequests:
    """Downloader middleware: sends the validators of the last capture, and fills in a 304.

    What is read then are the kept bytes, as the source reads pages today, on the evidence of the
    new capture.
    """

    def __init__(self, keeping: Keeping, limit: int) -> None:
        self._keeping = keeping
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Ask the crawl's archive what was kept."""
        keeping = crawler.get_extension(Keeping)
        if keeping is None:
            raise NotConfigured("nothing is kept, so everything is asked for")
        return cls(keeping, crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Add validators where the bytes they stand for are at hand and whole.

        Raises:
            NotKeptError: nothing that is asked for could be kept.
        """
        self._require_keeping()
        for name in _VALIDATORS:  # of another address, where this follows a redirect
            request.headers.pop(name, None)
        request.meta.pop("kept", None)
        found = last_kept(self._keeping.archive, request.url) if request.method == "GET" else None
        if found is None:
            return
        latest, whole = found
        is_silent = latest.status == NOT_MODIFIED and not (latest.etag or latest.last_modified)
        teller = whole if is_silent else latest  # some servers leave the validators out of a 304
        if not (teller.etag or teller.last_modified) or whole.answer not in {None, "ok"}:
            return
        try:
            kept = original_of(self._keeping.archive, whole)
        except ReplayError:  # the file was moved away: then ask for the whole page
            return
        limit = request.meta.get("download_maxsize", self._limit)
        if incompleteness(kept_response(kept, request.url), limit):
            return
        request.meta["kept"] = whole  # and not its bytes, which may be many
        for name, validator in zip(_VALIDATORS, (teller.etag, teller.last_modified), strict=True):
            if validator:
                request.headers[name] = validator

    def process_response(self, request: Request, response: Response) -> Response:
        """Put the kept page in the place of a 304.

        Raises:
            NotKeptError: this answer could not be kept, so nobody may read it.
        """
        self._require_keeping()
        whole = request.meta.get("kept")
        if whole is None or response.status != NOT_MODIFIED:
            return response
        return kept_response(original_of(self._keeping.archive, whole), request.url)

    def _require_keeping(self) -> None:
        if self._keeping.trouble:
            raise NotKeptError(str(self._keeping.trouble))
