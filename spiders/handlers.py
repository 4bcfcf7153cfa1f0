"""The download handler of a replay: it answers from a WARC file and never touches the network."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.originals import original_of
from archive.store import Archive
from archive.warc import sent_sha256
from spiders.exchanges import kept_response
from spiders.extensions.keeping import Keeping
from spiders.replay import Replayed


class ReplayHandler:
    """Answer every request from the replayed captures."""

    lazy = False

    def __init__(self, replayed: Replayed, archive: Archive) -> None:
        self._replayed = replayed
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the WARC file that the crawl was given."""
        keeping = crawler.get_extension(Keeping)
        assert keeping is not None
        assert keeping.replayed is not None
        return cls(keeping.replayed, keeping.archive)

    async def download_request(self, request: Request) -> Response:
        """Give the captured response, and name its capture."""
        asked = next(iter(request.meta.get("redirect_urls", ())), None)
        sent = sent_sha256(request.method, request.body)
        kept = self._replayed.take(request.url, sent, asked)
        request.meta["capture"] = kept.capture
        if kept.capture.refers_to:
            kept = original_of(self._archive, kept.capture)
        return kept_response(kept, request.url)

    async def close(self) -> None:
        """Have nothing to close."""
