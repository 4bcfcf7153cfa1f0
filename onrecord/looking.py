"""Looking at a few pages, politely and without an archive: for `sources try` and `record`."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from archive.errors import ArchiveError


class _Look(Spider):
    name = "look"
    handle_httpstatus_list = tuple(range(400, 600))

    def __init__(self, *args: Any, urls: Sequence[str], found: dict[str, Any], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._urls = urls
        self._found = found

    async def start(self) -> AsyncIterator[Request]:
        for url in self._urls:
            yield Request(url, self.keep, errback=self.miss, cb_kwargs={"url": url})

    def keep(self, response: Response, url: str) -> None:
        self._found[url] = response

    def miss(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        self._found[request.cb_kwargs["url"]] = failure.getErrorMessage()


def look_at(url: str, allowed_hosts: Sequence[str] = ()) -> Response:
    """Fetch one page under the same rules as a crawl; call it once in a process.

    Raises:
        ArchiveError: it could not be fetched.
    """
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    settings.setdict(
        {
            "ALLOWED_HOSTS": list(allowed_hosts),
            "EXTENSIONS": {},
            "ITEM_PIPELINES": {},
            "LOG_LEVEL": "ERROR",
            "AUTOTHROTTLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
        },
        priority="cmdline",
    )
    found: dict[str, Any] = {}
    process = AsyncCrawlerProcess(settings)
    process.crawl(_Look, urls=[url], found=found)
    process.start()
    response = found.get(url, "robots.txt does not allow it, or it was redirected in a circle")
    if isinstance(response, str):
        raise ArchiveError(f"{url} could not be fetched: {response}")
    assert isinstance(response, Response)
    return response
