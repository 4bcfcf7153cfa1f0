"""Settling: at the end of each crawl, the turns that all looks up to then have brought about."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
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
    confirm,
    is_doubtful,
)
from archive.reposts import note_reposts


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
        self._close_events()
        self._turn_gone(suspects)

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

    def _turn_gone(self, suspects: Sequence[tuple[str, str]]) -> None:
        """Turn what two looks agree on, unless too much was missed at once: that is held."""
        denials = self._denials()
        missed: dict[str, list[Look]] = {}
        due: list[Confirmed] = []
        held = self._held()
        for key, feed in suspects:
            looks = list(self._looks(key, feed))
            if looks:
                missed[key] = looks
            found = confirm(key, looks, denials, between=self._between)
            if found and key not in held:
                due.append(found)
        due = [each for each in due if not is_doubtful(each, missed, denials)]
        if not due:
            return
        live = self._standing()
        many = [
            each
            for each in due
            if any(are_at_once(each.first.at, at) for at in held.values())
            or are_many(*self._at_once(each, missed, live))
        ]
        for each in due:
            if each not in many:
                note_gone(self._db, each, self._crawl_id)
        if many:
            self._hold(many, live)

    def _hold(self, many: Sequence[Confirmed], live: int) -> None:
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
                of=live,
            )
        hold_looks(self._db, event_id, many)

    def _at_once(
        self, due: Confirmed, missed: Mapping[str, list[Look]], live: int
    ) -> tuple[int, int]:
        """Count what was missed at once with a statement, gone by now or not, of how many."""
        together = sum(are_at_once(looks[0].at, due.first.at) for looks in missed.values())
        rows = self._db.execute(
            "SELECT first_at FROM fates JOIN statements ON statements.id = statement_id "
            "WHERE source = ? AND statements.state = 'gone' AND fates.state = 'gone' "
            "AND event_id IS NULL AND first_at >= ?",
            [self._source, utc_text(read_utc(due.first.at) - AT_ONCE)],
        )
        gone = sum(are_at_once(first_at, due.first.at) for (first_at,) in rows)
        return together + gone, live + gone

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

    def _denials(self) -> list[Denial]:
        """Give the false alarms of the source: what was missed and then stood there."""
        rows = self._db.execute(
            "SELECT first_at, at, crawl_id FROM fates JOIN statements ON id = statement_id "
            "WHERE source = ? AND fates.state = 'back' AND first_at IS NOT NULL",
            [self._source],
        )
        return [Denial(*row) for row in rows]

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

    def _close_events(self) -> None:
        """Close events whose statements came back: what is still missing is looked at afresh."""
        for event_id in self._waiting():
            rows = self._db.execute(
                """
                SELECT s.state = 'suspect', (
                    SELECT max(at) FROM fates AS f
                    WHERE f.statement_id = s.id AND f.state = 'back' AND f.at > m.at
                )
                FROM event_statements AS m JOIN statements AS s ON s.id = m.statement_id
                WHERE m.event_id = ?
                """,
                [event_id],
            ).fetchall()
            backs = [back for _, back in rows if back]
            missing = sum(is_missing for is_missing, _ in rows)
            if backs and not are_many(missing, len(rows)):
                reason = f"{len(backs)} of {len(rows)} were seen again"
                self._db.execute(
                    "UPDATE events SET state = 'dismissed', decided_at = ?, reason = ? "
                    "WHERE id = ?",
                    [max(backs), reason, event_id],
                )
