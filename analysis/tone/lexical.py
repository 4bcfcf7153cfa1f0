"""What TextBlob, VADER and the reviewed lexicon say of a piece of masked text."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from analysis.textblob_scores import textblob_scores
from analysis.tone.features import JOINED, NEGATED, Token, small_words
from analysis.vader_scores import vader_scores

CUES: Final = (
    "textblob",
    "subjectivity",
    "reviewed",
    "vader",
    "vader for",
    "vader against",
    "lexicon for",
    "lexicon against",
    "turned for",
    "turned against",
    "textblob silent",
    "vader silent",
    "length",
)
"""The numbers that `LexicalCues.numbers` gives, in this order."""

_TURNED = -0.5  # TextBlob's own rule for a negated word
_VADER_NORM = 15.0  # VADER's own constant
_VADER_ROOT = math.sqrt(_VADER_NORM)
_HALF_WEIGHT = 4.0  # this much valence counts half of what any amount may
_HALF_POLARITY = 1.0
_HALF_TURNED = 0.5

SHIFTERS: Final = small_words("shifter")
"""Words that turn round what they are said of: what ends, falls, fails or is prevented."""

PASSIVE: Final = small_words("passive")
"""Words before a shifter that show that something is done to what stands before them."""

_ENDINGS = small_words("ending")
_BACK, _AHEAD = 4, 4  # words
_VADER_SCALE = 4.0

Weighed = tuple[str, float]
"""A word or phrase as it was found, and what it weighs."""


class Found:
    """Words of one source, with the sums of what they weigh for and against."""

    __slots__ = ("against", "for_it", "words")

    def __init__(self, words: list[Weighed]) -> None:
        for_it = against = 0.0
        for _, value in words:
            if value > 0:
                for_it += value
            else:
                against -= value
        self.words = words
        self.for_it = for_it
        self.against = against

    @property
    def mean(self) -> float:
        """The mean weight; 0.0 where nothing was found."""
        return (self.for_it - self.against) / len(self.words) if self.words else 0.0


_NOTHING = Found([])


def _join(several: Sequence[Found]) -> Found:
    words = [word for found in several for word in found.words]
    return Found(words) if words else _NOTHING


@dataclass(slots=True)
class LexicalCues:
    """The words with a known weight in some sentences; `join_cues` adds those of others."""

    textblob: Found
    subjectivity: float
    """Summed over TextBlob's words."""

    reviewed: Found
    """TextBlob's words and those of the reviewed lexicon, which has the last word."""

    lexicon: Found
    turned: Found
    """What comes to an end or does not happen, by what it weighs otherwise."""

    vader: Found
    vader_sum: float
    """What VADER summed up before it squeezed the sum into -1 to 1."""

    words: int

    def numbers(self) -> tuple[float, ...]:
        """Give the cues as the numbers named in `CUES`."""
        return (
            self.textblob.mean,
            self.subjectivity / (len(self.textblob.words) or 1),
            self.reviewed.mean,
            self.vader_sum / math.hypot(self.vader_sum, _VADER_ROOT),
            self.vader.for_it / (self.vader.for_it + _HALF_WEIGHT),
            self.vader.against / (self.vader.against + _HALF_WEIGHT),
            self.lexicon.for_it / (self.lexicon.for_it + _HALF_POLARITY),
            self.lexicon.against / (self.lexicon.against + _HALF_POLARITY),
            self.turned.for_it / (self.turned.for_it + _HALF_TURNED),
            self.turned.against / (self.turned.against + _HALF_TURNED),
            0.0 if self.textblob.words else 1.0,
            0.0 if self.vader.words else 1.0,
            math.log1p(self.words) / 4,
        )

    def attributed(self, weights: Sequence[float]) -> list[Weighed]:
        """Share out among the words what the numbers of `CUES` contribute with these weights.

        What no word accounts for (subjectivity, silence, length) is not given.
        """
        shares: list[Weighed] = []
        vader = weights[3] / math.hypot(self.vader_sum, _VADER_ROOT)
        for found, mean, half, first in (
            (self.textblob, weights[0] / (len(self.textblob.words) or 1), 0.0, 0),
            (self.reviewed, weights[2] / (len(self.reviewed.words) or 1), 0.0, 0),
            (self.vader, vader, _HALF_WEIGHT, 4),
            (self.lexicon, 0.0, _HALF_POLARITY, 6),
            (self.turned, 0.0, _HALF_TURNED, 8),
        ):
            if not found.words:
                continue
            for_it = against = mean
            if half:
                for_it += weights[first] / (found.for_it + half)
                against -= weights[first + 1] / (found.against + half)
            shares += [
                (word, value * (for_it if value > 0 else against)) for word, value in found.words
            ]
        return shares


def join_cues(cues: Sequence[LexicalCues]) -> LexicalCues:
    """Make one of the cues of sentences that follow one another."""
    return LexicalCues(
        _join([one.textblob for one in cues]),
        sum([one.subjectivity for one in cues]),
        _join([one.reviewed for one in cues]),
        _join([one.lexicon for one in cues]),
        _join([one.turned for one in cues]),
        _join([one.vader for one in cues]),
        sum([one.vader_sum for one in cues]),
        sum([one.words for one in cues]),
    )


class Rated(NamedTuple):
    """What the reviewed lexicon says of a key, or that it turns others round."""

    polarity: float | None
    """Of the word itself, whether or not it is negated; None if it is not in the lexicon."""

    weight: float
    covered: frozenset[str]
    """The words that it speaks for, so that TextBlob has no say in them."""

    is_shifter: bool


def rate(key: str, lexicon: Mapping[str, float]) -> Rated | None:
    """Rate a key; None if there is nothing to say."""
    stem = key.removeprefix(NEGATED)
    polarity = lexicon.get(stem)
    if polarity is None:
        return Rated(None, 0.0, frozenset(), True) if key in SHIFTERS else None
    weight = polarity if stem == key else polarity * _TURNED
    return Rated(polarity, weight, frozenset(stem.split(JOINED)), key in SHIFTERS)


def read_cues(text: str, tokens: Sequence[Token], lexicon: Mapping[str, float]) -> LexicalCues:
    """Look the words of one sentence up in the lexicons; `tokens` are those of this `text`."""
    rated = [
        (at, token.start, token.end, one)
        for at, token in enumerate(tokens)
        if (one := rate(token.key, lexicon))
    ]
    return sum_up(text, rated, sum(token.is_word for token in tokens), lambda: tokens)


def sum_up(
    text: str,
    all_rated: Iterable[tuple[int, int, int, Rated]],
    words: int,
    tokens: Callable[[], Sequence[Token]],
) -> LexicalCues:
    """Put together what the lexicons say of one sentence.

    `all_rated` are the number, start and end of each of its tokens that is rated, with the rating;
    `words` is how many are words; `tokens` gives all of them, where they are needed.
    """
    blob = textblob_scores(text)
    vader = vader_scores(text)
    found: list[Weighed] = []
    rated: dict[int, float] = {}
    shifters: list[int] = []
    covered: set[str] = set()
    for at, start, end, (polarity, weight, speaks_for, is_shifter) in all_rated:
        if polarity is not None:
            found.append((text[start:end], weight))
            rated[at] = polarity
            covered |= speaks_for
        if is_shifter:
            shifters.append(at)
    turned = _turned(text, tokens(), shifters, rated, vader.words) if shifters else []
    textblob = reviewed = _found([*blob.assessments])
    if found:
        kept = [one for one in textblob.words if one[0].rpartition(" ")[2] not in covered]
        reviewed = _found(kept + found)
    return LexicalCues(
        textblob,
        blob.subjectivity * len(textblob.words),
        reviewed,
        _found([one for one in found if one[1]]),
        _found(turned),
        _found([*vader.words]),
        _before_squeezing(vader.compound),
        words,
    )


def _turned(
    text: str,
    tokens: Sequence[Token],
    shifters: Sequence[int],
    rated: Mapping[int, float],
    listed: Sequence[Weighed],
) -> list[Weighed]:
    """Find what ends, falls or does not happen: words near a shifter with what they weigh."""
    valences = dict(listed)
    turned: dict[int, Weighed] = {}
    for shifter in shifters:
        key = tokens[shifter].key
        first = shifter - _BACK if key in _ENDINGS or _is_passive(tokens, shifter) else shifter + 1
        for at in range(max(first, 0), min(shifter + _AHEAD + 1, len(tokens))):
            token = tokens[at]
            if at == shifter or token.key.startswith(NEGATED) or token.key in SHIFTERS:
                continue
            shown = text[token.start : token.end]
            weight = rated.get(at) or valences.get(shown, 0.0) / _VADER_SCALE
            if weight:
                turned[at] = (shown, weight)
    return [turned[at] for at in sorted(turned)]


def _is_passive(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].key in PASSIVE


def _found(words: list[Weighed]) -> Found:
    return Found(words) if words else _NOTHING


def _before_squeezing(compound: float) -> float:
    """Undo VADER's s / sqrt(s * s + 15), so that sentences can be added up."""
    if not compound:
        return 0.0
    bounded = max(-0.9998, min(0.9998, compound))
    return bounded * math.sqrt(_VADER_NORM / (1 - bounded * bounded))
