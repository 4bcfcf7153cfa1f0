"""Turns: work that fills a processor is done a piece or two at a time, and the line is short."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary


class Turns:
    """Let one piece of work go on at a time, or a few, and only so many wait for it."""

    def __init__(self, most_waiting: int, at_once: int = 1) -> None:
        self._most_waiting = most_waiting
        self._at_once = at_once
        # A lock belongs to the loop in which it was first waited for.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )
        self._waiting = 0

    @asynccontextmanager
    async def take(self) -> AsyncIterator[bool]:
        """Wait for a turn; give False at once, and no turn, if too many wait already."""
        if self._waiting >= self._most_waiting:
            yield False
            return
        loop = asyncio.get_running_loop()
        lock = self._locks.setdefault(loop, asyncio.Semaphore(self._at_once))
        self._waiting += 1
        try:
            await lock.acquire()
        finally:
            self._waiting -= 1
        try:
            yield True
        finally:
            lock.release()
