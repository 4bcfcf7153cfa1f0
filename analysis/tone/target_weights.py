"""What each word adds to the tone toward a target, worked out once a word instead of a sentence.

A pull is a complex number here: its real part speaks for negative, its imaginary part for
positive, so that one addition adds both.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from analysis.masking import PLACEHOLDER
from analysis.tone.target_coefficients import (
    VALUES,
    TargetCoefficients,
    WordValues,
    trained_coefficients,
)
from analysis.tone.target_words import PRONOUNS, TARGET, Word, read_word, tokens_of

SIDES: Final = ("L", "R")
DISTANCES: Final = ("1", "2", "3", "4", "5")
CLASSES: Final = (0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3)
"""The index in `DISTANCES` of a word one, two ... places away; farther ones have the last."""

SIGNS: Final = ("*+", "*+!", "*-", "*-!")
"""Of words that VADER rates: good, good but negated, bad, bad but negated."""

_MOST_KEPT = 20_000  # words
_LONGEST_KEPT = 40  # characters
_NOTHING = (0j,) * (len(SIDES) * len(DISTANCES))
_NO_FOLLOWER: dict[str, complex] = {}

Pulls = tuple[complex, ...]


class Weighed(NamedTuple):
    """A word with all that it can add; a row of them is turned into columns at one stroke."""

    text: str
    stem: str
    kind: str

    places: Pulls
    """For each side and distance: the index is that of the side times the number of distances,
    plus the distance."""

    negated_places: Pulls
    near: complex
    """Of standing near the target."""

    negated_near: complex
    followers: Callable[[str, complex], complex]
    """Gives what the pair adds that it makes with the next stem."""

    beginning: complex
    has_beginning: bool
    left: complex
    """Of its values beside the target, on its left."""

    right: complex
    same_voice: complex
    """Of its values wherever it stands, where the same voice speaks as of the target."""

    other_voice: complex
    sign: int
    """The index of its sign in `SIGNS` if it is not negated, or -1."""

    turn: str
    """What it does to the words after it: a sign, "not", or nothing."""

    is_name: bool
    """Whether it is the placeholder, alone."""


@dataclass(frozen=True, slots=True)
class SignPulls:
    """What one of `SIGNS` adds by where it stands to the target."""

    places: Pulls
    """As in `Weighed`, with what the sign adds anywhere."""

    clauses: Pulls
    """In another part between marks, and in the target's."""

    voices: tuple[Pulls, Pulls]
    """By whether the word stands in quotation marks, then by whether the target does."""


@dataclass(frozen=True, slots=True)
class FlagPulls:
    """What is to be said of the sentence and of the target's place in it, each with its pulls."""

    quoted: Pulls
    marks: Pulls
    others: Pulls
    length: Pulls
    place: Pulls
    first: Pulls
    last: Pulls
    numbers: Pulls
    owns: Pulls
    speaks: tuple[Pulls, Pulls]
    """By whether the target speaks, then by whether there are quotation marks."""

    pronouns: Mapping[str, complex]


class Weights(dict[str, tuple[Weighed, ...]]):
    """The weighed words of each run of signs between two blanks, each worked out once."""

    def __init__(self, coefficients: TargetCoefficients) -> None:
        super().__init__()
        self.gate = coefficients.gate
        self.baseline = complex(*coefficients.baseline)
        pulls = {key: complex(*both) for key, both in coefficients.keys.items()}
        self.rows = _with_rows_within(pulls)
        """What rows of stems ("=") and of kinds ("#") add; with each row all those within it."""

        self.signs = tuple(_weigh_sign(sign, pulls) for sign in SIGNS)
        self.flags = _weigh_flags(pulls)
        self._pulls = pulls
        self._placed_stems = {key[begin:] for key in pulls for begin in range(3)}
        """All stems whose place may say something, and more."""

        self._followers: dict[str, dict[str, complex]] = {}
        for key, pull in pulls.items():
            if key.count(" ") == 1:
                one, _, other = key.partition(" ")
                self._followers.setdefault(one, {})[other] = pull
        self._values = [complex(*both) for both in coefficients.values]
        self._words: WordValues = coefficients.words
        self._stems: dict[str, tuple[Pulls, Pulls]] = {}
        self._tokens: dict[str, Weighed] = {}

    def __missing__(self, run: str) -> tuple[Weighed, ...]:
        weighed = tuple([self._word(token) for token in tokens_of(run)])
        if len(run) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[run] = weighed
        return weighed

    def pair(self, one: str, other: str) -> complex:
        """Give what a pair of stems adds."""
        return self._followers.get(one, _NO_FOLLOWER).get(other, 0j)

    def _word(self, token: str) -> Weighed:
        weighed = self._tokens.get(token)
        if weighed is None:
            if len(self._tokens) >= _MOST_KEPT:
                self._tokens.clear()
                self._stems.clear()
            weighed = self._tokens[token] = self._weigh(read_word(token), token)
        return weighed

    def _weigh(self, word: Word, token: str) -> Weighed:
        get = self._pulls.get
        if word.stem not in self._stems:
            self._stems[word.stem] = self._both_placed(word.stem)
        anywhere, left, right, same, other = self._weigh_values(
            (*self._words.get(word.text, (0.0, 0.0)), word.valence / 2)
        )
        return Weighed(
            word.text,
            word.stem,
            sys.intern(word.kind),
            *self._stems[word.stem],
            get("~" + word.stem, 0j),
            get("~!" + word.stem, 0j),
            self._followers.get(word.stem, _NO_FOLLOWER).get,
            get("^" + word.beginning, 0j) if word.beginning else 0j,
            word.beginning != "",
            left,
            right,
            anywhere + same,
            anywhere + other,
            (0 if word.valence > 0 else 2) if word.valence else -1,
            "not" if word.is_negation else token[0] if word.is_stop else "",
            token == PLACEHOLDER,
        )

    def _both_placed(self, stem: str) -> tuple[Pulls, Pulls]:
        if stem not in self._placed_stems:
            return _NOTHING, _NOTHING
        plain, turned = (tuple(self._placed(stem, mark)) for mark in ("", "!"))
        return plain if any(plain) else _NOTHING, turned if any(turned) else _NOTHING

    def _placed(self, stem: str, mark: str) -> Iterator[complex]:
        get = self._pulls.get
        anywhere = get(stem, 0j)
        for side in SIDES:
            sided = anywhere + get(side + mark + stem, 0j)
            for distance in DISTANCES:
                yield sided + get(side + distance + stem, 0j)

    def _weigh_values(
        self, values: Sequence[float]
    ) -> tuple[complex, complex, complex, complex, complex]:
        anywhere = left = right = same = other = 0j
        for value, base in zip(values, range(0, 8 * VALUES, 8), strict=True):
            if value:
                pulls = self._values[base : base + 8]
                beside = pulls[1] + pulls[6 if value > 0 else 7]
                anywhere += value * pulls[0]
                left += value * (beside + pulls[2])
                right += value * (beside + pulls[3])
                same += value * pulls[4]
                other += value * pulls[5]
        return anywhere, left, right, same, other


def _with_rows_within(pulls: Mapping[str, complex]) -> dict[str, complex]:
    """Give the rows that hold the target, and the shorter ones that lead to them, if by 0."""
    rows = {}
    for key, pull in pulls.items():
        units = key[1:].split(" ")
        if key[0] in "=#" and TARGET in units:
            rows[key] = pull
            at = units.index(TARGET)
            for first in range(at + 1):
                for after in range(at + 1, len(units) + 1):
                    rows.setdefault(key[0] + " ".join(units[first:after]), 0j)
    return {key: pulls.get(key, 0j) for key in rows}


def _weigh_sign(sign: str, pulls: Mapping[str, complex]) -> SignPulls:
    alone = pulls.get(sign, 0j)
    return SignPulls(
        tuple(alone + pulls.get(sign + side + far, 0j) for side in SIDES for far in DISTANCES),
        _numbered(pulls, sign + "c", 2),
        (_numbered(pulls, sign + "q0", 2), _numbered(pulls, sign + "q1", 2)),
    )


def _weigh_flags(pulls: Mapping[str, complex]) -> FlagPulls:
    return FlagPulls(
        quoted=_numbered(pulls, "@quoted", 2),
        marks=_numbered(pulls, "@marks", 2),
        others=_numbered(pulls, "@others", 4),
        length=_numbered(pulls, "@length", 6),
        place=_numbered(pulls, "@place", 5),
        first=_numbered(pulls, "@first", 2),
        last=_numbered(pulls, "@last", 2),
        numbers=_numbered(pulls, "@numbers", 3),
        owns=_numbered(pulls, "@owns", 2),
        speaks=(_numbered(pulls, "@speaks0", 2), _numbered(pulls, "@speaks1", 2)),
        pronouns={word: pulls.get("@is " + word, 0j) for word in PRONOUNS},
    )


def _numbered(pulls: Mapping[str, complex], key: str, count: int) -> Pulls:
    return tuple(pulls.get(f"{key}{number}", 0j) for number in range(count))


@cache
def trained_weights() -> Weights:
    """Give the weights of the coefficients that ship with the program."""
    return Weights(trained_coefficients())
