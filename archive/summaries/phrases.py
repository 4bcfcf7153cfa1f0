"""Phrases: word for word what keeps coming back in a row of texts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

FEWEST_DAYS = 3
"""Days on which a phrase must have been used to be standing."""

SHORTEST, LONGEST = 3, 12
_FEWEST_CONTENT_WORDS = 2

_WORD = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+)*|[.;:!?()\[\]\"\u201c\u201d\n]")
_GAP = -1
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "here",
        "him",
        "his",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "me",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "no",
        "nor",
        "not",
        "of",
        "on",
        "or",
        "our",
        "ours",
        "out",
        "shall",
        "she",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "upon",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "will",
        "with",
        "within",
        "would",
        "you",
        "your",
        "about",
        "after",
        "all",
        "also",
        "among",
        "between",
        "both",
        "during",
        "each",
        "other",
        "over",
        "same",
        "under",
        "until",
        "up",
    ]
)


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of one text among which phrases are looked for."""

    number: int
    """The place of its text in the row of texts, from 0."""

    day: str
    words: tuple[str, ...]
    """In small letters; "" where no phrase may go on, such as at the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are used again and again."""

    words: tuple[str, ...]
    texts: tuple[int, ...]
    """The numbers of the texts that use it, in order."""


def words_of(text: str, names: Iterable[tuple[int, int]] = ()) -> tuple[str, ...]:
    """Take a passage apart; sentence marks, numbers and the spans of names become gaps.

    >>> words_of("Our all-weather friendship. With Arvenna!", [(33, 40)])
    ('our', 'all-weather', 'friendship', '', 'with', '', '')
    """
    for start, end in names:
        text = f"{text[:start]}{chr(10) * (end - start)}{text[end:]}"
    found = (each.casefold().replace("\u2019", "'") for each in _WORD.findall(text))
    return tuple(word if word[0].isalpha() else "" for word in found)


def find_phrases(passages: Sequence[Passage]) -> list[Phrase]:
    """Find what stands word for word in passages of three days or more, longest first.

    A phrase has 3 to 12 words, begins and ends with a word that means something, and is not given
    where it is nearly always a part of a longer one.
    """
    import numpy as np  # only where phrases are looked for

    words: dict[str, int] = {"": _GAP}
    flat, texts, days = [], [], []
    numbered = {day: at for at, day in enumerate(sorted({each.day for each in passages}))}
    for each in passages:
        flat += [words.setdefault(word, len(words)) for word in (*each.words, "")]
        texts += [each.number] * (len(each.words) + 1)
        days += [numbered[each.day]] * (len(each.words) + 1)
    if not flat:
        return []
    row = _Row(*(np.asarray(each, dtype=np.int64) for each in (flat, texts, days)))
    names = {number: word for word, number in words.items()}
    return list(_longest_first(row, names))


@dataclass(frozen=True, slots=True)
class _Row:
    """All passages one after the other, word by word."""

    words: "Numbers"
    texts: "Numbers"
    days: "Numbers"

    def on_days(self, grams: "Numbers", places: "Numbers") -> "Numbers":
        """Count the distinct days of each gram; `grams` are numbered from 0, one for each place."""
        import numpy as np

        pairs = np.unique(grams * (self.days.max() + 1) + self.days[places])
        return np.bincount(pairs // (self.days.max() + 1), minlength=int(grams.max()) + 1)


def _frequent(row: _Row) -> Iterator[tuple[int, "Numbers", "Numbers"]]:
    """Give for each length the places where a frequent run of words begins, and its number.

    A run can only be frequent if the two runs that are one word shorter are.
    """
    import numpy as np

    places = np.flatnonzero(row.words != _GAP)
    keys = row.words[places]
    for length in range(1, LONGEST + 1):
        if not len(places):
            return
        _, grams = np.unique(keys, return_inverse=True)
        is_frequent = (row.on_days(grams, places) >= FEWEST_DAYS)[grams]
        places, grams = places[is_frequent], grams[is_frequent]
        if length >= SHORTEST and len(places):
            yield length, places, grams
        numbers = np.full(len(row.words) + 1, -1, dtype=np.int64)
        numbers[places] = grams
        goes_on = numbers[places + 1] >= 0
        places, grams = places[goes_on], grams[goes_on]
        keys = grams * (int(numbers.max(initial=0)) + 1) + numbers[places + 1]


def _longest_first(row: _Row, names: Mapping[int, str]) -> Iterator[Phrase]:
    import numpy as np

    ends = np.zeros(len(row.words), dtype=np.int64)
    for length, places, grams in reversed(list(_frequent(row))):
        reach = np.maximum.accumulate(ends)
        order = np.lexsort((places, grams))
        groups = np.split(places[order], np.flatnonzero(np.diff(grams[order])) + 1)
        for at in sorted(groups, key=lambda group: int(group[0])):
            words = tuple(names[number] for number in row.words[at[0] : at[0] + length])
            alone = at[reach[at] < at + length]
            if _says_something(words) and len(np.unique(row.days[alone])) >= FEWEST_DAYS:
                ends[at] = np.maximum(ends[at], at + length)
                yield Phrase(words, tuple(_plain(np.unique(row.texts[at]))))


def _plain(numbers: Any) -> list[int]:
    return [int(number) for number in numbers]


def _says_something(words: Sequence[str]) -> bool:
    content = [word for word in words if word not in _STOP_WORDS]
    ends = {words[0], words[-1]}
    return ends <= {*content} and len(content) >= _FEWEST_CONTENT_WORDS
