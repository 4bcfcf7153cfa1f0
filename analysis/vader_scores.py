"""VADER's compound score of a text, a second opinion on its tone, without VADER's waste.

The words, their weights and the rules are vaderSentiment's. What is left out: reading every
character for emoji, and lower-casing the whole text again for each word of the lexicon. VADER
looks three words back and two ahead, so it is given that much, and only where a rule could apply.
"""

import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from types import SimpleNamespace

VADER_VERSION = version("vaderSentiment")

_BACK, _AHEAD = 3, 2
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MOST_KEPT = 500_000  # characters of runs, some 80,000 of them
_MOST_RULED = 4_096
_MOST_HEARD = 20_000  # runs
_LONGEST_HEARD = 40  # characters
_NAMED_WORDS = "no or nor never so this without doubt least at very kind of but"
_UNHEARD = "x"  # no word of the lexicon or of a rule


@dataclass(frozen=True, slots=True)
class VaderScores:
    """What VADER says of a text."""

    compound: float
    """From -1.0 (negative) to 1.0 (positive); 0.0 also where no word was known."""
    words: tuple[tuple[str, float], ...]
    """The words that moved it, in order and as written, each with its valence after all rules."""


_SILENT = VaderScores(0.0, ())


# The text itself is asked for right after its only sentence, if no name is masked in it.
@lru_cache(maxsize=2)
def vader_scores(text: str) -> VaderScores:
    """Score a text of any kind and length exactly as vaderSentiment does.

    >>> vader_scores("The talks were not useful").words
    (('useful', -1.406),)
    """
    return _analyser()(text)


# What the rules ask of a run between two blanks: its valence (None if it is not in the lexicon,
# or only strengthens and weakens others), whether it may change the valence of a word beside it,
# whether it is in capitals, and whether it is "but".
_Asked = tuple[float | None, bool, bool, bool]


class _Words(dict[str, _Asked]):
    """What was asked of each run, every one read once."""

    def __init__(self, lexicon: dict[str, float]) -> None:
        from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentiText

        self.strip = SentiText._strip_punc_if_word  # noqa: SLF001 - the class would cost more
        self._valences = {word: lexicon[word] for word in lexicon if word not in BOOSTER_DICT}
        # Of a phrase, its longest word is enough to tell where it may stand.
        longest = (max(phrase.split(), key=len) for phrase in (*BOOSTER_DICT, *SPECIAL_CASES))
        self._asked = {"least", "no", "this", *NEGATE, *longest}
        self._room = _MOST_KEPT
        # Most words have the same answers: one tuple for all of them is read sooner.
        self.plain: _Asked = (None, False, False, False)
        self._shared: dict[_Asked, _Asked] = {self.plain: self.plain}

    def __missing__(self, run: str) -> _Asked:
        self._room -= len(run)
        if self._room < 0:
            self.clear()
            self._room = _MOST_KEPT
        word = self.strip(run)
        lower = word.lower()
        is_asked = lower in self._asked or "n't" in lower
        asked = (self._valences.get(lower), is_asked, word.isupper(), lower == "but")
        kept = self[run] = self._shared.setdefault(asked, asked)
        return kept


class _Heard(dict[str, str]):
    """The word of each run as the rules hear it: all words that none of them names are one."""

    def __init__(self, lexicon: Collection[str], strip: Callable[[str], str]) -> None:
        from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES

        self._strip = strip
        phrases = (*BOOSTER_DICT, *SPECIAL_CASES, *NEGATE)
        words = {word for phrase in phrases for word in phrase.split()}
        self._named = {*lexicon, *words, *_NAMED_WORDS.split()}

    def __missing__(self, run: str) -> str:
        word = self._strip(run)
        lower = word.lower()
        heard = word if lower in self._named or "n't" in lower else _UNHEARD
        if len(run) <= _LONGEST_HEARD:
            if len(self) >= _MOST_HEARD:
                self.clear()
            self[run] = heard
        return heard


class _Analyser:
    """vaderSentiment's analyser, asked only where its rules are needed."""

    def __init__(self) -> None:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, normalize

        self._normalise: Callable[[float], float] = normalize
        self._library = SentimentIntensityAnalyzer()
        self._emoji = set(self._library.emojis)
        self._words = _Words(self._library.lexicon)
        self._heard = _Heard(self._library.lexicon, self._words.strip)
        self._weigh = lru_cache(maxsize=_MOST_RULED)(self._rule)

    def __call__(self, text: str) -> VaderScores:
        """Score a text."""
        if not text.isascii() and not self._emoji.isdisjoint(text):
            text = _NOT_ASCII.sub(self._spell, text)
        runs = text.split()
        if not runs:
            return _SILENT
        plain = self._words.plain
        asked = map(self._words.__getitem__, runs)
        notable = [(at, one) for at, one in enumerate(asked) if one is not plain]
        listed = [(at, one[0]) for at, one in notable if one[0] is not None]
        if not listed:
            return _SILENT
        rulers = {at for at, one in notable if one[1]}
        upper = {at for at, one in notable if one[2]}
        is_shouted = 0 < len(upper) < len(runs)
        strip = self._words.strip
        moved = []
        for at, listed_valence in listed:
            valence = listed_valence
            start, end = max(0, at - _BACK), at + _AHEAD + 1
            is_ruled = bool(rulers) and not rulers.isdisjoint(range(start, end))
            if is_ruled or (is_shouted and at in upper):
                near = tuple(map(self._heard.__getitem__, runs[start:end]))
                valence = self._weigh(near, at - start, is_shouted)
            if valence:
                moved.append((at, valence))
        if not moved:
            return _SILENT
        for at, one in notable:
            if one[3]:
                moved = _shift(moved, at)
                break
        compound = self._sum_up([valence for _, valence in moved], text)
        return VaderScores(compound, tuple([(strip(runs[at]), valence) for at, valence in moved]))

    def _sum_up(self, valences: list[float], text: str) -> float:
        """Sum up as the library does, without the shares of good and bad that it counts as well."""
        total = float(sum(valences))
        if "!" in text or "?" in text:
            emphasis: float = self._library._punctuation_emphasis(text)  # noqa: SLF001
            total += emphasis if total > 0 else -emphasis if total < 0 else 0.0
        return round(self._normalise(total), 4)

    def _rule(self, near: tuple[str, ...], at: int, is_shouted: bool) -> float:
        """Let the library apply its rules to a word among those near it."""
        if [word.lower() for word in near[at : at + 2]] == ["kind", "of"]:
            return 0.0
        context = SimpleNamespace(words_and_emoticons=[*near], is_cap_diff=is_shouted)
        valence: float
        (valence,) = self._library.sentiment_valence(0, context, near[at], at, [])
        return valence

    def _spell(self, character: re.Match[str]) -> str:
        """Name an emoji, with a blank before it unless there is one."""
        name: str | None = self._library.emojis.get(character[0])
        if name is None:
            return character[0]
        start = character.start()
        before = character.string[start - 1 : start]
        return name if before in {"", " "} else f" {name}"


def _shift(moved: list[tuple[int, float]], but: int) -> list[tuple[int, float]]:
    """Weaken what stands before the first "but" and strengthen what stands after it.

    For each word in turn, the library changes the *first* word that has the same valence by then.
    """
    valences = [valence for _, valence in moved]
    places: dict[float, list[int]] = defaultdict(list)
    for place, valence in enumerate(valences):
        places[valence].append(place)
    for turn in range(len(valences)):
        valence = valences[turn]
        place = heapq.heappop(places[valence])
        at = moved[place][0]
        valences[place] = valence * 0.5 if at < but else valence * 1.5 if at > but else valence
        heapq.heappush(places[valences[place]], place)
    return [(at, valence) for (at, _), valence in zip(moved, valences, strict=True)]


@cache
def _analyser() -> _Analyser:
    return _Analyser()
