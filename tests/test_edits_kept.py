"""What the archive keeps of edits: beside each text, and held where there are many."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from looked import SOURCE

from analysis.normalise import text_sha256
from archive.comparing import UncertainEditError
from archive.edits import fill_edits
from archive.many_edits import hold_many_edits
from archive.passages.finding import find_candidates
from archive.passages.refreshing import refresh
from archive.recording import Recorder
from archive.records import Capture, EntityRow, MentionRow, Statement, ToneScore
from archive.store import Archive
from spiders.editing import read_edit

LIGHT = replace(SOURCE, retention="hash-only")
FRENCH = "Les phares de la côte sont allumés ce soir, et le ministre remercie tous les gardiens."
ENGLISH = "The lamps of the coast are lit tonight, and the minister thanks all of their keepers."


def capture(crawl: str, number: int, at: str) -> Capture:
    return Capture(
        id=f"{crawl}/{number}/{at}",
        url=f"https://light.example/{number}",
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


def statement(text: str, at: str, number: int = 1, crawl: str = "", **rest: Any) -> Statement:
    made = Statement(
        source="xa_light",
        native_id=str(number),
        url=f"https://light.example/{number}",
        kind="speech",
        title="A speech",
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
        route="listing light #12345678",
        capture=capture(crawl, number, at),
    )
    return replace(made, **rest)


class Desk:
    """An archive and the crawls that write it."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.day = 0

    def recorder(self, *, reads: bool = True) -> Recorder:
        self.day += 1
        return Recorder(
            self.archive,
            LIGHT,
            crawl_id=f"xa_light-{self.day}",
            started_at=datetime(2026, 3, self.day, tzinfo=UTC),
            software="a test",
            read_edit=read_edit if reads else None,
        )

    def crawl(self, texts: list[str], *, finish: bool = True, reads: bool = True) -> Recorder:
        """Find a text at each of some addresses."""
        recorder = self.recorder(reads=reads)
        at = f"2026-03-{self.day:02}T12:00:00Z"
        for number, text in enumerate(texts, start=1):
            found = statement(text, at, number, recorder.crawl_id)
            recorder.keep_capture(found.capture)
            recorder.record(found)
        if finish:
            recorder.finish("finished", at=datetime(2026, 3, self.day, tzinfo=UTC), listed=1)
        return recorder

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.archive.db.execute(sql)]

    def decide(self, state: str) -> None:
        self.archive.db.execute("UPDATE events SET state = ?", [state])

    @property
    def held(self) -> tuple[int, int]:
        (row,) = self.rows("SELECT count(*), coalesce(sum(is_held), 0) FROM edits")
        return row[0], row[1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Archive.open(tmp_path / "archive.db") as archive:
        yield Desk(archive)


EDITS = "SELECT revision, from_revision, kind, reverts_to FROM edits ORDER BY revision"


def test_an_edit_is_kept_with_its_words_and_a_reversion_says_so(desk: Desk) -> None:
    for text in ("We met 40 envoys.", "We met 14 envoys.", "We met 40 envoys."):
        desk.crawl([text])
    assert desk.rows(EDITS) == [(2, 1, "number", None), (3, 2, "number", 1)]
    (changes,) = desk.rows("SELECT changes FROM edits WHERE revision = 2")[0]
    (change,) = json.loads(changes)
    assert (change["before"], change["after"]) == ("40", "14")
    assert (change["before_at"], change["flags"]) == ([7, 9], ["number"])


def test_texts_are_compared_in_the_order_of_time(desk: Desk) -> None:
    desk.crawl(["We met 40 envoys."])
    desk.crawl(["We met 14 envoys."])
    recorder = desk.recorder()
    between = statement(
        "We met many envoys.",
        "2026-03-03T12:00:00Z",
        crawl=recorder.crawl_id,
        witness="wayback",
        seen_at="2026-03-01T18:00:00Z",
    )
    recorder.keep_capture(between.capture)
    assert recorder.record(between) == "revised"
    assert desk.rows(EDITS) == [(2, 3, "number", None), (3, 1, "number", None)]


def test_an_older_archive_is_told_of_its_edits_once(desk: Desk) -> None:
    for text in ("We met.", "We sat.", "We met."):
        desk.crawl([text, "Lamps."], reads=False)
    assert desk.rows(EDITS) == []
    assert fill_edits(desk.archive, read_edit) == 2
    assert desk.rows(EDITS) == [(2, 1, "wording", None), (3, 2, "wording", 1)]
    assert fill_edits(desk.archive, read_edit) == 0


def _tone(*names: str) -> ToneScore:
    mentions = tuple(
        MentionRow(0, 1, "country", name, 0, None, None, None, "scored") for name in names
    )
    entities = tuple(EntityRow("country", name, name) for name in names)
    return ToneScore(
        language="en",
        tone_model="m",
        textblob_version="1",
        tone_status="scored",
        mentions=mentions,
        entities=entities,
    )


def test_who_is_no_longer_named_is_told_once_the_texts_are_read(desk: Desk) -> None:
    recorder = desk.crawl(["Belmora sails. We sail."], finish=False)
    last = statement("We sail.", "2026-03-01T13:00:00Z", crawl=recorder.crawl_id, tone=_tone())
    recorder.keep_capture(last.capture)
    recorder.record(last)
    assert desk.rows("SELECT kind, has_names FROM edits") == [("sentence_removed", 0)]
    (sha,) = desk.rows("SELECT text_sha256 FROM revisions WHERE revision = 1")[0]
    from archive.tones import keep_tone

    with desk.archive.transaction() as db:
        keep_tone(db.conn, sha, _tone("xb"))
    assert fill_edits(desk.archive, read_edit) == 1
    assert desk.rows("SELECT kind, has_names FROM edits") == [("mention_removed", 1)]


def test_words_that_are_withheld_are_not_kept_in_edits(desk: Desk) -> None:
    for text in ("We met 40 envoys.", "We met 14 envoys."):
        desk.crawl([text])
    recorder = desk.recorder()
    for day in (3, 5):
        look = capture(recorder.crawl_id, 1, f"2026-03-0{day}T12:00:00Z")
        recorder.keep_capture(look)
        recorder.record_absence("1", "deleted", "says so", look)
    assert desk.rows("SELECT kind, changes FROM edits") == [("number", None)]
    again = statement("We met 14 envoys.", "2026-03-07T12:00:00Z", crawl=recorder.crawl_id)
    recorder.keep_capture(again.capture)
    assert recorder.record(again) == "seen"
    assert desk.rows("SELECT kind, changes FROM edits") == [("number", None)]


def texts(count: int, changed: int = 0) -> list[str]:
    return [
        f"Lamp number {number} is {'out' if number < changed else 'lit'} on the coast of Tolva."
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "changed", "held"), [(3, 3, 0), (20, 4, 0), (20, 5, 5), (4, 4, 4)]
)
def test_many_edits_at_once_wait_for_a_person(
    desk: Desk, count: int, changed: int, held: int
) -> None:
    desk.crawl(texts(count))
    recorder = desk.crawl(texts(count, changed))
    assert desk.held == (changed, held)
    events = desk.rows("SELECT kind, state, statements, of FROM events")
    assert events == ([("many_edits", "waiting", held, count)] if held else [])
    desk.decide("dismissed")
    assert desk.held == (changed, held)
    desk.decide("accepted")
    assert desk.held == (changed, 0)
    assert not hold_many_edits(desk.archive.db, "xa_light", recorder.crawl_id)
    assert desk.held == (changed, 0)


def test_edits_of_a_crawl_that_died_wait_too(desk: Desk) -> None:
    desk.crawl(texts(20))
    desk.crawl(texts(20, changed=9), finish=False)
    assert desk.held[1] > 0  # before it has ended, too
    desk.crawl(texts(20, changed=9))
    assert desk.held == (9, 9)
    assert desk.rows("SELECT crawl_id FROM events") == [("xa_light-2",)]


def test_what_stood_before_a_held_edit_is_not_called_changed(desk: Desk) -> None:
    desk.crawl(texts(4))
    desk.crawl(texts(4, changed=4))
    refresh(desk.archive)

    def latest() -> set[bool]:
        found = find_candidates(desk.archive.db, "Lamp number 1 is lit on the coast of Tolva.")
        return {each.is_latest for each in found if "lit" in each.text}

    assert latest() == {True}
    desk.decide("accepted")
    assert latest() == {False}


@pytest.mark.parametrize(
    ("before", "after", "language", "is_edit"),
    [
        (ENGLISH, FRENCH, "fr", False),
        (ENGLISH, f"{ENGLISH} Merci !", "fr", True),  # only the guess at its language differs
        ("Soon.", FRENCH, "fr", True),
        (ENGLISH, FRENCH, None, True),
        (ENGLISH, FRENCH, "en-GB", True),
    ],
)
def test_a_page_that_answers_in_another_language_is_no_edit(
    desk: Desk, before: str, after: str, language: str | None, is_edit: bool
) -> None:
    recorder = desk.crawl([before], finish=False)
    flipped = statement(after, "2026-03-01T13:00:00Z", crawl=recorder.crawl_id, language=language)
    recorder.keep_capture(flipped.capture)

    def record() -> str:
        return recorder.record(flipped)

    if is_edit:
        assert record() == "revised"
        return
    _refused(record, "answers in 'fr', and did so in 'en' before")
    assert desk.rows("SELECT text, revision FROM statements") == [(before, 1)]


def _refused(record: Callable[[], str], why: str) -> None:
    with pytest.raises(UncertainEditError, match=why):
        record()
