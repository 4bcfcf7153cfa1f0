"""Imports: what files the archive took in, how far it came with each, and how it goes on."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlite_utils import Database

from archive.ledger import append_event
from archive.memory import capture_of
from archive.records import Capture
from archive.rows import storable

_COUNTS = ("captures", "seen", "new_statements", "new_revisions", "quarantined", "faults")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import of one file or folder, as far as it has come."""

    crawl_id: str
    source: str
    file: str
    """The name of the file or folder."""

    bytes: int
    sha256: str
    format: str
    columns: Mapping[str, str] = field(default_factory=dict)
    is_scored: bool = True
    is_kept: bool = True
    records: int = 0
    """How many records are done with, whatever became of them."""

    started_at: str = ""
    outcome: str = "running"
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def has_ended(self) -> bool:
        """Tell whether there is nothing left to go on with."""
        return self.outcome in {"finished", "faulty"}


def last_import(db: Database, like: Import) -> Import | None:
    """Find the latest import of the same bytes for the same source, read in the same way."""
    rows = db.query(
        f"""
        SELECT crawl_id, source, file, bytes, sha256, format, columns, is_scored, is_kept, records,
            started_at, outcome, {", ".join(_COUNTS)}
        FROM imports JOIN crawls ON crawls.id = crawl_id
        WHERE sha256 = :sha256 AND source = :source AND format = :format
            AND columns IS :columns
        ORDER BY started_at DESC, crawl_id DESC LIMIT 1
        """,  # noqa: S608 - our own names
        {
            "sha256": like.sha256,
            "source": like.source,
            "format": like.format,
            "columns": _written(like.columns),
        },
    )
    for row in rows:
        counts = Counter({name: row.pop(name) for name in _COUNTS})
        columns = json.loads(row.pop("columns") or "{}")
        row |= {name: bool(row[name]) for name in ("is_scored", "is_kept")}
        return Import(**row, columns=columns, counts=counts)
    return None


def begin_import(db: Database, new: Import) -> None:
    """Note an import as far as it has come; its crawl's row is there already."""
    row = {name: getattr(new, name) for name in ("crawl_id", "bytes", "sha256", "format")}
    row |= {"file": storable(new.file), "columns": _written(new.columns)}
    row |= {"is_scored": int(new.is_scored), "is_kept": int(new.is_kept)}
    db.table("imports").upsert(row | {"records": new.records}, pk="crawl_id")


def describe_captures(db: Database, crawl_id: str, captures: Iterable[Capture]) -> None:
    """Write into the ledger what the leaves of the import's statements only name."""
    for capture in captures:
        append_event(db, crawl_id=crawl_id, kind="import", key=crawl_id, capture=capture)


def advance_import(
    db: Database,
    crawl_id: str,
    *,
    records: int,
    counts: Mapping[str, int],
    outcome: Literal["running", "interrupted"] = "running",
) -> None:
    """Note how many records are done with, together with what they brought."""
    db.execute("UPDATE imports SET records = ? WHERE crawl_id = ?", [records, crawl_id])
    row = {name: counts.get(name, 0) for name in _COUNTS}
    db.table("crawls").update(crawl_id, row | {"listed": records, "outcome": outcome})


def committed_of(db: Database, crawl_id: str) -> tuple[int, Counter[str]]:
    """Tell how many records of an import are committed, and what they brought."""
    found = db.execute(
        f"SELECT records, {', '.join(_COUNTS)} FROM imports JOIN crawls ON crawls.id = crawl_id "  # noqa: S608 - our own names
        "WHERE crawl_id = ?",
        [crawl_id],
    ).fetchone()
    return found[0], Counter(dict(zip(_COUNTS, found[1:], strict=True)))


def captures_of_import(db: Database, crawl_id: str) -> list[Capture]:
    """Give the kept files of an import, in the order in which they are read."""
    rows = db.execute("SELECT id FROM captures WHERE crawl_id = ? ORDER BY warc_offset", [crawl_id])
    found = (capture_of(db, row[0]) for row in rows.fetchall())
    return [capture for capture in found if capture]


def issues_of(db: Database, crawl_id: str) -> int:
    """Count the issues that an import has reported."""
    count: int = db.execute(
        "SELECT count(*) FROM issues WHERE crawl_id = ?", [crawl_id]
    ).fetchone()[0]
    return count


def _written(columns: Mapping[str, str]) -> str | None:
    return json.dumps(columns, ensure_ascii=False, sort_keys=True) if columns else None
