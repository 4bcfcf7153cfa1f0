"""Tone: TextBlob's own numbers, and an honest word where there are none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textblob import TextBlob

from analysis.tone import SCORER, Tone, score_textblob

ROOT = Path(__file__).resolve().parents[1]
TWEETS = ROOT.parent / "shared" / "data" / "gold" / "tweeteval" / "te_val_text.txt"
OWN = [
    "A very good day for Norland, and not a bad one for us :-)",
    "We strongly condemn this heinous attack on the harbour.",
    "The talks were candid, frank and extremely useful!!!",
    "GREAT news: the bridge over the Ost is open #bridges @portoffice https://example.org/a?b=1",
    "I don't think it's terrible, isn't it?",
    "Honourable members,\n\nthe harvest was poor. It was the worst in years.\n\nThank you.",
    "The minister's “excellent” plan — so-called — cost 3,400.50 crowns (less than before).",
    "  leading blanks, trailing blanks and a beautiful end  ",
    "not very happy, never more sad, hardly wonderful",
]


@pytest.mark.parametrize("text", OWN)
def test_english_gets_the_library_s_own_numbers(text: str) -> None:
    tone = score_textblob(text, "en")
    library = TextBlob(text).sentiment_assessments
    assert (tone.polarity, tone.subjectivity) == (library.polarity, library.subjectivity)
    assert tone.evidence == tuple((" ".join(a[0]), a[1]) for a in library.assessments)
    assert tone.status == "scored"


def test_two_thousand_posts_get_the_library_s_own_numbers() -> None:
    if not TWEETS.exists():
        pytest.skip(f"no gold set of posts at {TWEETS}")
    posts = TWEETS.read_text(encoding="utf-8").splitlines()
    assert len(posts) >= 2000
    different = []
    for post in posts:
        tone, library = score_textblob(post, "en"), TextBlob(post).sentiment
        if tone.polarity is None:
            assert tone.status == "not scored: too short"
        elif (tone.polarity, tone.subjectivity) != tuple(library):
            different.append(post)
    assert different == []


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_gets_the_library_s_own_numbers_or_none(text: str) -> None:
    tone = score_textblob(text, "en")
    if tone.polarity is not None:
        assert (tone.polarity, tone.subjectivity) == tuple(TextBlob(text).sentiment)


def test_the_words_that_moved_it_are_shown() -> None:
    tone = score_textblob("The talks were very good but the weather was not nice", "en")
    assert [words for words, _ in tone.evidence] == ["very good", "not nice"]
    assert tone.evidence[0][1] > 0 > tone.evidence[1][1]


def test_nothing_found_is_not_neutral() -> None:
    tone = score_textblob("The minister travelled to Ostbay on Tuesday", "en")
    assert tone == Tone(0.0, 0.0, "no evidence", ())


def test_evidence_may_weigh_nothing() -> None:
    tone = score_textblob("The minister met the general secretary", "en")
    assert tone.status == "scored"
    assert tone.evidence


@pytest.mark.parametrize("language", ["de", "hi", "fr", "EN_", None, ""])
def test_other_languages_get_no_number(language: str | None) -> None:
    tone = score_textblob("A good, an excellent, a wonderful day", language)
    assert tone == Tone(None, None, "not scored: language", ())


@pytest.mark.parametrize("language", ["en", "en-GB", "EN"])
def test_any_english_is_english(language: str) -> None:
    assert score_textblob("A good day for all", language).status == "scored"


@pytest.mark.parametrize(
    "text", ["", "   ", "Great", "Good morning", "Great 24 7 365 !", "👍 👍 👍"]
)
def test_two_words_are_too_short(text: str) -> None:
    assert score_textblob(text, "en") == Tone(None, None, "not scored: too short", ())


def test_three_words_are_enough() -> None:
    assert score_textblob("Good morning, Ostbay", "en").status == "scored"


def test_the_scorer_carries_its_version() -> None:
    name, number = SCORER.split()
    assert name == "textblob"
    assert number[0].isdigit()


def test_no_corpora_are_needed_and_loading_waits() -> None:
    code = (
        "import sys; from analysis.tone import score_textblob as s\n"
        "s('Ein guter Tag', 'de'); s('Good', 'en')\n"
        "assert 'textblob' not in sys.modules and 'nltk' not in sys.modules\n"
        "assert s('A good day for all', 'en').polarity == 0.7"
    )
    environment = {**os.environ, "NLTK_DATA": "/nonexistent", "HOME": "/nonexistent"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
