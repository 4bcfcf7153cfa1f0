"""The words that tell who speaks: cue verbs in all their forms, pronouns, titles and others."""

import csv
from functools import cache
from pathlib import Path

_VOWELS = frozenset("aeiou")


@cache
def words_of(name: str) -> frozenset[str]:
    """Give one of the lists of `words.csv`."""
    return frozenset(_rows()[name].split())


@cache
def _rows() -> dict[str, str]:
    path = Path(__file__).with_name("words.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[0]: ",".join(row[1:]) for row in csv.reader(lines)}


@cache
def cue_forms() -> dict[str, tuple[str, bool]]:
    """Map every form of a cue verb to the verb and whether it can stand with a subject."""
    forms: dict[str, tuple[str, bool]] = {}
    irregular = {
        verb: told.split(",")
        for verb, _, told in (each.partition(":") for each in _rows()["past"].split())
    }
    for verb in _rows()["verbs"].split():
        for past in irregular.get(verb, [_past(verb)]):
            forms[past] = verb, True
        forms[_third(verb)] = verb, True
        forms.setdefault(verb, (verb, True))
        forms.setdefault(_gerund(verb), (verb, False))
    return forms


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return verb + "ed"


def _third(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "go")) else "s")


def _gerund(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    doubled = {
        "beg",
        "quip",
        "rebut",
        "brag",
        "rip",
        "admit",
        "refer",
        "slam",
        "snap",
        "hit",
        "put",
    }
    return verb + (verb[-1] if verb in doubled else "") + "ing"
