"""Quoting: which block quotes are quotations, and which only repeat the article in large type."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from analysis.quotes.marks import find_marked
from spiders.articles.units import Unit

_OPENING = frozenset("\"“”„‟«»‹›「『'‘‚`")  # noqa: RUF001 - the marks of all languages
_DASH = re.compile(r"^\s*[—–―-]+\s*\w|^\s*~\s*\w")  # noqa: RUF001
_APART = re.compile(r"\s*(?:\[?(?:\.\.\.|…)\]?)\s*")
_LONGEST_SOURCE = 160
_LINKS = 0.5
# Where nearly all of an article is a block quote, it is how the page is set.
_NEARLY_ALL = 0.9
# With more block quotes than this none of them is a pull quote, which are few.
_MANY = 200


@dataclass(frozen=True, slots=True)
class Block:
    """A block quote: the units of its words, and whether these are quoted by the block alone."""

    units: tuple[int, ...]
    is_quotation: bool


def read_blocks(units: Sequence[Unit], chosen: Sequence[int]) -> tuple[list[int], list[Block]]:
    """Give the chosen units without pull quotes, and the block quotes among them.

    A pull quote repeats words that the article has elsewhere. Quoted without marks is what neither
    opens with a mark nor has most of its words in marks, is no link, and is not nearly everything.
    """
    words = _Words(units, chosen)
    dropped: set[int] = set()
    blocks = []
    groups = _groups(units, chosen)
    most = _NEARLY_ALL * words.length(chosen)
    for group in groups:
        own = _own_words(units, group)
        if len(groups) <= _MANY and words.repeat(group, own):
            words.forget(group)
            dropped.update(group)
        else:
            is_quotation = words.length(own) <= most and _is_without_marks(units, own)
            blocks.append(Block(tuple(own), is_quotation))
    return [each for each in chosen if each not in dropped], blocks


class _Words:
    """The words of an article as they compare, whatever marks and blanks are between them."""

    def __init__(self, units: Sequence[Unit], chosen: Sequence[int]) -> None:
        self._units = units
        keys = [_key(units[number].text) for number in chosen]
        ends = accumulate(len(key) + 1 for key in keys)
        self._places = {
            number: (end - 1 - len(key), end - 1)
            for number, key, end in zip(chosen, keys, ends, strict=True)
        }
        self._whole = "".join(f"{key}\n" for key in keys)

    def length(self, numbers: Sequence[int]) -> int:
        """Count the signs of some units."""
        return sum(end - start for start, end in map(self._places.__getitem__, numbers))

    def repeat(self, group: Sequence[int], own: Sequence[int]) -> bool:
        """Tell whether the words of a block quote stand elsewhere, whatever it leaves out."""
        text = " ".join(self._units[each].text for each in own)
        start, end = self._places[group[0]][0], self._places[group[-1]][1]
        keys = [key for part in _APART.split(text) if (key := _key(part))]
        return bool(keys) and all(
            self._whole.find(key, 0, start) >= 0 or self._whole.find(key, end) >= 0 for key in keys
        )

    def forget(self, group: Sequence[int]) -> None:
        """Take out the words of a block quote."""
        start, end = self._places[group[0]][0], self._places[group[-1]][1]
        self._whole = f"{self._whole[:start]}{chr(10) * (end - start)}{self._whole[end:]}"


def _groups(units: Sequence[Unit], chosen: Sequence[int]) -> list[list[int]]:
    """Gather the units of each block quote that is no post."""
    groups: list[list[int]] = []
    for number in chosen:
        quote = units[number].quote
        if quote is None or units[number].post is not None:
            continue
        if groups and units[groups[-1][-1]].quote is quote:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _own_words(units: Sequence[Unit], group: Sequence[int]) -> list[int]:
    """Leave out the lines at the ends that say whose words the others are."""
    own = [each for each in group if not units[each].is_source]
    while len(own) > 1 and _is_source(units[own[-1]].text):
        own.pop()
    return own


def _is_source(text: str) -> bool:
    return bool(_DASH.match(text)) and len(text) < _LONGEST_SOURCE


def _key(text: str) -> str:
    """Give what makes two printings of the same words the same."""
    return "".join(filter(str.isalnum, text.casefold()))


def _is_without_marks(units: Sequence[Unit], own: Sequence[int]) -> bool:
    text = "\n".join(units[each].text for each in own)
    if not any(map(str.isalnum, text)) or text[0] in _OPENING:
        return False
    linked = sum(units[each].in_links * len(units[each].text) for each in own)
    marked = sum(each.outer_end - each.outer_start for each in find_marked(text))
    return linked <= _LINKS * len(text) and marked <= len(text) / 2
