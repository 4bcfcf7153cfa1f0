"""The download handler of a replay: it answers from a WARC file and never touches the network."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from spiders.extensions.keeping import Keeping
from spiders.replay import Replayed


class ReplayHandler:
    """Answer every request from the replayed captures."""

    lazy = False

    def __init__(self, replayed: Replayed) -> None:
        self._replayed = replayed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the WARC file that the crawl was given."""
        keeping = crawler.get_extension(Keeping)
        assert keeping is not None
        assert keeping.replayed is not None
        return cls(keeping.replayed)

    async def download_request(self, request: Request) -> Response:
        """Give the captured response, and name its capture."""
        kept = self._replayed.take(request.url)
        request.meta["capture"] = kept.capture
        headers = Headers(kept.headers)
        response_class = responsetypes.from_args(headers=headers, url=request.url, body=kept.body)
        return response_class(
            request.url,
            status=kept.capture.status,
            headers=headers,
            body=kept.body,
            flags=["partial"] if kept.is_truncated else [],
        )

    async def close(self) -> None:
        """Have nothing to close."""
