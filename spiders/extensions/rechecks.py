"""Rechecks: when the listings are read, look again at known statements that they left out."""

from itertools import islice
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from archive.memory import Remembered, worth_rechecking
from spiders.extensions.keeping import Keeping
from spiders.reader import SourceSpider


class Rechecks:
    """Ask once per crawl, within the source's budget, for what should still be there."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._is_done = False
        self._asked: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Wait for the spider to run out of listings."""
        rechecks = cls(crawler)
        crawler.signals.connect(rechecks.note, signals.request_scheduled)
        crawler.signals.connect(rechecks.ask, signals.spider_idle)
        return rechecks

    def note(self, request: Request) -> None:
        """Remember what was asked for anyway."""
        self._asked.add(request.url)

    def ask(self, spider: SourceSpider) -> None:
        """Schedule the rechecks when everything listed has been read."""
        if self._is_done:
            return
        self._is_done = True
        if not spider.is_healthy:  # what a source in trouble answers says nothing of one statement
            return
        requests = self._requests(spider)
        for request in requests:
            self._crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _requests(self, spider: SourceSpider) -> list[Request]:
        keeping = self._crawler.get_extension(Keeping)
        assert keeping is not None
        found = (
            request
            for known in worth_rechecking(
                keeping.archive.db,
                spider.source.name,
                now=keeping.now(),
                within=spider.source.crawl.recheck_within,
            )
            if (request := self._request(spider, known)) and request.url not in self._asked
        )
        if keeping.replayed is None:
            return list(islice(found, spider.source.crawl.recheck))
        return [request for request in found if request.url in keeping.replayed]

    @staticmethod
    def _request(spider: SourceSpider, known: Remembered) -> Request | None:
        """Ask by the route that led to the statement: another would read the page another way."""
        channel = spider.channel_of(known.route)
        return channel.recheck(known) if channel else None
