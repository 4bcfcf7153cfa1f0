"""Rechecking: which known statements to look at again, often while young and rarely when old."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlite_utils import Database

from archive.clock import utc_text
from archive.memory import Remembered

SHARE_OF_AGE = 0.25
"""A statement is looked at again when it has grown older by this share of its age."""

AFTER_A_MISS = timedelta(hours=24)
WHEN_GONE = timedelta(days=30)
_SUSPECTS_IN_A_ROW = 3
_EARLY = 0.9
"""So much of the time is enough: a crawl that begins a little early must not skip its turn."""

_DUE = """
WITH known AS (
    SELECT s.id, native_id, url, title, published_raw, route, state IN ('suspect') AS is_suspect,
        unixepoch(:now) - unixepoch(max(
            CASE WHEN published_precision IN ('time', 'date') THEN published_at
                ELSE first_seen_at END,
            coalesce((
                SELECT max(first_captured_at) FROM revisions AS r
                WHERE r.statement_id = s.id AND revision > 1 AND witness IS NULL
            ), '')
        )) AS age,
        unixepoch(:now) - unixepoch(max(last_seen_at, CASE WHEN state IN ('live', 'withdrawn')
            THEN coalesce((SELECT max(captured_at) FROM captures AS c WHERE c.url = s.url), '')
            ELSE coalesce((
                SELECT max(checked_at) FROM checks AS c
                WHERE c.statement_id = s.id AND c.witness IS NULL
            ), '') END)) AS since,
        state
    FROM statements AS s
    WHERE source = :source AND url LIKE 'http%' AND last_seen_at < :unseen_since
        AND state != 'unchecked'
        AND (state = 'suspect' OR max(coalesce(published_at, ''), first_seen_at) >= :oldest)
), timed AS (
    SELECT *, CASE
        WHEN :always THEN 0
        WHEN state = 'suspect' THEN :after_a_miss
        WHEN state IN ('gone', 'moved') THEN :when_gone
        ELSE :early * max(:every, min(:at_least, :share * age))
    END AS wait FROM known
)
SELECT native_id, url, title, published_raw, route, is_suspect FROM timed
WHERE since >= wait ORDER BY since / max(wait, 1.0) DESC, id
"""


def worth_rechecking(
    db: Database,
    source: str,
    *,
    now: datetime,
    unseen_since: datetime,
    every: timedelta,
    at_least: timedelta,
    within: timedelta | None = None,
    always: bool = False,
) -> list[Remembered]:
    """List what is due, suspects first, then what is overdue by the greatest part of its time.

    A statement is due a quarter of its age after it was last looked at, its age being the time
    since it was published or last changed; never before `every` and always after `at_least`. A
    suspect is due a day after it was last missed, what is gone after a month. After three suspects
    comes another one, so that a source with many of them starves nothing. What was seen since a
    moment, such as the start of the crawl, is left out, and so is what was published and first
    seen longer ago than `within`. A look that told nothing, such as an error of the server, counts
    as one here: pages that never answer must not take the turns of all others. With `always`,
    all of them are due, the longest unseen first.
    """
    asked: dict[str, Any] = {
        "source": source,
        "now": utc_text(now),
        "unseen_since": utc_text(unseen_since),
        "oldest": utc_text(now - within) if within else "",
        "every": every.total_seconds(),
        "at_least": at_least.total_seconds(),
        "after_a_miss": AFTER_A_MISS.total_seconds(),
        "when_gone": WHEN_GONE.total_seconds(),
        "share": SHARE_OF_AGE,
        "early": _EARLY,
        "always": always,
    }
    rows = db.execute(_DUE, asked).fetchall()
    suspects = [Remembered(*row[:-1]) for row in rows if row[-1]]
    others = [Remembered(*row[:-1]) for row in rows if not row[-1]]
    return list(_in_turns(suspects, others))


def _in_turns(suspects: Sequence[Remembered], others: Sequence[Remembered]) -> Iterator[Remembered]:
    rest, turn = iter(others), iter(suspects)
    while group := list(islice(turn, _SUSPECTS_IN_A_ROW)):
        yield from group
        yield from islice(rest, 1)
    yield from rest


def all_known(db: Database, source: str) -> list[Remembered]:
    """List every statement of a source that stood at an address, for a replay to choose from."""
    rows = db.execute(
        "SELECT native_id, url, title, published_raw, route FROM statements "
        "WHERE source = ? AND url LIKE 'http%' AND state != 'unchecked' ORDER BY id",
        [source],
    )
    return [Remembered(*row) for row in rows]
