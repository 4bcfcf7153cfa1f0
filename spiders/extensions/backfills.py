"""Backfills: when all else is read, the feeds that are read only where somebody asks for it."""

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, NotConfigured

from spiders.extensions.keeping import Keeping
from spiders.items import FaultItem
from spiders.reader import SourceSpider


class Backfills:
    """Begin with the past once the present is in, so that what is earlier is known to be."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._is_done = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Wait for the spider to run out of everything; a replay takes what was captured."""
        if not (crawler.settings.getbool("BACKFILL") or crawler.settings.get("REPLAY_FILE")):
            raise NotConfigured
        backfills = cls(crawler)
        crawler.signals.connect(backfills.ask, signals.spider_idle)
        return backfills

    def ask(self, spider: SourceSpider) -> None:
        """Ask these feeds for their listings, unless something else was scheduled just now."""
        engine, keeping = self._crawler.engine, self._crawler.get_extension(Keeping)
        assert engine is not None
        assert keeping is not None
        if self._is_done or not engine.spider_is_idle():
            return
        self._is_done = True
        found = list(spider.start_asked())
        for each in found:
            if isinstance(each, Request):
                engine.crawl(each)
            elif isinstance(each, FaultItem):
                keeping.report(each)
        if found:
            raise DontCloseSpider
