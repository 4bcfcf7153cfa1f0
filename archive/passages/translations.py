"""Translations: which texts say of themselves that they were said in another language."""

from functools import cache
from pathlib import Path

from archive.passages.words import words_of

NEAR = 240
"""Characters at the beginning and at the end of a text in which it says so."""

_FOLDER = Path(__file__).parent
_ANY_LANGUAGE = "*"


def says_it_is_translated(title: str | None, text: str, *, is_post: bool = False) -> bool:
    """Tell whether a title, or a text near its beginning or end, says that it is a translation.

    A post that names a language ("translated from Hindi") speaks of a book rather than of itself.
    """
    ends = (title or "", text[:NEAR], text[-NEAR:] if len(text) > NEAR else "")
    return any(
        _has_note(words) or (not is_post and _names_language(words))
        for words in (_spaced(each) for each in ends if each)
    )


def _has_note(words: str) -> bool:
    return any(note in words for note in _notes()[0])


def _names_language(words: str) -> bool:
    return any(
        rest.partition(" ")[0] in _languages()
        for note in _notes()[1]
        for rest in words.split(note)[1:]
    )


@cache
def _notes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read what such a text says: all of it, or what comes before the name of a language."""
    told = (_FOLDER / "translation_notes.txt").read_text(encoding="utf-8")
    lines = [line.partition("#")[0] for line in told.splitlines()]
    whole = tuple(_spaced(line) for line in lines if _ANY_LANGUAGE not in line)
    return whole, tuple(_spaced(line) for line in lines if _ANY_LANGUAGE in line)


@cache
def _languages() -> frozenset[str]:
    return frozenset((_FOLDER / "languages.txt").read_text(encoding="utf-8").split())


def _spaced(text: str) -> str:
    return f" {' '.join(words_of(text))} "
