"""How the same words may be written: the key under which spellings, signs and numbers meet."""
# ruff: noqa: RUF001, RUF002 - the marks of all languages are the point here.

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

_APOSTROPHES = re.compile("['’‘ʼ`´＇]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LATIN_END = "\u024f"
_ISE = re.compile(r"(?<=\w{3})is(e|ed|es|er|ers|ing|ation|ations)$")
_FULL_ISE = 5  # letters: "rise" has no other spelling


@cache
def pairs_of(name: str) -> dict[str, str]:
    """Give one of the lists of `written.csv`, each word with what it stands for."""
    told = (each.partition(":") for each in _rows()[name].split())
    return {word: meant or word for word, _, meant in told}


@cache
def _rows() -> dict[str, str]:
    path = Path(__file__).with_name("written.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {row[0]: ",".join(row[1:]) for row in csv.reader(lines)}


@cache
def months() -> dict[str, str]:
    """Map the names of months and their short forms to the name."""
    forms: dict[str, str] = {}
    for name, short in pairs_of("months").items():
        forms |= dict.fromkeys((name, *short.split(",")), name)
    return forms


@cache
def numerals() -> dict[str, int]:
    """Map words for whole numbers up to ninety to the number."""
    return {word: int(value) for word, value in pairs_of("numbers").items()}


@cache
def ordinals() -> dict[str, int]:
    """Map words for places in a row to the number."""
    return {word: int(value) for word, value in pairs_of("ordinals").items()}


@cache
def scales() -> dict[str, int]:
    """Map words that multiply a number to what they multiply it by."""
    return {word: int(value) for word, value in pairs_of("scales").items()}


def fold_word(word: str) -> str:
    """Fold how a word looks, but not how it is spelt: case, accents, apostrophes, wide forms.

    >>> fold_word("Türkiye’s")
    'turkiyes'
    """
    if word.isascii():
        return word.lower().replace("'", "").replace("`", "")
    folded = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", word).casefold())
    if folded and max(folded) > _LATIN_END:  # accents of other scripts are letters
        return folded
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", folded)))


@lru_cache(1 << 16)
def key_of(word: str) -> str:
    """Give what all spellings of a word have in common.

    >>> key_of("Labour"), key_of("organised"), key_of("travelling")
    ('labor', 'organized', 'traveling')
    """
    folded = fold_word(word)
    folded = pairs_of("words").get(folded, folded)
    if not folded.isascii() or len(folded) <= _FULL_ISE - 1:
        return folded
    if stem := _stems().match(folded):
        folded = pairs_of("stems")[stem[0]] + folded[stem.end() :]
    if len(folded) > _FULL_ISE:
        folded = _ISE.sub(r"iz\1", folded)
    return _doubled().sub(r"\1\2", folded)


@cache
def _stems() -> re.Pattern[str]:
    return re.compile("|".join(sorted(pairs_of("stems"), key=len, reverse=True)))


@cache
def _doubled() -> re.Pattern[str]:
    stems = "|".join(pairs_of("doubled"))
    return re.compile(rf"^({stems})l(ed|ing|er|ers|or|ors|ings)$")
