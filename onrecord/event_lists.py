"""Events as they are listed for a person, and as JSON for a script."""

from pathlib import Path
from typing import Any

from archive.errors import DecisionError
from archive.store import open_current


def listed(archive: Path, *, is_all: bool) -> list[dict[str, Any]]:
    """List the events that wait, or all of them, the latest first.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    where = "" if is_all else "WHERE state = 'waiting' "
    return _rows(archive, f"SELECT * FROM events {where}ORDER BY at DESC, id", [])  # noqa: S608


def shown(archive: Path, event_id: str) -> dict[str, Any]:
    """Give an event with what it holds.

    Raises:
        ArchiveError: the archive cannot be read, or has no such event.
    """
    found = _rows(archive, "SELECT * FROM events WHERE id = ?", [event_id])
    if not found:
        raise DecisionError(f"no event is named {event_id!r}. `onrecord events --all` lists them")
    sql = (
        "SELECT m.statement_id, s.state, s.url, s.title, m.evidence, m.first_at, "
        "m.first_capture_id, m.at, m.capture_id FROM event_statements AS m "
        "JOIN statements AS s ON s.id = m.statement_id WHERE event_id = ? ORDER BY s.id"
    )
    return found[0] | {"held": _rows(archive, sql, [event_id])}


def _rows(archive: Path, sql: str, values: list[str]) -> list[dict[str, Any]]:
    db = open_current(archive)
    try:
        return [dict(row) for row in db.query(sql, values)]
    finally:
        db.close()
