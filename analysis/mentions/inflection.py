"""The endings that names of countries take: how one row of a table becomes many written forms."""
# ruff: noqa: RUF001 - Cyrillic letters are meant.

import re
from collections.abc import Iterator

_HARD = "ий ого ому им ом ая ой ую ое ие их ими"

# Paradigms of `inflected.csv`: what follows the stem.
_ENDINGS = {
    "": ("",),
    "masc": ("", "а", "у", "ом", "е"),
    "fem": ("а", "ы", "е", "у", "ой"),
    "adj-uk": ("ий", "ого", "ому", "им", "ій", "а", "ої", "у", "ою", "е", "і", "их", "ими"),
    "adj-fr": ("", "e", "s", "es"),
    "adj-es": ("o", "a", "os", "as"),
    "noun-e": ("e", "en", "in", "innen"),
    "noun-er": ("", "n", "in", "innen", "s"),
}
_ADJECTIVES = {
    "ru": tuple(_HARD.split()),
    "de": ("", "e", "en", "er", "es", "em"),
    "fr": ("", "s"),
    "es": ("", "s", "es"),
}
_NISBA = ("ي", "ية", "يين", "يون", "يا")

_SHORTEST = 4
_RUSSIAN = re.compile("[А-ЯЁ][а-яё-]+")
_FINAL_GUTTURAL = re.compile("[гкхжшчщ]$")


def inflect(stem: str, ending: str, language: str) -> Iterator[str]:
    """Yield a stem with the endings of its paradigm, as `inflected.csv` names them.

    >>> list(inflect("américain", "adj-fr", "fr"))
    ['américain', 'américaine', 'américains', 'américaines']
    """
    if ending == "nisba":
        for article in ("", "ال"):
            yield from (article + stem + each for each in _NISBA)
    elif ending == "adj-ien":
        double = stem + stem[-1] + "e"
        yield from (stem, stem + "s", double, double + "s")
    else:
        endings = _ADJECTIVES[language] if ending == "adj" else _ENDINGS[ending]
        yield from (stem + each for each in endings)


def decline_russian(name: str) -> Iterator[str]:
    """Yield the cases of a name of one word in Cyrillic, as Russian has them; over-generates.

    >>> list(decline_russian("Россия"))
    ['России', 'Россию', 'Россией', 'Россиею']
    """
    if not _RUSSIAN.fullmatch(name) or len(name) < _SHORTEST:
        return
    stem, last = name[:-1], name[-1]
    if name.endswith("ия"):
        yield from (stem + each for each in ("и", "ю", "ей", "ею"))
    elif last == "а":
        yield from (stem + each for each in ("и" if _FINAL_GUTTURAL.search(stem) else "ы", *"еу"))
        yield stem + "ой"
    elif last == "я":
        yield from (stem + each for each in ("и", "е", "ю", "ей"))
    elif last == "ь":
        yield from (stem + each for each in ("и", "ью"))
    elif last not in "оеиуыэю":
        yield from (name + each for each in ("а", "у", "ом", "е"))


def plural(form: str) -> str:
    """Write the English plural of a demonym, such as `Germans`."""
    return form + "s"
