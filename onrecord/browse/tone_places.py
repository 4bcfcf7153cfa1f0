"""Where the words that moved a tone stand in their text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.quoted import find_quoted
from analysis.spans import Span
from onrecord.browse.tone_words import BASELINE, OTHER_WORDS, ToneWord

_MOST_PLACES = 400


@dataclass(frozen=True, slots=True)
class TonePlace:
    """A place of words that moved the tone, and what they count, wherever they stand."""

    start: int
    end: int
    weight: float


def find_tone_words(text: str, words: Sequence[ToneWord], names: Sequence[Span]) -> list[TonePlace]:
    """Find the words in the text, in order and apart from each other.

    Left out are places in names and in quotation marks, which count nothing, parts of longer
    words, of addresses, handles and hashtags, and what is no word at all.

    >>> found = find_tone_words('A good, goodly "good day to us".', [ToneWord("Good", 0.3, 1)], [])
    >>> [(each.start, each.end) for each in found]
    [(2, 6)]
    """
    weights = {_key(word.words): word.weight for word in words if _is_words(word.words)}
    if not weights:
        return []
    barred = sorted([*names, *find_quoted(text)])
    longest_first = sorted(weights, key=len, reverse=True)
    alternatives = "|".join(r"\s+".join(map(re.escape, key.split())) for key in longest_first)
    pattern = re.compile(
        rf"(?<![\w'\u2019#@/.&-])(?:{alternatives})(?![\w@/&-]|['\u2019.:]\w)", re.IGNORECASE
    )
    places = [
        TonePlace(*found.span(), weights[_key(found[0])])
        for found in pattern.finditer(text)
        if _key(found[0]) in weights and "\n\n" not in found[0]
    ]
    return list(_outside(places, barred))[:_MOST_PLACES]


def _is_words(words: str) -> bool:
    is_named = words not in {BASELINE, OTHER_WORDS}
    return is_named and all(each.isalpha() for each in re.sub(r"[\s'\u2019-]", "", words) or "-")


def _key(words: str) -> str:
    return " ".join(words.casefold().split())


def _outside(places: Sequence[TonePlace], barred: Sequence[Span]) -> Iterator[TonePlace]:
    """Leave out the places that touch a barred span; both are in the order of the text."""
    reach, at = 0, 0
    for place in places:
        while at < len(barred) and barred[at][0] < place.end:
            reach = max(reach, barred[at][1])
            at += 1
        if reach <= place.start:
            yield place
