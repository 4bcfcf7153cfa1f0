"""Reposts: a post that was taken away and posted again at once, with a slip put right."""

from collections.abc import Sequence
from datetime import timedelta

from rapidfuzz.fuzz import ratio
from sqlite_utils import Database

from archive.clock import read_utc, utc_text

_WITHIN = timedelta(hours=1)
_ALIKE = 85
"""Of 100: how alike two posts are of which the later is the earlier, put right."""


def note_reposts(db: Database, source: str, suspects: Sequence[str]) -> None:
    """Tell of suspects which post took their place, so that nobody takes them for deletions."""
    for key in suspects:
        other = _repost_of(db, source, key)
        if other:
            db.execute(
                "UPDATE fates SET reposted_as = ? WHERE rowid = ("
                "SELECT rowid FROM fates WHERE statement_id = ? AND state = 'suspect' "
                "ORDER BY at DESC LIMIT 1)",
                [other, key],
            )


def _repost_of(db: Database, source: str, key: str) -> str | None:
    """Find the post of the same account that came within the hour after one was last there."""
    row = db.execute(
        "SELECT text, published_at, last_seen_at, account FROM statements "
        "WHERE id = ? AND kind = 'post' AND published_precision = 'time' AND text != ''",
        [key],
    ).fetchone()
    if row is None:
        return None
    text, published_at, last_seen_at, account = row
    until = utc_text(read_utc(max(published_at, last_seen_at)) + _WITHIN)
    others = db.execute(
        "SELECT id, text FROM statements WHERE source = ? AND id != ? AND kind = 'post' "
        "AND published_precision = 'time' AND published_at > ? AND published_at <= ? "
        "AND account IS ? AND text != '' AND state IN ('live', 'withdrawn') ORDER BY published_at",
        [source, key, published_at, until, account],
    )
    for other, words in others.fetchall():
        if ratio(text, words) >= _ALIKE:
            return str(other)
    return None
