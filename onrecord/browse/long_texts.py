"""Long texts: a page shows them, but no query of a visitor's own may read or build one."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from onrecord.browse.headers import App, Receive, Scope, Send
from onrecord.browse.sql_functions import LONGEST_SHOWN, MOST_BYTES
from onrecord.browse.sql_turns import brings_sql

Execute = Callable[[Any, Callable[[sqlite3.Connection], Any]], Awaitable[Any]]
"""How Datasette does something with a connection to a database, in a thread."""

_most: ContextVar[int] = ContextVar("most", default=MOST_BYTES)


_TOO_LONG = "A text is longer than the {} MB that may be read or made here: ask for less"


def showing_long_texts(app: App) -> App:
    """Let a request whose SQL is ours or Datasette's own read texts as long as there are."""

    async def shown(scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and not brings_sql(scope)
        before = _most.set(LONGEST_SHOWN if is_ours else MOST_BYTES)
        try:
            await app(scope, receive, send)
        finally:
            _most.reset(before)

    return shown


def measured(execute: Execute) -> Execute:
    """Let each connection take texts of the length that its request may read."""
    if getattr(execute, "is_measured", False):
        return execute

    @wraps(execute)
    async def bounded(database: Any, work: Callable[[sqlite3.Connection], Any]) -> Any:
        most = _most.get()  # The thread of the connection does not know the request.

        def within(connection: sqlite3.Connection) -> Any:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)
            try:
                return work(connection)
            except sqlite3.DataError as error:  # Datasette knows only the other kind.
                raise sqlite3.OperationalError(_TOO_LONG.format(most // 1_000_000)) from error

        return await execute(database, within)

    bounded.is_measured = True  # type: ignore[attr-defined]
    return bounded
