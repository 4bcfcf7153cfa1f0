"""Crawling a Telegram channel by its preview: paging, edits, deletions, and missing ids."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, crawl, onrecord, rows, write_source
from preview import OFF, Message, Preview, html, render
from test_replay import SAME

from spiders.platforms.telegram import missing_numbers, say_ranges

FEED = '  - {{channel: telegram, base: "{url}", handle: Arvenna_Lights}}\n'
WORDINGS = (
    "SELECT r.text, r.is_silent, r.publisher_changes FROM revisions AS r JOIN statements AS s "
    "ON s.id = r.statement_id WHERE s.native_id = 'arvenna_lights/{}' ORDER BY r.revision"
)
MISSING = "This proves no deletion"


def fill(preview: Preview) -> None:
    """Publish ids 101 to 350, but for some that were never seen."""
    for number in range(101, 351):
        preview.messages[number] = Message(f"Lamp {number} was lit by the keepers at dusk.")
    for number in (105, *range(110, 119), 220):
        del preview.messages[number]
    preview.messages[130] = Message("pinned a photo", is_service=True)
    preview.messages[140] = Message("Three pictures of the pier.", album=(140, 141, 142))
    del preview.messages[141], preview.messages[142]
    preview.messages[345].is_edited = True


def issues(archive: Path) -> list[str]:
    return [each["message"] for each in rows(archive, "SELECT message FROM issues ORDER BY id")]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Crawl on three days: messages come, change, vanish, and ids are left out."""
    cwd = tmp_path_factory.mktemp("telegram")
    told: dict[str, Any] = {"cwd": cwd}
    with Preview() as preview:
        write_source(cwd / "sources", preview, feeds=FEED)
        fill(preview)
        told["first"] = crawl(preview, cwd) | {"asked": list(preview.asked)}
        shutil.copy(cwd / "archive.db", cwd / "first.db")
        preview.asked.clear()
        preview.messages[344] = Message("Lamp 344 is out.", is_edited=True)
        preview.messages[345] = Message("Lamp 345 is out.", is_edited=True)
        preview.messages[346] = Message("Lamp 346 is out.")
        del preview.messages[347]
        preview.messages[352] = Message("Lamp 352 was lit.")
        told["second"] = crawl(preview, cwd) | {"asked": list(preview.asked)}
        shutil.copy(cwd / "archive.db", cwd / "second.db")
        told["third"] = crawl(preview, cwd)
    return told


def test_every_message_of_every_page_is_found_once(days: dict[str, Any]) -> None:
    first = days["first"]
    assert (first["outcome"], first["exit"]) == ("finished", 0)
    assert first["listed"] == first["new_statements"] == 250 - 11 - 1 - 2
    pages = [path for path in first["asked"] if path.startswith("/s/")]
    assert len(pages) == len(set(pages)) == 12
    assert pages[:2] == ["/s/Arvenna_Lights", "/s/Arvenna_Lights?before=331"]


def test_a_message_has_what_the_preview_shows(days: dict[str, Any]) -> None:
    sql = "SELECT * FROM statements WHERE native_id = 'arvenna_lights/140'"
    (row,) = rows(days["cwd"] / "archive.db", sql)
    assert row["text"] == "Three pictures of the pier."
    assert (row["kind"], row["account"]) == ("post", "telegram/Arvenna_Lights")
    assert row["url"].endswith("/Arvenna_Lights/140")
    assert row["published_at"] == "2026-01-06T20:00:00Z"
    assert row["linked"].count('"media"') == 3


def test_a_later_crawl_stops_where_everything_is_known(days: dict[str, Any]) -> None:
    second = days["second"]
    assert (second["new_statements"], second["new_revisions"]) == (1, 3)
    pages = [path for path in second["asked"] if path.startswith("/s/")]
    assert pages == ["/s/Arvenna_Lights", "/s/Arvenna_Lights?before=331"]


def test_an_edit_is_told_by_its_words_and_its_mark(days: dict[str, Any]) -> None:
    """A mark that was there before covers later edits too, so that none of them is silent."""

    def told(number: int) -> list[tuple[str, int | None, bool]]:
        found = rows(days["cwd"] / "archive.db", WORDINGS.format(number))
        return [(e["text"], e["is_silent"], bool(e["publisher_changes"])) for e in found]

    before = "Lamp {} was lit by the keepers at dusk."
    assert told(344) == [(before.format(344), None, False), ("Lamp 344 is out.", 0, True)]
    assert told(345) == [(before.format(345), None, True), ("Lamp 345 is out.", None, True)]
    assert told(346) == [(before.format(346), None, False), ("Lamp 346 is out.", None, False)]


def test_a_message_that_is_missing_from_its_page_is_asked_for(days: dict[str, Any]) -> None:
    assert "/Arvenna_Lights/347?embed=1" in days["second"]["asked"]
    (look,) = rows(
        days["cwd"] / "second.db", "SELECT * FROM checks WHERE outcome NOT IN ('seen', 'withdrawn')"
    )
    assert (look["outcome"], look["evidence"]) == ("absent", "Post not found")
    sql = "SELECT native_id, text FROM statements WHERE state = 'suspect'"
    assert rows(days["cwd"] / "second.db", sql) == [
        {"native_id": "arvenna_lights/347", "text": "Lamp 347 was lit by the keepers at dusk."}
    ]


def test_ids_that_never_appeared_are_noted_once(days: dict[str, Any]) -> None:
    """Neither pictures of an album nor service messages are missing."""
    (first,) = issues(days["cwd"] / "first.db")
    assert "11 ids of Arvenna_Lights missing between 101 and 350: 105, 110-118, 220. " in first
    assert MISSING in first
    told = [each for each in issues(days["cwd"] / "archive.db") if MISSING in each]
    assert len(told) == 2
    assert "1 id of Arvenna_Lights missing between 311 and 352: 351. " in told[1]


def test_a_rebuild_makes_the_same_archive(days: dict[str, Any]) -> None:
    cwd = days["cwd"]
    finished = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(cwd / "again.db", sql) == rows(cwd / "archive.db", sql), table
    assert issues(cwd / "again.db") == issues(cwd / "archive.db")


@pytest.fixture
def preview(tmp_path: Path) -> Any:
    with Preview() as opened:
        write_source(tmp_path / "sources", opened, feeds=FEED)
        for number in range(1, 6):
            opened.messages[number] = Message(f"Lamp {number} was lit at dusk.")
        yield opened


def states(cwd: Path) -> set[str]:
    return {each["state"] for each in rows(cwd / "archive.db", "SELECT state FROM statements")}


def test_a_preview_that_is_off_marks_nothing(preview: Preview, tmp_path: Path) -> None:
    crawl(preview, tmp_path)
    preview.asked.clear()
    preview.is_off = True
    summary = crawl(preview, tmp_path)
    assert (summary["outcome"], summary["exit"]) == ("faulty", 1)
    assert "the preview of Arvenna_Lights is off" in issues(tmp_path / "archive.db")[-1]
    assert states(tmp_path) == {"live"}
    assert not [path for path in preview.asked if "embed" in path]


def test_looks_that_say_nothing_mark_nothing(preview: Preview, tmp_path: Path) -> None:
    crawl(preview, tmp_path)
    preview.asked.clear()
    page = html(f"<section class='tgme_channel_history'>{render(5, preview.messages[5])}</section>")
    answers = {
        1: html('<div class="tgme_widget_message_error">Channel not found</div>'),
        2: html(OFF),
        3: Answer(b"", 302, {"Location": "/elsewhere"}),
        4: Answer(b"slow down", 403),
    }
    preview.answers["/s/Arvenna_Lights"] = page
    for number, answer in answers.items():
        preview.answers[f"/Arvenna_Lights/{number}?embed=1"] = answer
    crawl(preview, tmp_path)
    assert "/elsewhere" in preview.asked
    assert len([path for path in preview.asked if "embed" in path]) == 4
    assert states(tmp_path) == {"live"}


def test_a_page_repeated_for_ever_ends(preview: Preview, tmp_path: Path) -> None:
    link = '<a class="tme_messages_more" data-before="2"></a>'
    shown = "".join(render(number, each) for number, each in preview.messages.items())
    again = html(f'<section class="tgme_channel_history">{link}{shown}</section>')
    preview.answers["/s/Arvenna_Lights"] = preview.answers["/s/Arvenna_Lights?before=2"] = again
    summary = crawl(preview, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 5)
    assert len([path for path in preview.asked if path.startswith("/s/")]) == 2


def test_a_page_without_a_message_that_is_wanted_is_paged_past(
    preview: Preview, tmp_path: Path
) -> None:
    for number in range(6, 30):
        preview.messages[number] = Message("pinned a photo", is_service=True)
    assert crawl(preview, tmp_path)["new_statements"] == 5


def test_odd_messages_are_told_and_stop_no_other(preview: Preview, tmp_path: Path) -> None:
    preview.messages[6] = Message("Words of a channel with another name.", name="arvenna_ports")
    preview.messages[9223372036854775807] = Message("An id of 64 bits.")
    preview.messages[900000000000000000] = Message("A big id.")
    summary = crawl(preview, tmp_path)
    assert summary["new_statements"] == 6
    told = issues(tmp_path / "archive.db")
    assert "message 6" in told[0]
    assert "is of arvenna_ports, not of Arvenna_Lights. Has the channel a new name?" in told[0]
    assert "has no number ('Arvenna_Lights/9223372036854775807')" in told[1]
    assert "899999999999999994 ids of Arvenna_Lights missing" in told[2]


@pytest.mark.parametrize(
    ("seen", "known", "gaps"),
    [
        ([], [], []),
        ([7], [], []),
        ([1, 2, 3], [], []),
        ([1, 3, 10**18], [], [(2, 2), (4, 10**18 - 1)]),
        ([8, 12], [1, 4, 8], [(9, 11)]),
        ([12, 13], [1, 8], [(9, 11)]),
        ([1, 5], [3, 7], [(2, 2)]),
        ([4, 6], [1, 8], []),
    ],
)
def test_gaps_are_found_outside_what_was_looked_through(
    seen: list[int], known: list[int], gaps: list[tuple[int, int]]
) -> None:
    assert missing_numbers(seen, known) == gaps


def test_many_gaps_are_told_in_short() -> None:
    told = say_ranges([(each, each) for each in range(1, 200, 2)])
    assert told.startswith("1, 3, 5")
    assert told.endswith("79 and 60 more ranges")
