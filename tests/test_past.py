"""What others saw: earlier wordings with their own time, and texts that must be let go of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from looked import SOURCE
from sqlite_utils import Database

from analysis.normalise import text_sha256
from archive.comparing import UncertainEditError
from archive.recording import Recorder
from archive.records import Capture, Statement, ToneScore
from archive.store import Archive

LIGHT = replace(SOURCE, retention="hash-only")


class Desk:
    """An archive, a recorder of one crawl, and statements that differ in a few things."""

    def __init__(self, archive: Archive) -> None:
        self.db: Database = archive.db
        self.recorder = Recorder(
            archive,
            LIGHT,
            crawl_id="xa_light-1",
            started_at=datetime(2026, 3, 1, tzinfo=UTC),
            software="a test",
        )
        self._captures = 0

    def capture(self, at: str) -> Capture:
        self._captures += 1
        capture = Capture(
            id=f"c{self._captures}",
            url="https://light.example/1",
            captured_at=at,
            status=200,
            content_type=None,
            bytes=0,
            sha256="",
            warc_file="w",
            warc_offset=0,
            warc_length=0,
            warc_sha256="",
        )
        self.recorder.keep_capture(capture)
        return capture

    def say(self, text: str, at: str, **rest: Any) -> str:
        statement = Statement(
            source="xa_light",
            native_id="1",
            url="https://light.example/1",
            kind="post",
            title=None,
            text=text,
            text_sha256=text_sha256(text),
            language="en",
            published_at=None,
            published_raw=None,
            published_precision=None,
            delivered_on=None,
            speaker=None,
            office="Ministry of Lighthouses",
            country="xa",
            publisher_updated_at=None,
            publisher_changes=None,
            corrections=None,
            withdrawn=None,
            route="mastodon light #12345678",
            capture=self.capture(at),
            tone=ToneScore(
                language="en",
                tone_model="a model",
                textblob_version="1",
                textblob_polarity=0.5,
                tone_status="scored",
            ),
        )
        return self.recorder.record(replace(statement, **rest) if rest else statement)

    def gone(self, at: str, outcome: Any = "deleted") -> bool:
        return self.recorder.record_absence("1", outcome, "the platform says so", self.capture(at))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.db.execute(sql)]

    @property
    def statement(self) -> tuple[Any, ...]:
        (row,) = self.rows("SELECT text, state, revision FROM statements")
        return row

    @property
    def history(self) -> list[tuple[Any, ...]]:
        return self.rows(
            "SELECT text, revision, witness FROM revisions ORDER BY first_captured_at, revision"
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Archive.open(tmp_path / "archive.db") as archive:
        yield Desk(archive)


def seen_by(witness: str, at: str) -> dict[str, Any]:
    return {"witness": witness, "seen_at": at}


def test_an_earlier_wording_is_a_revision_of_its_own_time(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    desk.say("Three lamps are lit.", "2026-03-05T12:00:00Z")
    told = seen_by("wayback", "2025-01-01T00:00:00Z")
    assert desk.say("One lamp is lit.", "2026-03-06T12:00:00Z", **told) == "revised"
    between = seen_by("wayback", "2026-03-03T00:00:00Z")
    assert desk.say("A lamp is broken.", "2026-03-06T12:00:01Z", **between) == "revised"
    assert desk.history == [
        ("One lamp is lit.", 3, "wayback"),
        ("Two lamps are lit.", 1, None),
        ("A lamp is broken.", 4, "wayback"),
        ("Three lamps are lit.", 2, None),
    ]
    assert desk.statement == ("Three lamps are lit.", "live", 2)
    assert desk.say("Four lamps are lit.", "2026-03-07T12:00:00Z") == "revised"
    assert desk.statement == ("Four lamps are lit.", "live", 5)


def test_what_a_witness_saw_again_is_a_look_and_no_revision(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    told = seen_by("wayback", "2025-01-01T00:00:00Z")
    assert desk.say("Two lamps are lit.", "2026-03-06T12:00:00Z", **told) == "seen"
    assert desk.history == [("Two lamps are lit.", 1, None)]
    looks = desk.rows("SELECT checked_at, witness, revision FROM checks ORDER BY checked_at")
    assert looks == [("2025-01-01T00:00:00Z", "wayback", 1), ("2026-03-01T12:00:00Z", None, 1)]


def test_known_only_from_elsewhere_is_unchecked_until_we_look(desk: Desk) -> None:
    early, late = (seen_by("wayback", f"202{n}-01-01T00:00:00Z") for n in (3, 4))
    desk.say("One lamp is lit.", "2026-03-06T12:00:00Z", **early)
    assert desk.statement == ("One lamp is lit.", "unchecked", 1)
    desk.say("Two lamps are lit.", "2026-03-06T12:00:01Z", **late)
    assert desk.statement == ("Two lamps are lit.", "unchecked", 2)
    desk.say("Two lamps are lit.", "2026-03-07T12:00:00Z")
    assert desk.statement == ("Two lamps are lit.", "live", 2)


def test_words_taken_in_another_way_are_not_compared(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    told = seen_by("wayback", "2025-01-01T00:00:00Z") | {"route": "wayback light #87654321"}
    with pytest.raises(UncertainEditError):
        desk.say("Menu. Two lamps are lit.", "2026-03-06T12:00:00Z", **told)
    told["route"] = "wayback elsewhere #12345678"
    assert desk.say("One lamp is lit.", "2026-03-06T12:00:01Z", **told) == "revised"


def test_a_text_is_let_go_of_after_two_reports_a_day_apart(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    assert desk.gone("2026-03-02T12:00:00Z")
    assert desk.gone("2026-03-03T11:59:59Z")
    assert desk.statement == ("Two lamps are lit.", "suspect", 1)
    assert desk.gone("2026-03-03T12:00:00Z")
    assert desk.statement == (None, "suspect", 1)
    assert desk.history == [(None, 1, None)]
    (found,) = desk.rows("SELECT text_sha256 FROM revisions")
    assert found == (text_sha256("Two lamps are lit."),)
    assert desk.rows("SELECT kind FROM ledger ORDER BY seq") == [
        ("revision",),
        ("suspect",),
        ("withheld",),
    ]
    assert desk.rows("SELECT count(*) FROM statements_fts('lamps')") == [(0,)]


def test_a_page_that_is_not_found_lets_go_of_nothing(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    for day in range(2, 9):
        desk.gone(f"2026-03-0{day}T12:00:00Z", outcome="absent")
    assert desk.statement == ("Two lamps are lit.", "suspect", 1)


def test_reports_count_from_the_last_time_it_was_there(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    desk.gone("2026-03-02T12:00:00Z")
    desk.say("Two lamps are lit.", "2026-03-04T12:00:00Z")
    desk.gone("2026-03-05T12:00:00Z")
    assert desk.statement == ("Two lamps are lit.", "suspect", 1)


def test_a_text_comes_back_with_its_statement(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z")
    desk.gone("2026-03-02T12:00:00Z")
    desk.gone("2026-03-03T12:00:00Z")
    assert desk.say("Two lamps are lit.", "2026-03-09T12:00:00Z") == "seen"
    assert desk.statement == ("Two lamps are lit.", "live", 1)
    assert desk.history == [("Two lamps are lit.", 1, None)]
    assert desk.rows("SELECT count(*) FROM statements_fts('lamps')") == [(1,)]


def test_a_file_says_nothing_of_what_stands_where(desk: Desk) -> None:
    desk.say("Two lamps are lit.", "2026-03-01T12:00:00Z", witness="import")
    assert desk.statement == ("Two lamps are lit.", "unchecked", 1)
    assert desk.rows("SELECT * FROM checks") == []
