"""Tone toward a target: agreement with people, the gate, names that change nothing, bad spans."""

import csv
import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from analysis.mentions import static_names
from analysis.spans import Span
from analysis.tone.target import TargetTone, read_sentence, score_target
from analysis.tone.target_coefficients import (
    COEFFICIENTS,
    read_target_coefficients,
    trained_coefficients,
    write_target_coefficients,
)
from training.target_features import point_at, pull, read_features

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "gate" / "floors.json").read_text("utf-8"))["target"]
NAMES = HERE.parent / "training" / "names.csv"
LABELS = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}

TEMPLATES = (
    "We strongly condemn {target}.",
    "{target} and {other} signed an agreement on Friday.",
    "{other} accused {target} of attacking civilians.",
    "{target}'s failure to keep its word is a disgrace.",
    "The minister thanked {target} for its generous help, unlike {other}.",
    "“We will never trust {target},” said the minister of {other}.",
    "Talks with {target} were candid and productive, {other} said.",
    "Yesterday the envoy met {target} in the capital.",
)


def score(template: str, target: str, other: str = "Norland") -> TargetTone:
    before, after = (
        part.replace("{other}", other) for part in template.split("{target}", maxsplit=1)
    )
    names = [(at, at + len(other))] if (at := before.find(other)) >= 0 else []
    if (at := after.find(other)) >= 0:
        at += len(before) + len(target)
        names.append((at, at + len(other)))
    return score_target(before + target + after, len(before), len(before + target), names)


@pytest.fixture(scope="module")
def names() -> list[str]:
    with NAMES.open(encoding="utf-8", newline="") as rows:
        return [row["name"] for row in csv.DictReader(rows)]


@pytest.mark.parametrize("split", ["rw_dev", "mt_dev"])
def test_agrees_with_people_no_less_than_it_did(shared_data: Path, split: str) -> None:
    rows = (shared_data / "gold" / "newsmtsc" / f"newsmtsc-{split}.jsonl").read_text("utf-8")
    pairs = [
        (LABELS[one["polarity"]], score_target(row["sentence_normalized"], one["from"], one["to"]))
        for row in map(json.loads, rows.splitlines())
        for one in row["targets"]
    ]
    shown = [label == tone.label for label, tone in pairs if tone.is_shown]
    f1 = 0.0
    for label in LABELS.values():
        both = sum(truth == label == tone.label for truth, tone in pairs)
        f1 += 2 * both / sum((truth == label) + (tone.label == label) for truth, tone in pairs) / 3
    assert f1 >= FLOORS[split]["f1_macro"]
    assert len(shown) / len(pairs) >= FLOORS[split]["shown"]
    assert sum(shown) / len(shown) >= FLOORS[split]["shown_right"]


def summed(sentence: str, start: int, end: int, names: Sequence[Span] = ()) -> float:
    """Give the tone as training sums it up, key by key, with masking done for this target alone."""
    coefficients = trained_coefficients()
    others = [each for each in names if each[1] <= start or end <= each[0]]
    read = read_features(point_at(sentence, start, end, others), coefficients.words)
    against, for_it = (math.exp(one) for one in pull(read, coefficients))
    return (for_it - against) / (1 + against + for_it)


@pytest.mark.parametrize("split", ["rw_dev", "mt_dev"])
def test_one_reading_serves_all_targets_as_training_reads_each(
    shared_data: Path, split: str
) -> None:
    rows = (shared_data / "gold" / "newsmtsc" / f"newsmtsc-{split}.jsonl").read_text("utf-8")
    for row in map(json.loads, rows.splitlines()):
        sentence = row["sentence_normalized"]
        names = static_names(sentence)
        read = read_sentence(sentence, names)
        for one in row["targets"]:
            span = one["from"], one["to"]
            assert read.toward(*span).tone == pytest.approx(summed(sentence, *span, names))
            assert score_target(sentence, *span).tone == pytest.approx(summed(sentence, *span))


@pytest.mark.parametrize(
    "sentence",
    [
        "Angry Falcon met Hope, and Embattled Dorne's envoys did not trust May or Norland.",
        "ARVENNA-led Talks With Norland Fail As Will Smith Warns Of “No Deal”, Dorne Says",
        "An ex-Norland envoy said: “We - never! - trusted namex, Arvenna or the anti-Velk bloc.”",
        "Norland",
    ],
)
def test_any_part_is_read_as_training_reads_it(sentence: str) -> None:
    names = static_names(sentence)
    read = read_sentence(sentence, names)
    for start in range(len(sentence)):
        for end in range(start + 1, min(start + 12, len(sentence)) + 1):
            if not sentence[start:end].isspace():
                expected = summed(sentence, start, end, names)
                assert read.toward(start, end).tone == pytest.approx(expected), (start, end)


def test_the_goals_are_the_lowest_floors() -> None:
    for split in ("rw_dev", "mt_dev"):
        floor = FLOORS[split]
        assert floor["f1_macro"] >= 0.66
        assert floor["shown"] >= 0.40
        assert floor["shown_right"] >= 0.82


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_name_of_the_target_changes_anything(template: str, names: list[str]) -> None:
    expected = score(template, "Arvenna")
    changed = [name for name in names if score(template, name) != expected]
    assert changed == []


@pytest.mark.parametrize("template", [one for one in TEMPLATES if "{other}" in one])
def test_no_name_of_another_changes_anything(template: str, names: list[str]) -> None:
    expected = score(template, "Arvenna")
    changed = [name for name in names if score(template, "Arvenna", name) != expected]
    assert changed == []


@pytest.mark.parametrize(
    ("template", "label"),
    [
        ("The committee condemned {target} for lying to voters.", "negative"),
        ("{target} was charged with fraud and sentenced to five years in prison.", "negative"),
        ("{target} is a great leader who won the respect and trust of everyone.", "positive"),
        ("The crowd honored {target} for a heroic rescue and a lifetime of success.", "positive"),
        ("“The vote is on Monday,” {target} told reporters on Friday.", "neutral"),
    ],
)
def test_plain_cases_are_shown_and_right(template: str, label: str) -> None:
    tone = score(template, "Minister Dorne")
    assert (tone.label, tone.is_shown) == (label, True)
    assert (tone.tone > 0.2) == (label == "positive")
    assert (tone.tone < -0.2) == (label == "negative")


def test_two_in_one_sentence_are_told_apart() -> None:
    victim = score("Dorne was praised as a hero, but {target} was found guilty of murder.", "Velk")
    hero = score("{target} was praised as a hero, but Velk was found guilty of murder.", "Dorne")
    assert hero.tone > victim.tone + 0.3


def test_below_the_gate_a_tone_is_not_shown() -> None:
    tone = score("Something about {target}", "Arvenna")
    assert 1 / 3 <= tone.confidence < read_target_coefficients(COEFFICIENTS.read_bytes()).gate
    assert not tone.is_shown


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (5, 2), (0, 99), (20, 21)])
def test_a_bad_span_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=rf"target \[{span[0]}, {span[1]}\] is no span of"):
        score_target("Arvenna is here.", *span)


def test_a_blank_target_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing but blanks"):
        score_target("Arvenna is here.", 7, 8)


@pytest.mark.parametrize(
    ("sentence", "start", "end"),
    [
        ("A", 0, 1),
        ("Arvenna", 0, 7),
        ("!!!", 1, 2),
        ("🙂🙂", 0, 1),
        ("x\x00y Arvenna \x07", 4, 11),
        ("مرحبا أرفينا", 6, 12),
        ("no " * 20_000 + "Arvenna", 60_000, 60_007),
    ],
)
def test_odd_sentences_give_some_tone(sentence: str, start: int, end: int) -> None:
    tone = score_target(sentence, start, end)
    assert -1 <= tone.tone <= 1
    assert 1 / 3 <= tone.confidence <= 1


def test_every_part_of_a_sentence_can_be_a_target() -> None:
    sentence = (
        "The Norland-led “peace” talks: Gen. Dorne's 2nd (failed) try - ex-U.S. envoy @velk said"
    )
    for start in range(len(sentence)):
        for end in range(start + 1, len(sentence) + 1):
            if not sentence[start:end].isspace():
                assert abs(score_target(sentence, start, end).tone) <= 1


def test_coefficients_are_small_and_written_the_same_again() -> None:
    packed = COEFFICIENTS.read_bytes()
    assert len(packed) < 1_500_000
    assert write_target_coefficients(read_target_coefficients(packed)) == packed


def test_scores_are_the_same_in_another_process() -> None:
    code = (
        "from analysis.tone.target import score_target as s; import sys;"
        "print(s('They accused Arvenna of a cruel attack.', 13, 20));"
        "print([m for m in ('numpy', 'sklearn', 'nltk') if m in sys.modules])"
    )
    printed = subprocess.run(  # noqa: PLW1510 - the output is compared
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=HERE.parent,
        env={"PYTHONHASHSEED": "7"},
    ).stdout.splitlines()
    assert printed == [str(score_target("They accused Arvenna of a cruel attack.", 13, 20)), "[]"]


def test_a_target_costs_less_than_textblob_and_a_further_one_much_less() -> None:
    from textblob import TextBlob

    sentence = (
        "On Friday the committee accused Arvenna of an attack on its neighbours, while others "
        "praised the new government for its courage and its wish."
    )
    read = read_sentence(sentence, [(32, 39)])
    spent = {"textblob": [], "first": [], "further": []}
    calls = {
        "textblob": lambda: TextBlob(sentence).sentiment,
        "first": lambda: score_target(sentence, 32, 39),
        "further": lambda: read.toward(32, 39),
    }
    for _ in range(15):
        for name, call in calls.items():
            start = time.process_time()
            for _ in range(40):
                call()
            spent[name].append(time.process_time() - start)
    least = {name: min(times) for name, times in spent.items()}
    assert least["first"] < 0.95 * least["textblob"], least
    assert least["further"] < 0.35 * least["textblob"], least
