"""Accounts: texts in folders, with the sentences that match and the numbers that one has alone."""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.accounts import Accounts, compare_accounts
from analysis.sentences import split_sentences

CASES = sorted((Path(__file__).parent / "accounts").iterdir())


def told(accounts: Accounts, one: str, other: str) -> dict[str, Any]:
    def words(text: str, spans: Any) -> list[str]:
        return [text[slice(*span)] for span in spans]

    return {
        "both": [
            [words(one, side.one), words(other, side.other)]
            for side in accounts.sides
            if side.one and side.other
        ],
        "numbers_of_one": words(one, accounts.only_one),
        "numbers_of_other": words(other, accounts.only_other),
        "is_aligned": accounts.is_aligned,
    }


def read(case: Path) -> tuple[str, str, dict[str, Any]]:
    one, other = ((case / f"{name}.txt").read_text().strip() for name in ("one", "other"))
    return one, other, yaml.safe_load((case / "expected.yml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_both_tell_and_what_only_one_does(case: Path) -> None:
    one, other, expected = read(case)
    languages = expected.pop("languages", ["en", "en"])
    assert told(compare_accounts(one, other, *languages), one, other) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_other_way_round_the_same_is_told(case: Path) -> None:
    one, other, expected = read(case)
    languages = expected.pop("languages", ["en", "en"])
    found = told(compare_accounts(other, one, *languages[::-1]), other, one)
    assert found["numbers_of_one"] == expected["numbers_of_other"]
    pairs = sorted([each[::-1] for each in found["both"]])
    assert pairs == sorted(expected["both"])


def test_every_sentence_of_both_is_there_once() -> None:
    one, other, _ = read(CASES[0].parent / "one_meeting")
    accounts = compare_accounts(one, other)
    ones = [span for side in accounts.sides for span in side.one]
    others = [span for side in accounts.sides for span in side.other]
    assert ones == split_sentences(one, "en")
    assert sorted(others) == split_sentences(other, "en")


def test_a_text_and_itself_differ_in_nothing() -> None:
    one, _, _ = read(CASES[0].parent / "one_meeting")
    accounts = compare_accounts(one, one)
    assert all(side.one == side.other and side.likeness == 1 for side in accounts.sides)
    assert not accounts.only_one + accounts.only_other


def test_very_long_texts_are_not_aligned() -> None:
    text = "The ministers met again in Tolva. " * 400
    accounts = compare_accounts(text, text)
    assert not accounts.is_aligned
    assert not [side for side in accounts.sides if side.one and side.other]


VOCABULARY = [
    "ferry",
    "treaty",
    "14",
    "fourteen",
    "the",
    "quota.",
    "Tolva",
    "talks.",
    "3",
    "May\n\n",
]
WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=60).map(" ".join)


@given(WORDS, WORDS)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_or_told_twice(one: str, other: str) -> None:
    accounts = compare_accounts(one, other)
    for number, text in enumerate((one, other)):
        spans = sorted(span for side in accounts.sides for span in (side.one, side.other)[number])
        assert spans == split_sentences(text, "en")
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_what_is_told_does_not_depend_on_chance() -> None:
    one, other, _ = read(CASES[0].parent / "another_order")
    random.seed(1)
    assert len({compare_accounts(one, other) for _ in range(3)}) == 1
