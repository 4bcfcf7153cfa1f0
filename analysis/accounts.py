"""Accounts: two texts about what may be one event, sentence by sentence, and what only one says."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

from rapidfuzz.distance import Indel

from analysis.quotes.tokens import Token, read_tokens
from analysis.sentences import split_sentences
from analysis.spans import Span
from analysis.word_kinds import word_kind

_LIKE = 0.3
"""The least share of weighed words that two sentences have in common to be set side by side."""

_FEWEST = 2
"""So many words in common, at least: one alone may be in any sentence."""

_MOST_SENTENCES = 300
_SHORTEST = 3
_AUXILIARIES = frozenset(
    {
        "be",
        "been",
        "being",
        "is",
        "are",
        "was",
        "were",
        "have",
        "has",
        "had",
        "having",
        "do",
        "does",
        "did",
        "not",
        "will",
        "would",
    }
)
_STEM = 4
_SAME_WORD = 0.75
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Side:
    """Sentences of both accounts that say much the same; one side is empty where nothing does."""

    one: tuple[Span, ...]
    other: tuple[Span, ...]
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Accounts:
    """Two accounts compared."""

    sides: tuple[Side, ...]
    """In the order of the one, with what only the other says where the other says it."""

    only_one: tuple[Span, ...]
    """Numbers and dates of the one that the other does not have."""

    only_other: tuple[Span, ...]
    is_aligned: bool
    """Whether sentences were set side by side: not of two languages, nor of very long texts."""


def compare_accounts(
    one: str, other: str, language: str | None = "en", other_language: str | None = "en"
) -> Accounts:
    """Compare two accounts; the order in which they tell things does not matter.

    It is a comparison of words: two sentences can say the same in words that share nothing.
    """
    texts = one, other
    is_same_language = language is not None and language == other_language
    sentences = (split_sentences(one, language), split_sentences(other, other_language))
    tokens = (read_tokens(one), read_tokens(other))
    is_aligned = is_same_language and max(map(len, sentences)) <= _MOST_SENTENCES
    matched = _matched(texts, sentences, language == "en") if is_aligned else []
    return Accounts(
        sides=tuple(_in_order(matched, sentences)),
        only_one=tuple(_numbers_missing(texts[0], tokens[0], tokens[1], is_same_language)),
        only_other=tuple(_numbers_missing(texts[1], tokens[1], tokens[0], is_same_language)),
        is_aligned=is_aligned,
    )


_Match = tuple[float, int, int]


def _matched(
    texts: tuple[str, str], sentences: tuple[list[Span], list[Span]], is_english: bool
) -> list[_Match]:
    """Match each sentence with the one most like it, first one to one, then what is left over."""
    words = [
        [_content(read_tokens(text, span), is_english) for span in spans]
        for text, spans in zip(texts, sentences, strict=True)
    ]
    same = _inflected(chain.from_iterable(chain.from_iterable(words)))
    weighed = _Weights([[{same[word] for word in each} for each in side] for side in words])
    found = sorted(weighed.matches(), key=lambda match: (-match[0], match[1:]))
    chosen: list[_Match] = []
    ones: set[int] = set()
    others: set[int] = set()
    for match in found:
        if match[1] not in ones and match[2] not in others:
            chosen.append(match)
            ones.add(match[1])
            others.add(match[2])
    for match in found:
        if (match[1] in ones) != (match[2] in others):
            chosen.append(match)
            ones.add(match[1])
            others.add(match[2])
    return chosen


class _Weights:
    """What the words of all sentences count: the rarer, the more."""

    def __init__(self, sides: Sequence[Sequence[set[str]]]) -> None:
        self._one, self._other = sides
        counts = Counter(chain.from_iterable(chain.from_iterable(sides)))
        total = len(self._one) + len(self._other)
        self._weights = {word: log(1 + total / times) for word, times in counts.items()}

    def matches(self) -> Iterator[_Match]:
        """Give each pair of sentences that have enough in common."""
        places: dict[str, list[int]] = defaultdict(list)
        for at, words in enumerate(self._other):
            for word in words:
                places[word].append(at)
        sums = [self._sum(words) for words in self._other]
        for at, words in enumerate(self._one):
            own = self._sum(words)
            for other in sorted({place for word in words for place in places[word]}):
                shared = words & self._other[other]
                likeness = 2 * self._sum(shared) / (own + sums[other])
                if len(shared) >= _FEWEST and likeness >= _LIKE:
                    yield round(likeness, 3), at, other

    def _sum(self, words: set[str]) -> float:
        return sum(self._weights[word] for word in sorted(words))


def _content(tokens: Iterable[Token], is_english: bool) -> set[str]:
    """Give the words of a sentence that say what it is about."""
    return {
        token.key
        for token in tokens
        if token.kind == "number"
        or (
            token.kind == "word"
            and (len(token.key) >= _SHORTEST or token.key > "\u0e00")
            and not (is_english and _says_nothing(token.key))
        )
    }


def _says_nothing(word: str) -> bool:
    return word in _AUXILIARIES or word_kind(word) == "function"


def _inflected(words: Iterable[str]) -> dict[str, str]:
    """Give for each word the first one that is nearly it, such as "agree" for "agreed"."""
    begun: dict[str, list[str]] = defaultdict(list)
    found: dict[str, str] = {}
    for word in sorted(set(words)):
        alike = begun[word[:_STEM]]
        first = next((each for each in alike if _is_nearly(each, word)), word)
        found[word] = first
        if first == word and not word.startswith("#"):
            alike.append(word)
    return found


def _is_nearly(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _STEM and (
        Indel.normalized_similarity(one, other) >= _SAME_WORD
    )


def _in_order(
    matched: Sequence[_Match], sentences: tuple[Sequence[Span], Sequence[Span]]
) -> Iterator[Side]:
    """Put sentences in the order of the one; what is left of the other follows its neighbour."""
    rows = _groups(matched, len(sentences[0]))
    told = {other for _, others, _ in rows for other in others}
    for other in range(len(sentences[1])):
        if other not in told:
            before = next((at for at, row in enumerate(rows) if other - 1 in row[1]), -1)
            rows.insert(before + 1, ([], [other], 0.0))
    for ones, others, likeness in rows:
        yield Side(
            tuple(sentences[0][at] for at in ones),
            tuple(sentences[1][at] for at in others),
            likeness,
        )


def _groups(matched: Sequence[_Match], length: int) -> list[tuple[list[int], list[int], float]]:
    """Join matches that have a sentence in common; sentences without one stand alone."""
    rows: list[tuple[list[int], list[int], float]] = []
    for likeness, one, other in matched:
        row = next((row for row in rows if one in row[0] or other in row[1]), None)
        if row is None:
            rows.append(([one], [other], likeness))
            continue
        row[0][:] = sorted({*row[0], one})
        row[1][:] = sorted({*row[1], other})
    alone = set(range(length)).difference(*(row[0] for row in rows))
    rows += [([at], [], 0.0) for at in alone]
    return sorted(rows, key=lambda row: row[0])


def _numbers_missing(
    text: str, tokens: Sequence[Token], others: Sequence[Token], is_same_language: bool
) -> Iterator[Span]:
    """Find numbers that the other text does not have in any way of writing them.

    A day is there too where its number stands without a month ("18 and 19 June"). Of another
    language only digits are read, since its words for numbers may not be known.
    """
    there = {token.key for token in others if token.kind == "number"}
    digits = {_digits(key) for key in there}
    alone = {_digits(key) for key in there if not _is_day(key)}
    end = -1
    for token in tokens:
        if token.kind != "number" or token.key in there:
            continue
        if _digits(token.key) in (alone if _is_day(token.key) and is_same_language else digits):
            continue
        if not _DIGITS.search(text, token.start, token.end) and (
            not is_same_language or _is_vague(token.key)
        ):
            continue
        if token.start == end + 1 and text[end] in ":.":  # 18:00 is one number
            continue
        end = token.end
        yield _whole(text, token.span)


def _is_vague(key: str) -> bool:
    """Tell whether a number in letters says little: "one of them", "the third time"."""
    return key == "#1" or key.endswith("th")


def _whole(text: str, span: Span) -> Span:
    """Give a time of day as a whole: "18:00"."""
    clock = _CLOCK.match(text, span[0])
    return (span[0], clock.end()) if clock and clock.end() > span[1] else span


def _is_day(key: str) -> bool:
    return "-" in key


def _digits(key: str) -> str:
    """Give the number of a key alone, that of a day without its month."""
    found = _DIGITS.search(key)
    return found[0] if found else key
