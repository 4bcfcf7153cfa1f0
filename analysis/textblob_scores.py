"""TextBlob's own numbers for a text, without TextBlob's waste.

The words, their weights and the rules are TextBlob's: its tokeniser splits, its lexicon is read,
its `Sentiment` assesses. Left out is what only costs time: a class made for every text, words
split again that were split before, words that no rule asks for, a lexicon that loads lazily,
rules applied again to the words that they were applied to before.
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
_MOST_ASSESSED = 4_096  # rows of words
_LONGEST_ASSESSED = 200  # characters
_SOON_SPLIT = 10_000  # characters
# For private use, so rarely in a text: for a blank or a paragraph's end inside a run.
_JOINED, _BROKEN = "\ue000", "\ue001"
# A run that needs no tokeniser: no quotes, and at its ends only marks that end no emoticon.
_PLAIN = re.compile(
    rf"""[@#]?([^\W_](?:[^\s'"\u2018\u2019\u201c\u201d{_JOINED}{_BROKEN}]*[^\W_])?)([,;:?!]?)"""
)
# A word with what the tokeniser splits off, where no two signs may make an emoticon.
_PUNCTUATED = re.compile(r"[(\[{]?([^\W\d_]{2,})(?:[)\]}][.,;:]?|[,;:.]|([!?]+)|(\.\.\.))?")
_QUOTES = re.compile("[ '\"\u2018\u2019\u201c\u201d]+")
_UNASKED, _UNASKED_SHORT = " XXX", " XX"  # no lower-case word looks like them
_SHORT = 2  # letters: a longer word ends what an intensifier does, this long a negation's only


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
    words = _parts()[0](text)
    return _assessed(words) if len(words) <= _LONGEST_ASSESSED else _assessed.__wrapped__(words)


@lru_cache(maxsize=_MOST_ASSESSED)
def _assessed(words: str) -> TextBlobScores:
    found = _parts()[1](zip(words.split(), repeat(None)))
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

    def __call__(self, text: str) -> str:
        """Give the words that matter, with blanks between, and some X for any that parts them."""
        if any(map(text.__contains__, self._marks)):
            return " ".join(self._runs.split(text))
        runs = self._parted.sub(self._join, text).split()
        words = "".join(map(self._runs.__getitem__, runs))
        # A long word ends what a negation or an intensifier does, so that more words that no rule
        # asks for do nothing before it and after it; nor do they at the ends of the text.
        rows = [row.strip(" X") for row in words.split(_UNASKED)]
        return f"{_UNASKED} ".join([row for row in rows if row])

    def _join(self, parted: re.Match[str]) -> str:
        left, blanks, right = parted.groups()
        if left + right not in self._pairs:
            return left + blanks
        return left + (_BROKEN if "\n\n" in blanks.replace("\r\n", "\n") else _JOINED)


class _Runs(dict[str, str]):
    """The words of each run, every one with a blank before it, but what no rule heeds at all."""

    def __init__(self, faces: list[str]) -> None:
        from textblob._text import ABBREVIATIONS, PUNCTUATION, RE_ABBR3, find_tokens
        from textblob.en import sentiment

        self._tokenize = find_tokens
        self._asked = {*sentiment, *sentiment.negations, "!", *map(str.lower, faces)}
        self._abbreviations = ABBREVIATIONS
        self._is_abbreviated = RE_ABBR3.match
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
            kept = self._heeded(run.lower())
        elif plain := _PLAIN.fullmatch(run):
            kept = self._heeded(plain[1].lower()) + (" !" if plain[2] == "!" else "")
        elif self._may_split_quotes(run):
            pieces = _QUOTES.split(run.replace("n't", " n't"))
            kept = "".join([self[piece] for piece in pieces if piece])
        elif (found := _PUNCTUATED.fullmatch(run)) and not self._is_abbreviation(found[1], run):
            word, marks, dots = found.groups("")
            kept = self._heeded(word.lower()) + " !" * marks.count("!") + self._heeded(dots)
        else:
            words = self.split(run.replace(_JOINED, " ").replace(_BROKEN, "\n\n"))
            kept = "".join(map(self._heeded, words))
        self[run] = kept
        return kept

    def _heeded(self, word: str) -> str:
        if word in self._asked:
            return f" {word}"
        if len(word) > _SHORT:
            return _UNASKED
        return _UNASKED_SHORT if len(word) == _SHORT else ""

    def _may_split_quotes(self, run: str) -> bool:
        """Tell whether a run has quotes and none of them may be part of an emoticon."""
        if not _QUOTES.search(run) or _JOINED in run or _BROKEN in run:
            return False
        return not ("'" in run and (":" in run or ";" in run))

    def _is_abbreviation(self, word: str, run: str) -> bool:
        """Tell whether the full stop after a word may be no mark of its own."""
        shown = f"{word}."
        if not run.endswith(shown):
            return False
        return shown in self._abbreviations or self._is_abbreviated(shown) is not None

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
