"""The passage of a text in which words were found, in time that grows with the text alone.

SQLite's own `snippet` and `highlight` take time by the square of how often the words are there, and
cannot be stopped: 12 to 50 s for a common word in a text of 3 MB.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

LENGTH = 320
"""Characters of a passage."""

_BEFORE = 80
"""Characters before the first found word, so that it is read in its sentence."""

_MOST_ASKED = 8
_MOST_WORDS = 4
_ASKED = re.compile(r'"([^"]*)"(\*?)')
_WORD = re.compile(r"[^\W_]+")
_BEGIN, _BETWEEN, _END, _REST = r"(?<![^\W_])", r"[\W_]+", r"(?![^\W_])", r"[^\W_]*"


def passage(text: str | None, match: str | None, before: str, after: str) -> str | None:
    """Give the passage that holds most of what was asked for, each found word between two marks.

    `match` is as SQLite's search takes it: strings in quotation marks, those with a star are
    beginnings. Without a find it is how the text begins. Letters are the same with and without
    accents, capital or small; of a string the first four words are looked for.

    >>> passage("We met. The Lámp of the harbour is lit.", '"lamp" "harb"*', "[", "]")
    'We met. The [Lámp] of the [harbour] is lit.'
    """
    if text is None or match is None:
        return None
    folded, patterns = _folded(text), _patterns(match)
    start = _best_start(folded, patterns)
    first, last = _bounds(text, start)
    shown = _marked(text[first:last], folded[first:last], patterns, (before, after))
    return f"{'… ' if first else ''}{shown}{' …' if last < len(text) else ''}"


@lru_cache(maxsize=16)
def _patterns(match: str) -> tuple[re.Pattern[str], ...]:
    asked = [
        (_WORD.findall(_folded(words))[:_MOST_WORDS], star) for words, star in _ASKED.findall(match)
    ]
    return tuple(
        re.compile(_BEGIN + _BETWEEN.join(words) + (_REST if star else _END))
        for words, star in asked[:_MOST_ASKED]
        if words
    )


def _folded(text: str) -> str:
    """Write a text in small letters without accents, each letter at its own place."""
    if text.isascii():
        return text.lower()
    return text.translate({ord(each): _base(each) for each in set(text)})


def _base(letter: str) -> str:
    small = unicodedata.normalize("NFD", letter)[0].lower()
    return small if len(small) == 1 else letter


def _best_start(folded: str, patterns: Sequence[re.Pattern[str]]) -> int:
    """Find where a passage has most of the patterns, of the places where one is first found."""
    finds = [each.search(folded) for each in patterns]
    starts = sorted(each.start() for each in finds if each)
    reach = LENGTH - _BEFORE

    def found_from(start: int) -> int:
        window = folded[start : start + reach]
        return sum(each.search(window) is not None for each in patterns)

    # What comes first so late is the rarer word.
    return max(starts, key=lambda start: (found_from(start), start), default=0)


def _bounds(text: str, start: int) -> tuple[int, int]:
    """Give the ends of a passage around a place, at blanks where there are some near."""
    first = max(0, start - _BEFORE)
    if first:
        blank = text.find(" ", first, start)
        first = blank + 1 if blank >= 0 else first
    last = min(len(text), first + LENGTH)
    if last < len(text):
        blank = text.rfind(" ", start + 1, last)
        last = blank if blank > start + LENGTH // 4 else last
    return first, last


def _marked(
    text: str, folded: str, patterns: Sequence[re.Pattern[str]], marks: tuple[str, str]
) -> str:
    before, after = marks
    spans = sorted({each.span() for pattern in patterns for each in pattern.finditer(folded)})
    pieces, at = [], 0
    for first, last in spans:
        if first >= at:
            pieces += [text[at:first], before, text[first:last], after]
            at = last
    return "".join([*pieces, text[at:]])
