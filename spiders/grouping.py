"""Grouping: what reaches the archive within a moment is committed together, each part alone."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.errors import ArchiveError
from archive.recording import Recorder

logger = logging.getLogger(__name__)

MOMENT = 0.05
"""How long a write waits for others, in seconds."""

MOST = 50
"""How many writes are committed at once."""


@dataclass(frozen=True, slots=True)
class _Write:
    run: Callable[[], Any]
    lost: Callable[[Exception], None] | None
    written: "asyncio.Future[Any]"


class Grouping:
    """Commit writes in groups, in the order in which they come."""

    def __init__(
        self, recorder: Recorder, give_up: Callable[[ArchiveError], None] = lambda _: None
    ) -> None:
        """`give_up` is told when nothing can be written any more, as on a disk that is full."""
        self._recorder = recorder
        self._give_up = give_up
        self._waiting: list[_Write] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(
        self, run: Callable[[], Any], lost: Callable[[Exception], None] | None = None
    ) -> "asyncio.Future[Any]":
        """Promise a write: the future has its result once that is on disk, or its error.

        An error goes to `lost` instead where that is given, and then nobody need await the future.
        """
        loop = asyncio.get_running_loop()
        write = _Write(run, lost, loop.create_future())
        self._waiting.append(write)
        if len(self._waiting) >= MOST:
            self.flush()
        elif self._timer is None:
            self._timer = loop.call_later(MOMENT, self.flush)
        return write.written

    def flush(self) -> None:
        """Commit what waits, now."""
        if self._timer:
            self._timer.cancel()
        self._timer = None
        writes, self._waiting = self._waiting, []
        for write, outcome in zip(writes, self._commit(writes), strict=True):
            is_lost = isinstance(outcome, Exception)
            if is_lost and write.lost:
                write.lost(outcome)
            if write.written.done():  # its task was cancelled
                continue
            if is_lost and not write.lost:
                write.written.set_exception(outcome)
            else:
                write.written.set_result(outcome)

    def _commit(self, writes: list[_Write]) -> list[Any]:
        """Give every write's result or error; a group that fails as a whole is taken apart."""
        try:
            if len(writes) > 1:
                try:
                    with self._recorder.together():
                        return [self._attempt(write, is_alone=False) for write in writes]
                except (sqlite3.Error, OSError) as error:
                    logger.warning("%d writes are tried again one by one: %s", len(writes), error)
        except ArchiveError as error:
            self._give_up(error)
            return [error] * len(writes)
        return [self._attempt(write, is_alone=True) for write in writes]

    def _attempt(self, write: _Write, *, is_alone: bool) -> Any:
        try:
            return write.run()
        except ArchiveError as error:
            if not is_alone:
                raise
            self._give_up(error)
            return error
        except Exception as error:
            if not is_alone and not self._recorder.archive.connection.in_transaction:
                raise sqlite3.OperationalError("SQLite has given up the whole group") from error
            return error
