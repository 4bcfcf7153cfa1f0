"""Lines of printed pages: which of them are one paragraph."""

from textwrap import wrap

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spiders.printed_lines import join_lines

LONG = (
    "The Navy of Arvenna will carry a radio on the common channel. The posts at Tolva will be "
    "staffed at night, and the charts of the lake will be shared with Norland."
)
WIDTH = 48


def printed(*paragraphs: str) -> str:
    """Print paragraphs one below the other, as a PDF file gives them."""
    return "\n".join(line for each in paragraphs for line in wrap(each, WIDTH))


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Ministry of Defence", "Safety on the lake: a plan", LONG, LONG),
        ("1. " + LONG, "2. " + LONG, "3. Costs."),
        ("1.1 What is planned", LONG, "1.2. What it costs", "a) " + LONG, "b) " + LONG),
        ("The plan:", "\u2022 radios", "\u2022 charts and", "\u2022 lamps", LONG, LONG),
        ("(a) " + LONG, "(b) " + LONG),
        ("\u2013 " + LONG, "\u2013 " + LONG),
        ("STATEMENT ON THE SAFETY OF THE LAKE AND OF TOLVA", LONG, LONG),
        ("3.1 On radios", "radios come first, as the boats wait for them. " + LONG, LONG),
        ("Checked against delivery", LONG + " " + LONG),
    ],
    ids=[
        "headings",
        "numbers",
        "levels",
        "bullets",
        "letters",
        "dashes",
        "capitals",
        "small",
        "one",
    ],
)
def test_paragraphs_points_and_headings_are_told_apart(paragraphs: tuple[str, ...]) -> None:
    assert join_lines([printed(*paragraphs)])[0].split("\n\n") == list(paragraphs)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("a co-\noperation of cooperation", "a cooperation of cooperation"),
        ("a co-\noperation and a co-operation", "a co-operation and a co-operation"),
        ("a well-\nknown lake", "a well-known lake"),
        ("two-\nand three-year terms", "two- and three-year terms"),
        ("the govern\u00ad\nment of Arvenna", "the government of Arvenna"),
        ("of Arvenna \u2013\nand of Norland", "of Arvenna \u2013 and of Norland"),
        ("It ended.\nthen it rained", "It ended.\n\nthen it rained"),
        ("Dear friends\n\nof the lake", "Dear friends\n\nof the lake"),
        (" \n\n ", ""),
        ("", ""),
    ],
)
def test_halves_of_words_are_joined_only_where_it_is_sure(lines: str, joined: str) -> None:
    assert join_lines([lines]) == [joined]


def test_scripts_without_spaces_are_joined_without_one() -> None:
    line = "湖の安全について国防省は次のとおり発表した"
    assert join_lines([f"発表\n{line}\n{line}\n{line}\n発表する。\n以上"]) == [
        f"発表\n\n{line * 3}発表する。\n\n以上"
    ]
    korean = "국방부는 호수의 안전에 대하여 다음과 같이 발표한다"
    assert join_lines(["\n".join([korean] * 3)]) == [" ".join([korean] * 3)]


def test_a_point_that_a_full_line_reaches_in_a_sentence_is_none() -> None:
    counted = "in the year, as the Navy says it, the count was\n12. It is 9 now."
    page = "\n".join([*wrap(LONG, WIDTH)[:3], counted])
    assert "the count was 12. It is 9 now." in join_lines([page])[0]


def test_every_page_keeps_its_words_and_the_margin_is_that_of_all_pages() -> None:
    pages = [printed("Plan", LONG), "", "A radio for every boat of the Navy, bought in\nNorland."]
    first, empty, last = join_lines(pages)
    assert (first, empty) == (f"Plan\n\n{LONG}", "")
    assert last == "A radio for every boat of the Navy, bought in Norland."


LINES = st.lists(
    st.text(st.sampled_from("ab B.-\u00ad1)(\u2022\u2013安한"), max_size=60), max_size=8
)


@given(st.lists(LINES, max_size=3))
@example([["a-", "b ab"]])
def test_no_sign_is_lost_but_hyphens(pages: list[list[str]]) -> None:
    joined = join_lines(["\n".join(lines) for lines in pages])
    assert len(joined) == len(pages)
    for lines, text in zip(pages, joined, strict=True):
        printed_signs = "".join(lines)
        assert _without_hyphens(text) == _without_hyphens(printed_signs)
        assert text.count("-") <= printed_signs.count("-")
        assert "\n" not in text.replace("\n\n", "")


def _without_hyphens(text: str) -> str:
    return "".join(text.replace("-", "").replace("\u00ad", "").split())
