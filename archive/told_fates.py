"""What an archive tells of fates and takedowns to its readers."""

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class LastTurn:
    """When a statement turned into what it is now."""

    at: str
    first_missed_at: str | None


def last_turn(db: Database, key: str, state: str) -> LastTurn | None:
    """Tell when a statement last turned into a state; None where it never did."""
    row = db.execute(
        "SELECT at, first_at FROM fates WHERE statement_id = ? AND state = ? "
        "ORDER BY at DESC LIMIT 1",
        [key, state],
    ).fetchone()
    return LastTurn(*row) if row else None


def taken_down_between(db: Database, source: str, since: str, before: str) -> int:
    """Count the statements published in a window whose words a person withholds."""
    (count,) = db.execute(
        "SELECT count(*) FROM takedowns JOIN statements ON id = statement_id "
        "WHERE source = ? AND published_at >= ? AND published_at < ?",
        [source, since, before],
    ).fetchone()
    return int(count)
