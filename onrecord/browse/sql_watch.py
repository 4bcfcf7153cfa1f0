"""A watch over statements: Datasette's own clock is asked only every 1,000 steps of SQLite."""

import sqlite3
import threading
import time
from contextlib import suppress


class Watch:
    """Interrupts a statement that runs for too long, at the end of the step that it is in."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._until: dict[int, tuple[float, sqlite3.Connection]] = {}
        self._thread: threading.Thread | None = None

    def begin(self, connection: sqlite3.Connection, seconds: float) -> None:
        """Give a connection's statement, which begins now, some seconds; it has no other then."""
        with self._condition:
            self._until[id(connection)] = (time.monotonic() + seconds, connection)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, daemon=True)
                self._thread.start()
            elif len(self._until) == 1:
                self._condition.notify()

    def _watch(self) -> None:
        while True:
            with self._condition:
                now = time.monotonic()
                for key, (until, connection) in [*self._until.items()]:
                    if until <= now:
                        del self._until[key]
                        # A statement that has ended meanwhile is not disturbed by this.
                        with suppress(sqlite3.ProgrammingError):
                            connection.interrupt()
                ends = [until for until, _ in self._until.values()]
                self._condition.wait(min(ends) - now if ends else None)


watch = Watch()
