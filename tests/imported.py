"""What the tests of imports share: a source, posts, and an import in this very process."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from loopback import LISTING, SOURCE, rows
from sqlite_utils import Database

from onrecord import importing
from onrecord.importing import Imported, Wish, import_path
from spiders.source import Source
from spiders.sourcefiles import read_source

HOST = "https://lights.example"
KEPT = "SELECT * FROM statement_counts ORDER BY 1, 2, 3, 4, 5, 6"
COUNTED = (
    "SELECT source, country, kind, state, coalesce(language, ''), tone_status, count(*) "
    "FROM statements GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6"
)
HOLDERS = """
holders:
  - {name: Ilse Marrant, role: Minister of Lighthouses, since: 2020-01-01}
"""


def declare(folder: Path, more: str = "", feeds: str = LISTING) -> Source:
    """Write a source file and read it."""
    path = folder / "sources" / "xa" / "xa_light.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE.format(url=HOST, feeds=feeds.format(url=HOST)) + HOLDERS + more)
    return read_source(path)


def post(number: int, **more: Any) -> dict[str, Any]:
    """Make one of many posts that differ."""
    return {
        "native_id": str(1_100_000_000_000_000_000 + number),
        "url": f"{HOST}/posts/{number}",
        "speaker": "Ilse Marrant",
        "published_at": f"2025-0{number % 9 + 1}-{number % 28 + 1:02}T10:{number % 60:02}:00Z",
        "text": f"The lamp of tower {number} is lit again tonight, and we are proud of it.",
        "language": "en",
        "kind": "post",
    } | more


def write_lines(path: Path, lines: Iterable[dict[str, Any] | str]) -> Path:
    """Write a file of JSON lines; a string stands as it is."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


class TakenIn:
    """An archive in a folder, and imports into it without a second process."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(importing, "start_reading", lambda: None)
        self.folder = folder
        self.archive = folder / "archive.db"
        self.source = declare(folder)

    def __call__(self, path: Path, **wish: Any) -> Imported:
        return import_path(path, self.source, self.archive, Wish(**{"is_scored": False} | wish))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.archive, sql)

    def texts(self) -> list[str]:
        return [row["text"] for row in self.rows("SELECT text FROM statements ORDER BY rowid")]


def assert_sound(archive: Path) -> None:
    """Check what SQLite can check, the counts, and that the full-text index holds every text."""
    db = Database(archive)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute(KEPT).fetchall() == db.execute(COUNTED).fetchall()
        db.execute(
            "INSERT INTO statements_fts (statements_fts, rank) VALUES ('integrity-check', 1)"
        )
        db.conn.rollback()
        indexed = db.execute("SELECT count(*) FROM statements_fts_docsize").fetchone()
        assert indexed == db.execute("SELECT count(*) FROM statements").fetchone()
        triggers = db.execute(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'statements_%'"
        ).fetchone()
        assert triggers == (4,)
    finally:
        db.close()
