"""The automaton over all names of the tables, and the spans that it finds in a text."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from analysis.mentions.borders import (
    BLANKS,
    border_of,
    is_bounded,
    is_bounded_in_tag,
    spans_of_addresses,
    spans_of_hashtags,
)
from analysis.mentions.forms import Term, all_forms
from analysis.spans import Span

_LEAST_UNSURE = 6
"""A form of another language needs as many letters where the text's language is not known."""


class Found(NamedTuple):
    """A name that stands in a text, before its surroundings are judged."""

    start: int
    end: int
    term: Term


class _Names:
    """All forms, and the automaton that finds the leftmost and longest of them."""

    def __init__(self) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

        self.meanings = all_forms()
        self.forms = list(self.meanings)
        self.terms = list(self.meanings.values())
        self.borders = [border_of(form) for form in self.forms]
        self.find = AhoCorasick(
            self.forms,
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
        ).find_matches_as_indexes


@cache
def _names() -> _Names:
    return _Names()


# The mentions of a text are asked for, then its names, and those of its only sentence.
@lru_cache(maxsize=1)
def scan(text: str, language: str | None) -> Sequence[Found]:
    """Find the names of the tables in a text, in order and without overlap.

    Borders of words and the text's language are heeded, what stands around is not: `Jordan` is
    found in `Michael Jordan`. Nothing is found in links, addresses and @handles.
    """
    names = _names()
    matches = names.find(text)
    if not matches:
        return ()
    addresses = spans_of_addresses(text) if _may_have_addresses(text) else []
    tags = spans_of_hashtags(text) if "#" in text or "\N{FULLWIDTH NUMBER SIGN}" in text else []
    found: list[Found] = []
    for index, start, end in matches:
        if addresses and _within(start, addresses):
            continue
        tag = _within(start, tags) if tags else None
        if tag is None and text[end : end + 1] in BLANKS and text[start - 1 : start] in BLANKS:
            bounded = True
        elif tag is None:
            bounded = is_bounded(text, start, end, names.borders[index], language)
        else:
            bounded = is_bounded_in_tag(text, start, end, tag)
        term = _meant(names.terms[index], language, end - start) if bounded else None
        if term is not None:
            found.append(Found(start, end, term))
        elif end - start > _LEAST_UNSURE:
            found.extend(_shorter(names, text, start, end, language))
    return found


def _meant(terms: tuple[Term, ...], language: str | None, length: int) -> Term | None:
    """Choose what a form means in a language."""
    for term in terms:
        if not term.languages or language in term.languages:
            return term
        if not language and length >= _LEAST_UNSURE:
            return term
    return None


def _shorter(names: _Names, text: str, start: int, end: int, language: str | None) -> list[Found]:
    """Fall back from a phrase that is not one to the name that it begins with."""
    for at in range(end - 1, start + 1, -1):
        if not text[at].isalnum() and (terms := names.meanings.get(text[start:at])):
            border = border_of(text[start:at])
            term = _meant(terms, language, at - start)
            if term and is_bounded(text, start, at, border, language):
                return [Found(start, at, term)]
    return []


def _may_have_addresses(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text or ".gov" in text or ".org" in text


def _within(at: int, spans: list[Span]) -> Span | None:
    index = bisect_right(spans, at, key=itemgetter(0)) - 1
    return spans[index] if index >= 0 and at < spans[index][1] else None


def static_names(text: str, language: str | None = "en") -> list[Span]:
    """Find all names that need no register: countries, peoples, organisations, groups, religions.

    For masking: what may be a name is one. `Jordan` counts though it may be a person, and so do
    names that are no mention of the country in them (`South China Sea`, `Paris Agreement`); fries,
    hats and other things do not. Offsets into the text, in order, without overlap.
    """
    return [(start, end) for start, end, term in scan(text, language) if term.kind != "thing"]
