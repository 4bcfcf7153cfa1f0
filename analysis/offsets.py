"""Offsets: where a place of the normalised text stands in the text as given, and the other way."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cached_property

from analysis.normalise import UNSEEN, normalise_text
from analysis.spans import Span

# Blanks end a word; the control characters that Python counts among them are dropped instead.
_WORD = re.compile("(?:[^\\s]|[\x1c-\x1f])+")
# Letters that NFC may join to the one before them, though Unicode does not call them combining.
_JOINING = frozenset(
    "\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35"
    "\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930"
).union(map(chr, range(0x1160, 0x1200)))  # the vowels and ends of Korean syllables


class Offsets:
    """Both sides of a text whose normalised form may differ from what was given."""

    def __init__(self, given: str) -> None:
        """Normalise a text.

        Raises:
            ValueError: it cannot be normalised; says why.
        """
        self.given = given
        self.normalised = normalise_text(given)
        self._is_same = given == self.normalised

    def in_given(self, span: Span) -> Span:
        """Find what a span of the normalised text was made of."""
        if self._is_same:
            return span
        firsts, ends = self._places
        start, end = span
        if start >= end:
            place = firsts[start] if start < len(firsts) else len(self.given)
            return place, place
        return firsts[start], ends[end - 1]

    def in_normalised(self, span: Span) -> Span:
        """Find what a span of the given text has become."""
        if self._is_same:
            return span
        firsts, ends = self._places
        start, end = bisect_right(ends, span[0]), bisect_left(firsts, span[1])
        return min(start, end), end

    @cached_property
    def _places(self) -> tuple[list[int], list[int]]:
        """For each sign of the normalised text, where what it was made of begins and ends."""
        firsts: list[int] = []
        ends: list[int] = []
        words = re.compile(r"\S+").finditer(self.normalised)
        for match in _WORD.finditer(self.given):
            parts = _parts(match[0], match.start())
            if not parts:
                continue  # nothing but signs that nobody sees
            word = next(words)
            while len(firsts) < word.start():  # the blanks before it
                firsts.append(ends[-1] if ends else 0)
                ends.append(match.start())
            firsts += [first for first, _ in parts]
            ends += [end for _, end in parts]
        return firsts, ends


def _parts(word: str, offset: int) -> list[Span]:
    """For each sign that a word is normalised to, give the signs that it is made of."""
    seen = [at for at, sign in enumerate(word) if not UNSEEN.match(sign)]
    if len(seen) == len(word) and unicodedata.is_normalized("NFC", word):
        return [(at, at + 1) for at in range(offset, offset + len(word))]
    parts: list[Span] = []
    first = 0
    for last in range(1, len(seen) + 1):
        if last < len(seen) and _joins(word[seen[last]]):
            continue
        signs = "".join(word[at] for at in seen[first:last])
        span = (offset + seen[first], offset + seen[last - 1] + 1)
        parts += [span] * len(unicodedata.normalize("NFC", signs))
        first = last
    return parts


def _joins(sign: str) -> bool:
    return unicodedata.combining(sign) != 0 or sign in _JOINING
