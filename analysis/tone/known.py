"""What the tone model knows of each word, and of each pair of words."""

from collections.abc import Mapping
from sys import intern
from typing import NamedTuple

from analysis.tone.features import JOINED, NEGATED, NEGATIONS, Phrases, small_words
from analysis.tone.lexical import PASSIVE, SHIFTERS, Rated, rate
from analysis.word_kinds import word_kind

_LEAST_SHOWN = 0.1  # logits
_AUXILIARIES = small_words("auxiliary")

Pull = tuple[float, float]
"""What speaks for negative and for positive, each against neutral, in logits."""

Pair = tuple[float, float, float, bool]
"""What a pair pulls, its margin, and whether a phrase may begin with it."""


class Known(NamedTuple):
    """What is known of a key."""

    key: str
    against: float
    for_it: float
    margin: float
    """For positive over negative; 0.0 if readers need not see it."""

    pairs: dict[str, Pair]
    """The pairs that it begins, by their second key."""

    is_known: bool
    """Whether training saw it often enough; if not, it pulls nothing."""

    rated: Rated | None
    """What the lexicon says of it."""


NO_PAIRS: dict[str, Pair] = {}
UNKNOWN = Known("", 0.0, 0.0, 0.0, NO_PAIRS, False, None)
UNKNOWN_NEGATED = UNKNOWN._replace(key=NEGATED)


def known_keys(
    words: Mapping[str, Pull], lexicon: Mapping[str, float], phrases: Phrases
) -> dict[str, Known]:
    """Sort the keys and the pairs; a pair is only known by its first key, which is known too.

    All keys are given that anything asks for, each that is given negated also as it is; all others
    are like `UNKNOWN`.
    """
    keys: dict[str, Known] = {}
    asked = {*lexicon, *(word for key in lexicon for word in key.split(JOINED))}
    plain = {key.removeprefix(NEGATED) for key in words}
    for key in {*words, *plain, *asked, *(NEGATED + key for key in asked), *SHIFTERS, *PASSIVE}:
        if " " not in key:
            pull = words.get(key, (0.0, 0.0))
            margin = 0.0 if _is_small(key) else _margin(pull)
            keys[key] = Known(intern(key), *pull, margin, {}, key in words, rate(key, lexicon))
    for pair, pull in words.items():
        first, blank, second = pair.partition(" ")
        if blank and first in words and second in words:
            is_shown = keys[first].margin or keys[second].margin
            margin = _margin(pull) if is_shown else 0.0
            keys[first].pairs[intern(second)] = (*pull, margin, False)
    for one, two in phrases.beginnings:
        for first in (one, NEGATED + one):
            for second in (two, NEGATED + two):
                against, for_it, margin, _ = keys[first].pairs.get(second, (0.0, 0.0, 0.0, True))
                keys[first].pairs[intern(second)] = (against, for_it, margin, True)
    return keys


def _margin(pull: Pull) -> float:
    margin = pull[1] - pull[0]
    return margin if abs(margin) >= _LEAST_SHOWN else 0.0


def _is_small(key: str) -> bool:
    """Tell function words, which readers would take for noise; a negation is none."""
    word = key.removeprefix(NEGATED)
    if word in NEGATIONS or word.endswith("n't"):
        return False
    return word in _AUXILIARIES or word_kind(word) == "function"
