"""Absences: looks that did not find a statement where it was, as the tables keep them."""

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from archive.clock import read_utc
from archive.fates import note_suspect
from archive.ledger import append_event
from archive.missing import BETWEEN_LOOKS
from archive.records import Capture
from archive.rows import insert_check, keep_hash_only

Absence = Literal["absent", "redirected", "deleted"]
"""What a look found in the place of a statement; deleted: its platform says so of this very one."""


_KNOWN_AS_MISSING = {"suspect", "gone", "moved"}


@dataclass(frozen=True, slots=True)
class FoundAbsence:
    """What a look found in the place of a statement."""

    outcome: Absence
    evidence: str
    capture: Capture
    at: str
    moved_to: str | None = None
    """Where the same words stand."""


def keep_absence(
    db: Database, key: str, absence: FoundAbsence, crawl_id: str, *, is_hash_only: bool
) -> bool:
    """Keep a look that missed a statement; False where it is unknown, or was seen later.

    A text that is kept no longer than on its platform, `is_hash_only`, is withheld when two looks a
    day apart say that it was deleted.
    """
    capture, at = absence.capture, absence.at
    row = db.execute("SELECT state, last_seen_at FROM statements WHERE id = ?", [key]).fetchone()
    if row is None or row[1] > at:
        return False
    insert_check(
        db,
        key,
        capture,
        outcome=absence.outcome,
        evidence=absence.evidence,
        revision=None,
        at=at,
        moved_to=absence.moved_to,
    )
    if row[0] not in _KNOWN_AS_MISSING:
        evidence = absence.evidence
        note_suspect(db, key, at=at, evidence=evidence, capture_id=capture.id, crawl_id=crawl_id)
        append_event(
            db, crawl_id=crawl_id, kind="suspect", key=key, capture=capture, evidence=evidence
        )
    if absence.outcome == "deleted" and is_hash_only:
        _withhold(db, key, capture, at, crawl_id)
    return True


def became_of(db: Database, crawl_id: str) -> dict[str, int]:
    """Count what became of all that a crawl missed: `gone`, `moved`, or `held` for a person."""
    gone, moved, held = db.execute(
        """
        SELECT coalesce(sum(state = 'gone'), 0), coalesce(sum(state = 'moved'), 0),
            coalesce(sum(state = 'suspect' AND id IN (
                SELECT m.statement_id FROM event_statements AS m
                JOIN events AS e ON e.id = m.event_id WHERE e.state = 'waiting'
            )), 0)
        FROM statements WHERE id IN (
            SELECT c.statement_id FROM captures AS k JOIN checks AS c ON c.capture_id = k.id
            WHERE k.crawl_id = ? AND c.outcome NOT IN ('seen', 'withdrawn') AND c.witness IS NULL
        )
        """,
        [crawl_id],
    ).fetchone()
    return {"gone": gone, "moved": moved, "held": held}


def _withhold(db: Database, key: str, capture: Capture, at: str, crawl_id: str) -> None:
    """Let go of a text and keep its hashes once a deletion was reported twice, a day apart."""
    first = db.execute(
        "SELECT min(checked_at) FROM checks WHERE statement_id = :key AND outcome = 'deleted' "
        "AND checked_at > coalesce((SELECT max(checked_at) FROM checks WHERE "
        "statement_id = :key AND outcome = 'seen' AND witness IS NULL), '')",
        {"key": key},
    ).fetchone()[0]
    if read_utc(at) - read_utc(first) >= BETWEEN_LOOKS and keep_hash_only(db, key):
        append_event(db, crawl_id=crawl_id, kind="withheld", key=key, capture=capture)
