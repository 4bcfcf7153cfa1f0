"""What the pages make of single values: links, dates, states, evidence, and word differences."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.browse import cells, moments, pages, wording
from onrecord.browse.worddiff import Piece, compare_texts, split_words


@pytest.mark.parametrize(
    ("value", "is_link"),
    [
        ("https://ministry.example/a?b=1", True),
        ("http://ministry.example", True),
        ("javascript:alert(1)", False),
        ("https:", False),
        ("//ministry.example", False),
        ("https://ministry.example/\u202egpj.exe", False),
        ("https://ministry.example/ a", False),
        ("https://[half", False),
        (" https://ministry.example", False),
    ],
)
def test_only_web_addresses_become_links(value: str, is_link: bool) -> None:
    assert cells.is_web_address(value) is is_link


@pytest.mark.parametrize(
    ("at", "precision", "said"),
    [
        ("2031-03-05T20:10:00Z", "time", "5 March 2031, 20:10 UTC (22:10 in Europe/Tallinn)"),
        ("2031-03-05", "date", "5 March 2031 (only the day is given)"),
        ("2031-03", "month", "March 2031 (only the month is given)"),
        ("2031-03-01", "month", "March 2031 (only the month is given)"),
        ("2031", "year", "2031 (only the year is given)"),
        (None, None, "undated"),
        ("soon", "date", "soon (only the day is given)"),
    ],
)
def test_a_date_is_said_no_more_exactly_than_it_is_known(
    at: str | None, precision: str | None, said: str
) -> None:
    assert moments.say_published(at, precision, "Europe/Tallinn") == said


def test_a_zone_that_is_not_known_is_left_out() -> None:
    assert moments.say_time("2031-03-05T20:10:00Z", "Mars/Olympus") == "5 March 2031, 20:10 UTC"


def test_several_failed_looks_are_counted() -> None:
    missed = [{"checked_at": f"2031-03-0{day}T00:00:00Z", "outcome": "absent"} for day in (9, 8, 7)]
    said = wording.say_state({"state": "suspect", "last_seen_at": "2031-03-07T00:00:00Z"}, missed)
    assert said.startswith("Not found at the last 2 looks, the latest on 9 March 2031")


@pytest.mark.parametrize("broken", ["", "{", "[1, [2]]", '{"a": 1}', '[["a", "b"]]', "null"])
def test_broken_evidence_gives_no_words(broken: str) -> None:
    assert wording.read_tone_words(broken) == []
    assert wording.read_corrections(broken) == {}
    assert wording.read_notes(broken) == []


def marked(before: str, after: str, kind: str) -> list[str]:
    return [piece.text for piece in compare_texts(before, after) if piece.kind == kind]


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("to further this", "to furthering this", ["further"], ["furthering"]),
        ("a big red house", "a house", ["big red"], []),
        ("a house", "a big red house", [], ["big red"]),
        ("We agree.", "We do not agree.", [], ["do not"]),
        ("on 4 May.", "on 6 May.", ["4"], ["6"]),
        ("Yes, minister", "Yes minister", [","], []),
        ("He said so", "He said so.", [], ["."]),
        ("same words\n\nhere", "same words here", [], []),
        ("会談は四日", "会談は六日", ["四"], ["六"]),
        ("हम शांति चाहते हैं", "हम शान्ति चाहते हैं", ["शांति"], ["शान्ति"]),
        ("نرحب بالتعاون مع", "نرحب بالحوار مع", ["بالتعاون"], ["بالحوار"]),
        ("", "new text", [], ["new text"]),
        ("old text", "", ["old text"], []),
    ],
)
def test_exactly_the_changed_words_are_marked(
    before: str, after: str, gone: list[str], new: list[str]
) -> None:
    assert marked(before, after, "gone") == gone
    assert marked(before, after, "new") == new


def test_unchanged_paragraphs_are_counted() -> None:
    assert compare_texts("One.\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nFour.") == [
        Piece("skipped", "2"),
        Piece("gone", "Three"),
        Piece("new", "Four"),
        Piece("same", "."),
    ]
    assert compare_texts("Same.", "Same.") == [Piece("skipped", "1")]


WORDS = st.lists(st.sampled_from(["peace", "and", "trade,", "(now)", "«oui»", "四日"]), max_size=12)


@given(WORDS, WORDS)
def test_the_pieces_give_both_texts_again(before: list[str], after: list[str]) -> None:
    old, new = " ".join(before), " ".join([*after, "end"])
    pieces = compare_texts(old, new)

    def text(other: str) -> str:
        return "".join(
            "".join(each.text.split()) for each in pieces if each.kind in {"same", other}
        )

    assert text("gone") == "".join(old.split())
    assert text("new") == "".join(new.split())


@given(st.text())
def test_splitting_loses_nothing(text: str) -> None:
    words = split_words(text)
    assert "".join(word.text + word.space for word in words) == text.lstrip()


def test_a_long_text_written_anew_is_compared_in_time() -> None:
    before = " ".join(f"word{number % 90} and the" for number in range(3000))
    after = " ".join(f"word{number % 70} of the" for number in range(3000))
    start = time.process_time()
    pieces = compare_texts(before, after)
    assert time.process_time() - start < 3
    assert {piece.kind for piece in pieces} >= {"gone", "new"}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("One two.", "One three.", ""),
        ("One\n\ntwo.", "One two.", "The words are the same: only spacing or paragraphs changed."),
        ("One two.", None, "The texts are not kept, so they cannot be compared here."),
    ],
)
def test_a_revision_says_why_nothing_is_marked(before: str, after: str | None, said: str) -> None:
    kept = {"title": None, "publisher_changes": None, "is_silent": None, "witness": None}
    latest, first = pages._edits(
        [kept | {"revision": 2, "text": after}, kept | {"revision": 1, "text": before}]
    )
    assert latest["comparison"] == said
    assert bool(latest["text_change"]) is (said == "")
    assert "comparison" not in first
