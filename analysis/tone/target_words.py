"""The words of a masked sentence as the model of tone toward a target knows them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from analysis.masking import PLACEHOLDER
from analysis.word_kinds import verb_form, word_kind

TARGET: Final = "T"
OTHER: Final = "N"
"""What stands for every other name."""

UNKNOWN: Final = "U"
"""What stands for a word that no dictionary knows: it may be a name that masking overlooked."""

QUOTES: Final = frozenset('“”"„«»')

PRONOUNS: Final = frozenset(
    word
    for line in (
        "he she him her his they them their i we my me you it its our your who himself herself",
    )
    for word in line.split()
)

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
POSSESSIVES: Final = ("'s", f"{_APOSTROPHE}s")
_DASHES = "\N{EM DASH}\N{EN DASH}-"
_TOKEN = re.compile(
    rf"[^\W\d_]+(?:[-'{_APOSTROPHE}][^\W\d_]+)*|\d[\d,.]*|[“”\"„«»]|[;:,.!?(){_DASHES}]+|[^\s\w]"
)
_STOPS = frozenset(',;:.!?()"' + _DASHES)
_NEGATIONS = frozenset(
    word
    for line in (
        "not no never nobody none nothing nor neither without cannot hardly barely cant dont",
        "doesnt didnt wont isnt refused denied failed lack lacks",
    )
    for word in line.split()
)
_NAMES_TOO = frozenset(
    word
    for line in (
        "bush charlotte china chuck fox french gore graham harry heather jack john laden louis",
        "lucy maria matt mia mitt musk newt pence peter polish politico rand soviet trump turkey",
        "warren william democrat democrats republican republicans",
    )
    for word in line.split()
)
"""Words of the dictionary that are names far oftener, where masking left them (all capitals)."""

_SIGNS = {TARGET: TARGET, PLACEHOLDER: OTHER}
_ENDINGS = re.compile(
    r"(?:ations?|ments?|ness|ingly|edly|ings?|ers?|ed|ies|es|ly|s|y|e|ions?|ive|al)$"
)
_SHORTEST_STEM = 3
_SHORTEST_WITH_ENDING = 5
_BEGINNING = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the model knows it, whatever the sentence."""

    text: str
    stem: str
    beginning: str
    """Its first five letters if it has more, else nothing."""

    kind: str
    valence: float
    """VADER's, 0.0 where it has none."""

    is_stop: bool = False
    is_negation: bool = False


def tokens_of(masked: str) -> list[str]:
    """Cut a masked text into words, numbers and signs."""
    return _TOKEN.findall(masked)


@lru_cache(maxsize=65_536)
def read_word(token: str) -> Word:
    """Read one token of a masked sentence."""
    if sign := _SIGNS.get(token) or ("0" if token[0].isdigit() else ""):
        return _sign(sign)
    if not token[0].isalpha():
        sign = '"' if token in QUOTES else token[0]
        return _sign(sign)
    word = token.lower().replace(_APOSTROPHE, "'")
    is_negation = word.endswith("n't")
    if not is_negation:
        word = word.removesuffix("'s")
        if word in _NAMES_TOO or PLACEHOLDER in word:
            return _sign(OTHER)
        if not word_kind(word.partition("'")[0]) and not valence_of(word):
            return _sign(UNKNOWN)
    return Word(
        word,
        _stem(word),
        word[:_BEGINNING] if len(word) > _BEGINNING else "",
        verb_form(word) or word_kind(word)[:4] or word[-2:],
        valence_of(word),
        is_negation=is_negation or word in _NEGATIONS,
    )


def _sign(sign: str) -> Word:
    return Word(sign, sign, "", sign, 0.0, is_stop=sign in _STOPS)


def _stem(word: str) -> str:
    if len(word) < _SHORTEST_WITH_ENDING:
        return word
    stem = _ENDINGS.sub("", word)
    if len(stem) < _SHORTEST_STEM:
        return word
    if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] and stem[-1] not in "sle":
        return stem[:-1]
    return stem


def valence_of(word: str) -> float:
    """Give VADER's valence of a word, or of the last part of it that has one; 0.0 if none has."""
    valences = _valences()
    if word in valences:
        return valences[word]
    parts: Iterable[str] = reversed(word.split("-")) if "-" in word else ()
    return next((valences[part] for part in parts if part in valences), 0.0)


@cache
def _valences() -> dict[str, float]:
    spec = find_spec("vaderSentiment")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("vaderSentiment is not installed; install onrecord again")
    path = Path(spec.submodule_search_locations[0]) / "vader_lexicon.txt"
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {row[0]: float(row[1]) for row in rows if row[0].isascii() and row[0][0].isalpha()}
