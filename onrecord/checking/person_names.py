"""Names of persons as pieces that compare: without titles, accents, hyphens and apostrophes."""
# ruff: noqa: RUF001, RUF002 - typographic apostrophes are meant.

import re
from functools import cache, lru_cache
from typing import NamedTuple

from analysis.mentions.tables import words_of as mention_words
from analysis.names import plain_name
from analysis.quotes.lexicon import words_of as quote_words

Pieces = tuple[str, ...]

_EXCELLENCY = re.compile(r"\bH\.?\s?E\.?(?=\s[A-Z])")
_APOSTROPHES = re.compile("['’ʼ]")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii"}
PARTICLES = frozenset(word.lower() for word in mention_words("people.particles")) | {"las", "los"}

_TITLES = frozenset(
    word.lower()
    for kind in ("civil", "ranks", "official")
    for word in mention_words(f"people.{kind}")
) | quote_words("titles")
_NO_TITLE = frozenset(["he", "his", "her", "the", "m"])
"""Words that are titles elsewhere, and may be a name or an initial before one."""


class Name(NamedTuple):
    """A name: its pieces, and what tells father from son."""

    pieces: Pieces
    suffix: str = ""


def pieces_of(words: str) -> Pieces:
    """Fold words to pieces, with everything that stands there.

    >>> pieces_of("Gen. Jan-Erik O’Møllergård")
    ('gen', 'jan', 'erik', 'omollergard')
    """
    joined = _APOSTROPHES.sub("", words).replace("-", " ").replace("‑", " ")
    return tuple(piece for word in joined.split() for piece in plain_name(word).split())


@cache
def is_title(piece: str) -> bool:
    """Tell whether a piece is a title before a name or a letter of honour after it."""
    return piece not in _NO_TITLE and (piece in _TITLES or plain_name(f"x {piece}") == "x")


@lru_cache(maxsize=65536)
def name_of(words: str) -> Name:
    """Read a name: titles before it and letters of honour after it are left out.

    >>> name_of("Shri Ravindra K. Solkar"), name_of("Tomas Veld Sr.").suffix
    (Name(pieces=('ravindra', 'k', 'solkar'), suffix=''), 'sr')
    """
    return read_name(pieces_of(_EXCELLENCY.sub("", words)))


def read_name(pieces: Pieces) -> Name:
    """Cut pieces to those of the name."""
    while len(pieces) > 1 and is_title(pieces[0]):
        pieces = pieces[1:]
    suffix = ""
    while len(pieces) > 1:
        last = pieces[-1]
        if last in _SUFFIXES:
            suffix = _SUFFIXES[last]
        elif last in _TITLES or not is_title(last):
            break
        pieces = pieces[:-1]
    return Name(pieces, suffix)


def ways_of(words: str) -> frozenset[Name]:
    """Read a name in all ways in which its letters are written: `Müllner` and `Muellner`."""
    return frozenset({name_of(words), name_of(words.lower().translate(_WRITTEN_OUT))})


def key_of(name: Name) -> str:
    """Give what equal names share: `Jan-Erik`, `Jan Erik` and `Janerik` are one."""
    return "".join(name.pieces)


def holds(whole: Pieces, part: Pieces) -> bool:
    """Tell whether a part of a name stands in it, such as a surname with or without particles."""
    while len(part) > 1 and part[0] in PARTICLES | {"el"}:
        part = part[1:]
    if part[0] in PARTICLES or len("".join(part)) == 1 or len(part) >= len(whole):
        return False
    first = int(len(part) > 1)  # two given names are not what anybody is called by
    return any(whole[at : at + len(part)] == part for at in range(first, len(whole)))


def is_shortened(whole: Pieces, short: Pieces, *, is_double: bool) -> bool:
    """Tell whether a name is another without some of its middle, or without a second surname.

    `José Albarrán` for `José Manuel Albarrán Bueso`; a middle initial may stand for a name, or be
    there in one of them only. `is_double`: two surnames are the rule where the person comes from,
    so that the second name may be one.
    """
    if len(short) < 2 or short[0] != whole[0] or len(short[0]) == 1:  # noqa: PLR2004
        return False
    if not any(len(piece) == 1 for piece in whole[1:-1]) and len(whole) == 2:  # noqa: PLR2004
        short = (short[0], *(piece for piece in short[1:-1] if len(piece) > 1), short[-1])
    last = short[-1]
    if len(last) == 1 or last in PARTICLES:
        return False
    at = 0
    for piece in short:
        while at < len(whole) and not _means(piece, whole[at]):
            at += 1
        if at == len(whole):
            return False
        at += 1
    if at > len(whole) / 2 + 0.5:
        return True
    core = [piece for piece in whole if piece not in PARTICLES]
    return is_double and core.index(last) >= len(core) - 2


def _means(piece: str, other: str) -> bool:
    return piece == other or (len(piece) == 1 and other.startswith(piece))


def is_initialled(whole: Pieces, short: Pieces) -> bool:
    """Tell whether a name differs by initials only: `M. Ode`, and `Ruth Okonta` for `R. Okonta`."""
    if len(short) < 2 or len(whole) < 2 or short[-1] != whole[-1]:  # noqa: PLR2004
        return False
    one, other = short[0], whole[0]
    return min(len(one), len(other)) == 1 and one[0] == other[0]
