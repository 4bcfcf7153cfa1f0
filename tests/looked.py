"""Looks at the statements of one source at chosen times, recorded without a crawl."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analysis.normalise import text_sha256
from archive.clock import read_utc, utc_text
from archive.recording import Outcome, Recorder
from archive.records import Capture, Statement, statement_id
from archive.register import SourceRow
from archive.store import Archive

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
SOURCE = SourceRow(
    name="xa_light",
    office="Ministry of Lighthouses",
    country="xa",
    publisher="Government of Arvenna",
    url="https://light.example/",
    language="en",
    timezone="UTC",
    retention="keep",
    licence=None,
)


class Looks:
    """An archive of statements named by numbers, all of them seen at hour 0."""

    def __init__(self, folder: Path, statements: int, **fields: Any) -> None:
        self.archive = Archive.open(folder / "archive.db")
        self.archive.db.execute("PRAGMA synchronous = OFF")
        self.numbers = range(1, statements + 1)
        self.fields = fields
        self.crawl(0)

    def crawl(
        self,
        hours: float,
        *missed: int,
        outcome: Outcome = "finished",
        seen: list[int] | None = None,
        how: Any = "absent",
        gone_after: timedelta = timedelta(hours=24),
        posts: dict[int, dict[str, Any]] | None = None,
    ) -> str:
        """See all statements, or `seen`, but for those that are missed; name the crawl."""
        at = START + timedelta(hours=hours)
        crawl_id = f"xa_light-{utc_text(at)}"
        recorder = Recorder(
            self.archive, SOURCE, crawl_id=crawl_id, started_at=at, software="On Record test"
        )
        standing = [each for each in (seen or self.numbers) if each not in missed]
        found = [self.statement(number, at) for number in standing]
        found += [self.statement(number, at, **more) for number, more in (posts or {}).items()]
        lost = {number: _capture(number, at, 404) for number in missed}
        for capture in (*(each.capture for each in found), *lost.values()):
            recorder.keep_capture(capture)
        with recorder.together():
            for each in found:
                recorder.record(each)
            for number, capture in lost.items():
                recorder.record_absence(str(number), how, "HTTP 404", capture)
            recorder.finish(outcome, at=at, listed=len(found), gone_after=gone_after)
        return crawl_id

    def statement(self, number: int, at: datetime, **fields: Any) -> Statement:
        """Write what stands there."""
        text = fields.pop("text", f"The lamp number {number} is lit.")
        return Statement(
            **{
                "source": "xa_light",
                "native_id": str(number),
                "url": f"https://light.example/{number}",
                "kind": "press_release",
                "title": None,
                "text": text,
                "text_sha256": text_sha256(text),
                "language": "en",
                "published_at": "2026-03-01",
                "published_raw": None,
                "published_precision": "date",
                "delivered_on": None,
                "speaker": None,
                "office": "Ministry of Lighthouses",
                "country": "xa",
                "publisher_updated_at": None,
                "publisher_changes": None,
                "corrections": None,
                "withdrawn": None,
                "route": "listing https://light.example/list #1",
                "capture": _capture(number, at, 200),
            }
            | self.fields
            | fields
        )

    def states(self) -> dict[int, str]:
        """Map the numbers of all statements that do not simply stand there to their state."""
        rows = self.archive.db.execute("SELECT native_id, state FROM statements")
        return {int(number): state for number, state in rows if state != "live"}

    def turns(self, number: int) -> list[tuple[str, float]]:
        """Give the turns of a statement, each with its hour."""
        key = statement_id("xa_light", str(number))
        rows = self.archive.db.execute(
            "SELECT state, at FROM fates WHERE statement_id = ? ORDER BY at, rowid", [key]
        )
        return [(state, (read_utc(at) - START) / timedelta(hours=1)) for state, at in rows]

    def events(self) -> list[tuple[str, int, str | None]]:
        """Give the state, number of statements and reason of every event."""
        rows = self.archive.db.execute(
            "SELECT state, statements, reason FROM events ORDER BY at, id"
        )
        return [(state, count, reason) for state, count, reason in rows]


def _capture(number: int, at: datetime, status: int) -> Capture:
    name = hashlib.sha256(f"{number} {at} {status}".encode()).hexdigest()
    return Capture(
        id=name[:32],
        url=f"https://light.example/{number}",
        captured_at=utc_text(at),
        status=status,
        content_type="text/html",
        bytes=0,
        sha256=name,
        warc_file="w",
        warc_offset=0,
        warc_length=0,
        warc_sha256=name,
    )
