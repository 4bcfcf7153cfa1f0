"""Running crawls: several sources at once from the network, or WARC files one after another."""

import asyncio
import gc
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from twisted.internet.base import ReactorBase
from twisted.logger import globalLogBeginner

from archive.decisions import apply_decision, read_decision
from archive.edits import fill_edits
from archive.errors import ReplayError
from archive.recording import Outcome
from archive.store import Archive
from spiders.editing import read_edit
from spiders.extensions.keeping import Keeping
from spiders.loader import spider_class
from spiders.reader import SourceSpider
from spiders.source import Source

_AT_ONCE = 8
_BAD_NAME = "while verifying certificate"
_REPLAY_HANDLER = "spiders.handlers.ReplayHandler"
_REPLAY_MIDDLEWARES = {
    "spiders.failures.NotedFailures": 10,
    "spiders.rendering.RenderedPages": 200,
    "spiders.completeness.CompleteAnswers": 595,
}


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl to run: a source, from the network or from a WARC file."""

    source: Source
    replay: Path | None = None
    is_import: bool = False
    """Whether the WARC file holds an import instead of a crawl."""
    imports: Sequence[Path] = ()
    """Where to look for imported files that are not kept in it."""
    folders: Sequence[Path] = ()
    """Of the sources, besides the built-in ones, whose people are known by name."""
    decisions: Sequence[Path] = ()
    """What a person decided before it was crawled, to be taken in first."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What one crawl did."""

    source: str
    outcome: Outcome
    listed: int
    captures: int
    seen: int
    new_statements: int
    new_revisions: int
    absent: int
    quarantined: int
    faults: int
    posts_read: int = 0
    """Posts that a platform charges for."""
    users_read: int = 0
    gone: int = 0
    """Those of the absent that are gone, by this look or an earlier one."""
    moved: int = 0
    """Those of the absent whose words stand elsewhere."""
    held: int = 0
    """Those of the absent that are held in an event until a person decides."""

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing went wrong and nothing was set aside."""
        return self.outcome == "finished" and not self.quarantined

    def as_dict(self) -> dict[str, Any]:
        """Give the counts for a script."""
        return asdict(self)


class _Process(AsyncCrawlerProcess):
    """A Scrapy process that starts no further crawl once it was asked to stop."""

    is_stopping = False

    async def stop(self) -> None:
        self.is_stopping = True
        await super().stop()


def _stop(error: ReplayError) -> None:
    raise error


def run_crawls(
    jobs: Sequence[Job],
    archive: Path,
    *,
    allowed_hosts: Sequence[str] = (),
    backfill: bool = False,
    javascript: bool = False,
    at_once: int = _AT_ONCE,
    log_level: str = "WARNING",
    ended: Callable[[Summary | None], None] = lambda _: None,
    failed: Callable[[ReplayError], None] = _stop,
    progress: Callable[[str], None] | None = None,
) -> list[Summary]:
    """Run crawls into one archive and tell what each did, in the order in which they ended.

    `backfill` also reads the feeds that wait to be asked, `javascript` those that need a browser.

    `ended` is told of each as it ends; None stands for an import that was read again. `failed` is
    told of a file that cannot be replayed; without it, that ends the whole. `progress` is told once
    a second what each running crawl has read.

    Scrapy's reactor runs once in a process, so this does too.

    Raises:
        ArchiveError: the archive cannot be written, or a WARC file cannot be replayed.
    """
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    own: dict[str, Any] = {"ARCHIVE_DB": str(archive), "ALLOWED_HOSTS": list(allowed_hosts)}
    own |= {"BACKFILL": backfill, "JAVASCRIPT": javascript, "LOG_LEVEL": log_level}
    settings.setdict(own, priority="cmdline")
    if log_level != "INFO":
        settings.set("LOG_FORMAT", "%(levelname)s: %(message)s", priority="cmdline")
    with Archive.open(archive) as keeping:
        run = _Run(settings, keeping, ended, failed, progress)
        run.all(jobs, at_once)
        from archive.passages.refreshing import refresh as index_passages  # both only now
        from archive.summaries import refresh

        fill_edits(keeping, read_edit)
        refresh(keeping)
        index_passages(keeping)
    return run.summaries


def _say_it_once() -> None:
    """Leave out what Scrapy logs of failed requests, tracebacks and all: we report each of them."""
    for name in ("retry", "robotstxt"):
        logging.getLogger(f"scrapy.downloadermiddlewares.{name}").setLevel(logging.CRITICAL)
    logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
    logging.getLogger("twisted").addFilter(lambda record: _BAD_NAME not in record.getMessage())
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)


class _Run:
    """The crawls of one process, some of them at once."""

    def __init__(
        self,
        settings: Settings,
        keeping: Archive,
        ended: Callable[[Summary | None], None],
        failed: Callable[[ReplayError], None],
        progress: Callable[[str], None] | None,
    ) -> None:
        self.summaries: list[Summary] = []
        self._settings = settings
        self._keeping = keeping
        self._ended = ended
        self._failed = failed
        self._progress = progress
        self._running: dict[str, Crawler] = {}
        self._process = _Process(settings)
        if settings["LOG_LEVEL"] != "INFO":
            _say_it_once()
        self._error: BaseException | None = None

    def all(self, jobs: Sequence[Job], at_once: int) -> None:
        """Run every job, then stop the reactor; raise what stopped it early."""
        gc.freeze()  # what is loaded by now stays
        task = asyncio.get_event_loop().create_task(self._all(jobs, asyncio.Semaphore(at_once)))
        self._process.start(stop_after_crawl=False)
        del task
        if self._error:
            raise self._error

    async def _all(self, jobs: Sequence[Job], turn: asyncio.Semaphore) -> None:
        from twisted.internet import reactor

        telling = asyncio.create_task(self._tell_progress())
        try:
            await asyncio.gather(*(self._one(job, turn) for job in jobs))
        except BaseException as error:  # noqa: BLE001 - handed on when the reactor has stopped
            self._error = error
        finally:
            telling.cancel()
            if not self._process.is_stopping:
                cast("ReactorBase", reactor).stop()

    async def _tell_progress(self) -> None:
        while self._progress:
            await asyncio.sleep(1)
            self._progress("  ".join(_so_far(*each) for each in self._running.items()))

    async def _one(self, job: Job, turn: asyncio.Semaphore) -> None:
        async with turn:
            if self._process.is_stopping or self._error:
                return
            try:
                self._ended(await self._summary_of(job))
            except ReplayError as error:
                self._failed(error)

    async def _summary_of(self, job: Job) -> Summary | None:
        for decision in job.decisions:
            apply_decision(self._keeping, read_decision(decision))
        if job.replay and job.is_import:
            from onrecord.importing import import_warc  # knows every format, which takes a while

            import_warc(
                job.replay, job.source, self._keeping, job.imports, people=tuple(job.folders)
            )
            return None
        crawler = self._running[job.source.name] = _crawler(job, self._settings)
        try:
            await self._process.crawl(crawler)
        finally:
            del self._running[job.source.name]
        keeping = crawler.get_extension(Keeping) if crawler.extensions else None
        if keeping and keeping.trouble:
            raise keeping.trouble
        self.summaries.append(_summary(job.source.name, crawler))
        return self.summaries[-1]


def _so_far(name: str, crawler: Crawler) -> str:
    keeping = crawler.get_extension(Keeping) if crawler.extensions else None
    if keeping is None or not isinstance(crawler.spider, SourceSpider):
        return f"{name}: starting"
    return f"{name}: {crawler.spider.listed} listed, {keeping.recorder.counts['seen']} read"


def _crawler(job: Job, settings: Settings) -> Crawler:
    own = settings.copy()
    own.set("SOURCE_FOLDERS", [str(folder) for folder in job.folders], priority="cmdline")
    if job.replay:
        own.setdict(
            {
                "REPLAY_FILE": str(job.replay),
                "DOWNLOAD_HANDLERS": {"http": _REPLAY_HANDLER, "https": _REPLAY_HANDLER},
                "DOWNLOAD_DELAY": 0,
                "DOWNLOAD_SLOTS": {},
                "AUTOTHROTTLE_ENABLED": False,
                "ROBOTSTXT_OBEY": False,
                "DOWNLOADER_MIDDLEWARES": _REPLAY_MIDDLEWARES,
            },
            priority="cmdline",
        )
    return Crawler(spider_class(job.source), own)


def _summary(name: str, crawler: Crawler) -> Summary:
    def told(what: str) -> Any:
        return crawler.stats.get_value(f"onrecord/{what}", 0) if crawler.stats else 0

    return Summary(
        source=name,
        outcome=told("outcome") or "interrupted",
        listed=told("listed"),
        captures=told("captures"),
        seen=told("seen"),
        new_statements=told("new_statements"),
        new_revisions=told("new_revisions"),
        absent=told("absent"),
        quarantined=told("quarantined"),
        faults=told("faults"),
        posts_read=told("posts_read"),
        users_read=told("users_read"),
        gone=told("gone"),
        moved=told("moved"),
        held=told("held"),
    )
