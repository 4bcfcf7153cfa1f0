"""One masked sentence, read once for all its targets, and what in it speaks how of each of them.

Every name is the same sign here but the target, which is another, and so is every word that no
dictionary knows. So nothing can depend on who is spoken about.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from operator import mul
from typing import Final

from analysis.tone.target_weights import CLASSES, DISTANCES, Pulls, Weights
from analysis.tone.target_words import OTHER, QUOTES, TARGET

SAYING: Final = frozenset(
    word
    for line in (
        "said says say saying told tells added wrote tweeted asked explained noted argued stated",
        "announced claimed insisted called replied responded",
    )
    for word in line.split()
)
OPENING: Final = frozenset("“„«")
NEGATED_WORDS: Final = 3
NEAR: Final = 4
NEARNESS: Final = tuple(2.718281828 ** (-distance / 4) for distance in range(200))

_FARTHEST = len(DISTANCES) - 1
_CLAUSE_GOES_ON = "-"
_BEFORE = _AFTER = 3  # words of a row that holds the target
_NEARNESS_BESIDE = NEARNESS[1:]


@dataclass(slots=True)
class ReadSentence:
    """The words of a sentence and all that is the same for each of its targets.

    Attributes:
        texts, stems, kinds: of each word.
        places: the pulls of each word by side and distance.
        near: the pull of each word near the target.
        lefts, rights: the pulls of each word's values beside the target.
        rated: place, index of the sign, part between marks and whether quoted, of each rated word.
        stops: where the parts between marks end.
        quoted: whether each word stands in quotation marks; empty if there are none.
        pairs: what all pairs of neighbours add, every name being another than the target.
        whole: what is added wherever the target stands.
        voices: what the values of words add, if the target is not quoted and if it is.
        names: the places of the words that are a whole name.
    """

    weights: Weights
    texts: tuple[str, ...]
    stems: tuple[str, ...]
    kinds: tuple[str, ...]
    places: Sequence[Pulls]
    near: Sequence[complex]
    lefts: tuple[complex, ...]
    rights: tuple[complex, ...]
    rated: list[tuple[int, int, int, bool]]
    stops: list[int]
    quoted: list[bool]
    pairs: complex
    whole: complex
    voices: tuple[complex, complex]
    names: list[int]

    def pull(self, at: int, mention: str, *, is_possessive: bool) -> complex:
        """Sum up what speaks for negative (real) and for positive (imaginary).

        The word at `at`, a name, is the target, which the sentence calls `mention`.
        """
        count = len(self.texts)
        own = self.is_quoted(at)
        total: complex = (
            self.whole + self.voices[own] + self._flags(at, mention, own, is_possessive)
        )
        lefts, rights = self.lefts[max(0, at - 199) : at][::-1], self.rights[at + 1 : at + 200]
        total += sum(map(mul, lefts, _NEARNESS_BESIDE)) + sum(map(mul, rights, _NEARNESS_BESIDE))
        if count > 1:
            total += (self._placed(at) + self.pairs + self._own_pairs(at)) * _root(count - 1)
            near = [*self.near[max(0, at - NEAR) : at], *self.near[at + 1 : at + NEAR + 1]]
            total += sum(near) * _root(len(near))
            total += self._rows(self.stems, at, "=") + self._rows(self.kinds, at, "#")
        return total + self._polar(at, own) if self.rated else total

    def is_quoted(self, at: int) -> bool:
        """Tell whether a word stands in quotation marks."""
        return bool(self.quoted) and self.quoted[at]

    def _placed(self, at: int) -> complex:
        right = len(DISTANCES)
        before, after = self.places[:at][::-1], self.places[at + 1 :]
        return sum([pulls[far] for pulls, far in zip(before, _classes(), strict=False)], 0j) + sum(
            [pulls[right + far] for pulls, far in zip(after, _classes(), strict=False)]
        )

    def _own_pairs(self, at: int) -> complex:
        """Give how much more the pairs add if the name at `at` is the target."""
        pair, stems, own = self.weights.pair, self.stems, self.stems[at]
        more = 0j
        if at:
            more += pair(stems[at - 1], TARGET) - pair(stems[at - 1], own)
        if at + 1 < len(stems):
            more += pair(TARGET, stems[at + 1]) - pair(own, stems[at + 1])
        return more

    def _rows(self, units: tuple[str, ...], at: int, mark: str) -> complex:
        """Sum up the rows of two to seven words that hold the target."""
        get = self.weights.rows.get
        before = units[max(0, at - _BEFORE) : at][::-1]
        after = units[at + 1 : at + _AFTER + 1]
        total = -get(mark + TARGET, 0j)
        left = TARGET
        for unit in ("", *before):
            left = f"{unit} {left}" if unit else left
            row = mark + left
            pull = get(row)
            if pull is None:
                break
            total += pull
            for other in after:
                row = f"{row} {other}"
                pull = get(row)
                if pull is None:
                    break
                total += pull
        return total * _root((len(before) + 1) * (len(after) + 1) - 1)

    def _polar(self, at: int, own: bool) -> complex:
        signs, clause = self.weights.signs, bisect_right(self.stops, at)
        total = 0j
        for place, sign, where, is_quoted in self.rated:
            pulls = signs[sign]
            far = abs(place - at) - 1
            step = CLASSES[far] if far < len(CLASSES) else _FARTHEST
            total += (
                pulls.places[step if place < at else len(DISTANCES) + step]
                + pulls.clauses[where == clause]
                + pulls.voices[is_quoted][own]
            )
        return total * _root(4 * len(self.rated))

    def _flags(self, at: int, mention: str, own: bool, is_possessive: bool) -> complex:
        """Sum up what is to be said of the target's place."""
        texts, count, flags = self.texts, len(self.texts), self.weights.flags
        speaks = not SAYING.isdisjoint(texts[at + 1 : at + 4])
        speaks = speaks or (at > 0 and texts[at - 1] in SAYING)
        return (
            flags.quoted[own]
            + flags.place[min(4, 5 * at // count)]
            + flags.first[at == 0]
            + flags.last[at >= count - 2]
            + flags.owns[is_possessive]
            + flags.speaks[speaks][bool(self.quoted)]
            + flags.pronouns.get(mention, 0j)
        )


def _root(count: int) -> float:
    """Give what a list of so many counts by."""
    return 1 / math.sqrt(count)


def _classes() -> Iterator[int]:
    return chain(CLASSES, repeat(_FARTHEST))


def read_words(masked: str, weights: Weights) -> ReadSentence:
    """Read the words of a masked sentence, one at least."""
    columns = zip(*chain.from_iterable(map(weights.__getitem__, masked.split())), strict=True)
    texts, stems, kinds, plain, turned, near, turned_near, followers, *others = columns
    beginnings, have_beginning, lefts, rights, same, other, signs, turns, are_names = others
    places = [*plain]
    nears = [*near]
    stops, quoted, negated = _turns(turns) if any(turns) else ([], [], set())
    for place in negated:
        places[place] = turned[place]
        nears[place] = turned_near[place]
    scale = _root(len(texts))
    if quoted:
        voices = _voices(same, other, quoted, scale)
    else:
        both = sum(same) * scale
        voices = both, both
    return ReadSentence(
        weights,
        texts,
        stems,
        kinds,
        places,
        nears,
        lefts,
        rights,
        [
            (at, sign + (at in negated), bisect_right(stops, at), bool(quoted) and quoted[at])
            for at, sign in enumerate(signs)
            if sign >= 0
        ],
        stops,
        quoted,
        sum([get(stem, 0j) for get, stem in zip(followers, stems[1:], strict=False)], 0j),
        _whole(texts, bool(quoted), weights) + sum(beginnings) * _root(sum(have_beginning) or 1),
        voices,
        [at for at, is_name in enumerate(are_names) if is_name],
    )


def _whole(texts: tuple[str, ...], has_quote: bool, weights: Weights) -> complex:
    flags = weights.flags
    return (
        weights.baseline
        + flags.marks[has_quote]
        + flags.others[min(3, texts.count(OTHER) - 1)]
        + flags.length[min(5, len(texts) // 8)]
        + flags.numbers[min(2, texts.count("0"))]
    )


def _voices(
    same: Sequence[complex], other: Sequence[complex], quoted: Sequence[bool], scale: float
) -> tuple[complex, complex]:
    """Sum up the values of words for a target that is not quoted, and for one that is."""
    rows = list(zip(same, other, quoted, strict=True))
    plain = sum([there if is_quoted else here for here, there, is_quoted in rows], 0j)
    inside = sum([here if is_quoted else there for here, there, is_quoted in rows], 0j)
    return plain * scale, inside * scale


def _turns(turns: Sequence[str]) -> tuple[list[int], list[bool], set[int]]:
    """Tell where the parts between marks end, what is quoted, and what is negated."""
    stops: list[int] = []
    quoted: list[bool] = []
    negated: set[int] = set()
    is_open = False
    for place, turn in [(place, turn) for place, turn in enumerate(turns) if turn]:
        if turn == "not":
            negated.update(range(place + 1, min(place + 1 + NEGATED_WORDS, len(turns))))
            continue
        if negated:
            negated.difference_update(range(place, place + NEGATED_WORDS))
        if turn != _CLAUSE_GOES_ON:
            stops.append(place)
        if turn in QUOTES:
            quoted += [is_open] * (place - len(quoted))
            is_open = turn in OPENING or (turn == '"' and not is_open)
            quoted.append(is_open)
    if quoted:
        quoted += [is_open] * (len(turns) - len(quoted))
    return stops, quoted, negated
