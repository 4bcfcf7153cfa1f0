"""Charges: what paid platforms gave in a month, by the rows that each of their answers left."""

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Given:
    """How much a platform gave."""

    posts: int = 0
    users: int = 0


def given_in(db: Database, platform: str, month: str) -> Given:
    """Count what a platform gave in a month, written 2026-11."""
    posts, users = db.execute(
        "SELECT coalesce(sum(posts), 0), coalesce(sum(users), 0) FROM reads "
        "WHERE platform = ? AND month = ?",
        [platform, month],
    ).fetchone()
    return Given(posts, users)
