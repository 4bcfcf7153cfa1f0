"""Alarms of the write-ahead log: when it could not be folded away, and how large it was."""

import sqlite3
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class LogAlarm:
    """A time during which the write-ahead log was too large whenever somebody looked."""

    since: str
    """When it was first found so, in UTC."""

    last_at: str
    """When it was last found so."""

    bytes: int
    """The largest that it was found."""

    ended_at: str | None
    """When it was first found small again; None if it was not yet."""


def note_log(connection: sqlite3.Connection, size: int, most: int, at: str) -> bool:
    """Note how large the log is, in bytes, if that is more than `most` or was at the last look.

    Tells whether anything was written.
    """
    run = connection.execute
    is_open = run("SELECT 1 FROM log_alarms WHERE ended_at IS NULL").fetchone() is not None
    if size <= most and not is_open:
        return False
    if size <= most:
        run("UPDATE log_alarms SET ended_at = ? WHERE ended_at IS NULL", [at])
    elif is_open:
        changed = "SET last_at = ?, bytes = max(bytes, ?) WHERE ended_at IS NULL"
        run(f"UPDATE log_alarms {changed}", [at, size])
    else:
        row = [at, at, size]
        run("INSERT OR IGNORE INTO log_alarms (since, last_at, bytes) VALUES (?, ?, ?)", row)
    return True


def log_alarms(db: Database, *, since: date, until: date) -> list[LogAlarm]:
    """Give the alarms that reach into a window of days, the latest last."""
    rows = db.query(
        "SELECT since, last_at, bytes, ended_at FROM log_alarms "
        "WHERE substr(since, 1, 10) <= :until AND coalesce(ended_at, :until) >= :since "
        "ORDER BY since",
        {"since": since.isoformat(), "until": until.isoformat()},
    )
    return [LogAlarm(**row) for row in rows]
