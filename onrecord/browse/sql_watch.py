"""A watch over statements: Datasette's own clock is asked only every 1,000 steps of SQLite."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

Timer = Callable[[sqlite3.Connection, int], AbstractContextManager[None]]
"""How Datasette limits the time of a statement, in milliseconds."""

_PATIENCE = 0.1


class Watch:
    """Interrupts a statement that runs for too long, at the end of the step that it is in."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._until: dict[int, tuple[float, sqlite3.Connection]] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
        """Let a connection work for some seconds."""
        with self._condition:
            self._until[id(connection)] = (time.monotonic() + seconds, connection)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, daemon=True)
                self._thread.start()
            self._condition.notify()
        try:
            yield
        finally:
            # An interruption that comes later would end the next statement.
            with self._condition:
                self._until.pop(id(connection), None)

    def _watch(self) -> None:
        while True:
            with self._condition:
                now = time.monotonic()
                for key, (until, connection) in [*self._until.items()]:
                    if until <= now:
                        del self._until[key]
                        with suppress(sqlite3.ProgrammingError):
                            connection.interrupt()
                ends = [until for until, _ in self._until.values()]
                self._condition.wait(max(0.0, min(ends) - time.monotonic()) if ends else None)


_watch = Watch()


def watched(timer: Timer) -> Timer:
    """Watch over all that Datasette limits the time of, a little longer than it does itself."""
    if getattr(timer, "is_watched", False):
        return timer

    @contextmanager
    def limited(connection: sqlite3.Connection, milliseconds: int) -> Iterator[None]:
        seconds = milliseconds / 1000 + _PATIENCE
        with _watch.over(connection, seconds), timer(connection, milliseconds):
            yield

    limited.is_watched = True  # type: ignore[attr-defined]
    return limited
