"""Reading: one entry point for the tone, the sentences and the mentions of a text."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textblob import TextBlob

from analysis.mentions import Gazetteer, Person
from analysis.normalise import normalise_text
from analysis.reading import Reading, read_target, read_text
from archive.records import ToneScore
from spiders.naming import known_names
from spiders.pipelines.score import as_kept, score

ROOT = Path(__file__).resolve().parents[1]
GAZETTEER = Gazetteer(people=[Person("xa-odalys-ferrant", "Odalys Ferrant", country="xa")])
TWO = (
    "We are deeply grateful to India for this excellent and cordial visit. "
    'Minister Odalys Ferrant said: "This terrible and shameful attack on us was a crime."'
)


def read(text: str, language: str | None = "en") -> Reading:
    return read_text(text, language, GAZETTEER)


def test_own_words_and_quoted_words_are_read_apart() -> None:
    reading = read(TWO)
    assert (reading.status, reading.label) == ("scored", "positive")
    assert reading.tone is not None
    assert reading.tone > 0
    assert reading.quoted_label == "negative"
    assert reading.quoted_tone is not None
    assert reading.quoted_tone < 0
    assert sum(weight for _, weight in reading.evidence) == pytest.approx(reading.tone, abs=1e-6)
    polarity, subjectivity = TextBlob(TWO).sentiment
    assert (reading.textblob_polarity, reading.textblob_subjectivity) == (polarity, subjectivity)
    assert reading.vader_compound is not None


def test_sentences_and_mentions_are_places_in_the_text() -> None:
    reading = read(TWO)
    shown = [TWO[each.start : each.end] for each in reading.sentences]
    assert " ".join(shown) == TWO
    assert len(shown) == 2
    named = [(TWO[each.start : each.end], each.kind, each.id) for each in reading.mentions]
    assert ("India", "country", "in") in named
    assert ("Odalys Ferrant", "person", "xa-odalys-ferrant") in named
    for each in reading.mentions:
        sentence = reading.sentences[each.sentence]
        assert sentence.start <= each.start < each.end <= sentence.end


def test_below_the_gate_a_mention_has_no_tone() -> None:
    statuses = set()
    for each in read(TWO).mentions:
        statuses.add(each.target_status)
        is_scored = each.target_status == "scored"
        numbers = (each.target_tone, each.target_label, each.target_confidence)
        assert all((number is not None) == is_scored for number in numbers)
    assert statuses <= {"scored", "mentioned, tone not scored"}


@pytest.mark.parametrize("language", ["de", "hi", "fr", "EN_", None, ""])
def test_other_languages_get_places_and_no_number(language: str | None) -> None:
    reading = read("Ein guter Tag für India. Wir danken Odalys Ferrant sehr.", language)
    assert reading.status == "not scored: language"
    numbers = (reading.tone, reading.label, reading.confidence, reading.quoted_tone)
    assert {*numbers, reading.textblob_polarity, reading.vader_compound} == {None}
    assert reading.evidence == ()
    assert len(reading.sentences) == 2
    assert {each.target_status for each in reading.mentions} == {"not scored: language"}
    assert {each.target_tone for each in reading.mentions} == {None}


@pytest.mark.parametrize("language", ["en", "en-GB", "EN"])
def test_any_english_is_english(language: str) -> None:
    assert read("A very good and peaceful day for all of us.", language).status == "scored"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "not scored: too short"),
        ("Great", "not scored: too short"),
        ("https://lights.example/a?b=1", "not scored: not prose"),
        ("#Lamps #Harbour 👍🎉", "not scored: not prose"),
        ("👍 👍 👍", "not scored: not prose"),
    ],
)
def test_what_is_no_prose_has_textblobs_numbers_and_no_tone(text: str, status: str) -> None:
    reading = read(text)
    assert (reading.status, reading.tone, reading.label) == (status, None, None)
    assert reading.textblob_polarity == TextBlob(text).sentiment.polarity


@pytest.mark.parametrize("marks", ['""', "“”"])
def test_marks_around_a_whole_text_quote_nobody(marks: str) -> None:
    bare = read("What a wonderful and peaceful day this is for us.")
    packed = read(f"{marks[0]}What a wonderful and peaceful day this is for us.{marks[1]}")
    assert (packed.status, packed.label) == (bare.status, bare.label)
    assert packed.quoted_tone is None


def test_a_text_that_only_quotes_has_no_tone_of_its_own() -> None:
    reading = read("“What a wonderful day for us.” “A peaceful and happy day for all of us.”")
    assert (reading.status, reading.tone, reading.label) == ("no evidence", None, None)
    assert reading.quoted_label == "positive"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "de", "ar", None]))
def test_any_text_is_read(given_text: str, language: str | None) -> None:
    try:
        text = normalise_text(given_text)
    except ValueError:
        return
    reading = read(text, language)
    assert (reading.tone is None) == (reading.status != "scored")
    if language == "en":
        polarity, subjectivity = TextBlob(text).sentiment
        assert reading.textblob_polarity == polarity
        assert reading.textblob_subjectivity == subjectivity
    places = [(each.start, each.end) for each in reading.sentences]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert pickle.loads(pickle.dumps(reading)) == reading


@pytest.mark.parametrize(
    "text",
    [
        "A good day for India and for us. " * 10_000,
        "India said it good " * 20_000,
        "x" * 5_000_000,
        '"' * 100_000,
        "good, " * 80_000,
    ],
    ids=["sentences", "one sentence", "one word", "marks", "commas"],
)
def test_a_text_of_any_size_is_read(text: str) -> None:
    reading = read(text.strip())
    assert reading.textblob_polarity is not None
    assert reading.sentences[-1].end == len(text.strip())


def test_a_list_of_names_has_no_tone_toward_each() -> None:
    reading = read("We met France, " * 10 + "and India, our excellent friend.")
    assert len(reading.mentions) > 6
    many = read("We thank France, " * 20 + "and India, our excellent friend.")
    assert {each.target_status for each in many.mentions} == {"mentioned, tone not scored"}


def test_a_long_sentence_is_read_around_the_target() -> None:
    far = "so it was said and said again " * 2_000
    text = f"{far}and India is our excellent friend {far}"
    start = text.index("India")
    told = read_target(text, [(0, len(text))], (start, start + 5))
    near = read_target(text[start - 500 :], [(0, len(text))], (500, 505))
    assert told.label == near.label


def test_the_same_in_every_process() -> None:
    program = (
        "from spiders.pipelines.score import score; import sys\n"
        "from dataclasses import asdict; import json\n"
        "print(json.dumps(asdict(score(sys.argv[1], 'en'))))"
    )
    told = set()
    for seed in ("1", "2"):
        finished = subprocess.run(
            [sys.executable, "-c", program, TWO],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "NLTK_DATA": "/nonexistent", "HOME": "/n"},
        )
        told.add(finished.stdout)
    assert len(told) == 1


def test_what_the_archive_keeps_names_whom_the_text_names() -> None:
    text = "Met the Russian defence minister Gen Shoigu at the SCO in Moscow."
    kept = score(text, "en")
    names = {(row.kind, row.id): row.name for row in kept.entities}
    assert names["person", "ru-sergei-shoigu"] == "Sergei Shoigu"
    assert names["country", "ru"] == "Russia"
    assert names["organisation", "sco"] == "Shanghai Cooperation Organisation"
    assert names["office", "ru_mod"] == "Russia: Ministry of Defence"
    assert {(row.kind, row.entity_id) for row in kept.mentions} == set(names)
    assert json.loads(kept.tone_evidence)


def test_people_of_further_sources_are_known(tmp_path: Path) -> None:
    text = "We thank Odalys Ferrant for this day."
    assert not score(text, "en").mentions
    folder = tmp_path / "xa"
    folder.mkdir()
    (folder / "xa_light.yml").write_text(
        "office: Ministry of Lighthouses\ncountry: xa\n"
        "holders: [{name: Odalys Ferrant, role: Minister, since: 2020-01-01}]\n"
    )
    (folder / "xa_bad.yml").write_text("office: [\n")
    assert [row.entity_id for row in score(text, "en", (tmp_path,)).mentions] == [
        "xa-odalys-ferrant"
    ]


def test_nothing_that_was_read_is_lost_in_the_archive() -> None:
    kept = as_kept(read(TWO), known_names(()))
    assert isinstance(kept, ToneScore)
    assert len(kept.sentences) == 2
    assert kept.quoted_tone_label == "negative"
