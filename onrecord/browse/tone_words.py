"""The plain words in which the pages speak of tone, and how sure it is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from onrecord.browse.wording import read_json

GUESS = 0.6
"""A label that is less likely right than this is called a guess."""

BASELINE = "(baseline)"
"""How the model names what it starts from, beside the words that move it."""

BASELINE_SAID = "Where the score starts before any word is read; the words move it from there."

_OTHERS = "(other words)"
OTHER_WORDS = "(all other words)"
"""What stands for the words that are not listed."""

_SURE = 0.99
_MOST_WORDS = 15
_CENTS = 100
_SIGNS = {"negative": "\u25bc", "neutral": "\u25cf", "positive": "\u25b2", "mixed": "\u25c6"}
"""Shapes, so that a label needs no colour to be told from another."""

_REASONS = {
    "no evidence": (
        "No word of the text says anything about its tone. That is not the same as neutral."
    ),
    "not scored: language": "Not scored: the tone of this language has not been tested.",
    "not scored: too short": "Not scored: the text is too short.",
    "not scored: not prose": (
        "Not scored: the text has no sentence of its own, only links, hashtags or signs."
    ),
    "not scored: not asked for": "Not scored: nobody has asked for it (see `onrecord score`).",
}
_ABOUT = {
    "mentioned, tone not scored": "Mentioned; the tone is too unsure to be shown.",
    "not scored: language": "Mentioned; the tone of this language has not been tested.",
}


@dataclass(frozen=True, slots=True)
class ToneWord:
    """Words that moved a score: how often they are in its evidence, and what they add together."""

    words: str
    weight: float
    times: int


def say_tone(status: str) -> str:
    """Explain why there is no tone, so that a missing number is not read as neutral."""
    if status == "scored":
        return ""
    return _REASONS.get(status, f"{status[:1].upper()}{status[1:]}.")


def say_label(label: str | None) -> str:
    """Say a label with its sign.

    >>> say_label("negative"), say_label(None)
    ('▼ negative', '')
    """
    return f"{_SIGNS.get(label, '')} {label}".strip() if label else ""


def say_confidence(confidence: float | None) -> str:
    """Say how likely a label is right, and call a guess a guess.

    >>> say_confidence(0.91), say_confidence(0.45)
    ('91 in 100 such labels are right', 'a guess: only 45 in 100 such labels are right')
    """
    if confidence is None:
        return ""
    likely = f"{confidence * 100:.0f}" if confidence <= _SURE else "more than 99"
    said = f"{likely} in 100 such labels are right"
    return said if confidence >= GUESS else f"a guess: only {said}"


def read_tone_words(evidence: str | None, tone: float | None = None) -> list[ToneWord]:
    """Read stored evidence, the words that count most first; unreadable evidence gives none.

    Weights are rounded to two places so that they add up to the rounded tone, or to their own
    rounded sum if the tone is not given or is another one.
    """
    pairs = read_json(evidence)
    if not isinstance(pairs, list):
        return []
    times: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    for pair in pairs:
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], int | float):  # noqa: PLR2004 - a pair
            times[str(pair[0])] += 1
            weights[str(pair[0])] += pair[1]  # type: ignore[assignment]
    total = sum(weights.values())
    if tone is None or abs(tone - total) >= 1 / _CENTS:
        tone = total
    named = [ToneWord(words, weight, times[words]) for words, weight in weights.items()]
    return _rounded(_shortened(named), round(tone * _CENTS))


def _shortened(words: Sequence[ToneWord]) -> list[ToneWord]:
    """Keep the words that count most; the rest together and the baseline come last."""
    named = [word for word in words if word.words not in {BASELINE, _OTHERS}]
    named.sort(key=lambda word: (-abs(word.weight), word.words))
    kept = [word for word in named[:_MOST_WORDS] if round(word.weight * _CENTS)]
    others = [word for word in words if word.words == _OTHERS] + named[len(kept) :]
    if others:
        kept.append(ToneWord(OTHER_WORDS, sum_of(others), 1))
    return kept + [word for word in words if word.words == BASELINE]


def _rounded(words: Sequence[ToneWord], cents: int) -> list[ToneWord]:
    """Round to hundredths that add up; what is missing goes where rounding took most."""
    rounded = [floor(word.weight * _CENTS) for word in words]
    lost = sorted(range(len(words)), key=lambda at: rounded[at] - words[at].weight * _CENTS)
    missing = cents - sum(rounded)
    for at in lost[: max(missing, 0)]:
        rounded[at] += 1
    return [
        ToneWord(word.words, value / _CENTS, word.times)
        for word, value in zip(words, rounded, strict=True)
    ]


def sum_of(words: Iterable[ToneWord]) -> float:
    """Add up what the words count: the tone that they gave."""
    return sum(word.weight for word in words)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody whom a statement mentions."""

    kind: str
    id: str
    name: str
    times: int
    words: str
    """As the text first writes it."""

    sentence: str
    """The first sentence that mentions it, or the first whose tone is shown."""

    is_quoted: bool
    label: str
    confidence: str
    said: str
    """Why no tone is shown."""


def read_mentions(text: str, rows: Sequence[Mapping[str, Any]]) -> list[Mentioned]:
    """Gather mentions by whom they name, in the order of the text; what is scored speaks first."""
    named: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        named.setdefault((row["kind"], row["entity_id"]), []).append(row)
    return [_mentioned(text, mentions) for mentions in named.values()]


def _mentioned(text: str, mentions: Sequence[Mapping[str, Any]]) -> Mentioned:
    own = [each for each in mentions if not each["is_quoted"]]
    scored = [each for each in own if each["target_tone_label"]]
    first = (scored or own or list(mentions))[0]
    is_quoted = bool(first["is_quoted"])
    said = "In words that it quotes." if is_quoted else _ABOUT.get(first["target_tone_status"], "")
    return Mentioned(
        kind=first["kind"],
        id=first["entity_id"],
        name=first["name"] or first["entity_id"],
        times=len(mentions),
        words=text[mentions[0]["start_at"] : mentions[0]["end_at"]],
        sentence=_cut(text, first["sentence_start"], first["sentence_end"]),
        is_quoted=is_quoted,
        label=say_label(_label_of(scored)),
        confidence=say_confidence(
            max((each["target_tone_confidence"] or 0.0 for each in scored), default=None)
        ),
        said="" if scored else said,
    )


def _label_of(scored: Sequence[Mapping[str, Any]]) -> str | None:
    labels = {each["target_tone_label"] for each in scored}
    if {"negative", "positive"} <= labels:
        return "mixed"
    return next((each for each in ("negative", "positive", "neutral") if each in labels), None)


def _cut(text: str, start: int | None, end: int | None) -> str:
    return "" if start is None or end is None else text[start:end]
