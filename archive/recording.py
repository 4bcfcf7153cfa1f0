"""Recording: what one crawl adds to an archive, each statement whole or not at all."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from archive.clock import utc_text
from archive.ledger import append_event
from archive.records import Capture, Statement
from archive.rows import (
    insert_captures,
    insert_check,
    insert_once,
    insert_revision,
    insert_statement,
    see_again,
    storable,
)
from archive.store import Archive

Recorded = Literal["new", "revised", "seen", "stale"]
"""What recording a statement did; stale: the archive already holds a later look."""

Outcome = Literal["finished", "faulty", "interrupted"]
"""How a crawl ended; faulty: statements may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """What the archive keeps of a source's declaration."""

    name: str
    office: str
    country: str
    publisher: str
    url: str
    language: str
    timezone: str
    retention: str
    licence: str | None
    holders: tuple[dict[str, str | None], ...] = ()


class UncertainEditError(ValueError):
    """Refuse to call it an edit when the same statement was read in another way."""


class Recorder:
    """Take in what one crawl (or import) of one source brings."""

    def __init__(
        self,
        archive: Archive,
        source: SourceRow,
        *,
        crawl_id: str,
        started_at: datetime,
        software: str,
        kind: Literal["crawl", "import"] = "crawl",
        warc_file: str | None = None,
        sync: Callable[[], None] = lambda: None,
    ) -> None:
        """Open the crawl's row; `sync` makes captures durable before rows name them."""
        self.archive = archive
        self.source = source.name
        self.crawl_id = crawl_id
        self.counts: Counter[str] = Counter()
        self._sync = sync
        self._waiting: list[Capture] = []
        self._is_together = False
        with archive.transaction() as db:
            _keep_source(db, source)
            _close_interrupted(db, source.name)
            row = {
                "id": crawl_id,
                "source": source.name,
                "kind": kind,
                "started_at": utc_text(started_at),
                "outcome": "running",
                "warc_file": warc_file,
                "software": software,
            }
            ended = db.execute("SELECT finished_at FROM crawls WHERE id = ?", [crawl_id]).fetchone()
            self._is_told = bool(ended and ended[0])
            """Whether the crawl's row says already what it did: this is a replay of it."""
            if not self._is_told:
                db.table("crawls").upsert(row, pk="id")

    @contextmanager
    def together(self) -> Iterator[Database]:
        """Commit all that is recorded inside at once; what fails inside takes nothing with it.

        Captures are durable first, then come their rows, then what is inside.
        """
        connection = self.archive.connection
        is_inner = connection.in_transaction
        counts = self.counts.copy()
        self._sync()
        try:
            with self.archive.transaction() as db:
                insert_captures(db, self.crawl_id, self._waiting)
                self._is_together = True
                yield db
        except BaseException:
            self.counts = counts
            if connection.in_transaction and not is_inner:
                connection.execute("ROLLBACK")
            raise
        finally:
            self._is_together = False
        self._waiting.clear()

    def keep_capture(self, capture: Capture) -> None:
        """Note a capture; its row is written with the next commit."""
        self._waiting.append(capture)
        self.counts["captures"] += 1

    def record(self, statement: Statement) -> Recorded:
        """Record a statement with its revision, capture, tone and ledger line, or nothing."""
        key = statement.id
        with self._commit() as db:
            known: tuple[int, str, str] | None = db.execute(
                "SELECT revision, last_seen_at, route FROM statements WHERE id = ?", [key]
            ).fetchone()
            if known and _is_later_known(db, key, statement, known[1]):
                return "stale"
            outcome, revision = self._keep(db, key, statement, known)
            insert_check(
                db,
                key,
                statement.capture,
                outcome="seen" if statement.withdrawn is None else "withdrawn",
                evidence=statement.withdrawn,
                revision=revision,
            )
        self.counts["seen"] += 1
        self.counts["new_statements"] += outcome == "new"
        self.counts["new_revisions"] += outcome == "revised"
        return outcome

    def record_absence(
        self, native_id: str, outcome: Literal["absent", "redirected"], evidence: str, at: Capture
    ) -> bool:
        """Note that a known statement was not where it was: it becomes suspect, never gone."""
        with self._commit() as db:
            row = db.execute(
                "SELECT id, state, last_seen_at FROM statements WHERE source = ? AND native_id = ?",
                [self.source, native_id],
            ).fetchone()
            if row is None or row[2] > at.captured_at:
                return False
            insert_check(db, row[0], at, outcome=outcome, evidence=evidence, revision=None)
            if row[1] != "suspect":
                db.table("statements").update(row[0], {"state": "suspect"})
                append_event(
                    db,
                    crawl_id=self.crawl_id,
                    kind="suspect",
                    key=row[0],
                    capture=at,
                    evidence=evidence,
                )
        self.counts["absent"] += 1
        return True

    def quarantine(
        self,
        reason: str,
        item: dict[str, Any],
        *,
        at: datetime,
        url: str | None = None,
        native_id: str | None = None,
        capture: Capture | None = None,
    ) -> None:
        """Set an item aside that cannot be recorded, with its capture and the reason."""
        row = self._note(at, url, capture) | {
            "native_id": storable(native_id),
            "reason": storable(reason),
            "item": json.dumps(item, ensure_ascii=True, default=str),
        }
        with self._commit() as db:
            insert_once(db, "quarantine", row, ("capture_id", "native_id", "reason"))
        self.counts["quarantined"] += 1

    def report(
        self,
        level: Literal["warning", "error"],
        message: str,
        *,
        at: datetime,
        url: str | None = None,
        capture: Capture | None = None,
    ) -> None:
        """Write an issue that a person should see."""
        row = self._note(at, url, capture) | {"level": level, "message": storable(message)}
        with self._commit() as db:
            insert_once(db, "issues", row, ("crawl_id", "url", "message"))
        self.counts["faults"] += level == "error"

    def finish(self, outcome: Outcome, *, at: datetime, listed: int) -> None:
        """Close the crawl's row with what it did; a replay leaves it as it was."""
        names = ("captures", "seen", "new_statements", "new_revisions", "absent", "quarantined")
        counts = {name: self.counts[name] for name in (*names, "faults")}
        row = counts | {"outcome": outcome, "finished_at": utc_text(at), "listed": listed}
        with self._commit() as db:
            if not self._is_told:
                db.table("crawls").update(self.crawl_id, row)

    @contextmanager
    def _commit(self) -> Iterator[Database]:
        with self.archive.transaction() if self._is_together else self.together() as db:
            yield db

    def _keep(
        self, db: Database, key: str, statement: Statement, known: tuple[int, str, str] | None
    ) -> tuple[Recorded, int]:
        """Write what a look brings, given the latest revision, look and route that are known."""
        if known is None:
            insert_statement(db, key, statement)
            self._add_revision(db, key, statement, 1, None)
            return "new", 1
        latest, _, route = known
        text_sha256, title, updated_at, changes = db.execute(
            "SELECT text_sha256, title, publisher_updated_at, publisher_changes FROM revisions "
            "WHERE statement_id = ? AND revision = ?",
            [key, latest],
        ).fetchone()
        if (statement.text_sha256, statement.title) == (text_sha256, title):
            see_again(db, key, statement, None)
            return "seen", latest
        if route != statement.route:
            raise UncertainEditError(
                f"{statement.native_id} reads differently by '{statement.route}' than it did by "
                f"'{route}': whether it was edited cannot be told. `onrecord rebuild` reads the "
                "older captures in the new way"
            )
        is_silent = _is_silent(statement, updated_at, changes)
        self._add_revision(db, key, statement, latest + 1, is_silent)
        see_again(db, key, statement, latest + 1)
        return "revised", latest + 1

    def _add_revision(
        self, db: Database, key: str, statement: Statement, revision: int, is_silent: int | None
    ) -> None:
        insert_revision(
            db, key, statement, crawl_id=self.crawl_id, revision=revision, is_silent=is_silent
        )

    def _note(self, at: datetime, url: str | None, capture: Capture | None) -> dict[str, Any]:
        return {
            "source": self.source,
            "crawl_id": self.crawl_id,
            "capture_id": capture and capture.id,
            "at": utc_text(at),
            "url": storable(url),
        }


def new_crawl_id(source: str, started_at: datetime) -> str:
    """Name a crawl by its source and the millisecond it started; the ids of a source sort."""
    return f"{source}-{started_at:%Y%m%dT%H%M%S}{started_at.microsecond // 1000:03d}Z"


def _keep_source(db: Database, source: SourceRow) -> None:
    row = asdict(source)
    holders: Iterable[dict[str, Any]] = row.pop("holders")
    db.table("sources").upsert(row, pk="name")
    db.execute("DELETE FROM holders WHERE source = ?", [source.name])
    db.table("holders").insert_all({"source": source.name} | holder for holder in holders)


def _close_interrupted(db: Database, source: str) -> None:
    """A crawl still marked running has died: we hold the writer's lock."""
    db.execute(
        "UPDATE crawls SET outcome = 'interrupted' WHERE source = ? AND outcome = 'running'",
        [source],
    )


def _is_later_known(db: Database, key: str, statement: Statement, last_seen_at: str) -> bool:
    """Tell whether this look is already recorded, or older than what is (a replay)."""
    if last_seen_at > statement.capture.captured_at:
        return True
    seen = db.execute(
        "SELECT 1 FROM checks WHERE statement_id = ? AND capture_id = ?",
        [key, statement.capture.id],
    )
    return seen.fetchone() is not None


def _is_silent(statement: Statement, updated_at: str | None, changes: str | None) -> int | None:
    """A new text under an unmoved change note and date; None where the publisher gives neither."""
    if statement.publisher_updated_at is None and statement.publisher_changes is None:
        return None
    return int(
        (statement.publisher_updated_at, statement.publisher_changes) == (updated_at, changes)
    )
