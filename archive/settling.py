"""Settling: at the end of each crawl, the turns that all looks up to then have brought about."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from itertools import islice

from sqlite_utils import Database

from archive.clock import read_utc, utc_text
from archive.events import MANY_GONE, add_to_event, hold_looks, raise_event
from archive.fates import note_gone, note_moved
from archive.missing import (
    AT_ONCE,
    BETWEEN_LOOKS,
    Confirmed,
    Denial,
    Look,
    are_at_once,
    are_many,
    believed,
    confirm,
    is_doubtful,
)
from archive.reposts import note_reposts

Missed = Mapping[str, Sequence[Look]]
"""Statement to the looks that missed it since it was last seen, and are believed."""


class Settling:
    """Judge all that is missing of one source, after a crawl that had no fault."""

    def __init__(
        self, db: Database, source: str, crawl_id: str, between: timedelta = BETWEEN_LOOKS
    ) -> None:
        """Judge at the end of a crawl; `between` is how far apart two looks must be."""
        self._db = db
        self._source = source
        self._crawl_id = crawl_id
        self._between = max(between, BETWEEN_LOOKS)
        self._neighbours: dict[tuple[str, str], tuple[str, ...]] = {}

    def settle(self) -> None:
        """Write every turn that is due. The clock is not asked: a rebuild settles the same."""
        suspects = self._suspects()
        if not suspects and not self._waiting():
            return
        suspects = [each for each in suspects if not self._has_moved(each)]
        note_reposts(self._db, self._source, [key for key, _ in suspects])
        looks = {key: list(self._looks(key, feed)) for key, feed in suspects}
        denials = self._denials(min((each[0].at for each in looks.values() if each), default=""))
        missed = {key: believed(each, denials) for key, each in looks.items()}
        missed = {key: each for key, each in missed.items() if each}
        self._close_events(missed, denials)
        self._turn_gone(missed, denials)

    def _suspects(self) -> list[tuple[str, str]]:
        rows = self._db.execute(
            "SELECT id, route FROM statements WHERE state = 'suspect' AND source = ? ORDER BY id",
            [self._source],
        )
        return [(key, route.partition(" #")[0]) for key, route in rows]

    def _has_moved(self, suspect: tuple[str, str]) -> bool:
        """Turn a suspect whose address leads to the same words; one such look is enough."""
        key, _ = suspect
        row = self._db.execute(
            "SELECT checked_at, capture_id, moved_to FROM checks WHERE statement_id = ? "
            "AND witness IS NULL ORDER BY checked_at DESC, id DESC LIMIT 1",
            [key],
        ).fetchone()
        if row is None or row[2] is None:
            return False
        note_moved(
            self._db, key, at=row[0], moved_to=row[2], capture_id=row[1], crawl_id=self._crawl_id
        )
        return True

    def _turn_gone(self, missed: Missed, denials: Sequence[Denial]) -> None:
        """Turn what two looks agree on, unless too much was missed at once: that is held."""
        held = self._held()
        found = (
            confirm(key, looks, between=self._between)
            for key, looks in missed.items()
            if key not in held
        )
        due = [each for each in found if each and not is_doubtful(each, missed, denials)]
        many = [
            each
            for each in due
            if any(are_at_once(each.first.at, at) for at in held.values())
            or self._are_many(each.first.at, missed)
        ]
        for each in due:
            if each not in many:
                note_gone(self._db, each, self._crawl_id)
        if many:
            self._hold(many)

    def _hold(self, many: Sequence[Confirmed]) -> None:
        waiting = self._waiting()
        keys = [each.statement_id for each in many]
        event_id = waiting[0] if waiting else None
        if event_id:
            add_to_event(self._db, event_id, keys)
        else:
            event_id = raise_event(
                self._db,
                source=self._source,
                crawl_id=self._crawl_id,
                at=max(each.last.at for each in many),
                kind=MANY_GONE,
                statements=keys,
                of=self._standing,
            )
        hold_looks(self._db, event_id, many)

    def _are_many(self, first_at: str, missed: Missed) -> bool:
        """Tell whether too much was first missed at once with something, gone by now or not."""
        together = sum(are_at_once(looks[0].at, first_at) for looks in missed.values())
        rows = self._db.execute(
            "SELECT first_at FROM fates JOIN statements ON statements.id = statement_id "
            "WHERE source = ? AND statements.state = 'gone' AND fates.state = 'gone' "
            "AND event_id IS NULL AND first_at >= ?",
            [self._source, utc_text(read_utc(first_at) - AT_ONCE)],
        )
        gone = sum(are_at_once(each, first_at) for (each,) in rows)
        return are_many(together + gone, self._standing + gone)

    @cached_property
    def _standing(self) -> int:
        """Count the statements of the source that stood there before they were missed."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM statements WHERE source = ? "
            "AND state IN ('live', 'suspect', 'withdrawn')",
            [self._source],
        ).fetchone()
        return int(count)

    def _looks(self, key: str, feed: str) -> Iterator[Look]:
        """Give the looks since it was last seen, or since a person dismissed an event of it."""
        rows = self._db.execute(
            """
            SELECT c.checked_at, c.capture_id, k.crawl_id, c.evidence,
                r.kind = 'crawl' AND r.outcome = 'finished'
            FROM checks AS c
            JOIN captures AS k ON k.id = c.capture_id
            JOIN crawls AS r ON r.id = k.crawl_id
            WHERE c.statement_id = :key AND c.witness IS NULL AND c.outcome IN ('absent', 'deleted')
                AND c.checked_at > coalesce((
                    SELECT max(checked_at) FROM checks WHERE statement_id = :key
                        AND witness IS NULL AND outcome IN ('seen', 'withdrawn')
                ), '')
                AND c.checked_at > coalesce((
                    SELECT max(decided_at) FROM event_statements AS m
                    JOIN events AS e ON e.id = m.event_id
                    WHERE m.statement_id = :key AND e.state = 'dismissed' AND e.kind = :kind
                        AND e.warc_file IS NOT NULL
                ), '')
            ORDER BY c.checked_at, c.id
            """,
            {"key": key, "kind": MANY_GONE},
        )
        for at, capture_id, crawl_id, evidence, is_finished in rows.fetchall():
            is_sound = bool(is_finished) and self._has_neighbour(key, crawl_id, feed)
            yield Look(at, capture_id, crawl_id, evidence, is_sound)

    def _has_neighbour(self, key: str, crawl_id: str, feed: str) -> bool:
        """Tell whether a crawl saw another statement of the same feed."""
        seen = self._neighbours.get((crawl_id, feed))
        if seen is None:
            rows = self._db.execute(
                """
                SELECT DISTINCT s.id FROM captures AS k
                JOIN checks AS c ON c.capture_id = k.id
                JOIN statements AS s ON s.id = c.statement_id
                WHERE k.crawl_id = :crawl AND c.witness IS NULL
                    AND c.outcome IN ('seen', 'withdrawn')
                    AND (s.route = :feed OR substr(s.route, 1, length(:feed) + 2) = :feed || ' #')
                """,
                {"crawl": crawl_id, "feed": feed},
            )
            seen = tuple(row[0] for row in islice(rows, 2))
            self._neighbours[crawl_id, feed] = seen
        return any(each != key for each in seen)

    def _denials(self, since: str) -> list[Denial]:
        """Give the false alarms of the source that ended since a time."""
        rows = self._db.execute(
            """
            SELECT f.first_at, c.checked_at, f.at, first.crawl_id, last.crawl_id
            FROM fates AS f JOIN statements AS s ON s.id = f.statement_id
            JOIN captures AS first ON first.id = f.first_capture_id
            JOIN checks AS c ON c.id = (
                SELECT id FROM checks WHERE statement_id = f.statement_id AND witness IS NULL
                    AND outcome NOT IN ('seen', 'withdrawn') AND checked_at <= f.at
                ORDER BY checked_at DESC, id DESC LIMIT 1
            )
            JOIN captures AS last ON last.id = c.capture_id
            WHERE s.source = ? AND f.state = 'back' AND f.at >= ?
            """,
            [self._source, since],
        )
        return [Denial(row[0], row[1], row[2], frozenset(row[3:])) for row in rows]

    def _waiting(self) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM events WHERE source = ? AND kind = ? AND state = 'waiting' "
            "ORDER BY at, id",
            [self._source, MANY_GONE],
        )
        return [row[0] for row in rows]

    def _held(self) -> dict[str, str]:
        """Map what waits in an event to when it was first missed."""
        rows = self._db.execute(
            "SELECT statement_id, first_at FROM event_statements JOIN events ON id = event_id "
            "WHERE source = ? AND kind = ? AND state = 'waiting'",
            [self._source, MANY_GONE],
        )
        return dict(rows.fetchall())

    def _close_events(self, missed: Missed, denials: Sequence[Denial]) -> None:
        """Close the events of which so much was seen again that the rest is not many any more."""
        for event_id in self._waiting():
            rows = self._db.execute(
                "SELECT first_at, state FROM event_statements "
                "JOIN statements ON id = statement_id WHERE event_id = ?",
                [event_id],
            ).fetchall()
            left = [first_at for first_at, state in rows if state == "suspect"]
            if any(self._are_many(first_at, missed) for first_at in left):
                continue
            reason = "what was missed at the same time was seen again"
            looks = [look.at for each in missed.values() for look in each]
            at = max((each.seen_at for each in denials), default="") or self._last_back(event_id)
            at = at or max(looks, default=None)
            self._db.execute(
                "UPDATE events SET state = 'dismissed', decided_at = ?, reason = ? WHERE id = ?",
                [at, reason, event_id],
            )

    def _last_back(self, event_id: str) -> str | None:
        """Tell when a statement of an event was last seen again."""
        last: str | None = self._db.execute(
            "SELECT max(f.at) FROM event_statements AS m JOIN fates AS f "
            "ON f.statement_id = m.statement_id AND f.state = 'back' WHERE event_id = ?",
            [event_id],
        ).fetchone()[0]
        return last
