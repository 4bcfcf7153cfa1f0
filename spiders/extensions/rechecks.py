"""Rechecks: when the listings are read, look again at known statements that they left out."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from archive.memory import Remembered, all_of, due_by_plan, routes_of
from archive.rechecking import all_known, worth_rechecking
from spiders.channels.entries import Found
from spiders.extensions.keeping import Keeping
from spiders.items import FaultItem
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
        keeping = self._crawler.get_extension(Keeping)
        assert keeping is not None
        keeping.compare(spider)
        if not spider.is_healthy:  # what a source in trouble answers says nothing of one statement
            return
        requests = []
        for found in self._found(spider, keeping):
            if isinstance(found, Request):
                requests.append(found)
            elif isinstance(found, FaultItem):
                keeping.report(found)
        for request in requests:
            self._crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _found(self, spider: SourceSpider, keeping: Keeping) -> list[Found]:
        db, name, now = keeping.archive.db, spider.source.name, keeping.now()
        crawl = spider.source.crawl
        missed = (request for channel in spider.channels for request in channel.missed())
        plans = {
            route: channel.recheck_plan
            for route in routes_of(db, name)
            if (channel := spider.channel_of(route)) and channel.recheck_plan
        }
        if keeping.replayed:  # what was due then is told by what was asked
            asked_then = {each.url for each in keeping.replayed.captures}
            if all(url in self._asked or url.endswith("/robots.txt") for url in asked_then):
                return []
            planned_then = (all_of(db, name, route) for route in plans)
            candidates = chain(all_known(db, name), *planned_then)
            found = self._fresh(chain(missed, _ask(spider, candidates)))
            return [e for e in found if isinstance(e, Request) and e.url in keeping.replayed]
        known = worth_rechecking(
            db,
            name,
            now=now,
            unseen_since=keeping.started_at,
            every=spider.source.every,
            at_least=crawl.recheck_at_least,
            within=crawl.recheck_within,
            always=crawl.recheck_when == "always",
        )
        due_by_route = {
            route: due_by_plan(db, name, route=route, now=now, plan=plan)
            for route, plan in plans.items()
        }
        unplanned = (each for each in known if each.route not in due_by_route)
        one_by_one = (request for each in unplanned for request in _ask(spider, [each]))
        planned = (request for due in due_by_route.values() for request in _ask(spider, due))
        within_budget = islice(self._fresh(chain(missed, one_by_one)), crawl.recheck)
        return [*within_budget, *self._fresh(planned)]

    def _fresh(self, found: Iterable[Found]) -> Iterator[Found]:
        for each in found:
            if isinstance(each, Request):
                if each.url in self._asked:
                    continue
                self._asked.add(each.url)
            yield each


def _ask(spider: SourceSpider, known: Iterable[Remembered]) -> Iterator[Found]:
    """Ask by the route that led to a statement: another would read the page another way."""
    by_route: dict[str, list[Remembered]] = {}
    for each in known:
        by_route.setdefault(each.route, []).append(each)
    for route, of_route in by_route.items():
        channel = spider.channel_of(route)
        if channel:
            yield from channel.rechecks(of_route)
