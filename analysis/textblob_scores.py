"""TextBlob's own numbers for a text, without TextBlob's waste.

The words, their weights and the rules are TextBlob's: its tokeniser splits, its lexicon is read,
its `Sentiment` assesses. Left out is what only costs time: a class made for every text, words
split again that were split before, words that no rule asks for, a lexicon that loads lazily.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from itertools import chain, repeat
from typing import Any

TEXTBLOB_VERSION = version("textblob")

_MOST_KEPT = 1_000_000  # characters of runs, some 120,000 of them
_SOON_SPLIT = 10_000  # characters
# For private use, so rarely in a text: for a blank or a paragraph's end inside a run.
_JOINED, _BROKEN = "\ue000", "\ue001"
# A run that needs no tokeniser: no quotes, and at its ends only marks that end no emoticon.
_PLAIN = re.compile(
    rf"""([@#]?)([^\W_](?:[^\s'"\u2018\u2019\u201c\u201d{_JOINED}{_BROKEN}]*[^\W_])?)([,;:?!]?)"""
)
_UNASKED = " XXX"  # no lower-case word looks like it


@dataclass(frozen=True, slots=True)
class TextBlobScores:
    """What TextBlob says of a text."""

    polarity: float
    """From -1.0 (negative) to 1.0 (positive); 0.0 also where no word was known."""
    subjectivity: float
    """From 0.0 (matter of fact) to 1.0 (opinion)."""
    assessments: tuple[tuple[str, float], ...]
    """The words that were found, in order, each with its polarity."""


# The text itself is asked for right after its only sentence, if no name is masked in it.
@lru_cache(maxsize=2)
def textblob_scores(text: str) -> TextBlobScores:
    """Score a text of any kind and length exactly as `TextBlob(text)` does.

    >>> textblob_scores("A very good day for both countries").assessments
    (('very good', 0.91),)
    """
    words, assess = _parts()
    found = assess(zip(words(text), repeat(None)))
    return TextBlobScores(
        _mean([polarity for _, polarity, _, _ in found]),
        _mean([subjectivity for _, _, subjectivity, _ in found]),
        tuple([(" ".join(words), polarity) for words, polarity, _, _ in found]),
    )


def _mean(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:  # as TextBlob adds them; `sum` rounds differently from Python 3.12 on
        total += number
    return total / (len(numbers) or 1)


class _Words:
    """Splits a text into lower-case words as TextBlob does, each run between two blanks once.

    TextBlob looks past a blank only for an emoticon, so where one may be, that blank does not part.
    """

    def __init__(self) -> None:
        from textblob._text import EMOTICONS, EOS

        faces = ["(!)", *chain.from_iterable(EMOTICONS.values())]
        self._pairs = {face[at : at + 2] for face in faces for at in range(len(face) - 1)}
        lefts, rights = map("".join, zip(*self._pairs, strict=True))
        self._parted = re.compile(
            rf"([{re.escape(lefts)}])(\s+)(?=([{re.escape(rights)}])(?!(?<=[^\W_])(?!n't)[^\W_]))"
        )
        self._marks = (_JOINED, _BROKEN, EOS)
        self._runs = _Runs(faces)

    def __call__(self, text: str) -> list[str]:
        """Split a text, with some X for the words that no rule asks for."""
        if any(map(text.__contains__, self._marks)):
            return self._runs.split(text)
        runs = self._parted.sub(self._join, text).split()
        words = "".join(map(self._runs.__getitem__, runs))
        # The first long word ends what a negation or an intensifier does, more of them do nothing.
        while _UNASKED * 2 in words:
            words = words.replace(_UNASKED * 2, _UNASKED)
        return words.split()

    def _join(self, parted: re.Match[str]) -> str:
        left, blanks, right = parted.groups()
        if left + right not in self._pairs:
            return left + blanks
        return left + (_BROKEN if "\n\n" in blanks.replace("\r\n", "\n") else _JOINED)


class _Runs(dict[str, str]):
    """The words of each run, every one with a blank before it."""

    def __init__(self, faces: list[str]) -> None:
        from textblob._text import PUNCTUATION, find_tokens
        from textblob.en import sentiment

        self._tokenize = find_tokens
        self._asked = {*sentiment, *sentiment.negations, *PUNCTUATION, *map(str.lower, faces)}
        # Marks at a run's ends are split off one by one, and the run copied for each.
        marks = re.escape("".join(sorted(set(PUNCTUATION).difference(".'\""))))
        self._flood = re.compile(rf"(?<!\S)[{marks}]{{99,}}+|(?<![{marks}])[{marks}]{{99,}}+(?!\S)")
        self._room = _MOST_KEPT

    def __missing__(self, run: str) -> str:
        self._room -= len(run)
        if self._room < 0:
            self.clear()
            self._room = _MOST_KEPT
        if run.isalnum():
            words = [run.lower()]
        elif plain := _PLAIN.fullmatch(run):
            words = [part.lower() for part in plain.groups() if part]
        else:
            words = self.split(run.replace(_JOINED, " ").replace(_BROKEN, "\n\n"))
        kept = self[run] = "".join(
            [f" {word}" if word in self._asked else _UNASKED[: len(word) + 1] for word in words]
        )
        return kept

    def split(self, text: str) -> list[str]:
        """Split as TextBlob does."""
        if len(text) > _SOON_SPLIT:
            text = self._flood.sub(lambda marks: " ".join(marks[0]), text)
        # The parts that it splits "he's" into are parted by its apostrophe anyway; but not "don't".
        return " ".join(self._tokenize(text.replace("n't", " n't"), replace={})).lower().split()


@cache
def _parts() -> tuple[_Words, Callable[[Iterable[tuple[str, None]]], list[Any]]]:
    """Copy TextBlob's analyser into a plain dictionary with the same method."""
    from textblob.en import Sentiment, sentiment

    class Eager(dict[str, Any]):
        assessments = Sentiment.assessments

    len(sentiment)  # loads it
    eager = Eager(sentiment)
    vars(eager).update(vars(sentiment))
    return _Words(), eager.assessments
