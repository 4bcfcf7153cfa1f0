"""Quotations of invented articles: where they are, how their parts join, and who says each."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quotes import extract_quotes

ARTICLES = sorted(path.parent for path in Path(__file__).parent.glob("quotes/*/article.txt"))


def found_in(text: str) -> list[dict[str, Any]]:
    return [
        {
            "quote": quote.text,
            "start": quote.start,
            "end": quote.end,
            "parts": [list(part) for part in quote.parts],
            "speaker": quote.speaker,
        }
        for quote in extract_quotes(text)
    ]


@pytest.mark.parametrize("folder", ARTICLES, ids=lambda folder: folder.name)
def test_quotations_and_speakers(folder: Path) -> None:
    text = (folder / "article.txt").read_text(encoding="utf-8").rstrip("\n")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert found_in(text) == expected["quotes"]


def test_the_gold_set_is_large_enough_and_true_to_its_texts() -> None:
    count = 0
    for folder in ARTICLES:
        text = (folder / "article.txt").read_text(encoding="utf-8")
        for quote in json.loads((folder / "expected.json").read_text(encoding="utf-8"))["quotes"]:
            count += 1
            assert " ".join(text[start:end] for start, end in quote["parts"]) == quote["quote"]
    assert len(ARTICLES) >= 20
    assert count >= 120


def test_the_seed_article(shared_data: Path) -> None:
    text = (shared_data / "seed" / "article.txt").read_text(encoding="utf-8")
    first, short, second = extract_quotes(text)
    assert first.text.startswith("Heading to Moscow. During this visit")
    assert second.text.endswith("Looking forward to furthering this partnership during my visit,")
    assert first.speaker == second.speaker == "Rajnath Singh"
    assert second.speaker_words is not None
    assert text[slice(*second.speaker_words)] == "he"
    assert second.is_pronoun
    # Reported, as sources say it, but marked as too short to check.
    assert (short.text, short.speaker, short.is_short) == ("collectively", "sources", True)
    assert not first.is_short


def test_known_blocks_are_quotations() -> None:
    text = 'Ode wrote:\n\nWe will "never" go.\n\nThat was all.'
    start = text.index("We")
    block = (start, text.index("\n\nThat"))
    (quote,) = extract_quotes(text, [block])
    assert (quote.parts, quote.speaker) == ((block,), "Ode")


@pytest.mark.parametrize(
    "text", ["", " ", "No quotation at all. None.", '"', '""', "“”", "'", '" " "', "“ ”\n”“", "«»"]
)
def test_texts_without_quotations(text: str) -> None:
    assert extract_quotes(text) == ()


@given(st.text(alphabet="abO C.,:\n\"“”„‘’'«»> ", max_size=300))
def test_parts_are_in_order_within_the_text(text: str) -> None:
    at = 0
    for quote in extract_quotes(text):
        assert (quote.start, quote.end) == (quote.parts[0][0], quote.parts[-1][1])
        for start, end in quote.parts:
            assert at <= start < end <= len(text)
            at = end
        assert (quote.speaker_words is None) <= (quote.speaker is None)
    assert all(a < b for a, b in pairwise(quote.start for quote in extract_quotes(text)))
