"""Trifles: differences in how something is written, which leave what was said as it was."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import partial_ratio

from analysis.quotes.tokens import Token
from analysis.quotes.writing import fold_word

_BRACKETS = str.maketrans("", "", "[]")
_APOSTROPHES = re.compile("[’‘ʼ`´＇]")  # noqa: RUF001 - of all fonts
_SIGNS = re.compile(r"[\s\-‐‑–—_.,']+")  # noqa: RUF001 - of all fonts
_MARKS = {"#": "a tag", "@": "a handle"}
_SHORT = {"'s": "has", "'d": "had"}
_TYPO_LENGTH = 6
_ENDINGS = ("s", "d", "r", "n", "y", "ed", "en", "er", "es", "ly", "ing")
_LIKE_HANDLE = 75


def how_written(printed: str, said: str, *, is_first: bool) -> str:
    """Say how two ways of writing the same word differ; empty for what nobody would mind.

    The case of a sentence's first word is nothing, because a quotation is made to fit its place.
    """
    if "[" in printed:
        return "in brackets"
    one, other = (_APOSTROPHES.sub("'", word.lstrip("#@")) for word in (printed, said))
    if one == other or (is_first and one.lower() == other.lower()):
        mark = _MARKS.get(said[:1], "") if printed[:1] != said[:1] else ""
        return mark and f"{mark} written out"
    return _differs_in(one, other)


def _differs_in(one: str, other: str) -> str:
    if one.lower() == other.lower():
        return "case"
    if "'" in one + other:
        return "shortened"
    if set("%&") & {one, other}:
        return "a sign written out"
    if any(sign.isdecimal() for sign in one + other):
        return "a number"
    return "accents" if fold_word(one) == fold_word(other) else "spelling"


def trifle(printed: Sequence[Token], said: Sequence[Token], words: str, said_words: str) -> str:
    """Say what differs between unlike words if it is only a trifle; empty if it is more.

    Either side may be empty, for words that are missing there.
    """
    if not said:  # "from 4% to 6%" where "from four to six per cent" was said
        return "a sign written out" if words == "%" else ""
    if not printed:
        return _left_out(said, said_words)
    return next((note for note, is_so in _KINDS if is_so(printed, said, words, said_words)), "")


def _left_out(said: Sequence[Token], words: str) -> str:
    """Tell links, tags and handles; their later words follow their first without a blank."""
    start, end = said[0].start, -1
    marks = set()
    for token in said:
        if token.kind != "link" and token.start != end:
            marks.add(words[token.start - start])
        end = token.end
    if not marks:
        return "a link"
    return _MARKS[marks.pop()] if len(marks) == 1 and marks <= set(_MARKS) else ""


def _are_joined(_p: Sequence[Token], _s: Sequence[Token], words: str, said: str) -> bool:
    return _squashed(words) == _squashed(said)


def _is_handle(_p: Sequence[Token], _s: Sequence[Token], words: str, said: str) -> bool:
    if said[0] != "@":
        return False
    one, other = _squashed(words), _squashed(said)
    initials = "".join(word[0] for word in words.split()).lower()
    return partial_ratio(one, other) >= _LIKE_HANDLE or (len(initials) > 1 and initials in other)


def _is_shortened(_p: Sequence[Token], _s: Sequence[Token], words: str, said: str) -> bool:
    """Tell whether "'s" stands for "has", or "'d" for "had": their keys say "is" and "would"."""
    pairs = ((words, said), (said, words))
    return any(_SHORT.get(_APOSTROPHES.sub("'", short)) == full for short, full in pairs)


def _is_typo(printed: Sequence[Token], said: Sequence[Token], _w: str, _s: str) -> bool:
    """Tell whether one word is the other with a letter wrong, and is itself no word."""
    is_one = len(printed) == len(said) == 1
    return (
        is_one
        and printed[0].key[0] == said[0].key[0]
        and is_slip(printed[0], said[0], _TYPO_LENGTH)
    )


def is_slip(printed: Token, said: Token, shortest: int) -> bool:
    """Tell whether one English word is another with a letter wrong, and is itself no word."""
    one, other = printed.key, said.key
    if min(len(one), len(other)) < shortest:
        return False
    if any(token.is_capital and not token.opens for token in (printed, said)):
        return False
    if not (one.isalpha() and other.isalpha()) or OSA.distance(one, other, score_cutoff=1) > 1:
        return False
    if any(long == short + end for long, short in ((one, other), (other, one)) for end in _ENDINGS):
        return False
    return (one in _known_words()) != (other in _known_words())


_KINDS: tuple[tuple[str, Callable[[Sequence[Token], Sequence[Token], str, str], bool]], ...] = (
    ("together or apart", _are_joined),
    ("a handle written out", _is_handle),
    ("shortened", _is_shortened),
    ("a letter", _is_typo),
)


def _squashed(words: str) -> str:
    return _SIGNS.sub("", fold_word(words.translate(_BRACKETS))).lstrip("#@")


@cache
def _known_words() -> frozenset[str]:
    """Give the English words that TextBlob's spelling model has seen at least twice."""
    lines = files("textblob.en").joinpath("en-spelling.txt").read_text("utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith(";;;"))
    return frozenset(word for word, count in rows if int(count) > 1)
