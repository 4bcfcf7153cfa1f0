"""Which words in quotation marks are somebody's: no scare quotes, no titles of works."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import re

from analysis.quotes.attribute import Attribution
from analysis.quotes.frames import Place
from analysis.quotes.lexicon import words_of

_WORD = re.compile(r"\w[\w'’-]*")
_SCARE = 2
_LITTLE = 4
_WORKS = words_of("works")
_NAMED = frozenset(["titled", "entitled", "headlined", "named", "dubbed", "nicknamed"])
_OWN = ("before", "after", "later", "according", "colon", "lead", "signed", "shared")
_HELD_OFF = words_of("determiners") | {"so-called"}
_CLOSE = frozenset({"after", "colon", "lead", "signed"})


def is_quotation(text: str, place: Place, told: Attribution) -> bool:
    """Tell whether words in marks are quoted from somebody."""
    inside = text[place.marked.start : place.marked.end]
    words = _WORD.findall(inside)
    if not words:
        return bool(re.search(r"\w", inside))
    if place.marked.is_block:
        return True
    ends = inside[-1] in ".!?…।。！？"
    if _is_title(place, told, words, ends=ends):
        return False
    if len(words) <= _SCARE and not re.search(r"[\u0900-\u0dff\u3040-\u9fff]", inside):
        if place.before and place.before[-1].low in _HELD_OFF and told.how not in _CLOSE:
            return False
        return _is_own(told) or (ends and not place.before and told.words is not None)
    return True


def _is_own(told: Attribution) -> bool:
    return told.how.startswith(_OWN) and told.words is not None and told.cue is not None


def _is_title(place: Place, told: Attribution, words: list[str], *, ends: bool) -> bool:
    near = [token.low for token in place.before[-3:]]
    if near and near[-1] in _NAMED:
        return True
    is_capital = all(word[0].isupper() or len(word) < _LITTLE for word in words)
    is_capital = is_capital and words[0][0].isupper() and len(words) > 1
    if not is_capital or ends or words == [word.upper() for word in words]:
        return False
    if near and (_WORKS & set(near)) and place.before[-1].word not in {":", ","}:
        return True
    if told.how in _CLOSE or (place.before and place.before[-1].word in {":", ","}):
        return False
    around = [token.word for token in [*place.before, *place.after] if token.word[0].isalpha()]
    return sum(word[0].islower() for word in around) * 2 > len(around)
