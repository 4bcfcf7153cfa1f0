"""What the model of tone toward a target reads in a sentence, key by key, for training.

`analysis.tone.target` gets the same sums without writing the keys out; a test compares them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.masking import mask_names
from analysis.spans import Span
from analysis.tone.target_coefficients import VALUES, Pull, TargetCoefficients, WordValues
from analysis.tone.target_reading import NEAR, NEARNESS, NEGATED_WORDS, OPENING, SAYING
from analysis.tone.target_words import (
    OTHER,
    POSSESSIVES,
    PRONOUNS,
    QUOTES,
    TARGET,
    Word,
    read_word,
    tokens_of,
)

_DISTANCE = ("", "1", "2", "2", "3", "3", "3", *["4"] * 6)
_FAR = 13


@dataclass(frozen=True, slots=True)
class Features:
    """What was read of a sentence about one target.

    Attributes:
        groups: lists of keys; each list counts by the square root of its length.
        flags: keys that count in full.
        values: what the values of the words around the target sum up to, 8 for each of `VALUES`.
    """

    groups: tuple[Sequence[str], ...]
    flags: Sequence[str]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Pointed:
    """A masked sentence, cut into words, with the place of its target."""

    words: Sequence[Word]
    is_quoted: Sequence[bool]
    at: int
    is_possessive: bool
    pronoun: str


def point_at(sentence: str, start: int, end: int, names: Sequence[Span] = ()) -> Pointed:
    """Mask a sentence and cut it into words; `names` are spans of other names, if known."""
    masked = mask_names(sentence, [*names, (start, end)])
    first, last = next(
        place
        for place, name in zip(masked.places, masked.names, strict=True)
        if name[0] <= start < name[1]
    )
    before = tokens_of(masked.text[:first])
    written = [*before, TARGET, *tokens_of(masked.text[last:])]
    words: list[Word] = []
    quoted: list[bool] = []
    is_open = False
    for shown in written:
        word = read_word(shown)
        if shown in QUOTES:
            is_open = shown in OPENING or (shown == '"' and not is_open)
        words.append(word)
        quoted.append(is_open)
    mention = sentence[start:end].lower()
    return Pointed(
        words,
        quoted,
        len(before),
        sentence.startswith(POSSESSIVES, end) or mention.endswith(POSSESSIVES),
        mention if mention in PRONOUNS else "",
    )


def read_features(pointed: Pointed, word_values: WordValues) -> Features:
    """Read what words stand where; the same for training and for scoring."""
    words, at = pointed.words, pointed.at
    is_negated, clauses = _negations_and_clauses(words)
    stems = [word.stem for word in words]
    anywhere: list[str] = []
    sided: list[str] = []
    placed: list[str] = []
    near: list[str] = []
    polar: list[str] = []
    quoted, own = pointed.is_quoted, pointed.is_quoted[at]
    for place, word in enumerate(words):
        if place == at:
            continue
        side = "L" if place < at else "R"
        distance = abs(place - at)
        where = side + (_DISTANCE[distance] if distance < _FAR else "5")
        stem = word.stem
        anywhere.append(stem)
        placed.append(where + stem)
        turned = "!" + stem if is_negated[place] else stem
        sided.append(side + turned)
        if distance <= NEAR:
            near.append("~" + turned)
        if word.valence:
            sign = "*+" if word.valence > 0 else "*-"
            sign = sign + "!" if is_negated[place] else sign
            polar += (
                sign,
                sign + where,
                f"{sign}c{clauses[place] == clauses[at]:d}",
                f"{sign}q{quoted[place]:d}{own:d}",
            )
    pairs = [f"{one} {other}" for one, other in pairwise(stems)]
    beginnings = ["^" + word.beginning for word in words if word.beginning]
    kinds = [word.kind for word in words[max(0, at - NEAR) : at + NEAR + 1]]
    groups = (
        anywhere,
        sided,
        placed,
        near,
        polar,
        pairs,
        beginnings,
        _across(stems, at, "="),
        _across(kinds, min(at, NEAR), "#"),
    )
    return Features(groups, _flags(pointed), _sum_values(pointed, word_values))


def _negations_and_clauses(words: Sequence[Word]) -> tuple[list[bool], list[int]]:
    """Tell for each word whether it is negated, and in which part between marks it stands."""
    is_negated: list[bool] = []
    clauses: list[int] = []
    left = clause = 0
    for word in words:
        if word.is_stop:
            left = 0
            clause += word.text != "-"
        clauses.append(clause)
        is_negated.append(left > 0)
        left = NEGATED_WORDS if word.is_negation else left - 1
    return is_negated, clauses


def _across(units: Sequence[str], at: int, mark: str) -> list[str]:
    """Give the rows of two to seven units that hold the target."""
    last = len(units)
    return [
        mark + " ".join(units[first:after])
        for first in range(max(0, at - 3), at + 1)
        for after in range(at + 1, min(last + 1, at + 5))
        if after - first > 1
    ]


def _flags(pointed: Pointed) -> list[str]:
    """Give what is to be said of the sentence and of the target's place in it."""
    texts = [word.text for word in pointed.words]
    at, count = pointed.at, len(texts)
    has_quote = '"' in texts
    speaks = not SAYING.isdisjoint(texts[at + 1 : at + 4]) or (at > 0 and texts[at - 1] in SAYING)
    flags = [
        f"@quoted{pointed.is_quoted[at]:d}",
        f"@marks{has_quote:d}",
        f"@others{min(3, texts.count(OTHER))}",
        f"@length{min(5, count // 8)}",
        f"@place{min(4, 5 * at // count)}",
        f"@first{at == 0:d}",
        f"@last{at >= count - 2:d}",
        f"@numbers{min(2, texts.count('0'))}",
        f"@owns{pointed.is_possessive:d}",
        f"@speaks{speaks:d}{has_quote:d}",
    ]
    if pointed.pronoun:
        flags.append("@is " + pointed.pronoun)
    return flags


def _sum_values(pointed: Pointed, word_values: WordValues) -> list[float]:
    """Sum up each value of the words: in all, by side, by nearness, by sign, by who speaks."""
    at, own = pointed.at, pointed.is_quoted[pointed.at]
    sums = [0.0] * (8 * VALUES)
    for place, word in enumerate(pointed.words):
        posts, guess = word_values.get(word.text, (0.0, 0.0))
        if not (posts or guess or word.valence):
            continue
        nearness = NEARNESS[min(199, abs(place - at))]
        side = 2 if place < at else 3
        voice = 4 if pointed.is_quoted[place] == own else 5
        for base, value in ((0, posts), (8, guess), (16, word.valence / 2)):
            if value:
                weighed = value * nearness
                sums[base] += value
                sums[base + 1] += weighed
                sums[base + side] += weighed
                sums[base + voice] += value
                sums[base + (6 if value > 0 else 7)] += weighed
    scale = len(pointed.words) ** -0.5
    for base in range(0, 8 * VALUES, 8):
        for which in (0, 4, 5):
            sums[base + which] *= scale
    return sums


def pull(features: Features, coefficients: TargetCoefficients) -> Pull:
    """Sum up what speaks for negative and for positive."""
    get = coefficients.keys.get
    against, for_it = coefficients.baseline
    for group in features.groups:
        known = [found for key in group if (found := get(key)) is not None]
        if known:
            scale = len(group) ** -0.5
            against += scale * sum([one[0] for one in known])
            for_it += scale * sum([one[1] for one in known])
    for flag in features.flags:
        if (found := get(flag)) is not None:
            against += found[0]
            for_it += found[1]
    for value, (one, other) in zip(features.values, coefficients.values, strict=True):
        if value:
            against += value * one
            for_it += value * other
    return against, for_it
