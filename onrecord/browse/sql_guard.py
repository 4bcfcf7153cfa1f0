"""A guard on every connection to an archive: reading only, and nothing that SQLite cannot stop.

Datasette ends a query after `sql_time_limit_ms`, but SQLite looks at that clock only between its
steps, and one step can make a text of 1 GB. So a query may use known functions only, on texts of a
bounded length, not too many at once, and no more memory than there is.

Source: https://www.sqlite.org/security.html
"""

import sqlite3
import time
import weakref
from collections.abc import Sequence
from typing import Any

from onrecord.browse.headers import App, Receive, Scope, Send
from onrecord.browse.sql_functions import MOST_BYTES, replace_slow_functions

MOST_ANSWER = 32_000_000
"""Bytes of texts and blobs in one answer."""

_MOST_MEMORY = 64 * 1024 * 1024
_MOST_MEMORY_ANYWHERE = 512 * 1024 * 1024
"""Where the process does more than serve, and needs more."""

_MOST_ASKED = 2_000
_MOST_COST = 128
_BETWEEN_STATEMENTS = 0.02

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MOST_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 60,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

# Of the functions those whose work grows with their texts, by what they cost beside the others.
_COSTLY_WORDS = """
concat concat_ws escape_fts glob group_concat hex instr like lower ltrim quote replace rtrim
soundex string_agg strftime substr substring trim upper
"""
_COSTLIER_WORDS = """
-> ->> json json_array json_array_length json_extract json_group_array json_group_object
json_insert json_object json_quote json_remove json_replace json_set json_type json_valid
"""
_CHEAP_WORDS = """
abs acos acosh asin asinh atan atan2 atanh avg bm25 ceil ceiling char coalesce cos cosh count
cume_dist current_date current_time current_timestamp date datetime degrees dense_rank exp
first_value floor ifnull iif julianday lag last_value lead length likelihood likely ln
log log10 log2 match max min mod nth_value ntile nullif octet_length percent_rank pi pow power
radians random rank round row_number sign sin sinh sqlite_version sqrt sum tan tanh time
timediff total trunc typeof unicode unixepoch unlikely
"""
_COSTS = {
    **dict.fromkeys(_CHEAP_WORDS.split(), 0),
    **dict.fromkeys(_COSTLY_WORDS.split(), 1),
    **dict.fromkeys(_COSTLIER_WORDS.split(), 2),
    "passage": 50,  # which takes a second of a text of 2 MB
}

# Datasette looks at tables by these; the last two are of SQLite's search and of sqlite-utils.
_PRAGMA_WORDS = """
database_list foreign_key_list function_list index_info index_list index_xinfo schema_version
table_info table_list table_xinfo data_version recursive_triggers
"""
_PRAGMAS = frozenset(_PRAGMA_WORDS.split())

# Where files are, what others ask, and tables that are read whole in one step.
_HIDDEN = frozenset(("pragma_database_list", "dbstat", "sqlite_dbpage", "sqlite_stmt"))
_READING = frozenset(
    (
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_SAVEPOINT,  # with which sqlite-utils reads
    )
)


def guard(connection: sqlite3.Connection, *, is_file: bool) -> None:
    """Let a connection do no more than read what fits into memory.

    `is_file` says that it is open on a file, which nobody may change: Datasette makes tables in
    the memory of others.
    """
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, min(most, connection.getlimit(limit)))
    _bound_memory(connection, _MOST_MEMORY_ANYWHERE)
    replace_slow_functions(connection)
    asked = _Authorizer(is_file=is_file)
    connection.set_authorizer(asked)
    connection.row_factory = answer = _Answer()
    connection.text_factory = answer.text
    connection.set_trace_callback(lambda _statement: asked.begin())


def bounding_memory(app: App) -> App:
    """Bound the memory of SQLite in a process that serves, as it starts; it cannot be undone."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            connection = sqlite3.connect(":memory:")
            _bound_memory(connection, _MOST_MEMORY)
            connection.close()
        await app(scope, receive, send)

    return bounded


def _bound_memory(connection: sqlite3.Connection, most: int) -> None:
    """Bound what all connections of the process may hold together; it can only be lowered."""
    connection.execute(f"PRAGMA hard_heap_limit = {most}").fetchone()


class _Authorizer:
    """Answers SQLite, which asks about every part of a statement before it runs."""

    def __init__(self, *, is_file: bool) -> None:
        self._is_file = is_file
        self._last = 0.0
        self.begin()

    def begin(self) -> None:
        """Count anew: what was asked about so far begins to run."""
        self._asked = self._cost = 0

    def __call__(
        self,
        action: int,
        first: str | None,
        second: str | None,
        _schema: str | None,
        _inside: str | None,
    ) -> int:
        now = time.monotonic()
        if now - self._last > _BETWEEN_STATEMENTS:
            self.begin()  # that which was asked about before never ran
        self._last = now
        self._asked += 1
        if self._asked <= _MOST_ASKED and self._may(action, first or "", second or ""):
            return sqlite3.SQLITE_OK
        self.begin()
        return sqlite3.SQLITE_DENY

    def _may(self, action: int, first: str, second: str) -> bool:
        if action == sqlite3.SQLITE_FUNCTION:
            name = second.lower()
            self._cost += _COSTS.get(name, _MOST_COST + 1)
            return self._cost <= _MOST_COST
        if action == sqlite3.SQLITE_READ:
            return first.lower() not in _HIDDEN
        if not self._is_file or action in _READING:
            return True
        if action == sqlite3.SQLITE_UPDATE:  # what it takes to open a virtual table
            return first == "sqlite_master"
        return action == sqlite3.SQLITE_PRAGMA and first.lower() in _PRAGMAS


class _Answer:
    """Makes texts and rows, and stops where all of one answer would not fit into memory."""

    def __init__(self) -> None:
        self._cursor: weakref.ref[sqlite3.Cursor] | None = None
        self._of_rows = self._of_row = 0

    def text(self, written: bytes) -> str:
        """Read a text as Datasette does; a row of many long ones is not even read to its end."""
        self._of_row += len(written)
        if self._of_row > MOST_ANSWER:
            self._of_row = 0
            raise sqlite3.OperationalError(_TOO_LARGE)
        return str(written, "utf-8", "replace")

    def __call__(self, cursor: sqlite3.Cursor, values: Sequence[Any]) -> sqlite3.Row:
        if self._cursor is None or self._cursor() is not cursor:
            self._cursor, self._of_rows = weakref.ref(cursor), 0
        self._of_rows += sum(len(each) for each in values if isinstance(each, str | bytes))
        self._of_row = 0
        if self._of_rows > MOST_ANSWER:
            raise sqlite3.OperationalError(_TOO_LARGE)
        return sqlite3.Row(cursor, tuple(values))


_TOO_LARGE = f"The answer is larger than {MOST_ANSWER // 1_000_000} MB: ask for less"
