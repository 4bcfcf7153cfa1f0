"""The edits of one crawl: read with each text, counted, and held where there are too many."""

from sqlite_utils import Database

from archive.edits import ReadEdit, keep_edits
from archive.many_edits import are_many, hold_edit, hold_many_edits


class CrawlEdits:
    """Say of each text that a crawl finds changed what changed, and whether to believe it."""

    def __init__(self, source: str, crawl_id: str, read: ReadEdit | None) -> None:
        self._source, self._crawl_id, self._read = source, crawl_id, read
        self._edited = 0
        """How many texts had changed, by our own looks."""

    def read(self, db: Database, key: str, revision: int) -> None:
        """Write what a text changed, unless that is left to `fill_edits`."""
        if self._read:
            keep_edits(db, key, revision, self._read)

    def count(self, db: Database, key: str, revision: int, *, of: int) -> None:
        """Count an edit among the known statements that were seen so far."""
        self._edited += 1
        if are_many(self._edited, of):  # the end of the crawl tells for good
            hold_edit(db, key, revision)

    def judge(self, db: Database) -> None:
        """Judge the edits when the crawl has ended."""
        if self._edited:
            hold_many_edits(db, self._source, self._crawl_id)


def close_interrupted(db: Database, source: str) -> None:
    """Close the crawls that are still marked running: they have died, as we hold the lock."""
    rows = db.execute(
        "SELECT id, kind FROM crawls WHERE source = ? AND outcome = 'running'", [source]
    ).fetchall()
    for crawl_id, kind in rows:
        if kind == "crawl":
            hold_many_edits(db, source, crawl_id)
        db.execute("UPDATE crawls SET outcome = 'interrupted' WHERE id = ?", [crawl_id])
