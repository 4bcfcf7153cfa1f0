"""The tone of a text: own words and quoted words apart, sentence by sentence, with the evidence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from analysis.masking import mask_names
from analysis.spans import Span
from analysis.tone.known import Pull
from analysis.tone.model import (
    Piece,
    Probabilities,
    join_pieces,
    probabilities,
    trained_model,
)
from analysis.tone.parts import join_at_names, own_words, quoted_words, short_enough, to_masked

Label = Literal["negative", "neutral", "positive"]
Status = Literal[
    "scored",
    "no evidence",
    "not scored: language",
    "not scored: too short",
    "not scored: not prose",
]
LABELS: Final[tuple[Label, Label, Label]] = ("negative", "neutral", "positive")
BASELINE: Final = "(baseline)"
OTHER_WORDS: Final = "(other words)"

_FEWEST_WORDS = 3
# Less than this share of the words known: other languages in Latin letters, lists, noise.
_KNOWN_SHARE = 1 / 3
# A passage is about as long as the texts that the model learned from.
_PASSAGE = 60  # words
_MOST_EVIDENCE = 24
_LEAST_EVIDENCE = 0.002
_DIGITS = 4
_NO_MARGIN = 1e-9

_NOT_PROSE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+")
_LINKS_BEGIN = frozenset("hw")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class SentenceTone:
    """The tone of one sentence's own words, or of a sentence that is all quoted."""

    tone: float | None
    label: Label | None
    confidence: float | None
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Tone:
    """How positive or negative a text's wording is, or why that cannot be said."""

    status: Status
    tone: float | None = None
    """P(positive) - P(negative) of its own words; None if not scored."""

    label: Label | None = None
    confidence: float | None = None
    """P(label)."""

    evidence: tuple[tuple[str, float], ...] = ()
    """Words and what they add to `tone`, the weightiest first; all of them sum to it."""

    quoted_tone: float | None = None
    quoted_label: Label | None = None
    sentences: tuple[SentenceTone, ...] = ()
    """One for each sentence given."""


def score_tone(
    text: str,
    language: str | None,
    sentences: Sequence[Span] = (),
    quoted: Sequence[Span] = (),
    names: Sequence[Span] = (),
) -> Tone:
    """Score an English text, its names masked.

    `sentences` are in order and do not overlap, without any the text is one sentence; `quoted` are
    someone else's words, in order too, scored apart, unless one pair of marks is around the whole
    text; `names` are names that masking might not see by itself.
    """
    if language is None:  # often since there is nothing to tell it by
        silent = _silent(sentences)
        return Tone(_unscorable(text, text) or "not scored: language", sentences=silent)
    if language.split("-")[0].lower() != "en":
        return Tone("not scored: language", sentences=_silent(sentences))
    masked = mask_names(text, names)
    if status := _unscorable(text, masked.text):
        return Tone(status, sentences=_silent(sentences))
    found = [] if _wraps(text, quoted) else [to_masked(masked, span) for span in quoted]
    groups, went_into = join_at_names(masked, sentences or [(0, len(text))])
    read = [_read(masked.text, group, found) for group in groups]
    own = _judge([piece for one in read for piece in one[0]])
    others = _judge([piece for one in read for piece in one[1]]) if found else None
    alone = len(read) == 1 and not found
    scored = [_sentence(*one, own if alone else None) for one in read]
    given = tuple(scored[at] for at in went_into) if sentences else ()
    quoted_tone, quoted_label, _ = others.result if others else (None, None, None)
    if own is None:
        return Tone(
            "no evidence", quoted_tone=quoted_tone, quoted_label=quoted_label, sentences=given
        )
    tone, label, confidence = own.result
    evidence = _evidence(own, tone)
    return Tone("scored", tone, label, confidence, evidence, quoted_tone, quoted_label, given)


def _silent(sentences: Sequence[Span]) -> tuple[SentenceTone, ...]:
    return tuple(SentenceTone(None, None, None, is_quoted=False) for _ in sentences)


class _Judged:
    """Passages with what pulls in each, how likely each tone is in each, and over all of them."""

    __slots__ = ("passages", "pulls", "result", "shares", "words")

    def __init__(
        self,
        passages: list[Piece],
        pulls: list[Pull],
        shares: list[Probabilities],
        words: int,
        likely: Probabilities,
    ) -> None:
        confidence = max(likely)
        tone = round(likely[2] - likely[0], _DIGITS)
        label = LABELS[likely.index(confidence)]
        self.passages = passages
        self.pulls = pulls
        self.shares = shares
        self.words = words
        self.result = tone, label, round(confidence, _DIGITS)


def _unscorable(text: str, masked: str) -> Status | None:
    if sum(1 for _ in islice(_WORD.finditer(masked), _FEWEST_WORDS)) < _FEWEST_WORDS:
        is_prose = not text.strip() or _WORD.search(_NOT_PROSE.sub(" ", text))
        return "not scored: too short" if is_prose else "not scored: not prose"
    if text[0].isalpha() and text[0] not in _LINKS_BEGIN:
        return None
    if "#" in text or "@" in text or "http" in text or "www." in text:
        return None if _WORD.search(_NOT_PROSE.sub(" ", text)) else "not scored: not prose"
    return None


def _wraps(text: str, quoted: Sequence[Span]) -> bool:
    """Tell whether one pair of marks stands around the whole text: then it quotes nobody."""
    if len(quoted) != 1:
        return False
    start, end = quoted[0]
    return not text[:start].strip() and not text[end:].strip()


def _read(text: str, sentence: Span, quoted: Sequence[Span]) -> tuple[list[Piece], list[Piece]]:
    """Read a sentence's own and its quoted words."""
    model = trained_model()
    if not quoted:
        return [model.read(part) for part in short_enough(text[sentence[0] : sentence[1]])], []
    return (
        [model.read(part) for part in own_words(text, sentence, quoted)],
        [model.read(part) for part in quoted_words(text, sentence, quoted)],
    )


def _sentence(own: list[Piece], quoted: list[Piece], judged: _Judged | None) -> SentenceTone:
    is_quoted = bool(quoted) and not any(piece.words for piece in own)
    judged = judged or _judge(quoted if is_quoted else own)
    if judged is None:
        return SentenceTone(None, None, None, is_quoted)
    return SentenceTone(*judged.result, is_quoted)


def _judge(pieces: list[Piece]) -> _Judged | None:
    """Average over passages by their words; None if too little is known of the words."""
    model = trained_model()
    words = known = 0
    for piece in pieces:
        words += piece.words
        known += piece.known_words
    if not known or known < words * _KNOWN_SHARE:
        return None
    if len(pieces) == 1:
        pull = model.pull(pieces[0])
        likely = probabilities(pull)
        return _Judged(pieces, [pull], [likely], words, likely)
    passages = [join_pieces(passage) for passage in _passages(pieces)]
    pulls = [model.pull(passage) for passage in passages]
    shares = [probabilities(pull) for pull in pulls]
    sums = [0.0, 0.0, 0.0]
    for passage, likely in zip(passages, shares, strict=True):
        for at, share in enumerate(likely):
            sums[at] += share * passage.words / words
    return _Judged(passages, pulls, shares, words, (sums[0], sums[1], sums[2]))


def _passages(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Put pieces that follow one another into passages of about `_PASSAGE` words."""
    passage: list[Piece] = []
    words = 0
    for piece in pieces:
        if passage and words + piece.words > _PASSAGE:
            yield passage
            passage, words = [], 0
        passage.append(piece)
        words += piece.words
    if passage:
        yield passage


def _evidence(judged: _Judged, tone: float) -> tuple[tuple[str, float], ...]:
    """Share the tone out among the words.

    A passage's tone has the sign of its pull, so every share is scaled by the same factor.
    """
    model = trained_model()
    weights: dict[str, float] = {}
    shown: dict[str, str] = {}
    total = 0.0
    for passage, pull, likely in zip(judged.passages, judged.pulls, judged.shares, strict=True):
        scale = _slope(pull, likely) * passage.words / judged.words
        shares, small = model.attribute(passage)
        total += small * scale
        for words, share in shares:
            key = words.lower()
            weight = share * scale
            total += weight
            if key in weights:
                weights[key] += weight
            else:
                shown[key], weights[key] = words, weight
    heaviest = [
        (-abs(weight), key) for key, weight in weights.items() if abs(weight) >= _LEAST_EVIDENCE
    ]
    heaviest.sort()
    listed = [(shown[key], round(weights[key], _DIGITS)) for _, key in heaviest[:_MOST_EVIDENCE]]
    said = sum([weight for _, weight in listed])
    if others := round(total - said, _DIGITS):
        listed.append((OTHER_WORDS, others))
    listed.append((BASELINE, round(tone - said - others, _DIGITS)))
    return tuple(listed)


def _slope(pull: Pull, likely: Probabilities) -> float:
    """Give what a pull for positive over negative is multiplied by to be the tone."""
    against, for_it = pull
    margin = for_it - against
    return (likely[2] - likely[0]) / margin if abs(margin) > _NO_MARGIN else likely[2]
