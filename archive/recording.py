"""Recording: what one crawl adds to an archive, each statement in one transaction."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Literal

from sqlite_utils import Database

from archive.clock import utc_text
from archive.ledger import append_event
from archive.records import Capture, Statement
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
            db.table("crawls").upsert(row, pk="id")

    def keep_capture(self, capture: Capture) -> None:
        """Note a capture; its row is written with the next commit."""
        self._waiting.append(capture)
        self.counts["captures"] += 1

    def record(self, statement: Statement) -> Recorded:
        """Record a statement with its revision, capture, tone and ledger line, or nothing."""
        with self._commit() as db:
            known = _row(db, "statements", statement.id)
            if known is None:
                outcome: Recorded = "new"
                _insert_statement(db, statement)
                self._add_revision(db, statement, 1, None)
            elif _is_later_known(db, known, statement):
                return "stale"
            else:
                outcome = self._see_again(db, statement, known)
            revision = (known["revision"] if known else 1) + (outcome == "revised")
            withdrawn = statement.withdrawn
            _add_check(
                db,
                statement.id,
                statement.capture,
                outcome="seen" if withdrawn is None else "withdrawn",
                evidence=withdrawn,
                revision=revision,
            )
        self.counts.update(
            {"seen": 1, "new_statements": outcome == "new", "new_revisions": outcome == "revised"}
        )
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
            _add_check(db, row[0], at, outcome=outcome, evidence=evidence, revision=None)
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
        row = {
            "source": self.source,
            "crawl_id": self.crawl_id,
            "capture_id": capture and capture.id,
            "at": utc_text(at),
            "url": _storable(url),
            "native_id": _storable(native_id),
            "reason": _storable(reason),
            "item": json.dumps(item, ensure_ascii=True, default=str),
        }
        with self._commit() as db:
            _insert_once(db, "quarantine", row, ("capture_id", "native_id", "reason"))
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
        row = {
            "source": self.source,
            "crawl_id": self.crawl_id,
            "capture_id": capture and capture.id,
            "at": utc_text(at),
            "level": level,
            "url": _storable(url),
            "message": _storable(message),
        }
        with self._commit() as db:
            _insert_once(db, "issues", row, ("crawl_id", "url", "message"))
        self.counts["faults"] += level == "error"

    def finish(self, outcome: Outcome, *, at: datetime, listed: int) -> None:
        """Close the crawl's row with what it did."""
        names = ("captures", "seen", "new_statements", "new_revisions", "absent", "quarantined")
        counts = {name: self.counts[name] for name in (*names, "faults")}
        with self._commit() as db:
            db.table("crawls").update(
                self.crawl_id,
                counts | {"outcome": outcome, "finished_at": utc_text(at), "listed": listed},
            )

    def _commit(self) -> "_Commit":
        return _Commit(self.archive, self._sync, self._waiting, self.crawl_id)

    def _see_again(self, db: Database, statement: Statement, known: dict[str, Any]) -> Recorded:
        latest = db.execute(
            "SELECT text_sha256, title, publisher_updated_at, publisher_changes FROM revisions "
            "WHERE statement_id = ? AND revision = ?",
            [statement.id, known["revision"]],
        ).fetchone()
        changed = (statement.text_sha256, statement.title) != tuple(latest[:2])
        row = _look(statement)
        if changed:
            revision = known["revision"] + 1
            is_silent = _is_silent(statement, latest[2], latest[3])
            row |= _wording(statement) | {"revision": revision}
            self._add_revision(db, statement, revision, is_silent)
        db.table("statements").update(statement.id, row)
        return "revised" if changed else "seen"

    def _add_revision(
        self, db: Database, statement: Statement, revision: int, is_silent: int | None
    ) -> None:
        db.table("revisions").insert(
            {
                "statement_id": statement.id,
                "revision": revision,
                "title": statement.title,
                "text": statement.text,
                "text_sha256": statement.text_sha256,
                "first_captured_at": statement.capture.captured_at,
                "publisher_updated_at": statement.publisher_updated_at,
                "publisher_changes": statement.publisher_changes,
                "is_silent": is_silent,
                "capture_id": statement.capture.id,
            }
        )
        if statement.tone:
            tone = {"statement_id": statement.id, "revision": revision} | asdict(statement.tone)
            db.table("tone").insert(tone)
        append_event(
            db,
            crawl_id=self.crawl_id,
            kind="revision",
            key=statement.id,
            capture=statement.capture,
            revision=revision,
            native_id=statement.native_id,
            published_raw=statement.published_raw,
            text_sha256=statement.text_sha256,
        )


def new_crawl_id(source: str, started_at: datetime) -> str:
    """Name a crawl by its source and the millisecond it started; the ids of a source sort."""
    return f"{source}-{started_at:%Y%m%dT%H%M%S}{started_at.microsecond // 1000:03d}Z"


class _Commit:
    """One transaction: captures durable first, then their rows, then what is inside."""

    def __init__(
        self, archive: Archive, sync: Callable[[], None], waiting: list[Capture], crawl_id: str
    ) -> None:
        self._transaction = archive.transaction()
        self._sync = sync
        self._waiting = waiting
        self._crawl_id = crawl_id

    def __enter__(self) -> Database:
        self._sync()
        db = self._transaction.__enter__()
        rows = ({"crawl_id": self._crawl_id} | asdict(capture) for capture in self._waiting)
        db.table("captures").insert_all(rows, ignore=True)
        return db

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transaction.__exit__(kind, error, trace)
        if kind is None:
            self._waiting.clear()


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


def _row(db: Database, table: str, key: str) -> dict[str, Any] | None:
    return next(iter(db.query(f"SELECT * FROM {table} WHERE id = ?", [key])), None)  # noqa: S608


def _wording(statement: Statement) -> dict[str, Any]:
    tone = statement.tone
    return {
        "title": statement.title,
        "text": statement.text,
        "language": statement.language,
        "textblob_polarity": tone and tone.polarity,
        "textblob_subjectivity": tone and tone.subjectivity,
        "tone_status": tone.status if tone else "not scored",
        "capture_id": statement.capture.id,
    }


def _look(statement: Statement) -> dict[str, Any]:
    """Name the columns that every look renews, whether or not the wording changed."""
    return {
        "url": statement.url,
        "kind": statement.kind,
        "published_at": statement.published_at,
        "published_raw": statement.published_raw,
        "published_precision": statement.published_precision,
        "delivered_on": statement.delivered_on,
        "speaker": statement.speaker,
        "office": statement.office,
        "corrections": statement.corrections,
        "last_seen_at": statement.capture.captured_at,
        "state": "live" if statement.withdrawn is None else "withdrawn",
    }


def _insert_statement(db: Database, statement: Statement) -> None:
    row = {
        "id": statement.id,
        "source": statement.source,
        "native_id": statement.native_id,
        "country": statement.country,
        "first_seen_at": statement.capture.captured_at,
        "revision": 1,
    }
    db.table("statements").insert(row | _look(statement) | _wording(statement))


def _is_later_known(db: Database, known: dict[str, Any], statement: Statement) -> bool:
    """Tell whether this look is already recorded, or older than what is (a replay)."""
    if known["last_seen_at"] > statement.capture.captured_at:
        return True
    seen = db.execute(
        "SELECT 1 FROM checks WHERE statement_id = ? AND capture_id = ?",
        [statement.id, statement.capture.id],
    )
    return seen.fetchone() is not None


def _is_silent(statement: Statement, updated_at: str | None, changes: str | None) -> int | None:
    """A new text under an unmoved change note and date; None where the publisher gives neither."""
    if statement.publisher_updated_at is None and statement.publisher_changes is None:
        return None
    return int(
        (statement.publisher_updated_at, statement.publisher_changes) == (updated_at, changes)
    )


def _add_check(
    db: Database,
    statement_id: str,
    capture: Capture,
    *,
    outcome: str,
    evidence: str | None,
    revision: int | None,
) -> None:
    row = {
        "statement_id": statement_id,
        "capture_id": capture.id,
        "checked_at": capture.captured_at,
        "outcome": outcome,
        "evidence": evidence,
        "revision": revision,
    }
    db.table("checks").insert(row, ignore=True)


def _insert_once(db: Database, table: str, row: dict[str, Any], same: tuple[str, ...]) -> None:
    """Insert unless a replay has brought the very same row before."""
    where = " AND ".join(f"{column} IS ?" for column in same)
    found = db.execute(f"SELECT 1 FROM {table} WHERE {where}", [row[each] for each in same])  # noqa: S608
    if found.fetchone() is None:
        db.table(table).insert(row)


def _storable(text: str | None) -> str | None:
    """Make any text fit for SQLite: a lone surrogate is written as its escape."""
    return text and text.encode("utf-8", "backslashreplace").decode()
