"""The calibrated tone: what it says, what it refuses to say, and how well it agrees with people."""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sentences import split_sentences
from analysis.tone import TONE_MODEL, Tone, score_tone
from analysis.tone.features import join_phrases, phrases_of, spell_phrase, tokenise
from analysis.tone.model import (
    COEFFICIENTS,
    fingerprint,
    read_coefficients,
    trained_model,
    write_coefficients,
)

CHECKOUT = Path(__file__).resolve().parents[1]
TRAINING = CHECKOUT / "training"
FLOORS: dict[str, Any] = json.loads((CHECKOUT / "tests" / "gate" / "floors.json").read_text())
LEXICON = CHECKOUT / "analysis" / "tone" / "lexicon.csv"


def read(text: str) -> Tone:
    return score_tone(text, "en", split_sentences(text, "en"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", "not scored: too short"),
        ("  \n ", "not scored: too short"),
        ("Good morning", "not scored: too short"),
        ("Sergei Denn", "not scored: too short"),
        ("https://example.org/a-very-good-day", "not scored: not prose"),
        ("#Peace #Friends #Norland", "not scored: not prose"),
        ("#Peace \U0001f54a\ufe0f\U0001f91d", "not scored: not prose"),
        ("\U0001f600\U0001f600\U0001f600 :-)", "not scored: not prose"),
        ("@mod @mfa https://example.org", "not scored: not prose"),
        ("Hum Arvenna ke saath hain aur shanti chahte hain", "no evidence"),
        ("qwer zxcv tyui ghjk", "no evidence"),
        ("\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645 \u062c\u0645\u064a\u0639\u0627", None),
        ("We \u043c\u044b \u6211\u5011 welcome \u0645\u0631\u062d\u0628\u0627 them", None),
        ("We\x00 welcome\x07 the\u202e agreement\ufeff of today", "scored"),
    ],
)
def test_says_why_it_does_not_score(text: str, status: str | None) -> None:
    tone = read(text)
    assert tone.status == status or status is None
    assert (tone.tone is None) == (tone.status != "scored")
    assert (tone.label is None) == (tone.confidence is None) == (tone.tone is None)


@pytest.mark.parametrize("language", [None, "fr", "de", "hi", ""])
def test_scores_only_english(language: str | None) -> None:
    text = "We warmly welcome this agreement."
    assert score_tone(text, language, [(0, len(text))]).status == "not scored: language"
    assert score_tone(text, "en-GB").status == "scored"


@pytest.mark.parametrize(
    "row", rows(TRAINING / "sentences.csv")[::40], ids=lambda row: row["text"][:20]
)
def test_evidence_sums_to_the_tone(row: dict[str, str]) -> None:
    tone = read(row["text"])
    assert tone.tone is not None
    assert sum(weight for _, weight in tone.evidence) == pytest.approx(tone.tone, abs=1e-9)
    assert tone.evidence[-1][0] == "(baseline)"
    assert -1 <= tone.tone <= 1
    assert tone.confidence is not None
    assert 1 / 3 <= tone.confidence <= 1
    words = [words for words, _ in tone.evidence[:-1] if words != "(other words)"]
    assert all(one.lower() in row["text"].lower() for one in words if " " not in one)


def test_quoted_words_are_scored_apart() -> None:
    text = 'The envoy said "this is a wonderful, splendid success". That is a disgraceful lie.'
    start = text.index('"')
    quoted = [(start, text.index('"', start + 1) + 1)]
    tone = score_tone(text, "en", split_sentences(text, "en"), quoted)
    assert tone.tone is not None
    assert tone.quoted_tone is not None
    assert tone.tone < 0 < tone.quoted_tone
    assert tone.quoted_label == "positive"
    assert "wonderful" not in dict(tone.evidence)
    assert [one.is_quoted for one in tone.sentences] == [False, False]


def test_a_text_that_is_all_quoted_has_no_tone_of_its_own() -> None:
    one, other = "\u201cA wonderful, splendid success.\u201d", "\u201cWe welcome it warmly.\u201d"
    text = f"{one} {other}"
    spans = [(0, len(one)), (len(one) + 1, len(text))]
    tone = score_tone(text, "en", spans, spans)
    assert (tone.status, tone.tone) == ("no evidence", None)
    assert tone.quoted_label == "positive"
    assert all(one.is_quoted and one.label == "positive" for one in tone.sentences)


def test_marks_around_the_whole_text_quote_nobody() -> None:
    text = "\u201cThis is a wonderful, splendid success.\u201d "
    tone = score_tone(text, "en", [(0, len(text))], [(0, len(text) - 1)])
    assert (tone.label, tone.quoted_tone) == ("positive", None)


def test_scores_each_sentence() -> None:
    text = "We welcome the splendid agreement. We condemn the brutal bombing."
    tone = read(text)
    first, second = tone.sentences
    assert first.tone is not None
    assert second.tone is not None
    assert second.tone < 0 < first.tone
    assert tone.tone is not None
    assert second.tone < tone.tone < first.tone


def test_a_sentence_cut_inside_a_name_changes_nothing() -> None:
    text = "We thanked Lt. Gen. Denn for the splendid work."
    cut = text.index("Gen.")
    whole = score_tone(text, "en", [(0, len(text))])
    parts = score_tone(text, "en", [(0, cut - 1), (cut, len(text))])
    assert parts.tone == whole.tone
    assert parts.sentences[0].tone == parts.sentences[1].tone == whole.tone


def test_reads_five_megabytes() -> None:
    sentence = "We welcome the agreement and condemn the attack on the harbour "
    text = sentence * (5_000_000 // len(sentence))
    tone = score_tone(text, "en", [(0, len(text))])
    assert tone.status == "scored"
    assert len(tone.evidence) <= 42
    assert sum(weight for _, weight in tone.evidence) == pytest.approx(tone.tone, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "Oh great, one more committee. Just what we needed.",
        "Thank you so much for closing our last bus route.",
    ],
)
def test_is_not_sure_of_sarcasm(text: str) -> None:
    confidence = read(text).confidence
    assert confidence is not None
    assert confidence < FLOORS["tone"]["sarcasm_confidence_below"]


def test_coefficients_are_small_and_keep_their_bytes() -> None:
    packed = COEFFICIENTS.read_bytes()
    assert len(packed) < 1_500_000
    assert write_coefficients(read_coefficients(packed)) == packed
    assert re.fullmatch(r"onrecord-tone/1:[0-9a-f]{12}", TONE_MODEL)
    assert packed[4:8] == bytes(4)  # no time of writing


def test_the_model_carries_the_lexicon_as_it_is() -> None:
    """Run `make tone-model` after a change of the lexicon."""
    wanted = {spell_phrase(row["word"]): float(row["polarity"]) for row in rows(LEXICON)}
    assert read_coefficients(COEFFICIENTS.read_bytes()).lexicon == wanted


def test_no_name_is_among_the_words() -> None:
    known = set(read_coefficients(COEFFICIENTS.read_bytes()).words)
    from analysis.word_kinds import word_kind

    names = {row["name"].lower() for row in rows(TRAINING / "names.csv")}
    names |= {"obama", "putin", "erdogan", "trump's", "russia", "russian", "muslim", "namex"}
    found = {name for name in names & known if not word_kind(name)}
    assert not found
    assert all(word == word.lower() for word in known if word.removeprefix("not_").isalpha())


def test_holds_no_link_or_handle() -> None:
    words = read_coefficients(COEFFICIENTS.read_bytes()).words
    assert not [word for word in words if re.search(r"@\w{2}|https?:|www\.", word)]


def test_negation_turns_the_next_words_round() -> None:
    keys = [token.key for token in tokenise("It is NOT a goood day, but fine :-)) !!")]
    assert keys == [
        *("it", "is", "not", "not_a", "not_good", "not_day"),
        *("but", "fine", ":))", "!!"),
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("not only good", ["not", "only", "good"]),
        ("not good only", ["not", "not_good", "not_only"]),
        ("never been stronger", ["never", "not_been", "stronger"]),
        ("not been stronger", ["not", "not_been", "not_stronger"]),
    ],
)
def test_some_words_end_a_negation(text: str, keys: list[str]) -> None:
    assert [token.key for token in tokenise(text)] == keys


_WORDS = ("not", "never", "only", "averted", "ended", "namex", "Qwer", "(well)", "no!", ":-)")
_PHRASES = [row["word"].replace("{name}", "namex") for row in rows(LEXICON) if " " in row["word"]]


@settings(deadline=None)  # the first text loads the model
@given(st.lists(st.sampled_from([*_WORDS, *_PHRASES]), max_size=8).map(" ".join))
def test_words_that_may_begin_a_phrase_are_read_as_if_all_phrases_were_sought(text: str) -> None:
    model = trained_model()
    phrases = phrases_of(read_coefficients(COEFFICIENTS.read_bytes()).lexicon)
    read, sought = model.read(text), model.read(text, join_phrases(tokenise(text), phrases))
    assert model.pull(read) == model.pull(sought)
    assert model.attribute(read) == model.attribute(sought)
    assert (read.known, read.words) == (sought.known, sought.words)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("They averted a terrible war", ["terrible", "war"]),
        ("The war has now ended", ["war"]),
        ("They have not averted a war", []),
        ("The war averted nothing", []),
        ("They averted no war", []),
        ("A terrible war", []),
    ],
)
def test_finds_what_is_ended_or_prevented(text: str, turned: list[str]) -> None:
    cues = trained_model().read(text).cues
    assert [word for word, _ in cues.turned.words] == turned


def test_evidence_hides_the_words_that_say_nothing() -> None:
    evidence = dict(read("We are glad that the treaty of the two was not a failure.").evidence)
    assert {"glad", "not", "failure", "(other words)"} <= evidence.keys()
    assert not {"we", "are", "that", "the", "of", "a"} & {word.lower() for word in evidence}


@pytest.mark.parametrize("part", ["masks/words.csv", "name_rules.py", "tone/lexicon.csv"])
def test_the_models_name_changes_with_what_makes_a_score(tmp_path: Path, part: str) -> None:
    folder = tmp_path / "analysis"
    shutil.copytree(CHECKOUT / "analysis", folder)
    assert f"onrecord-tone/1:{fingerprint(folder)}" == TONE_MODEL
    with (folder / part).open("ab") as file:
        file.write(b"x")
    assert fingerprint(folder) not in TONE_MODEL


def test_figures_do_not_fall(shared_data: Path) -> None:
    from training.tone_eval import evaluate

    assert (shared_data / "gold").is_dir()
    figures = evaluate()
    floors = FLOORS["tone"]
    assert figures["tweets"]["macro_recall"] >= floors["tweets_macro_recall"]
    assert figures["tweets"]["calibration_error"] <= floors["tweets_calibration_error"]
    assert figures["news"]["spearman"] >= floors["news_spearman"]
    assert figures["speech"]["spearman"] >= floors["speech_spearman"]
    assert figures["traps"]["right"] >= floors["traps_right"]
    assert figures["traps"]["listed_right"] >= floors["listed_traps_right"]
    assert figures["names"]["most"] == 0
