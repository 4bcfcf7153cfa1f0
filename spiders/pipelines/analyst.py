"""The analyst: has items validated and scored by a second process while the crawl goes on."""

import asyncio
import atexit
import logging
from collections import deque
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from spiders import settings
from spiders.pipelines.worker import Found, Item, analyse
from spiders.second_process import SecondProcess
from spiders.source import Source

logger = logging.getLogger(__name__)

_MOST_AT_ONCE = 32
_PROGRAM = "from spiders.pipelines.worker import main; main({folders!r})"


_Worker = SecondProcess[list[tuple[Item, Source]], list[Found]]


class _Task(NamedTuple):
    item: Item
    source: Source
    found: "asyncio.Future[Found]"


class Analyst:
    """Analyse items in the order in which they come.

    Where the second process cannot start, or dies, the items that it owes and all that follow are
    analysed in this process.
    """

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._folders: tuple[Path, ...] = ()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_free = False
        self._is_lost = False
        self._waiting: deque[_Task] = deque()
        self._given: list[_Task] = []

    def start(self, folders: Sequence[Path] = ()) -> None:
        """Start the second process, which then loads its models while the crawl sets out.

        `folders` hold the sources, besides the built-in ones, whose people are known by name.
        """
        if self._worker or self._is_lost:
            return
        self._folders = tuple(folders)
        try:
            self._worker = _Worker(_PROGRAM.format(folders=[str(each) for each in folders]))
        except OSError as error:
            self._lose(error)

    async def analyse(self, item: Item, source: Source) -> Found:
        """Validate and score an item."""
        self.start(self._folders)
        if self._worker is None:
            return analyse(item, source, self._folders)
        loop = asyncio.get_running_loop()
        task = _Task(item, source, loop.create_future())
        self._waiting.append(task)
        if self._loop is None:
            self._loop = loop
            loop.add_reader(self._worker.pipe.fileno(), self._take, self._worker)
        try:
            self._give(self._worker)
        except OSError as error:
            self._lose(error)
        return await task.found

    def close(self) -> None:
        """End the second process, which holds nothing that could be lost."""
        if self._worker:
            if self._loop and not self._loop.is_closed():
                self._loop.remove_reader(self._worker.pipe.fileno())
            self._worker.close()
        self._worker = None

    def _give(self, worker: _Worker) -> None:
        """Give a free worker what waits."""
        if self._is_free and self._waiting:
            count = min(_MOST_AT_ONCE, len(self._waiting))
            self._given = [self._waiting.popleft() for _ in range(count)]
            self._is_free = False
            worker.pipe.send([(task.item, task.source) for task in self._given])

    def _take(self, worker: _Worker) -> None:
        """Take what a worker has found; at first it only says that it is ready."""
        try:
            for task, found in zip(self._given, worker.pipe.recv(), strict=True):
                _answer(task, found)
            self._given = []
            self._is_free = True
            self._give(worker)
        except (EOFError, OSError) as error:
            self._lose(error)

    def _lose(self, error: Exception) -> None:
        logger.warning("texts are analysed in the crawl's own process now: %r", error)
        self._is_lost = True
        self.close()
        owed = [*self._given, *self._waiting]
        self._given = []
        self._waiting.clear()
        for task in owed:
            _answer(task, analyse(task.item, task.source, self._folders))


def _answer(task: _Task, found: Found) -> None:
    if not task.found.done():  # unless its crawl was cancelled
        task.found.set_result(found)


@cache
def shared_analyst() -> Analyst:
    """Give the one analyst of this process, which all its crawls share."""
    analyst = Analyst()
    atexit.register(analyst.close)
    return analyst


def start_early(folders: Sequence[Path] = ()) -> None:
    """Start the second process before Scrapy is loaded, so that both load at once."""
    if settings.ANALYSIS_PROCESS:
        shared_analyst().start(folders)
