"""Decisions of a person: kept in WARC files of their own, so that a rebuild takes them again."""

from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.clock import read_utc, utc_now, utc_text
from archive.errors import DecisionError
from archive.events import MANY_GONE
from archive.fates import note_gone
from archive.missing import Confirmed, Look
from archive.store import Archive
from archive.takedowns import is_taken_down, take_down
from archive.warc import WarcFile
from archive.warc_reader import read_about

DECISION = "decision"
"""Names what was decided in a WARC file of one, which no other has."""

ACCEPT, DISMISS, TAKEDOWN = "accept", "dismiss", "takedown"
_STATES = {ACCEPT: "accepted", DISMISS: "dismissed"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided."""

    kind: str
    of: str
    """The event or statement."""

    reason: str
    at: str
    warc_file: str


def decide(archive: Archive, kind: str, of: str, reason: str, software: str) -> Decision:
    """Write a decision down, durably, and then do what it says.

    Raises:
        DecisionError: there is nothing to decide, or it was decided before.
    """
    reason = " ".join(reason.split())
    _check(archive.db, kind, of, reason)
    now = utc_now()
    name = f"decision-{now:%Y%m%dT%H%M%S}{now.microsecond:06d}Z.warc.gz"
    about = {"software": software, "format": "WARC File Format 1.1", DECISION: kind, "of": of}
    about |= {"reason": reason, "started": now.isoformat()}
    WarcFile(archive.warc_folder / name, about).close()
    decision = Decision(kind, of, reason, utc_text(now), name)
    apply_decision(archive, decision)
    return decision


def read_decision(path: Path) -> Decision:
    """Read a decision back from its file."""
    told = read_about(path)
    at = utc_text(read_utc(told["started"]))
    return Decision(told[DECISION], told["of"], told.get("reason", ""), at, path.name)


def apply_decision(archive: Archive, decision: Decision) -> bool:
    """Do what a decision says, all of it or nothing; False where there is nothing to do."""
    with archive.transaction() as db:
        if decision.kind == TAKEDOWN:
            return take_down(
                db,
                decision.of,
                at=decision.at,
                reason=decision.reason,
                warc_file=decision.warc_file,
            )
        done = db.execute(
            "UPDATE events SET state = ?, decided_at = ?, reason = ?, warc_file = ? "
            "WHERE id = ? AND state = 'waiting'",
            [
                *(_STATES[decision.kind], decision.at, decision.reason or None),
                *(decision.warc_file, decision.of),
            ],
        )
        if done.rowcount and decision.kind == ACCEPT:
            _turn_held(db, decision)
        return bool(done.rowcount)


def _turn_held(db: Database, decision: Decision) -> None:
    """Turn what an event holds gone, unless it was seen again meanwhile."""
    rows = db.execute(
        "SELECT s.id, e.crawl_id, m.evidence, m.first_at, m.first_capture_id, m.at, m.capture_id "
        "FROM event_statements AS m JOIN events AS e ON e.id = m.event_id "
        "JOIN statements AS s ON s.id = m.statement_id "
        "WHERE e.id = ? AND e.kind = ? AND s.state = 'suspect' ORDER BY s.id",
        [decision.of, MANY_GONE],
    )
    for key, crawl_id, evidence, first_at, first_capture, at, capture_id in rows.fetchall():
        first = Look(first_at, first_capture, crawl_id, evidence, is_sound=True)
        last = Look(at, capture_id, crawl_id, evidence, is_sound=True)
        note_gone(
            db,
            Confirmed(key, first, last),
            crawl_id,
            event_id=decision.of,
            decided_at=decision.at,
        )


def _check(db: Database, kind: str, of: str, reason: str) -> None:
    if kind != ACCEPT and not reason:
        raise DecisionError("a reason is needed, in words that others understand: give --reason")
    if kind == TAKEDOWN:
        if not db.execute("SELECT 1 FROM statements WHERE id = ?", [of]).fetchone():
            raise DecisionError(
                f"no statement is named {of!r}. The page of a statement shows its id, "
                "and so does the column id of the table statements"
            )
        if is_taken_down(db, of):
            at, why = db.execute(
                "SELECT at, reason FROM takedowns WHERE statement_id = ?", [of]
            ).fetchone()
            raise DecisionError(f"{of} is withheld already, since {at[:10]}: {why}")
        return
    row = db.execute("SELECT state, decided_at FROM events WHERE id = ?", [of]).fetchone()
    if row is None:
        raise DecisionError(f"no event is named {of!r}. `onrecord events --all` lists them")
    if row[0] != "waiting":
        raise DecisionError(f"{of} was {row[0]} on {row[1][:10]}, and a decision stands")
