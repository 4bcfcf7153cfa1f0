"""Recording: what one crawl adds to an archive, each statement whole or not at all."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from archive.absences import Absence, FoundAbsence, became_of, keep_absence
from archive.clock import utc_text
from archive.comparing import (
    UncertainEditError,
    cannot_tell,
    check_language,
    is_later_known,
    is_silent_edit,
    reading_of,
    told_since,
)
from archive.crawl_edits import CrawlEdits, close_interrupted
from archive.edits import ReadEdit
from archive.fates import note_seen
from archive.missing import BETWEEN_LOOKS
from archive.records import Capture, Statement, statement_id
from archive.register import SourceRow, keep_source
from archive.rows import (
    insert_captures,
    insert_check,
    insert_once,
    insert_revision,
    insert_statement,
    note_answer,
    see_again,
    storable,
)
from archive.settling import Settling
from archive.store import Archive
from archive.takedowns import is_taken_down, without_words

Recorded = Literal["new", "revised", "seen", "stale"]
"""What recording a statement did; stale: the archive already holds a later look."""

Outcome = Literal["finished", "faulty", "interrupted"]
"""How a crawl ended; faulty: statements may be missing."""


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
        read_edit: ReadEdit | None = None,
    ) -> None:
        """Open the crawl's row; `sync` makes captures durable before rows name them.

        Without `read_edit`, what a new text changed is said later, by `fill_edits`.
        """
        self.archive = archive
        self.source = source.name
        self._retention = source.retention
        self.crawl_id = crawl_id
        self._kind = kind
        self.counts: Counter[str] = Counter()
        self._sync = sync
        self._edits = CrawlEdits(source.name, crawl_id, read_edit)
        self._waiting: list[Capture] = []
        self._is_together = False
        with archive.transaction() as db:
            keep_source(db, source)
            close_interrupted(db, source.name)
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

    def note_answer(self, capture: Capture, answer: str, reason: str | None) -> None:
        """Note what an answer turned out to be when it was read."""
        with self._commit() as db:
            note_answer(db, capture.id, answer, reason)

    def record(self, statement: Statement) -> Recorded:
        """Record a statement with its revision, capture, tone and ledger line, or nothing."""
        key = statement.id
        with self._commit() as db:
            if is_taken_down(db, key):
                statement = without_words(statement)
            row = db.execute(
                "SELECT revision, last_seen_at, route, state FROM statements WHERE id = ?", [key]
            ).fetchone()
            known: tuple[int, str, str] | None = row and row[:3]
            if known and is_later_known(db, key, statement, known[1]):
                return "stale"
            keep = self._keep_past if statement.witness else self._keep
            outcome, revision = keep(db, key, statement, known)
            if statement.witness != "import":  # a file says nothing of what stands where
                insert_check(
                    db,
                    key,
                    statement.capture,
                    outcome="seen" if statement.withdrawn is None else "withdrawn",
                    evidence=statement.withdrawn or statement.publisher_hash,
                    revision=revision,
                    witness=statement.witness,
                    at=statement.seen_at,
                )
            if statement.witness is None:
                note_seen(db, statement, row and row[3], self.crawl_id)
        self.counts["seen"] += 1
        self.counts["new_statements"] += outcome == "new"
        self.counts["new_revisions"] += outcome == "revised"
        return outcome

    def record_absence(
        self,
        native_id: str,
        outcome: Absence,
        evidence: str,
        capture: Capture,
        at: str = "",
        retention: str | None = None,
        *,
        moved_to: str | None = None,
    ) -> bool:
        """Note that a known statement was not where it was: it becomes suspect, and no more yet.

        `at` is the time of an event that the publisher's own log tells of, `moved_to` where the
        same words stand. A text that is kept no longer than on its platform is withheld when two
        looks a day apart agree.
        """
        absence = FoundAbsence(outcome, evidence, capture, at or capture.captured_at, moved_to)
        is_hash_only = (retention or self._retention) == "hash-only"
        with self._commit() as db:
            key = statement_id(self.source, native_id)
            if not keep_absence(db, key, absence, self.crawl_id, is_hash_only=is_hash_only):
                return False
        self.counts["absent"] += 1
        return True

    def record_reads(self, capture: Capture, platform: str, posts: int, users: int) -> None:
        """Note how many posts and users a platform will charge for an answer."""
        row = {"capture_id": capture.id, "platform": platform, "month": capture.captured_at[:7]}
        with self._commit() as db:
            db.table("reads").upsert(row | {"posts": posts, "users": users}, pk="capture_id")
        self.counts.update(posts_read=posts, users_read=users)

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
        if native_id and is_taken_down(self.archive.db, statement_id(self.source, native_id)):
            item = {}
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

    def finish(
        self,
        outcome: Outcome,
        *,
        at: datetime,
        listed: int,
        gone_after: timedelta = BETWEEN_LOOKS,
    ) -> None:
        """Close the crawl's row with what it did; a replay leaves it as it was.

        A crawl without a fault also settles what became of all that is missing; two looks that
        make a statement gone are `gone_after` apart.
        """
        names = ("captures", "seen", "new_statements", "new_revisions", "absent", "quarantined")
        counts = {name: self.counts[name] for name in (*names, "faults")}
        row = counts | {"outcome": outcome, "finished_at": utc_text(at), "listed": listed}
        with self._commit() as db:
            if not self._is_told:
                db.table("crawls").update(self.crawl_id, row)
                if outcome == "finished" and self._kind == "crawl":
                    Settling(db, self.source, self.crawl_id, gone_after).settle()
            if self.counts["absent"]:
                self.counts.update(became_of(db, self.crawl_id))
            self._edits.judge(db)

    def interrupt(self) -> None:
        """Mark the crawl's row as interrupted, without anything that waits: that is lost."""
        with self.archive.transaction() as db:
            close_interrupted(db, self.source)

    @contextmanager
    def _commit(self) -> Iterator[Database]:
        with self.archive.transaction() if self._is_together else self.together() as db:
            yield db

    def _keep(
        self, db: Database, key: str, statement: Statement, known: tuple[int, str, str] | None
    ) -> tuple[Recorded, int]:
        """Write what a look brings, given the latest revision, look and route that are known."""
        if known is None:
            return self._add_statement(db, key, statement)
        latest, last_seen_at, route = known
        text_sha256, title, updated_at, changes, text = db.execute(
            "SELECT text_sha256, title, publisher_updated_at, publisher_changes, text "
            "FROM revisions WHERE statement_id = ? AND revision = ?",
            [key, latest],
        ).fetchone()
        is_withheld = text is None
        if statement.text_sha256 == text_sha256 and (is_withheld or statement.title == title):
            if is_withheld:  # and there again
                wording = {"text": statement.text, "title": statement.title}
                db.table("revisions").update((key, latest), wording)
                self._edits.read(db, key, latest)
            see_again(db, key, statement, latest if is_withheld else None)
            return "seen", latest
        told = told_since(db, key, statement, last_seen_at)
        if told is not None:
            see_again(db, key, statement, told)
            return "seen", told
        if reading_of(route) != reading_of(statement.route):
            raise UncertainEditError(cannot_tell(statement, route))
        check_language(db, key, statement)
        is_silent = is_silent_edit(statement, updated_at, changes)
        revision = self._add_revision(db, key, statement, is_silent)
        see_again(db, key, statement, revision)
        return "revised", revision

    def _keep_past(
        self, db: Database, key: str, statement: Statement, known: tuple[int, str, str] | None
    ) -> tuple[Recorded, int]:
        """Write what a witness saw: a wording of its own time, which says nothing of today."""
        if known is None:
            return self._add_statement(db, key, statement)
        _, last_seen_at, route = known
        reads_alike = reading_of(route) == reading_of(statement.route)
        same = db.execute(
            "SELECT revision FROM revisions WHERE statement_id = ? AND text_sha256 = ? "
            "AND (title IS ? OR NOT ?) "
            "ORDER BY abs(julianday(first_captured_at) - julianday(?)) LIMIT 1",
            [key, statement.text_sha256, statement.title, reads_alike, statement.seen_at],
        ).fetchone()
        if same:
            return "seen", same[0]
        if not reads_alike:
            raise UncertainEditError(cannot_tell(statement, route))
        if statement.witness == "wayback":
            check_language(db, key, statement)
        revision = self._add_revision(db, key, statement, None)
        (state,) = db.execute("SELECT state FROM statements WHERE id = ?", [key]).fetchone()
        if state == "unchecked" and statement.seen_at >= last_seen_at:
            see_again(db, key, statement, revision)
        return "revised", revision

    def _add_statement(self, db: Database, key: str, statement: Statement) -> tuple[Recorded, int]:
        insert_statement(db, key, statement)
        self._insert_revision(db, key, statement, 1, None)
        return "new", 1

    def _add_revision(
        self, db: Database, key: str, statement: Statement, is_silent: int | None
    ) -> int:
        """Give a wording the next number: in the order of recording, which is not that of time."""
        revision: int = db.execute(
            "SELECT max(revision) + 1 FROM revisions WHERE statement_id = ?", [key]
        ).fetchone()[0]
        self._insert_revision(db, key, statement, revision, is_silent)
        self._edits.read(db, key, revision)
        if statement.witness is None:
            known = self.counts["seen"] - self.counts["new_statements"]
            self._edits.count(db, key, revision, of=known)
        return revision

    def _insert_revision(
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
