"""Severity: which changed words may change what is said."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from analysis.quotes.finding import Flag
from analysis.quotes.tokens import Token

_NEGATING = ("un", "in", "im", "ir", "il", "dis", "non")
_SHORTEST_STEM = 4
_YEARS = range(1900, 2100)


def flags_of(printed: Sequence[Token], said: Sequence[Token]) -> tuple[Flag, ...]:
    """Tell why printing these words for those may change the meaning; either may be empty.

    >>> from analysis.quotes.tokens import read_tokens
    >>> flags_of(read_tokens("will not"), read_tokens("may"))
    ('negation', 'modal')
    """
    keys = {token.key for token in printed}, {token.key for token in said}
    only = keys[0] ^ keys[1]
    flags: list[Flag] = []
    if any(_is_number(token) for token in (*printed, *said) if token.key in only):
        flags.append("number")
    if _has_negation(only) or _is_negated(*keys):
        flags.append("negation")
    if any(_is_name(token) for token in (*printed, *said) if token.key in only):
        flags.append("name")
    if any(_is_date(token) for token in (*printed, *said) if token.key in only):
        flags.append("date")
    tenses = _tenses(keys[0]), _tenses(keys[1])
    if (all(tenses) and tenses[0] != tenses[1]) or _is_other_tense(*keys):
        flags.append("tense")
    if only & _list("modal"):
        flags.append("modal")
    if _are_opposites(*keys):
        flags.append("opposite")
    return tuple(flags)


def _is_number(token: Token) -> bool:
    if token.kind == "number":
        return "-" not in token.key and not _is_year(token)
    return token.key in _list("number")


def _is_year(token: Token) -> bool:
    digits = token.key[1:]
    is_year = digits.isdecimal() and len(digits) == 4 and int(digits) in _YEARS  # noqa: PLR2004
    return token.kind == "number" and is_year


def _is_date(token: Token) -> bool:
    if token.kind == "number":
        return "-" in token.key or _is_year(token)
    return token.key in _list("date")


def _is_name(token: Token) -> bool:
    """Tell whether a word is written as a name where other words are not."""
    return (
        token.is_capital
        and not token.opens
        and token.kind == "word"
        and token.key not in _list("date")
        and len(token.key) > 1
    )


def _has_negation(keys: set[str]) -> bool:
    return bool(keys & _list("negation"))


def _is_negated(printed: set[str], said: set[str]) -> bool:
    """Tell whether a word stands for its own negation: "fair" and "unfair"."""
    return any(
        longer == start + shorter
        for one, other in ((printed - said, said - printed), (said - printed, printed - said))
        for longer in one
        for shorter in other
        if len(shorter) >= _SHORTEST_STEM
        for start in _NEGATING
    )


def _tenses(keys: set[str]) -> set[str]:
    return {_pairs("be")[key] for key in keys if key in _pairs("be")}


def _is_other_tense(printed: set[str], said: set[str]) -> bool:
    return any(
        _is_past_of(one, other) or _is_past_of(other, one)
        for one in printed - said
        for other in said - printed
    )


def _is_past_of(past: str, verb: str) -> bool:
    """Tell whether a form is the past of a verb's base or third person."""
    if past in _pasts().get(verb, ()) or past in _pasts().get(verb.removesuffix("s"), ()):
        return True
    bases = {verb, verb.removesuffix("s"), verb.removesuffix("es")}
    if verb.endswith("ies"):
        bases.add(verb[:-3] + "y")
    return any(past in _regular_pasts(base) for base in bases if len(base) > 1)


def _regular_pasts(base: str) -> set[str]:
    if base.endswith("e"):
        return {base + "d"}
    forms = {base + "ed", base + base[-1] + "ed"}
    return forms | ({base[:-1] + "ied"} if base.endswith("y") else set())


def _are_opposites(printed: set[str], said: set[str]) -> bool:
    old = said - printed
    return any(old & _opposites().get(word, frozenset()) for word in printed - said)


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(_rows()[name].split())


@cache
def _pairs(name: str) -> dict[str, str]:
    told = (each.partition(":") for each in _rows()[name].split())
    return {word: meant for word, _, meant in told}


@cache
def _pasts() -> dict[str, set[str]]:
    return {verb: {past} for verb, past in _pairs("past").items()}


@cache
def _opposites() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, _, other in (each.partition(":") for each in _rows()["opposite"].split()):
        found[one].add(other)
        found[other].add(one)
    return found


@cache
def _rows() -> dict[str, str]:
    path = Path(__file__).with_name("weighty.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[0]: ",".join(row[1:]) for row in csv.reader(lines)}
