"""Keeping: captures every response before it is read, and holds the crawl's recorder."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.clock import read_utc, utc_now
from archive.errors import ArchiveError, ReplayError
from archive.memory import (
    has_worked,
    hosts_to_leave_alone,
    known_urls,
    newest_published,
    settled_ids,
)
from archive.originals import original_of, same_bytes
from archive.recording import Outcome, Recorder, new_crawl_id
from archive.records import Capture
from archive.store import Archive
from archive.warc import NOT_MODIFIED, Headers, WarcFile
from archive.warc_reader import Kept, adopt
from spiders.answers import Answer, Seen, judge, lowered
from spiders.browser import no_browser
from spiders.declaration import source_row
from spiders.editing import read_edit
from spiders.exchanges import exchange
from spiders.expectations import broken_expectations
from spiders.grouping import Grouping
from spiders.health.comparison import Comparison
from spiders.items import FaultItem
from spiders.patience import hold
from spiders.reader import SourceSpider
from spiders.replay import Replayed
from spiders.software import SOFTWARE

logger = logging.getLogger(__name__)

_OK = 200


class Keeping:
    """Own what a crawl writes: one WARC file, one row in `crawls`, one recorder."""

    recorder: Recorder
    trouble: ArchiveError | None = None
    """Why nothing can be written any more; then the crawl stops, and a later one goes on."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._settings = crawler.settings
        assert isinstance(crawler.spider, SourceSpider)
        self._source = crawler.spider.source
        replay = crawler.settings.get("REPLAY_FILE")
        self.archive = Archive.open(crawler.settings["ARCHIVE_DB"])
        try:
            self.replayed = Replayed(Path(replay), self._judged_again) if replay else None
        except ReplayError:
            self.archive.close()
            raise
        self._warc: WarcFile | None = None
        self._left_alone: dict[str, str] = {}
        self.failed_at: dict[str, datetime] = {}  # address to when it last failed for good

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the archive and listen to the crawl.

        Raises:
            ArchiveError: the archive cannot be written, or the replayed file is not the source's.
        """
        keeping = cls(crawler)
        listen = crawler.signals.connect
        listen(keeping.capture, signals.response_downloaded)
        listen(keeping.quarantine, signals.item_error)
        listen(keeping.quarantine_dropped, signals.item_dropped)
        listen(keeping.report_callback_error, signals.spider_error)
        listen(keeping.end, signals.spider_closed)
        assert isinstance(crawler.spider, SourceSpider)
        keeping.begin(crawler.spider)  # not by signal, which would swallow its errors
        return keeping

    def begin(self, spider: SourceSpider) -> None:
        """Open the crawl's records and tell the spider what is known already."""
        name = spider.source.name
        if self.replayed:
            adopt(self.replayed.path, self.archive.warc_folder)
            self.started_at, crawl_id = self.replayed.started_at, self.replayed.crawl_id(name)
            warc_name = self.replayed.path.name
            spider.no_browser = None if self.replayed.had_browser else "it was crawled without one"
        else:
            self.started_at = utc_now()
            crawl_id = new_crawl_id(name, self.started_at)
            warc_name = f"{crawl_id}.warc.gz"
            spider.no_browser = no_browser(self._settings)
            for host, not_before in hosts_to_leave_alone(self.archive.db, self.started_at).items():
                hold(host, read_utc(not_before))
            self._warc = WarcFile(
                self.archive.warc_folder / warc_name,
                {
                    "software": SOFTWARE,
                    "format": "WARC File Format 1.1",
                    "crawl": crawl_id,
                    "source": name,
                    "started": self.started_at.isoformat(),
                    "javascript": "no" if spider.no_browser else "yes",
                },
            )
        spider.is_replay = self.replayed is not None
        spider.archive = self.archive.db
        captures = self.replayed.captures if self.replayed else []
        spider.captured = [each.url for each in captures if each.rendered_from is None]
        spider.known = known_urls(self.archive.db, name)
        spider.known_by_url = {url: identifier for identifier, url in spider.known.items()}
        spider.settled = settled_ids(self.archive.db, name)
        spider.has_worked = has_worked(self.archive.db, name, self.started_at)
        self.recorder = Recorder(
            self.archive,
            source_row(spider.source),
            crawl_id=crawl_id,
            started_at=self.started_at,
            software=SOFTWARE,
            warc_file=warc_name,
            sync=self._warc.sync if self._warc else lambda: None,
            read_edit=read_edit,
        )
        self._grouping = Grouping(self.recorder, self.give_up)
        self.watch = spider.watch
        self._comparison = Comparison(
            spider, self.archive.db, crawl_id=crawl_id, started_at=self.started_at
        )
        for capture in captures:
            self.recorder.keep_capture(capture)
        for left in self.replayed.left_alone if self.replayed else ():
            fault = FaultItem(level="error", message=left.message, capture=left.capture)
            self.report(fault, left.at)

    @property
    def _was_killed(self) -> bool:
        """Tell whether this is the replay of a crawl that did not reach its end."""
        return self.replayed is not None and self.replayed.was_killed

    def now(self) -> datetime:
        """Tell the time of the crawl: in a replay, the time when it was captured."""
        return self.replayed.ended_at if self.replayed else utc_now()

    def _time_of(self, capture: Capture | None, url: str | None = None) -> datetime:
        """Tell when something was found: as a replay says it, by its capture or failed request."""
        if capture:
            return read_utc(capture.captured_at)
        return self.failed_at.get(url or "") or self.now()

    def capture(self, response: Response, request: Request, spider: SourceSpider) -> None:
        """Write a response to the WARC file, and its capture into the request's meta."""
        del spider
        if not self._warc or self.trouble:
            return
        taken = exchange(response, request, is_verified=self._source.tls.is_demanded)
        earlier = same_bytes(self.archive, taken)
        try:
            kept = self._warc.add_exchange(taken, earlier)
        except ArchiveError as error:
            self.give_up(error)
            return
        body = taken.body
        if earlier and taken.status == NOT_MODIFIED:
            body = original_of(self.archive, earlier).body
        capture = self._judged(kept, taken.headers, body, is_cut=taken.is_truncated)
        request.meta["capture"] = capture
        self.recorder.keep_capture(capture)

    def give_up(self, error: ArchiveError) -> None:
        """Stop the crawl, since what it brings cannot be written."""
        if self.trouble:
            return
        self.trouble = error
        logger.warning("%s: stopped: %s", self.recorder.source, error)
        closing = self._crawler.engine.close_spider_async(reason="cannot be written")
        self._closing = asyncio.ensure_future(closing)

    def keep_rendering(self, page: Capture, html: bytes, browser: str) -> Capture:
        """Write what a browser made of a page, beside what the server sent."""
        assert self._warc is not None
        try:
            kept = self._warc.add_rendering(page, html, browser, utc_now())
        except ArchiveError as error:
            self.give_up(error)
            raise
        capture = self._judged(kept, [("Content-Type", "text/html; charset=utf-8")], html)
        self.recorder.keep_capture(capture)
        return capture

    def _judged(
        self, capture: Capture, headers: Headers, body: bytes, *, is_cut: bool = False
    ) -> Capture:
        """Say in a capture of what kind its answer is."""
        seen = Seen(
            url=capture.url,
            status=_OK if capture.status == NOT_MODIFIED else capture.status,
            headers=lowered(headers),
            body=body,
            is_cut=is_cut,
            rules=self._source.answers,
            limit=self._settings.getint("DOWNLOAD_MAXSIZE"),
        )
        answer: Answer = judge(seen)
        return replace(capture, answer=answer.kind, answer_reason=answer.reason)

    def _judged_again(
        self, kept: Kept, beside: Callable[[Capture], Kept | None] = lambda _: None
    ) -> Capture:
        """Judge a replayed answer as it was judged when it came, by the bytes it refers to."""
        capture, body = kept.capture, kept.body
        try:
            if capture.refers_to:
                body = (beside(capture) or original_of(self.archive, capture)).body
        except ReplayError:  # told when it is asked for
            return capture
        headers = kept.headers or [("Content-Type", capture.content_type or "")]
        return self._judged(capture, headers, body, is_cut=kept.is_truncated)

    def write(self, write: Callable[[Recorder], Any]) -> "asyncio.Future[Any]":
        """Write to the archive; the future is done when it is on disk."""
        return self._grouping.add(lambda: write(self.recorder))

    def report(self, fault: FaultItem, at: datetime | None = None) -> "asyncio.Future[None]":
        """Write a fault where a person will see it, unless the crawl itself was stopped."""
        if self.trouble:
            return _nothing()
        level = logging.ERROR if fault.level == "error" else logging.WARNING
        logger.log(level, "%s", fault.message)
        when = at or self._time_of(fault.capture, fault.url)
        return self._grouping.add(
            lambda: self.recorder.report(
                fault.level, fault.message, at=when, url=fault.url, capture=fault.capture
            ),
            self._lose,
        )

    def note(self, url: str, fields: dict[str, str], at: datetime) -> None:
        """Note in the WARC file what the crawl itself has to say of an address."""
        try:
            if self._warc and not self.trouble:
                self._warc.add_metadata(url, fields, at)
        except ArchiveError as error:
            self.give_up(error)

    def leave_alone(self, message: str, capture: Capture | None) -> None:
        """Report a host that is not asked any more, and note it in the WARC file for a replay.

        It is noted at once, and again with how the crawl ended: it may be killed before that.
        """
        message, at = " ".join(message.split()), self._time_of(capture)
        place = f"left-alone-{len(self._left_alone)}"
        self._left_alone[place] = f"{capture.id if capture else at.isoformat()} {message}"
        self.note(self._own_address, self._left_alone, at)
        self.report(FaultItem(level="error", message=message, capture=capture), at)

    @property
    def _own_address(self) -> str:
        return f"urn:onrecord:{self.recorder.crawl_id}"

    def set_aside(self, reason: str, item: Any) -> "asyncio.Future[None]":
        """Keep an item that cannot be recorded, with its capture."""
        if self.trouble:
            return _nothing()
        self.watch.refuse(item)
        at = self._time_of(getattr(item, "capture", None))
        return self._grouping.add(
            lambda: self.recorder.quarantine(
                reason,
                asdict(item),
                at=at,
                url=getattr(item, "url", None),
                native_id=getattr(item, "native_id", None),
                capture=getattr(item, "capture", None),
            ),
            self._lose,
        )

    async def quarantine(self, item: Any, failure: Failure) -> None:
        """Set an item aside that broke a pipeline; its neighbours are not touched."""
        if isinstance(failure.value, ArchiveError):  # it is not the item's fault
            return
        reason = f"{type(failure.value).__name__}: {failure.getErrorMessage()}"
        await self.set_aside(reason, item)

    async def quarantine_dropped(self, item: Any, exception: BaseException) -> None:
        """Set an item aside that a pipeline refused."""
        await self.set_aside(str(exception), item)

    def report_callback_error(
        self, failure: Failure, response: Response, spider: SourceSpider
    ) -> None:
        """Report a page on which a channel broke; its neighbours are not touched."""
        capture: Capture | None = response.meta.get("capture")
        reason = f"{type(failure.value).__name__}: {failure.getErrorMessage()} at {response.url}"
        self.report(
            FaultItem(
                level="error",
                message=f"{spider.source.name}: {reason}",
                url=response.url,
                capture=capture,
            )
        )

    def compare(self, spider: SourceSpider) -> None:
        """Report what is not read as it was; then the crawl says nothing of what is missing."""
        if self._was_killed:  # nobody compared what it had read by then
            return
        for fault in self._comparison.faults():
            spider.is_healthy = False
            self.report(fault)

    def end(self, spider: SourceSpider, reason: str) -> None:
        """Close the crawl's records with what became of it."""
        finished_at = self.now()
        outcome: Outcome = "interrupted"
        was_read = spider.listed > 0 or not self.recorder.counts["faults"]
        if (
            reason == "finished" and was_read and not self._was_killed
        ):  # else why nothing is listed has been said
            for fault in broken_expectations(
                spider.source,
                listed=spider.listed,
                newest_at=newest_published(self.archive.db, spider.source.name),
                now=finished_at,
            ):
                self.report(fault)
        if reason == "finished":
            self.compare(spider)
        self._grouping.flush()
        if reason == "finished":
            outcome = "faulty" if self.recorder.counts["faults"] else "finished"
        if self.replayed:
            outcome = self.replayed.outcome
        try:
            outcome = self._finish(outcome, finished_at, spider)
        finally:
            self._tell(spider, outcome)
            self.archive.close()

    def _finish(self, outcome: Outcome, at: datetime, spider: SourceSpider) -> Outcome:
        """Write how the crawl ended: into its evidence first, as all that a rebuild must find."""
        try:
            if self.trouble:
                raise self.trouble
            if self._warc:
                fields = {"finished": at.isoformat(), "outcome": outcome} | self._left_alone
                self._warc.add_metadata(self._own_address, fields, at)
                self._warc.close()
            with self.recorder.together():
                if self._was_killed:
                    self.recorder.interrupt()  # as the next crawl of the source did
                    return outcome
                self._comparison.keep(is_good=outcome == "finished")
                self.recorder.finish(
                    outcome,
                    at=at,
                    listed=spider.listed,
                    gone_after=spider.source.crawl.gone_after,
                )
        except ArchiveError as error:
            self.trouble = error
            with suppress(ArchiveError):
                if self._warc:
                    self._warc.close()
            with suppress(ArchiveError):
                self.recorder.interrupt()
            return "interrupted"
        return outcome

    def _lose(self, error: Exception) -> None:
        """Count what not even the archive's own tables for troubles could take."""
        if isinstance(error, ArchiveError):  # which has stopped the crawl
            return
        logger.error("%s: cannot be written to the archive: %s", self.recorder.source, error)
        self.recorder.counts["faults"] += 1

    def _tell(self, spider: SourceSpider, outcome: Outcome) -> None:
        self._stats.set_value("onrecord/outcome", outcome)
        self._stats.set_value("onrecord/listed", spider.listed)
        for name, count in self.recorder.counts.items():
            self._stats.set_value(f"onrecord/{name}", count)


def _nothing() -> "asyncio.Future[None]":
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done
