"""Masking: every proper name becomes one and the same word, so that no score can hang on a name.

What a name is, is told by capitals, by a dictionary of common words and by the spans of a fixed
gazetteer, never by the register of persons: a new minister must not move a score.

Folded into the word that stands for a name: articles, titles and particles before it, a possessive
after it, and names that stand beside one another ("Russian President", "King of Norland").
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from analysis.name_looks import LONGEST, names_by_looks, start_of_word
from analysis.spans import Span
from analysis.word_kinds import words_listed

PLACEHOLDER: Final = "namex"
"""What stands for every name: no word to TextBlob, VADER or any lexicon of ours."""

_PLACE = re.compile(rf"(?<!\w){PLACEHOLDER}(?!\w)")
_POSSESSIVE = re.compile(r"['\u2019](?:[sS](?!\w))?(?!\w)")
_WORD_END = re.compile(r"['\u2019 ]")
_GAPS_WITHIN = frozenset({" ", "", "-", " of ", " OF ", " Of "})
_AND = frozenset({" and ", " AND ", " And ", " & "})
_OWNERS = frozenset({"his", "her", "your"})
_STYLES = ("holiness", "excellency", "majesty", "highness")
_JOINED_PAIRS = frozenset(
    {
        ("bosnia", "herzegovina"),
        ("trinidad", "tobago"),
        ("tomé", "príncipe"),
        ("tome", "principe"),
        ("antigua", "barbuda"),
        ("kitts", "nevis"),
        ("vincent", "grenadines"),
        ("turks", "caicos"),
        ("wallis", "futuna"),
        ("jan", "kashmir"),
        ("jammu", "kashmir"),
    }
)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text whose names are masked, and the way back.

    Attributes:
        text: the masked text.
        places: where the placeholders stand in `text`, in order.
        names: where the names stood in the original text, one for each place.
    """

    text: str
    places: tuple[Span, ...]
    names: tuple[Span, ...]

    def original(self, start: int, end: int) -> Span:
        """Give the span of the original text for one of the masked text (0 <= start <= end).

        A span that touches a placeholder takes the whole name.
        """
        return self._back(start, is_end=False), self._back(end, is_end=True)

    def _back(self, at: int, *, is_end: bool) -> int:
        index = bisect_right(self.places, (at, at)) - 1
        if index + 1 < len(self.places) and self.places[index + 1][0] == at and not is_end:
            return self.names[index + 1][0]
        if index < 0:
            return at
        place, name = self.places[index], self.names[index]
        if place[0] == at:
            return name[0]
        if at < place[1]:
            return name[1] if is_end else name[0]
        return name[1] + at - place[1]


def mask_names(text: str, names: Sequence[Span] = ()) -> Masked:
    """Put `PLACEHOLDER` in place of every proper name; `names` are spans already known to be names.

    >>> mask_names("Gen Shoigu thanked the Russian side.").text
    'namex thanked namex side.'
    """
    return _mask(text, tuple(names))


# A text is masked for its tone, and then its only sentence for the tone toward whom it names.
@lru_cache(maxsize=1)
def _mask(text: str, names: tuple[Span, ...]) -> Masked:
    pieces: list[str] = []
    places: list[Span] = []
    found = _joined(text, _widened(text, _known(text, names)))
    done = length = 0
    for start, end in found:
        before = text[done:start]
        length += len(before)
        pieces += (before, PLACEHOLDER)
        places.append((length, length + len(PLACEHOLDER)))
        length += len(PLACEHOLDER)
        done = end
    pieces.append(text[done:])
    return Masked("".join(pieces), tuple(places), tuple(found))


def _known(text: str, names: Sequence[Span]) -> list[Span]:
    """Put the names found by their looks and those of the gazetteer into one order."""
    given = [(max(start, 0), min(end, len(text))) for start, end in names if start < end]
    given = [(start, end) for start, end in given if start < end]
    if PLACEHOLDER in text:
        given += [place.span() for place in _PLACE.finditer(text)]
    return sorted([*names_by_looks(text, {start for start, _ in given}), *given])


def _joined(text: str, found: list[Span]) -> list[Span]:
    """Make one name of names that overlap, stand side by side, or are joined by "of"."""
    joined: list[Span] = []
    for start, end in found:
        if joined:
            last = joined[-1]
            if start <= last[1] or _is_one_name(text, last, start, end):
                joined[-1] = (last[0], max(end, last[1]))
                continue
        joined.append((start, end))
    return joined


def _is_one_name(text: str, last: Span, start: int, end: int) -> bool:
    """Tell whether what stands between two names makes them one."""
    gap = text[last[1] : start]
    if gap in _GAPS_WITHIN:
        return True
    if gap == ". ":
        word = text[max(last[0], last[1] - LONGEST) : last[1]]
        word = word.rpartition(" ")[2].rpartition(".")[2]
        return len(word) == 1 or word.lower() in words_listed("abbreviation")
    if gap in _AND:
        left = text[max(last[0], last[1] - LONGEST) : last[1]].rpartition(" ")[2].lower()
        right = text[start : min(end, start + 2 * LONGEST)].lower().removeprefix("the ")
        return (left, _WORD_END.split(right, maxsplit=1)[0]) in _JOINED_PAIRS
    return False


def _widened(text: str, found: list[Span]) -> list[Span]:
    """Take articles, titles and particles before a name into it, and a possessive after it."""
    widened = []
    done = 0
    for start, end in found:
        after = _POSSESSIVE.match(text, end)
        stop = after.end() if after else end
        widened.append((_start_with_title(text, start, end, done), stop))
        done = max(done, stop)
    return widened


def _start_with_title(text: str, start: int, end: int, done: int) -> int:
    absorbed, modifiers = _absorbed(), words_listed("modifier")
    is_titled = False
    while start > max(done, 1) and text[start - 1] in " -.":
        stop = start - 1
        if text[stop] == " " and text[stop - 1] == ".":
            stop -= 1
        begin = start_of_word(text, stop)
        word = text[begin:stop].lower()
        kind = absorbed.get(word, "")
        if word in _OWNERS and text[start:end].lower().startswith(_STYLES):
            kind = "article"
        if stop != start - 1 and word not in words_listed("abbreviation"):
            break
        if text[start - 1] == "-" and kind != "particle":
            break
        if not kind and not (is_titled and word in modifiers):
            break
        is_titled = kind in {"title", ""}
        start = begin
    return start


@cache
def _absorbed() -> dict[str, str]:
    return {
        **dict.fromkeys(words_listed("title") - {"miss", "commissioner"}, "title"),
        "general": "title",
        **dict.fromkeys(words_listed("particle"), "particle"),
        **dict.fromkeys(("the", "a", "an"), "article"),
    }
