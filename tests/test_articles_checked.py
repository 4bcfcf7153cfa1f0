"""Whole articles of two invented worlds against their records, as they were judged by hand."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from recorded import record_world

from archive.passages.refreshing import refresh
from archive.records import statement_id
from archive.store import Archive, open_for_reading
from onrecord.checking.checked import CheckedQuote
from onrecord.checking.checking import Checker, Told
from spiders.articles import article_of_file

TESTS = Path(__file__).parent
WORLDS = ("kesh", "valmora")
FLOORS = json.loads((TESTS / "gate" / "floors.json").read_text("utf-8"))["quotes"]["articles"]
KEPT = {"verbatim", "marked_edits", "trivial"}
CHANGED = {"altered", "spliced"}
VERDICTS = (
    *("verbatim", "marked_edits", "trivial", "altered", "spliced", "other_speaker", "translated"),
    *("several_sources", "earlier_revision", "too_short", "not_on_record"),
)


class Judged(NamedTuple):
    """A quotation as people judged it, and as it was checked; None if it was not found."""

    gold: dict[str, Any]
    checked: CheckedQuote | None


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    return [each for world in WORLDS for each in _judged(world, tmp_path_factory.mktemp(world))]


def _judged(world: str, folder: Path) -> Iterator[Judged]:
    record_world(TESTS / "articles" / world, folder / "archive.db")
    with Archive.open(folder / "archive.db") as archive:
        refresh(archive)
    checker = Checker(open_for_reading(folder / "archive.db"))
    for path in sorted((TESTS / "articles" / world).glob("*/expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        (article,) = path.parent.glob("article.*")
        on = date.fromisoformat(expected["published_on"])
        left = list(checker.check(article_of_file(article), Told(on=on)).quotes)
        for gold in expected["quotes"]:
            found = next((each for each in left if _is_same(gold, each)), None)
            if found:
                left.remove(found)
            yield Judged(gold, found)


def _is_same(gold: dict[str, Any], checked: CheckedQuote) -> bool:
    is_there = gold["start"] is None or gold["start"] == checked.start
    return is_there and _plain(gold["quote"]) == _plain(checked.quote)


def _plain(words: str) -> str:
    return " ".join(words.split()).strip(" ,.").lower()


def share(right: int, of: int) -> float:
    return right / of


def test_the_set_is_large_and_has_every_verdict(judged: list[Judged]) -> None:
    folders = [
        path for world in WORLDS for path in (TESTS / "articles" / world).glob("*/article.*")
    ]
    assert len(folders) >= 60
    assert len(judged) >= 400
    assert {each.gold["verdict"] for each in judged} == set(VERDICTS)


def test_quotations_are_found(judged: list[Judged]) -> None:
    found = sum(each.checked is not None for each in judged)
    assert share(found, len(judged)) >= FLOORS["found"]


def test_verdicts_are_those_of_people(judged: list[Judged]) -> None:
    seen = [each for each in judged if each.checked]
    right = sum(each.checked.verdict == each.gold["verdict"] for each in seen if each.checked)
    assert share(right, len(seen)) >= FLOORS["verdict"]


def test_no_altered_quotation_is_called_kept(judged: list[Judged]) -> None:
    wrong = [
        each.gold["quote"]
        for each in judged
        if each.checked and each.gold["verdict"] in CHANGED and each.checked.verdict in KEPT
    ]
    assert not wrong


def test_altered_is_hardly_ever_said_wrongly(judged: list[Judged]) -> None:
    said = [each for each in judged if each.checked and each.checked.verdict == "altered"]
    right = sum(each.gold["verdict"] in CHANGED for each in said)
    assert share(right, len(said)) >= FLOORS["altered_precision"]


def test_the_passage_is_the_one_that_people_chose(judged: list[Judged]) -> None:
    seen = [
        each
        for each in judged
        if each.gold["match"] and each.checked and each.checked.verdict == each.gold["verdict"]
    ]
    right = 0
    for gold, checked in seen:
        wanted = statement_id(gold["match"]["source"], gold["match"]["id"])
        match = checked.match if checked else None
        right += bool(match) and (wanted, gold["match"]["revision"]) == (
            match.statement,
            match.revision,
        )
    assert share(right, len(seen)) >= FLOORS["passage"]


def test_nobody_is_named_who_is_somebody_else(judged: list[Judged]) -> None:
    named = [each for each in judged if each.checked and each.checked.speaker_id]
    right = sum(
        each.checked.speaker_id == each.gold["speaker_id"] for each in named if each.checked
    )
    assert share(right, len(named)) >= FLOORS["speaker_id_precision"]
    known = sum(each.gold["speaker_id"] is not None for each in judged)
    assert share(right, known) >= FLOORS["speaker_id_recall"]


def test_what_is_not_found_says_what_was_looked_at(judged: list[Judged]) -> None:
    verdicts = Counter(each.checked.verdict for each in judged if each.checked)
    assert verdicts["not_on_record"] > 50
    for each in judged:
        if each.checked and each.checked.verdict == "not_on_record":
            assert each.checked.coverage is not None
            assert each.checked.coverage.note
