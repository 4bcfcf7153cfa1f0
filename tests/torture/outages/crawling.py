"""A crawl of a simulated site: the real channel, rechecks and recorder, without a network."""

import hashlib
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import HtmlResponse
from twisted.python.failure import Failure

from archive.clock import read_utc, utc_text
from archive.memory import known_urls, newest_published, settled_ids
from archive.recording import Outcome, Recorder, UncertainEditError, new_crawl_id
from archive.records import Capture
from archive.store import Archive
from spiders.completeness import incompleteness
from spiders.declaration import source_row
from spiders.expectations import broken_expectations
from spiders.extensions.rechecks import Rechecks
from spiders.health.comparison import Comparison
from spiders.items import AbsenceItem, FaultItem, StatementItem, UnreadableItem
from spiders.loader import spider_class
from spiders.pipelines.validate import QuarantineError, validate
from spiders.reader import SourceSpider
from spiders.source import Source
from torture.outages.site import Reply, Site

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
_BETWEEN_REQUESTS = timedelta(seconds=2)
_LIMIT = 1024 * 1024


class Crawl:
    """One crawl, begun so many hours after the start."""

    def __init__(self, archive: Archive, source: Source, site: Site, hour: float) -> None:
        self._site = site
        self._source = source
        self.archive = archive
        self.replayed = None
        self.started_at = START + timedelta(hours=hour)
        self._now = self.started_at
        self._spider: SourceSpider = spider_class(source)()
        self._queue: deque[Request] = deque()
        self._asked = 0
        name = source.name
        self._spider.archive = archive.db
        self._spider.known = known_urls(archive.db, name)
        self._spider.known_by_url = {url: key for key, url in self._spider.known.items()}
        self._spider.settled = settled_ids(archive.db, name)
        self._recorder = Recorder(
            archive,
            source_row(source),
            crawl_id=new_crawl_id(name, self.started_at),
            started_at=self.started_at,
            software="On Record test",
        )
        self._comparison = Comparison(
            self._spider,
            archive.db,
            crawl_id=self._recorder.crawl_id,
            started_at=self.started_at,
        )

    def now(self) -> datetime:
        """Tell the time of the simulation, as `Keeping` would tell that of the crawl."""
        return self._now

    def compare(self, spider: SourceSpider) -> None:
        """Compare what was read with the good crawls before, as `Keeping` does."""
        for fault in self._comparison.faults():
            spider.is_healthy = False
            self.report(fault)

    def run(self) -> Outcome:
        """Read the lists, look again at what they left out, and end."""
        taking: Any = SimpleNamespace(crawl=self._queue.append)
        crawler: Any = SimpleNamespace(get_extension=lambda _: self, engine=taking)
        rechecks = Rechecks(crawler)
        with self.archive.transaction():
            for channel in self._spider.channels:
                self._take(channel.start(), rechecks)
            self._work(rechecks)
            try:
                rechecks.ask(self._spider)
            except DontCloseSpider:
                self._work(rechecks)
            return self._end()

    def _work(self, rechecks: Rechecks) -> None:
        while self._queue:
            request = self._queue.popleft()
            self._now += _BETWEEN_REQUESTS
            self._asked += 1
            hour = (self._now - START) / timedelta(hours=1)
            reply = self._site.answer(request.url, hour, self._asked)
            self._take(self._answered(request, reply), rechecks)

    def _answered(self, request: Request, reply: Reply) -> Iterable[Any]:
        response, why = self._response(request, reply), reply.failure
        why = why or incompleteness(response, _LIMIT)
        if not why:
            return request.callback(response, **request.cb_kwargs)  # type: ignore[misc]
        failure = Failure(IgnoreRequest(why))
        failure.request = request  # type: ignore[attr-defined]
        return request.errback(failure)  # type: ignore[misc]

    def _response(self, request: Request, reply: Reply) -> HtmlResponse:
        url = reply.url or request.url
        request.meta.pop("capture", None)
        if not reply.failure:
            request.meta["capture"] = self._capture(request.url, reply)
        if reply.url:
            request.meta["redirect_urls"] = [request.url]
        return HtmlResponse(
            url,
            status=reply.status,
            body=reply.body,
            headers=dict(reply.headers),
            flags=list(reply.flags),
            request=request,
            encoding="utf-8",
        )

    def _capture(self, url: str, reply: Reply) -> Capture:
        digest = hashlib.sha256(f"{url} {self._now} {self._asked}".encode()).hexdigest()
        capture = Capture(
            id=digest[:32],
            url=url,
            captured_at=utc_text(self._now),
            status=reply.status,
            content_type="text/html",
            bytes=len(reply.body),
            sha256=digest,
            warc_file="w",
            warc_offset=0,
            warc_length=0,
            warc_sha256=digest,
        )
        self._recorder.keep_capture(capture)
        return capture

    def _take(self, found: Iterable[Any], rechecks: Rechecks) -> None:
        for each in found or ():
            if isinstance(each, Request):
                rechecks.note(each)
                self._queue.append(each)
            else:
                self._record(each)

    def _record(self, item: Any) -> None:
        """Do what the pipelines do with an item, but for its tone."""
        match item:
            case StatementItem():
                try:
                    statement = validate(item, self._source)
                    self._spider.watch.read(statement)
                    self._recorder.record(statement)
                except (QuarantineError, UncertainEditError) as error:
                    self._set_aside(str(error), item)
            case AbsenceItem():
                self._recorder.record_absence(
                    item.native_id,
                    item.outcome,
                    item.evidence,
                    item.capture,
                    moved_to=item.moved_to,
                )
            case UnreadableItem():
                self._set_aside(item.reason, item)
            case FaultItem():
                self.report(item)

    def report(self, fault: FaultItem) -> None:
        """Write a fault down, as `Keeping` does."""
        at = read_utc(fault.capture.captured_at) if fault.capture else self._now
        self._recorder.report(
            fault.level, fault.message, at=at, url=fault.url, capture=fault.capture
        )

    def _set_aside(self, reason: str, item: Any) -> None:
        self._spider.watch.refuse(item)
        self._recorder.quarantine(
            reason, {}, at=self._now, native_id=item.native_id, capture=item.capture
        )

    def _end(self) -> Outcome:
        """Judge the crawl as `Keeping.end` does."""
        counts = self._recorder.counts
        if self._spider.listed > 0 or not counts["faults"]:
            newest = newest_published(self.archive.db, self._source.name)
            for fault in broken_expectations(
                self._source, listed=self._spider.listed, newest_at=newest, now=self._now
            ):
                self.report(fault)
        self.compare(self._spider)
        outcome: Outcome = "faulty" if counts["faults"] else "finished"
        self._comparison.keep(is_good=outcome == "finished")
        self._recorder.finish(
            outcome,
            at=self._now,
            listed=self._spider.listed,
            gone_after=self._source.crawl.gone_after,
        )
        return outcome
