"""VADER's compound: the library's own to the last digit, for any text."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from analysis import vader_scores as module
from analysis.vader_scores import VADER_VERSION, VaderScores, vader_scores

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = SentimentIntensityAnalyzer()
OWN = [
    "",
    "   ",
    "The minister travelled to Ostbay on Tuesday",
    "The talks were not useful, but the lunch was VERY good!!!",
    "It isn't the worst harvest; at least the least bad. The least good??",
    "No good, no nor good; never so happy, never this happy, without doubt happy",
    "It was kind of good, sort of bad, just enough help, and kind. Kind of",
    "the bus stop, a bad ass plan, the kiss of death, to die for, yeah right, a beating heart",
    "GOOD", "GOOD DAY", "A GOOD day and a BAD one, REALLY good, no GREAT shakes",
    "good \U0001f600\U0001f622abc\U0001f600 \u2764 x\u2764",
    "good good bad good but good bad bad good but good",
    "can't stand it :) :D :-( don't! uh-uh. ain't \u0130 good",
    "\u00a9 \u4e0d\u597d \u0939\u093f\u0928\u094d\u0926\u0940 good\u2028bad",
]  # fmt: skip
PIECES = [
    *sorted(
        {word for phrase in (*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES) for word in phrase.split()}
    ),
    *("least", "at", "no", "No", "so", "this", "doubt", "or", "but", "BUT", "kind", "of", "n't"),
    *sorted(LIBRARY.lexicon)[::40],
    *("good", "bad", "GREAT", "happy", "war", "peace", "house", "HOUSE", "!", "??", "???", "."),
    *("\U0001f600", "\U0001f622", "\u2764", "\u00a9"),
]
TEXTS = st.lists(
    st.tuples(
        st.sampled_from(PIECES) | st.text(max_size=3),
        st.sampled_from(["", "!", ",", "."]),
        st.sampled_from([" ", " ", " ", " ", "  ", "\n", "\t", ""]),
    ),
    max_size=20,
).map(lambda parts: "".join(map("".join, parts)))


def compound(text: str) -> float:
    return float(LIBRARY.polarity_scores(text)["compound"])


@pytest.mark.parametrize("text", OWN)
def test_own_texts(text: str) -> None:
    assert vader_scores(text).compound == compound(text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text(text: str) -> None:
    assert vader_scores(text).compound == compound(text)


def test_real_texts(shared_data: Path) -> None:
    posts = shared_data / "gold/tweeteval/te_val_text.txt"
    texts = posts.read_text(encoding="utf-8").splitlines()
    talks = shared_data / "text/us_presidential_news_conferences_1960_1980.jsonl.gz"
    with gzip.open(talks, "rt", encoding="utf-8") as lines:
        talk = [json.loads(next(lines))["text"] for _ in range(80)]
    texts += [part for text in talk for part in re.split(r"(?<=[.?!]) ", text)][:8000]
    assert len(texts) >= 10_000
    texts.append(talk[0][:8000])
    assert [text for text in texts if vader_scores(text).compound != compound(text)] == []


def test_the_words_add_up_to_the_compound() -> None:
    scores = vader_scores("The GREAT talks were not useful, but we thank the harbour workers")
    assert [word for word, _ in scores.words] == ["GREAT", "useful", "thank"]
    total = sum(valence for _, valence in scores.words)
    assert scores.compound == round(total / (total * total + 15) ** 0.5, 4)


def test_words_that_move_nothing_are_not_named() -> None:
    assert vader_scores("It was kind of late at the bus stop") == VaderScores(0.0, ())


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 20)
    module._analyser.cache_clear()
    try:
        for text in OWN * 2:
            assert vader_scores(text).compound == compound(text)
        assert sum(map(len, module._analyser()._words)) <= 60
    finally:
        module._analyser.cache_clear()


def test_the_version_is_the_library_s() -> None:
    assert re.fullmatch(r"\d+(\.\d+)+", VADER_VERSION)


def test_loading_waits() -> None:
    code = "import sys, analysis.vader_scores; assert 'vaderSentiment' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
