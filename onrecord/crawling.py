"""Running crawls: several sources at once from the network, or WARC files one after another."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from twisted.internet.base import ReactorBase

from archive.errors import ReplayError
from archive.recording import Outcome
from archive.store import Archive
from onrecord.importing import import_warc
from spiders.loader import spider_class
from spiders.source import Source

_AT_ONCE = 8
_REPLAY_HANDLER = "spiders.handlers.ReplayHandler"


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl to run: a source, from the network or from a WARC file."""

    source: Source
    replay: Path | None = None
    is_import: bool = False
    """Whether the WARC file holds an import instead of a crawl."""


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
    at_once: int = _AT_ONCE,
    log_level: str = "WARNING",
    ended: Callable[[Summary | None], None] = lambda _: None,
    failed: Callable[[ReplayError], None] = _stop,
) -> list[Summary]:
    """Run crawls into one archive and tell what each did, in the order in which they ended.

    `ended` is told of each as it ends; None stands for an import that was read again. `failed` is
    told of a file that cannot be replayed; without it, that ends the whole.

    Scrapy's reactor runs once in a process, so this does too.

    Raises:
        ArchiveError: the archive cannot be written, or a WARC file cannot be replayed.
    """
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    settings.setdict(
        {
            "ARCHIVE_DB": str(archive),
            "ALLOWED_HOSTS": list(allowed_hosts),
            "LOG_LEVEL": log_level,
        },
        priority="cmdline",
    )
    with Archive.open(archive) as keeping:
        process = _Process(settings)
        summaries: list[Summary] = []
        failures: list[BaseException] = []

        async def run(job: Job, turn: asyncio.Semaphore) -> None:
            async with turn:
                if process.is_stopping or failures:
                    return
                if job.replay and job.is_import:
                    import_warc(job.replay, job.source, keeping)
                    ended(None)
                    return
                crawler = _crawler(job, settings)
                try:
                    await process.crawl(crawler)
                except ReplayError as error:
                    failed(error)
                    return
                summaries.append(_summary(job.source.name, crawler))
                ended(summaries[-1])

        async def run_all() -> None:
            from twisted.internet import reactor

            turn = asyncio.Semaphore(at_once)
            try:
                await asyncio.gather(*(run(job, turn) for job in jobs))
            except BaseException as error:  # noqa: BLE001 - handed on below
                failures.append(error)
            finally:
                if not process.is_stopping:
                    cast("ReactorBase", reactor).stop()

        task = asyncio.get_event_loop().create_task(run_all())
        process.start(stop_after_crawl=False)
        del task
        if failures:
            raise failures[0]
    return summaries


def _crawler(job: Job, settings: Settings) -> Crawler:
    own = settings.copy()
    if job.replay:
        own.setdict(
            {
                "REPLAY_FILE": str(job.replay),
                "DOWNLOAD_HANDLERS": {"http": _REPLAY_HANDLER, "https": _REPLAY_HANDLER},
                "DOWNLOAD_DELAY": 0,
                "AUTOTHROTTLE_ENABLED": False,
                "ROBOTSTXT_OBEY": False,
                "RETRY_ENABLED": False,
                "DOWNLOADER_MIDDLEWARES": {},
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
    )
