"""Offsets: a span of the normalised text leads back to the text as given, and the other way."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.normalise import normalise_text
from analysis.offsets import Offsets

PLAIN = "The talks in Ostbay went well."
GIVEN = "\ufeff The  talks\r\n\r\n\r\nin \u200bO\u200bstbay\u00a0 went\twe\u0301ll \x07 . "


def test_a_text_that_is_normal_keeps_its_places() -> None:
    offsets = Offsets(PLAIN)
    assert offsets.in_given((13, 19)) == offsets.in_normalised((13, 19)) == (13, 19)


def test_a_name_is_found_on_both_sides() -> None:
    offsets = Offsets(GIVEN)
    assert offsets.normalised == "The talks\n\nin Ostbay went wéll ."
    at = offsets.normalised.index("Ostbay")
    start, end = offsets.in_given((at, at + 6))
    assert GIVEN[start:end] == "O\u200bstbay"
    assert offsets.in_normalised((start, end)) == (at, at + 6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("we\u0301ll  done", "wéll"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8  talks", "한국"),
        ("a\x1cb  c", "ab"),
        ("the  \u2029  end", "end"),
    ],
)
def test_signs_that_become_one_lead_back_to_all_of_them(text: str, words: str) -> None:
    offsets = Offsets(text)
    at = offsets.normalised.index(words)
    start, end = offsets.in_given((at, at + len(words)))
    assert normalise_text(text[start:end]) == words
    assert offsets.in_normalised((start, end)) == (at, at + len(words))


BLANKS = " \n\r\t\u00a0\u2029\x1c\x85"
MARKS = "\u200b\u0301\u0327\u0344\u0bc6\u0bbe"
LETTERS = "ab.é\u1112\u1161"


@settings(max_examples=400)
@given(
    st.one_of(st.text(BLANKS + MARKS + LETTERS, max_size=30), st.text(max_size=30)),
    st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
@example(" \n", (0, 2))
def test_every_word_leads_back_to_what_it_was_made_of(text: str, span: tuple[int, int]) -> None:
    try:
        offsets = Offsets(text)
    except ValueError:
        return
    words = offsets.normalised
    assert words == normalise_text(text)
    start, end = sorted(min(each, len(words)) for each in span)
    first, last = offsets.in_given((start, end))
    assert 0 <= first <= last <= len(text)
    back = offsets.in_normalised((first, last))
    assert 0 <= back[0] <= back[1] <= len(words)
    inner = words[start:end]
    if inner.strip():  # blanks may become fewer, or more
        assert back[0] <= start + len(inner) - len(inner.lstrip())
        assert back[1] >= end - len(inner) + len(inner.rstrip())
