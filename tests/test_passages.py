"""Passages: the texts of an archive in which a quotation may stand."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from shelf import FEXLEY, MARROW, Shelf, shelf

from archive.passages import finding, searching, volumes
from archive.passages.rarity import rarity
from archive.passages.refreshing import refresh
from archive.store import Archive, open_for_reading

FERRY = "The northern ferry will sail again from the first day of May, come fog or ice."


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Shelf]:
    with shelf(tmp_path / "archive.db") as made:
        yield made


def noise(record: Shelf, count: int, seed: int = 1) -> None:
    chance = random.Random(seed)
    words = [f"w{number}" for number in range(2_000)]
    shares = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(count):
        text = " ".join(chance.choices(words, shares, k=30))
        record.put(f"n{seed}-{number}", text, speaker_id=MARROW)


def test_a_passage_says_what_is_known_of_it(record: Shelf) -> None:
    record.put(
        "a",
        FERRY,
        url="https://mfa.example/1",
        speaker="Odran Fexley",
        speaker_id=FEXLEY,
        state="suspect",
    )
    refresh(record.archive)
    (passage,) = record.find("the first day of May")
    assert passage.statement_id == "a"
    assert (passage.revision, passage.is_latest, passage.state) == (1, True, "suspect")
    assert (passage.text, passage.kind, passage.language) == (FERRY, "statement", "en")
    assert (passage.speaker, passage.speaker_ids) == ("Odran Fexley", {FEXLEY})
    assert (passage.published_at, passage.captured_at) == ("2031-03-05", "2031-01-01T00:00:00Z")
    assert (passage.source, passage.office) == ("xa_mfa", "Ministry of Harbours")
    assert (passage.url, passage.title) == ("https://mfa.example/1", None)
    assert (passage.is_repost, passage.is_translation) == (False, False)
    assert passage.shared == 2


def test_what_newspapers_change_without_a_thought_hides_nothing(record: Shelf) -> None:
    record.put(
        "a", "We won\u2019t wait: 1,400 ships & 40% of @TheFleet sail for #FreeSeas \u2013 today!"
    )
    refresh(record.archive)
    quote = 'We won\'t wait, 1400 ships and 40 per cent of The Fleet sail for "Free Seas" today'
    assert [each.shared for each in record.find(quote)] == [13]


def test_a_quotation_with_changed_words_finds_its_text(record: Shelf) -> None:
    noise(record, 400)
    record.put("a", FERRY)
    assert (
        record.found("northern ferries will sail once more from the first day of May")[0][0] == "a"
    )
    assert (
        record.found("Northern boats will run again from that day, come snow or ice")[0][0] == "a"
    )
    assert record.found("nobody ever heard such words") == []
    assert record.found("") == []
    assert record.found("?!") == []


def test_an_earlier_text_is_found_with_the_later_ones(record: Shelf) -> None:
    later = FERRY.replace("May", "June")
    record.put("a", FERRY, later, f"{later} No refunds.")
    found = record.found("the first day of May, come fog or ice")
    assert found[0] == ("a", 1)
    assert set(found) == {("a", 1), ("a", 2), ("a", 3)}
    assert [each.is_latest for each in record.find("the first day of May, come fog")] == [
        False,
        True,
        False,
    ]


def test_ones_own_words_come_first_and_are_not_crowded_out(record: Shelf) -> None:
    for number in range(80):
        record.put(f"r{number}", FERRY, speaker_id=MARROW, linked='[{"relation": "repost"}]')
    record.put("own", FERRY.replace("fog", "rain"), speaker_id=FEXLEY, published_at="2031-09-01")
    refresh(record.archive)
    found = record.find(FERRY, FEXLEY)
    assert found[0].statement_id == "own"
    assert len(found) == 30
    assert all(each.is_repost for each in found[1:])
    assert "own" not in {each.statement_id for each in record.find(FERRY)}


def test_ones_own_words_crowd_out_no_others(record: Shelf) -> None:
    for number in range(80):
        record.put(
            f"o{number}",
            f"The northern ferry will sail again from May, {number}",
            speaker_id=FEXLEY,
        )
    noise(record, 200)
    record.put("other", FERRY, speaker_id=MARROW)
    refresh(record.archive)
    found = [each.statement_id for each in record.find(FERRY, FEXLEY)]
    assert found[-1] == "other"
    assert len(found) == 30


def test_ones_own_words_are_found_in_any_number_of_equal_texts(
    record: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_POOL", 10)
    for number in range(200):
        record.put(f"r{number}", FERRY, speaker_id=FEXLEY if number == 150 else MARROW)
    assert record.found(FERRY, FEXLEY)[0] == ("r150", 1)


def test_of_equal_ones_the_earliest_comes_first(record: Shelf) -> None:
    record.put("b", FERRY, published_at="2031-03-05T10:00:00Z")
    record.put("a", FERRY, published_at="2031-03-04")
    record.put("c", FERRY, published_at=None)
    assert record.found(FERRY) == [("a", 1), ("b", 1), ("c", 1)]


def test_a_formula_of_all_costs_little_and_decides_nothing(
    record: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    formula = "We wish our people a happy new year."
    for number in range(300):
        record.put(f"f{number}", f"{formula} Boat {number} sails.")
    record.put("a", f"{formula} {FERRY}")
    monkeypatch.setattr(searching, "LARGE", 200)
    monkeypatch.setattr(searching, "MOST_BYTES", 0)
    assert record.found(f"{formula} The northern ferry will sail again")[0] == ("a", 1)


def test_several_volumes_are_searched_as_one(
    record: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "FULL", 3_000)
    monkeypatch.setattr("archive.passages.refreshing._WORDS", 300)
    noise(record, 100)
    record.put("a", FERRY)
    noise(record, 100, seed=2)
    assert record.found("will sail again from the first day")[0] == ("a", 1)
    assert len(record.run("SELECT * FROM passage_volumes")) > 3


def test_letters_without_blanks_are_found(record: Shelf) -> None:
    record.put("ja", "我々は海の安全を守るため、全力を尽くします。", language="ja")
    record.put("th", "เราจะรักษาความปลอดภัยทางทะเล", language="th")
    record.put("hi", "हम समुद्र की सुरक्षा के लिए काम करेंगे।", language="hi")
    assert record.found("海の安全を守る") == [("ja", 1)]
    assert record.found("ความปลอดภัยทางทะเล") == [("th", 1)]
    assert record.found("समुद्र की सुरक्षा के लिए") == [("hi", 1)]


def test_a_reader_needs_no_lock_and_an_archive_without_an_index_finds_nothing(
    tmp_path: Path, record: Shelf
) -> None:
    record.put("a", FERRY)
    db = open_for_reading(tmp_path / "archive.db")
    assert finding.find_candidates(db, FERRY) == []
    refresh(record.archive)
    assert [each.statement_id for each in finding.find_candidates(db, FERRY)] == ["a"]
    db.close()


def test_a_word_is_as_rare_as_the_record_says(record: Shelf) -> None:
    for number in range(3_000):
        record.put(f"s{number}", f"The harbour of {'Tolva' if number % 100 else 'Brenn'}")
    refresh(record.archive)
    rare = rarity(record.archive.db)
    assert rare("never-heard") == 1
    assert rare("harbour") < 0.05
    assert rare("harbour") < rare("tolva") + 0.01 < rare("brenn") < 1
    assert rare("Brenn's") == rare("brenns") == 1
    assert rare("#TolvaBrenn") == rare("brenn")
    assert rare("...") == 0


def test_in_a_record_of_seven_texts_common_words_are_not_rare(record: Shelf) -> None:
    for number in range(7):
        record.put(f"s{number}", "The partnership of harbours." if number < 3 else "Fog.")
    refresh(record.archive)
    rare = rarity(record.archive.db)
    assert rare("the") < 0.1
    assert rare("of") < rare("looking") < 0.8
    assert rare("partnership") > 0.75
    assert rare("unheard") == 1


def test_before_anything_is_indexed_every_word_is_as_in_general(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "empty.db") as archive:
        rare = rarity(archive.db)
        assert rare("the") < 0.1
        assert rare("ferry") == 1
