"""An archive made again from its WARC files, to compare with the one that was crawled."""

import shutil
from pathlib import Path

from loopback import onrecord, rows

SAME = (
    "SELECT * FROM statements ORDER BY id",
    "SELECT * FROM revisions ORDER BY statement_id, revision",
    "SELECT * FROM edits ORDER BY statement_id, revision",
    "SELECT id, kind, statements, at, of FROM events ORDER BY id",
    "SELECT * FROM captures ORDER BY id",
    "SELECT * FROM crawls ORDER BY id",
    "SELECT statement_id, capture_id, checked_at, outcome, revision FROM checks ORDER BY 1, 3, 4",
    "SELECT * FROM fates ORDER BY statement_id, at, state",
    "SELECT * FROM events ORDER BY id",
    "SELECT * FROM event_statements ORDER BY event_id, statement_id",
    "SELECT * FROM takedowns ORDER BY statement_id",
    "SELECT native_id, reason, item FROM quarantine ORDER BY native_id, reason",
    "SELECT crawl_id, capture_id, at, level, url, message FROM issues ORDER BY at, url, message",
)


def assert_rebuilds_the_same(cwd: Path) -> None:
    """Rebuild the archive of a folder elsewhere, and compare all that matters."""
    again = cwd / "rebuilt"
    shutil.copytree(cwd / "archive-warc", again / "archive-warc")
    words = ["rebuild", "--to", "again.db", "--sources", cwd / "sources"]
    finished = onrecord(*words, cwd=again)
    assert finished.returncode == 0, finished.stderr
    for sql in SAME:
        assert rows(again / "again.db", sql) == rows(cwd / "archive.db", sql), sql
