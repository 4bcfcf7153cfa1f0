"""TextBlob's numbers: the library's own to the last digit, for any text."""

import gzip
import json
import os
import re
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textblob import TextBlob
from textblob._text import ABBREVIATIONS, EMOTICONS

from analysis import textblob_scores as module
from analysis.textblob_scores import TEXTBLOB_VERSION, TextBlobScores, textblob_scores

ROOT = Path(__file__).resolve().parents[1]
FACES = sorted(face for faces in EMOTICONS.values() for face in faces)
OWN = [
    "",
    " \n ",
    "A very good day for Norland, and not a bad one for us :-)",
    "We strongly condemn this heinous attack on the harbour.",
    "GREAT news: the bridge over the Ost is open #bridges @portoffice https://example.org/a?b=1",
    "I don't think it's terrible, isn't it? You'd've said so, he'll say. Can't we?",
    "Honourable members,\n\nthe harvest was poor.\r\n\r\nIt was the worst in years.\n\nThank you.",
    "The minister's \u201cexcellent\u201d plan \u2014 so-called \u2014 cost 3,400.50 crowns.",
    "not very happy, never more sad, hardly wonderful, really not a good day, no good",
    "Really (!) wonderful ( ! ) and wise (! )",
    "Two options: D and P. In 1968 ) the vitamin-complex D : ) 8 -D",
    "Members:\n\n) of :-\n\n. the House:\n \nOn't good",
    "the U.S. and Mr. T. Marrant of St. Ostbay, e.g. at 5 p.m., etc. were good...",
    "END-OF-SENTENCE ) is :o\n \nEND-OF-SENTENCE ) fine",
    "good\ue000bad :\ue001) \ue000",
    "XXX XXX xxx XXX not XXX good very xx good",
    "\u0130STANBUL is GOOD, \ufb01ne \u2764 \U0001f600 \u4e0d\u597d",
    "\u0939\u093f\u0928\u094d\u0926\u0940 good \u2028bad",
    "wow" + "!" * 12_000,
    "-" * 6_000 + ":-) a good" + "=" * 6_000 + ") x" + "?!" * 3_000 + "x",
]
PIECES = [
    *FACES,
    *sorted(ABBREVIATIONS),
    *"':;.!?()-=<>DPpoO8xX3cbsS/\\^*[]{}_\"@#",
    *"\u201c\u201d\u2018\u2019\u2026\u2014\u00b0",
    *("good", "bad", "terrible", "ridiculous", "GREAT", "wonderful", "house", "the", "of", "a"),
    *("not", "no", "never", "n't", "don't", "On't", "very", "really", "hardly", "extremely"),
    *("http://t.example/aB1", "U.S.", "Mr.", "Ph.", "...", "(!)", "END-OF-SENTENCE", "XXX"),
]
BLANKS = ["", "", " ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\u00a0", "\x1c"]
TEXTS = st.lists(
    st.tuples(st.sampled_from(PIECES) | st.text(max_size=3), st.sampled_from(BLANKS)), max_size=20
).map(lambda pairs: "".join(map("".join, pairs)))


def library(text: str) -> TextBlobScores:
    score = TextBlob(text).sentiment_assessments
    found = tuple((" ".join(words), weight) for words, weight, *_ in score.assessments)
    return TextBlobScores(score.polarity, score.subjectivity, found)


@pytest.mark.parametrize("text", OWN, ids=lambda text: repr(text[:20]))
def test_own_texts(text: str) -> None:
    scores = textblob_scores(text)
    assert scores == library(text)
    assert (scores.polarity, scores.subjectivity) == tuple(TextBlob(text).sentiment)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text(text: str) -> None:
    assert textblob_scores(text) == library(text)


def test_ten_thousand_real_texts(shared_data: Path) -> None:
    posts = (shared_data / "gold/tweeteval/te_val_text.txt").read_text(encoding="utf-8")
    texts = posts.splitlines()
    with tarfile.open(shared_data / "gold/semeval_2013_2016.tar.gz") as archive:
        file = archive.extractfile("semeval_2013train.tsv")
        assert file is not None
        texts += [line.rpartition("\t")[2] for line in file.read().decode().splitlines()[:6000]]
    talks = shared_data / "text/us_presidential_news_conferences_1960_1980.jsonl.gz"
    with gzip.open(talks, "rt", encoding="utf-8") as lines:
        talk = [json.loads(next(lines))["text"] for _ in range(40)]
    texts += talk[:4] + [part for text in talk for part in re.split(r"(?<=[.?!]) ", text)][:4000]
    assert len(texts) > 10_000
    assert [text for text in texts if textblob_scores(text) != library(text)] == []


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 20)
    module._parts.cache_clear()
    try:
        for text in OWN[:12] * 2:
            assert textblob_scores(text) == library(text)
        assert sum(map(len, module._parts()[0]._runs)) <= 60
    finally:
        module._parts.cache_clear()


def test_a_flood_of_marks_is_no_trap() -> None:
    # TextBlob copies the flood for each of its marks: these take it a quarter of a minute or more.
    before = time.process_time()
    scores = textblob_scores("A good day" + "!" * 300_000)
    assert time.process_time() - before < 6
    assert scores.polarity == 1.0
    assert len(scores.assessments[0][0]) == len("good") + 2 * 300_000


def test_the_words_that_moved_it_are_shown() -> None:
    scores = textblob_scores("The talks were very good but the weather was not nice")
    assert [words for words, _ in scores.assessments] == ["very good", "not nice"]
    assert scores.assessments[0][1] > 0 > scores.assessments[1][1]


def test_the_version_is_the_library_s() -> None:
    assert re.fullmatch(r"\d+(\.\d+)+", TEXTBLOB_VERSION)


def test_loading_waits_needs_no_corpora_and_no_hash_seed_matters() -> None:
    code = (
        "import sys; from analysis.textblob_scores import textblob_scores as s\n"
        "assert 'textblob' not in sys.modules and 'nltk' not in sys.modules\n"
        f"print([s(text) for text in {OWN[:12]!r}])"
    )
    told = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "NLTK_DATA": "/nonexistent", "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code]
        run = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True)
        told.add(run.stdout)
    assert told == {f"{[library(text) for text in OWN[:12]]}\n".encode()}
