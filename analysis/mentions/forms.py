"""All written forms of names that stand in the tables, and what each means."""
# ruff: noqa: RUF001 - Cyrillic letters are meant.

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from analysis.mentions.inflection import decline_russian, inflect, plural
from analysis.mentions.tables import rows_of, words_of


class Term(NamedTuple):
    """What a written form means.

    `kind` is `country`, `organisation`, `group`, `name` (a proper name that holds a country's name
    and is none) or `thing` (a phrase that does, and is no name); `rule` says when it is believed
    (see context.py); `languages` in which it is, all if empty.
    """

    kind: str
    id: str
    rule: str
    languages: frozenset[str]


_EVERY: frozenset[str] = frozenset()
# Languages whose genitive of a country is its name with an s.
_GENITIVE = words_of("forms.genitive")
_ABBREVIATION = 2
_LETTER_A = 0x1F1E6
# Codes whose flag is no country's: without them the second half of one flag and the first half of
# the next would be read as a third.
_OTHER_FLAGS = "aq bv hm tf um ac cp dg ea ic ta sj"
_ORGANISATION_FLAGS = {"eu": "eu", "un": "un"}
# Two-letter codes that are no words, abbreviations or units, where two stand together: RU-CN.
_PAIRED = words_of("forms.paired")
_PAIRED_ORGANISATIONS = {"EU"}


def _cased(form: str, rule: str) -> Iterator[str]:
    yield form
    if rule != "exact" and len(form) > _ABBREVIATION:
        yield form.upper()
    if rule == "" and len(form) > _ABBREVIATION + 1:
        yield form.lower()


def _english() -> Iterator[tuple[str, Term]]:
    for code, forms, rule in rows_of("demonyms"):
        term = Term("country", code, rule if rule == "prefix" else "demonym", _EVERY)
        for form in forms.split(";"):
            word = form.rstrip("=")
            for each in {word, word if form.endswith("=") else plural(word)}:
                yield from ((cased, term) for cased in _cased(each, rule))
    for table in ("names", "capitals", "metonyms", "abbreviations"):
        for code, forms, rule in rows_of(table):
            kept = "" if rule in {"case", "exact"} else rule
            term = Term("country", code, kept or table, _EVERY)
            for form in forms.split(";"):
                word = form.rstrip("=")
                yield from ((cased, term) for cased in _cased(word, rule))


def _decoys() -> Iterator[tuple[str, Term]]:
    for phrase, kind, _reason in rows_of("decoys"):
        term = Term("thing" if kind == "thing" else "name", "", "", _EVERY)
        yield from ((each, term) for each in (phrase, phrase.upper()))


def _organisations() -> Iterator[tuple[str, Term]]:
    for name, forms, rule in rows_of("organisations"):
        kept = "" if rule == "exact" else rule
        for form in forms.split(";"):
            word = form.rstrip("=")
            yield word, Term("organisation", name, kept, _EVERY)
            if " " in word:
                yield word.upper(), Term("organisation", name, kept, _EVERY)


def _groups() -> Iterator[tuple[str, Term]]:
    for name, forms, rule in rows_of("groups"):
        term = Term("group", name, "", _EVERY)
        for form in forms.split(";"):
            word = form.rstrip("=")
            for each in {word, word if form.endswith("=") else plural(word)}:
                yield from ((cased, term) for cased in _cased(each, rule))


def _of_other_languages() -> Iterator[tuple[str, Term]]:
    for code, language, ending, forms in rows_of("inflected"):
        for stem in forms.split(";"):
            only = frozenset({language}) if _is_latin(stem) else _EVERY
            term = Term("country", code, "pair" if "+" in code else "", only)
            for form in inflect(stem, ending, language):
                yield form, term
                if form[0].islower() and language != "ar":
                    yield form[0].upper() + form[1:], term
                if language == "ar" and form.startswith("ال"):
                    yield "لل" + form[2:], term


def _of_the_world() -> Iterator[tuple[str, Term]]:
    for code, name, languages in rows_of("countries"):
        term = Term("country", code, "", frozenset(languages.split()))
        yield name, term
        if name.isascii() or _is_latin(name):
            yield name.upper(), term
            yield name + "s", term._replace(languages=_GENITIVE)
        elif name.startswith("ال"):
            yield "لل" + name[2:], term
        elif "А" <= name[0] <= "я":
            yield from ((each, term) for each in decline_russian(name))


def _codes() -> Iterator[tuple[str, Term]]:
    codes = {row[0] for row in rows_of("countries")}
    for code in sorted(codes | set(_OTHER_FLAGS.split()) | set(_ORGANISATION_FLAGS)):
        flag = "".join(chr(_LETTER_A + ord(letter) - ord("a")) for letter in code)
        if code in _ORGANISATION_FLAGS:
            yield flag, Term("organisation", code, "flag", _EVERY)
        elif code in codes:
            yield flag, Term("country", code, "flag", _EVERY)
        else:
            yield flag, Term("thing", "", "flag", _EVERY)
    for one, other in product(sorted(_PAIRED), repeat=2):
        if one != other and {one, other} != {"UK", "GB"}:
            ids = "+".join(code.lower().replace("uk", "gb") for code in (one, other))
            for sign in "-/–":
                yield f"{one}{sign}{other}", Term("country", ids, "pair", _EVERY)


def _is_latin(form: str) -> bool:
    return form[0] < "\u0250" or "\u1e00" <= form[0] < "\u1f00"


@cache
def all_forms() -> dict[str, tuple[Term, ...]]:
    """Map each written form to what it may mean, the likeliest first."""
    found: dict[str, tuple[Term, ...]] = {}
    sources = (
        _decoys,
        _organisations,
        _english,
        _codes,
        _of_other_languages,
        _of_the_world,
        _groups,
    )
    for source in sources:
        for form, term in source():
            known = found.get(form)
            if known is None:
                found[form] = (term,)
            elif term not in known and all(each.languages for each in known):
                found[form] = (*known, term)
    return found
