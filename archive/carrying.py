"""Carrying: what an archive knows from elsewhere than its crawls, taken over by a new one."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.store import Archive, open_for_reading

_TABLES = (
    "articles",
    "article_addresses",
    "article_captures",
    "quotes",
    "quote_others",
    "verdicts",
)
_AT_ONCE = 500


def carry_articles(old: Path, new: Archive) -> list[str]:
    """Take the articles, their quotations and verdicts of another archive over into a new one.

    All that is not settled will be judged again by the next recheck, since the ledger of the new
    archive is another. What rests on a statement that the new archive does not have is kept all
    the same. Gives what went wrong, in words; then nothing was taken over, or it rests on nothing.
    """
    try:
        source = open_for_reading(old)
    except (ArchiveError, sqlite3.Error) as error:
        return [_lost(old, error)]
    try:
        if not source.table("articles").exists():
            return []
        new.connection.execute("PRAGMA foreign_keys = OFF")  # what is missing is told below
        with new.transaction() as db:
            for table in _TABLES:
                _copy(source, db, table)
            db.execute("UPDATE quotes SET checked_seq = 0")
    except sqlite3.Error as error:
        return [_lost(old, error)]
    finally:
        new.connection.execute("PRAGMA foreign_keys = ON")
        source.close()
    return _missing(new.db)


def _copy(source: Database, target: Database, table: str) -> None:
    """Copy the rows of a table that may have been written by an older version."""
    there = {column.name for column in target.table(table).columns}
    columns = [each.name for each in source.table(table).columns if each.name in there]
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    rows = source.execute(f"SELECT {names} FROM {table}")  # noqa: S608 - our own names
    while some := rows.fetchmany(_AT_ONCE):
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        target.conn.executemany(sql, some)


def _missing(db: Database) -> list[str]:
    (count,) = db.execute(
        "SELECT count(*) FROM quoted AS q WHERE NOT EXISTS (SELECT 1 FROM revisions AS r "
        "WHERE r.statement_id = q.statement_id AND r.revision = q.revision)"
    ).fetchone()
    if not count:
        return []
    rest = f"{count} quotations of articles rest on texts that the new archive does not have"
    return [f"{rest}; they are kept as they were"]


def _lost(old: Path, error: Exception) -> str:
    return f"the articles of {old} could not be taken over: {error}"
