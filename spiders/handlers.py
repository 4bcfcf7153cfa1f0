"""The download handler of a replay: it answers from a WARC file and never touches the network."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.originals import original_of
from archive.warc import sent_sha256
from archive.warc_reader import Note
from spiders.exchanges import kept_response
from spiders.extensions.keeping import Keeping
from spiders.failures import as_error
from spiders.replay import Replayed


class ReplayHandler:
    """Answer every request from the replayed captures."""

    lazy = False

    def __init__(self, keeping: Keeping, replayed: Replayed) -> None:
        self._keeping = keeping
        self._replayed = replayed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the WARC file that the crawl was given."""
        keeping = crawler.get_extension(Keeping)
        assert keeping is not None
        assert keeping.replayed is not None
        return cls(keeping, keeping.replayed)

    async def download_request(self, request: Request) -> Response:
        """Give the captured response, and name its capture; fail where nothing had answered."""
        asked = next(iter(request.meta.get("redirect_urls", ())), None)
        sent = sent_sha256(request.method, request.body)
        kept = self._replayed.take(request.url, sent, asked)
        if isinstance(kept, Note):
            self._keeping.failed_at[request.url] = kept.at
            raise as_error(kept.fields)
        request.meta["capture"] = kept.capture
        if kept.capture.refers_to:
            kept = original_of(self._keeping.archive, kept.capture)
        return kept_response(kept, request.url)

    async def close(self) -> None:
        """Have nothing to close."""
