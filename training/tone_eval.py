"""Measure the shipped tone model and write the figures: `make tone-eval`.

The figures stand in `training/evaluation.json`, from where `docs/tone.md` takes its tables.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis.quoted import find_quoted
from analysis.sentences import split_sentences
from analysis.textblob_scores import textblob_scores
from analysis.tone import TONE_MODEL, Tone, score_tone
from analysis.vader_scores import vader_scores
from training.corpora import (
    CHECKOUT,
    LABELS,
    Labelled,
    read_conferences,
    read_newsmtsc,
    read_tweeteval,
)
from training.measures import calibration_error, macro_recall, rank_correlation

TRAINING = CHECKOUT / "training"
EVALUATION = TRAINING / "evaluation.json"
_BINS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


class Judged(NamedTuple):
    """A text's tone as people and as the scorers see it."""

    theirs: float
    tone: Tone
    textblob: float
    vader: float


def read_tone(text: str) -> Tone:
    """Score a text as the archive does."""
    return score_tone(text, "en", split_sentences(text, "en"), find_quoted(text))


def judge(texts: Iterable[tuple[str, float]]) -> list[Judged]:
    """Score texts with the tone that people gave them, from -1 to 1."""
    return [
        Judged(theirs, read_tone(text), textblob_scores(text).polarity, vader_scores(text).compound)
        for text, theirs in texts
    ]


def balance(one: Labelled) -> float:
    """Give the share of those who said positive, less those who said negative."""
    return one.shares[2] - one.shares[0]


def measure_labels(judged: Sequence[Judged]) -> dict[str, Any]:
    """Compare labels; a text that was not scored counts as called neutral, without confidence."""
    truth = np.array([1 + round(one.theirs) for one in judged])
    labels = np.array([LABELS.index(one.tone.label or "neutral") for one in judged])
    scored = [at for at, one in enumerate(judged) if one.tone.tone is not None]
    confidence = np.array([judged[at].tone.confidence for at in scored], dtype=float)
    likely = np.full((len(scored), 3), 0.0)
    likely[np.arange(len(scored)), labels[scored]] = confidence
    return {
        "n": len(judged),
        "not_scored": len(judged) - len(scored),
        "macro_recall": _rounded(macro_recall(np.eye(3)[labels], truth)),
        "recall": {
            name: _rounded((labels[truth == at] == at).mean()) for at, name in enumerate(LABELS)
        },
        "calibration_error": _rounded(calibration_error(likely, truth[scored])),
        "by_confidence": _by_confidence(confidence, labels[scored] == truth[scored]),
        "textblob_macro_recall": _rounded(_best_recall([one.textblob for one in judged], truth)),
        "vader_macro_recall": _rounded(_best_recall([one.vader for one in judged], truth)),
    }


def measure_ranks(judged: Sequence[Judged]) -> dict[str, Any]:
    """Compare the order of texts by tone; a text that was not scored counts as 0."""
    theirs = np.array([one.theirs for one in judged])
    scorers: dict[str, Callable[[Judged], float]] = {
        "spearman": lambda one: one.tone.tone or 0.0,
        "textblob_spearman": lambda one: one.textblob,
        "vader_spearman": lambda one: one.vader,
    }
    figures = {
        name: _rounded(rank_correlation(np.array(list(map(score, judged))), theirs))
        for name, score in scorers.items()
    }
    return {"n": len(judged), **figures}


def measure_signs(path: Path) -> dict[str, Any]:
    """Tell the share of sentences whose tone has the sign that it must have.

    Where it may have none, a neutral label is right as well.
    """
    with path.open(encoding="utf-8", newline="") as rows:
        traps = [
            (row["trap"].startswith("list:"), has_sign(read_tone(row["text"]), row["expected"]))
            for row in csv.DictReader(rows)
        ]
    listed = [is_right for is_listed, is_right in traps if is_listed]
    return {
        "n": len(traps),
        "right": _rounded(np.mean([is_right for _, is_right in traps])),
        "listed": len(listed),
        "listed_right": _rounded(np.mean(listed)),
    }


def has_sign(tone: Tone, expected: str) -> bool:
    """Tell whether a tone has the sign of its label, or one of those in "neutral or negative"."""
    score = tone.tone or 0.0
    has = {"negative": score < 0, "positive": score > 0, "neutral": tone.label in {"neutral", None}}
    return any(has[label] for label in expected.split(" or "))


def swap_names(templates: Iterable[str], names: Sequence[str]) -> float:
    """Give the largest difference that a name makes in any of the templates."""
    most = 0.0
    for template in templates:
        tones = [read_tone(template.replace("{name}", name)).tone or 0.0 for name in names]
        most = max(most, max(tones) - min(tones))
    return most


def measure_names() -> dict[str, Any]:
    """Swap all names of `names.csv` in all templates."""
    with (TRAINING / "names.csv").open(encoding="utf-8", newline="") as rows:
        names = [row["name"] for row in csv.DictReader(rows)]
    with (TRAINING / "templates.csv").open(encoding="utf-8", newline="") as rows:
        templates = [row["template"] for row in csv.DictReader(rows)]
    return {"n": len(names) * len(templates), "most": swap_names(templates, names)}


def _by_confidence(confidence: Any, right: Any) -> list[dict[str, Any]]:
    rows = []
    for low, high in pairwise(_BINS):
        chosen = (confidence >= low) & (confidence < (high if high < 1 else 2))
        if chosen.any():
            share = _rounded(right[chosen].mean())
            rows.append({"from": low, "to": high, "n": int(chosen.sum()), "right": share})
    return rows


def _best_recall(scores: Sequence[float], truth: Any) -> float:
    """Give a plain scorer's recall with the threshold that suits it best: a generous rival."""
    values = np.array(scores)
    best = 0.0
    for threshold in np.arange(0.0, 0.6, 0.05):
        labels = 1 + (values > threshold).astype(int) - (values < -threshold).astype(int)
        best = max(best, macro_recall(np.eye(3)[labels], truth))
    return best


def _rounded(value: float) -> float:
    return round(float(value), 4)


def read_ratings(path: Path) -> list[tuple[str, float]]:
    """Read sentences of news conferences, which stand by their places, with our own ratings."""
    speeches = list(read_conferences())
    rated = []
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            start, length = int(row["offset"]), int(row["length"])
            for date, text in speeches:
                sentence = text[start : start + length]
                digest = hashlib.sha256(sentence.encode()).hexdigest()
                if date == row["date"] and digest == row["sha256"]:
                    rated.append((sentence, float(row["rating"])))
                    break
    return rated


def evaluate() -> dict[str, Any]:
    """Measure the shipped model on all sets that are here."""
    tweets = judge((one.text, balance(one)) for one in read_tweeteval())
    news = [one for name in ("rw", "mt") for one in read_newsmtsc(f"newsmtsc-{name}_dev")]
    figures: dict[str, Any] = {
        "model": TONE_MODEL,
        "tweets": measure_labels(tweets),
        "news": measure_ranks(judge((one.text, balance(one)) for one in news)),
        "traps": measure_signs(TRAINING / "errors.csv"),
        "names": measure_names(),
    }
    if (ratings := TRAINING / "ratings.csv").exists():
        figures["speech"] = measure_ranks(judge(read_ratings(ratings)))
    return figures


def main() -> None:
    """Measure and write; what others measured stays in the file."""
    figures = json.loads(EVALUATION.read_text("utf-8")) if EVALUATION.exists() else {}
    figures["tone"] = evaluate()
    EVALUATION.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(figures["tone"], indent=1))


if __name__ == "__main__":
    main()
