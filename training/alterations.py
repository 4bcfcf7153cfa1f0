"""Alterations: quotations made from what was said, kept or changed as print keeps and changes them.

Each comes with what was done to it, so that verdicts can be measured on any archive. The same seed
and the same texts give the same quotations.
"""

import csv
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

Words = list[str]
Expected = Literal["kept", "altered"]

FEWEST, MOST = 8, 28
_WORD = re.compile(r"[^\W\d_]{3,}")
_NAME = re.compile(r"[A-Z][a-z]{2,}")
_DIGITS = re.compile(r"\d[\d,.]*")
_MARKS = "\"'“”‘’«»„"  # noqa: RUF001
_NEGATIVE = frozenset({"not", "never", "no"})
_HELPERS = frozenset({"is", "are", "was", "were", "will", "would", "can", "should", "has", "have"})


class Altered(NamedTuple):
    """A quotation, how it came about, and what a check should say."""

    quote: str
    breaks: tuple[int, ...]
    kind: str
    expected: Expected


class _Made(NamedTuple):
    words: Words
    breaks: tuple[int, ...] = ()
    """The words before which the quotation marks close and open again."""


_SIDES = (
    ("isation", "ization"),
    ("ganis", "ganiz"),
    ("labour", "labor"),
    ("favour", "favor"),
    ("colour", "color"),
    ("honour", "honor"),
    ("harbour", "harbor"),
    ("neighbour", "neighbor"),
    ("centre", "center"),
    ("defence", "defense"),
)

Alter = Callable[[Words, random.Random], _Made | None]


def alterations(text: str, chance: random.Random, kinds: Iterable[str] = ()) -> Iterator[Altered]:
    """Make a quotation of each kind that the text allows, of 8 to 28 words."""
    words = [word for word in text.split() if not word.startswith(("http", "www."))]
    for kind in kinds or KINDS:
        expected, alter = KINDS[kind]
        passage = _passage(words, chance)
        made = alter(list(passage), chance) if passage else None
        if made and made.words != passage:
            yield Altered(" ".join(made.words), _characters(made), kind, expected)
        elif made and kind == "verbatim":
            yield Altered(" ".join(made.words), (), kind, expected)


def _passage(words: Sequence[str], chance: random.Random) -> Words:
    if len(words) < FEWEST:
        return []
    size = chance.randint(FEWEST, min(MOST, len(words)))
    start = chance.randint(0, len(words) - size)
    return list(words[start : start + size])


def _characters(made: _Made) -> tuple[int, ...]:
    return tuple(len(" ".join(made.words[:at])) + 1 for at in made.breaks)


def _verbatim(words: Words, _chance: random.Random) -> _Made:
    return _Made(words)


def _ellipsis(words: Words, chance: random.Random) -> _Made | None:
    if len(words) < FEWEST + 4:
        return None
    size = chance.randint(1, len(words) - FEWEST - 1)
    at = chance.randint(4, len(words) - size - 4)
    mark = chance.choice(["…", "...", ". . ."])
    return _Made([*words[:at], mark, *words[at + size :]])


def _brackets(words: Words, chance: random.Random) -> _Made:
    at = chance.randint(2, len(words) - 2)
    return _Made(
        [*words[:at], f"[{chance.choice(['the talks', 'his country', 'sic'])}]", *words[at:]]
    )


def _typographic(words: Words, _chance: random.Random) -> _Made:
    swaps = str.maketrans({"'": "’", "-": "‐", '"': "”"})  # noqa: RUF001
    return _Made([word.translate(swaps) for word in words])


def _first_letter(words: Words, _chance: random.Random) -> _Made:
    first = words[0]
    return _Made([first[:1].swapcase() + first[1:], *words[1:-1], words[-1].rstrip(".!") + ","])


def _signs_removed(words: Words, _chance: random.Random) -> _Made | None:
    if not any(word[0] in "#@" and len(word) > 1 for word in words):
        return None
    return _Made([word[1:] if word[0] in "#@" and len(word) > 1 else word for word in words])


def _and_written_out(words: Words, _chance: random.Random) -> _Made:
    swaps = {"&": "and", "and": "&", "&amp;": "and"}
    return _Made([swaps.get(word, word) for word in words])


def _numbers_written_out(words: Words, _chance: random.Random) -> _Made:
    names = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    digits = {str(value): name for value, name in enumerate(names)}
    return _Made(
        [
            word.replace("%", " per cent") if word.endswith("%") else digits.get(word, word)
            for word in words
        ]
    )


def _spelling(words: Words, _chance: random.Random) -> _Made:
    """Write words as on the other side of the ocean, whichever side these are from."""
    return _Made([_other_side(word) for word in words])


def _other_side(word: str) -> str:
    for one, other in _SIDES:
        for here, there in ((one, other), (other, one)):
            if here in word:
                return word.replace(here, there)
    return word


def _shortened(words: Words, _chance: random.Random) -> _Made:
    text = " ".join(words)
    for full, short in (
        ("do not", "don't"),
        ("is not", "isn't"),
        ("we are", "we're"),
        ("I am", "I'm"),
        ("can't", "cannot"),
        ("won't", "will not"),
        ("don't", "do not"),
    ):
        text = re.sub(rf"\b{full}\b", short, text)
    return _Made(text.split())


def _split(words: Words, chance: random.Random) -> _Made:
    at = chance.randint(4, len(words) - 4)
    return _Made([*words[: at - 1], words[at - 1].rstrip(",.") + ",", *words[at:]], (at,))


def _dropped(words: Words, chance: random.Random) -> _Made | None:
    at = _inner(words, chance, _WORD.fullmatch)
    return at and _Made([*words[:at], *words[at + 1 :]])


def _omitted(words: Words, chance: random.Random) -> _Made | None:
    if len(words) < FEWEST + 6:
        return None
    size = chance.randint(3, 5)
    at = chance.randint(4, len(words) - size - 4)
    left_out = words[at : at + size]
    return (
        _Made([*words[:at], *words[at + size :]]) if any(map(_WORD.fullmatch, left_out)) else None
    )


def _added(words: Words, chance: random.Random) -> _Made:
    at = chance.randint(2, len(words) - 2)
    return _Made([*words[:at], chance.choice([*_table("added")]), *words[at:]])


def _by_table(name: str) -> Alter:
    def alter(words: Words, chance: random.Random) -> _Made | None:
        table = _table(name)
        return _swapped(words, chance, lambda word: table.get(word.lower()))

    return alter


def _number(words: Words, chance: random.Random) -> _Made | None:
    def other(word: str) -> str | None:
        if _DIGITS.fullmatch(word):
            return str(int(re.sub(r"\D", "", word)[:6]) + chance.choice([1, 2, 10, 50]))
        return _table("numbers").get(word.lower())

    return _swapped(words, chance, other)


def _negation(words: Words, chance: random.Random) -> _Made | None:
    at = _inner(words, chance, lambda word: word.lower() in _NEGATIVE)
    if at:
        return _Made([*words[:at], *words[at + 1 :]])
    at = _inner(words, chance, lambda word: word.lower() in _HELPERS)
    return at and _Made([*words[: at + 1], "not", *words[at + 1 :]])


def _name(words: Words, chance: random.Random) -> _Made | None:
    others = ["Velmar", "Ostrava", "Kendal", "Marrow", "Tellin"]
    return _swapped(
        words, chance, lambda word: chance.choice(others) if _NAME.fullmatch(word) else None
    )


def _inflection(words: Words, chance: random.Random) -> _Made | None:
    def other(word: str) -> str | None:
        is_plain = word.islower() and word.isalpha() and len(word) > 4  # noqa: PLR2004
        if not is_plain or word.endswith(("s", "ing", "ed", "e", "y", "ward")):
            return None
        return word + chance.choice([*_table("endings")])

    return _swapped(words, chance, other)


def _merged(words: Words, _chance: random.Random) -> _Made | None:
    """Print the two ends of a longer passage as one."""
    if len(words) < 2 * FEWEST + 6:
        return None
    return _Made([*words[:FEWEST], *words[-FEWEST:]])


def _swapped(
    words: Words, chance: random.Random, other: Callable[[str], str | None]
) -> _Made | None:
    at = _inner(words, chance, other)
    new = at and other(words[at])
    return _Made([*words[:at], new, *words[at + 1 :]]) if at and new else None


def _inner(words: Words, chance: random.Random, fits: Callable[[str], object]) -> int | None:
    """Choose a word that fits, neither the first nor the last, nor a repeated one."""
    low = [word.lower().strip(_MARKS) for word in words]
    places = [
        at
        for at in range(1, len(words) - 1)
        if fits(words[at]) and low[at] not in {low[at - 1], low[at + 1]}
    ]
    return chance.choice(places) if places else None


@cache
def _table(name: str) -> Mapping[str, str]:
    path = Path(__file__).with_name("synonyms.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = {row[0]: row[1] for row in csv.reader(lines)}
    told = (each.partition(":") for each in rows[name].split())
    return {word: other for word, _, other in told}


KINDS: dict[str, tuple[Expected, Alter]] = {
    "verbatim": ("kept", _verbatim),
    "ellipsis": ("kept", _ellipsis),
    "brackets": ("kept", _brackets),
    "typographic": ("kept", _typographic),
    "first letter": ("kept", _first_letter),
    "signs removed": ("kept", _signs_removed),
    "and written out": ("kept", _and_written_out),
    "numbers written out": ("kept", _numbers_written_out),
    "spelling": ("kept", _spelling),
    "shortened": ("kept", _shortened),
    "split": ("kept", _split),
    "word dropped": ("altered", _dropped),
    "words left out": ("altered", _omitted),
    "word added": ("altered", _added),
    "synonym": ("altered", _by_table("synonyms")),
    "tense": ("altered", _by_table("tenses")),
    "number": ("altered", _number),
    "negation": ("altered", _negation),
    "name": ("altered", _name),
    "inflection": ("altered", _inflection),
    "merged": ("altered", _merged),
}
