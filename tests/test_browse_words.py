"""What the pages make of single values: links, dates, states, evidence, and word differences."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.worddiff import Piece, compare_texts, split_words
from onrecord.browse import (
    cells,
    marked_text,
    moments,
    statement_page,
    tone_words,
    wording,
)


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
    assert tone_words.read_tone_words(broken) == []
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
    kept: dict[str, str | None] = {"title": None, "publisher_changes": None, "is_silent": None}
    kept |= {"witness": None, "first_captured_at": "2031-03-05T12:00:00Z"}
    latest, first = statement_page._edits(
        [kept | {"revision": 2, "text": after}, kept | {"revision": 1, "text": before}]
    )
    assert latest["comparison"] == said
    assert bool(latest["text_change"]) is (said == "")
    assert "comparison" not in first


def mention(start: int, end: int, **other: object) -> dict[str, object]:
    row: dict[str, object] = {"start_at": start, "end_at": end, "kind": "country"}
    row |= {"entity_id": "xn", "name": "Norland", "is_quoted": 0, "sentence_start": 0}
    row |= {"sentence_end": 9, "target_tone_label": None, "target_tone_confidence": None}
    return row | {"target_tone_status": "mentioned, tone not scored"} | other


def test_mentions_are_marked_where_they_stand() -> None:
    text = "To Norland.\n\nFrom Norland to sea."
    rows = [mention(3, 10), mention(5, 10), mention(18, 25), mention(9, 15), mention(90, 99)]
    marked = marked_text.mark_text(text, rows)
    assert [[(each.text, each.id) for each in paragraph] for paragraph in marked] == [
        [("To ", ""), ("Norland", "xn"), (".", "")],
        [("From ", ""), ("Norland", "xn"), (" to sea.", "")],
    ]
    assert marked_text.mark_text("", []) == [[]]


def test_who_is_mentioned_is_told_once_with_what_is_sure() -> None:
    text = "Norland is calm. Norland is kind."
    unsure = mention(0, 7)
    scored = mention(17, 24, target_tone_label="positive", target_tone_confidence=0.9)
    scored |= {"sentence_start": 17, "sentence_end": 33}
    (told,) = tone_words.read_mentions(text, [unsure, scored])
    assert (told.times, told.sentence, told.said) == (2, "Norland is kind.", "")
    assert (told.label, told.confidence) == ("\u25b2 positive", "90 in 100 such labels are right")
    (told,) = tone_words.read_mentions(text, [unsure])
    assert told.said == "Mentioned; the tone is too unsure to be shown."
    (told,) = tone_words.read_mentions(text, [scored | {"is_quoted": 1}])
    assert (told.label, told.said) == ("", "In words that it quotes.")


@pytest.mark.parametrize("status", ["language", "too short", "not prose", "not asked for", "x"])
def test_why_there_is_no_tone_is_said_in_words(status: str) -> None:
    assert tone_words.say_tone(f"not scored: {status}").startswith("Not scored: ")
    assert tone_words.say_tone("scored") == ""


def test_the_words_that_are_left_out_still_count() -> None:
    evidence = "[" + ", ".join(f'["w{number}", 0.{number:02d}]' for number in range(1, 41)) + "]"
    words = tone_words.read_tone_words(evidence)
    assert words[-1].words == "(all other words)"
    assert tone_words.sum_of(words) == pytest.approx(sum(range(1, 41)) / 100)


TONES = st.floats(-0.2, 0.2, allow_nan=False)


@given(st.lists(TONES, max_size=40), TONES)
def test_what_is_shown_adds_up_to_the_tone_that_is_shown(
    weights: list[float], start: float
) -> None:
    named = [[f"w{at}", round(weight, 4)] for at, weight in enumerate(weights)]
    pairs = [*named, ["(other words)", 0.0123], ["(baseline)", round(start, 4)]]
    tone = sum(float(str(pair[1])) for pair in pairs)
    words = tone_words.read_tone_words(json.dumps(pairs), tone)
    assert sum(round(word.weight * 100) for word in words) == round(tone * 100)
    stored = {str(words): float(str(weight)) for words, weight in named}
    assert all(abs(word.weight - stored.get(word.words, word.weight)) <= 0.01 for word in words)
    assert [word.words for word in words[-2:]] == ["(all other words)", "(baseline)"]
    assert len(words) <= 17


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("tone", 0.03333333333333326, ">+0.03<"),
        ("tone", -0.001, ">+0.00<"),
        ("target_tone", -0.7214, ">-0.72<"),
        ("avg(tone)", 0.123456, ">+0.12<"),
        ("textblob_polarity", 0.0333333, ">+0.03<"),
        ("textblob_subjectivity", 0.4654, ">0.47<"),
        ("vader_compound", -0.9983, ">-1.00<"),
        ("tone_confidence", 0.8493, ">0.85</span>"),
        ("target_tone_confidence", 0.5579, '>0.56</span> <span class="aside">a guess'),
        ("similarity", 0.61538, ">0.62<"),
    ],
)
def test_numbers_of_tone_have_two_places(column: str, value: float, shown: str) -> None:
    for table in ("statements", "tone", "sentences", "mentions", None):
        cell = str(cells.render_value(table, column, value, {}, str))
        assert shown in cell
        assert f'title="{value}"' in cell
    assert cells.render_value("tone", "seconds", value, {}, str) is None


@pytest.mark.parametrize(("confidence", "is_guess"), [(0.59, True), (0.6, False), (None, False)])
def test_a_label_that_is_a_guess_is_called_one(confidence: float | None, is_guess: bool) -> None:
    row = {"tone_label": "positive", "tone_confidence": confidence}
    cell = cells.render_value("statements", "tone_label", "positive", row, str)
    assert ("a guess" in str(cell)) is is_guess
    assert ("a guess" in tone_words.say_confidence(confidence)) is is_guess


def test_no_label_is_said_to_be_always_right() -> None:
    assert tone_words.say_confidence(0.998) == "more than 99 in 100 such labels are right"
    assert tone_words.say_confidence(0.99) == "99 in 100 such labels are right"


@pytest.mark.parametrize(
    ("kinds", "rest", "said"),
    [
        ('["number", "typo"]', {}, "What changed: a number or date, a typing error."),
        ('["withheld"]', {}, ""),
        ("<b>", {}, ""),
        ('["wording"]', {"reverts_to": 1}, "back to the words of revision 1."),
        ('["wording"]', {"is_held": 1}, "Not confirmed: the crawl"),
    ],
)
def test_the_class_of_an_edit_is_said(kinds: str, rest: dict[str, int], said: str) -> None:
    edit = {"kinds": kinds, "reverts_to": None, "is_held": 0} | rest
    assert said in wording.say_classes(edit)
    assert bool(said) == bool(wording.say_classes(edit))


def test_a_held_edit_is_not_called_a_change() -> None:
    revision = {
        "revision": 2,
        "title": None,
        "text": "Lamps are out.",
        "publisher_changes": None,
        "is_silent": 1,
        "witness": None,
        "first_captured_at": "2031-03-05T12:00:00Z",
    }
    first = revision | {"revision": 1, "text": "Lamps are lit."}
    told = {"revision": 2, "kinds": '["wording"]', "reverts_to": None, "is_held": 1}
    (edit, _) = statement_page._edits([revision, first], [told])
    assert edit["said"] == "Reads otherwise."
    assert "Not confirmed" in edit["classes"]
    (edit, _) = statement_page._edits([revision, first], [told | {"is_held": 0}])
    assert edit["said"].startswith("Changed silently")
