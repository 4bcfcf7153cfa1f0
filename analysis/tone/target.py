"""Tone toward a target: how one sentence speaks of one country or person that it names.

A sentence is masked and read once, for all its targets.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from analysis.masking import PLACEHOLDER, Masked, mask_names
from analysis.spans import Span
from analysis.tone.target_reading import ReadSentence, read_words
from analysis.tone.target_weights import trained_weights
from analysis.tone.target_words import POSSESSIVES, tokens_of
from analysis.word_kinds import word_kind, words_listed

_LABELS: Final = ("negative", "neutral", "positive")
_FIRST_WORD = re.compile(r"[^\W\d_]{2,}(?=[ ,.;:!?)]|['\u2019]s\b|$)")
_APOSTROPHES = ("'", "\N{RIGHT SINGLE QUOTATION MARK}")


@dataclass(frozen=True, slots=True)
class TargetTone:
    """How a sentence speaks of a target, as far as can be told.

    Attributes:
        tone: P(positive) - P(negative), from -1 to 1.
        label: the likeliest of the three.
        confidence: P(label), from 1/3 to 1.
        is_shown: whether the confidence reaches the gate; if not, say "mentioned, tone not scored".
    """

    tone: float
    label: Literal["negative", "neutral", "positive"]
    confidence: float
    is_shown: bool


def score_target(sentence: str, start: int, end: int, names: Sequence[Span] = ()) -> TargetTone:
    """Score how an English sentence speaks of what stands at `start` to `end` in it.

    `names` are the spans of other names in the sentence that their looks do not give away. Where a
    sentence has several targets, `read_sentence` costs less.

    Raises:
        ValueError: if the span is empty, holds only blanks or reaches out of the sentence.
    """
    _check(sentence, start, end)
    return read_sentence(sentence, [*names, (start, end)]).toward(start, end)


def read_sentence(sentence: str, names: Sequence[Span] = ()) -> "TargetSentence":
    """Read an English sentence, to score how it speaks of several targets.

    `names` are the spans of names in it, best with the targets among them.

    >>> read = read_sentence("Arvenna is a great friend of Norland.", [(0, 7), (29, 36)])
    >>> read.toward(0, 7).label
    'positive'
    """
    return TargetSentence(sentence, names)


class TargetSentence:
    """A sentence read once for all its targets."""

    def __init__(self, sentence: str, names: Sequence[Span]) -> None:
        self._sentence = sentence
        self._names = tuple(names)
        self._masked = mask_names(sentence, names)
        self._read: dict[str, ReadSentence | None] = {}

    def toward(self, start: int, end: int) -> TargetTone:
        """Score how the sentence speaks of what stands at `start` to `end` in it.

        It says nothing of what the target says or does elsewhere, and no name changes it.

        Raises:
            ValueError: if the span is empty, holds only blanks or reaches out of the sentence.
        """
        sentence = self._sentence
        _check(sentence, start, end)
        read, at = self._words(self._masked_for(start, end), start)
        mention = sentence[start:end].lower()
        pull = read.pull(
            at,
            mention,
            is_possessive=sentence.startswith(POSSESSIVES, end) or mention.endswith(POSSESSIVES),
        )
        return _judge(pull.real, pull.imag, read.weights.gate)

    def _masked_for(self, start: int, end: int) -> Masked:
        """Give the sentence as it is masked if the target is known to be a name."""
        if (start, end) in self._names or self._is_name_anyway(start, end):
            return self._masked
        others = [each for each in self._names if each[1] <= start or end <= each[0]]
        return mask_names(self._sentence, [*others, (start, end)])

    def _is_name_anyway(self, start: int, end: int) -> bool:
        """Tell whether masking would do the same if it knew that a name stands here.

        It would where the name starts with no common word, and all of it is masked already: only
        to common words with capitals it makes a difference that they are known to start a name.
        """
        if any(first < end and start < last for first, last in self._names):
            return False
        word = _FIRST_WORD.match(self._sentence, start)
        if (
            word is None
            or word_kind(word[0].lower())
            or word[0].lower() in words_listed("greeting")
        ):
            return False
        stop = end + 2 if self._sentence.startswith(_APOSTROPHES, end) else end
        return any(first <= start and stop <= last for first, last in self._masked.names)

    def _words(self, masked: Masked, start: int) -> tuple[ReadSentence, int]:
        """Read the words of the masked sentence; give the place of the target among them too."""
        index = next(at for at, (first, last) in enumerate(masked.names) if first <= start < last)
        if masked.text not in self._read:
            self._read[masked.text] = self._read_whole(masked)
        if read := self._read[masked.text]:
            return read, read.names[index]
        first, last = masked.places[index]
        before, after = masked.text[:first], masked.text[last:]
        read = read_words(f"{before} {PLACEHOLDER} {after}", trained_weights())
        return read, len(tokens_of(before))

    def _read_whole(self, masked: Masked) -> ReadSentence | None:
        """Read a masked sentence for all its names, unless one is but a part of a word."""
        if PLACEHOLDER in self._sentence:
            return None
        read = read_words(masked.text, trained_weights())
        return read if len(read.names) == len(masked.places) else None


def _check(sentence: str, start: int, end: int) -> None:
    if not 0 <= start < end <= len(sentence):
        raise ValueError(
            f"target [{start}, {end}] is no span of a sentence of {len(sentence)} characters"
        )
    if sentence[start:end].isspace():
        raise ValueError(f"target [{start}, {end}] holds nothing but blanks")


def _judge(against: float, for_it: float, gate: float) -> TargetTone:
    most = max(0.0, against, for_it)
    powers = (math.exp(against - most), math.exp(-most), math.exp(for_it - most))
    total = sum(powers)
    best = max(range(3), key=powers.__getitem__)
    confidence = powers[best] / total
    tone = (powers[2] - powers[0]) / total
    return TargetTone(tone, _LABELS[best], confidence, confidence >= gate)
