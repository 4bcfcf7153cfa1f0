"""Turns: work that fills a processor is done one piece after another, and the line is short."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary


class Turns:
    """Let one piece of work go on at a time, and only so many wait for it."""

    def __init__(self, most_waiting: int) -> None:
        self._most_waiting = most_waiting
        # A lock belongs to the loop in which it was first waited for.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = (
            WeakKeyDictionary()
        )
        self._waiting = 0

    @asynccontextmanager
    async def take(self) -> AsyncIterator[bool]:
        """Wait for a turn; give False at once, and no turn, if too many wait already."""
        if self._waiting >= self._most_waiting:
            yield False
            return
        lock = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        self._waiting += 1
        try:
            await lock.acquire()
        finally:
            self._waiting -= 1
        try:
            yield True
        finally:
            lock.release()
