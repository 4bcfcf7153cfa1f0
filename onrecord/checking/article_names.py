"""Names in an article: whom it names in full, and what stands with a surname."""
# ruff: noqa: RUF001 - typographic marks are meant.

import re
from collections.abc import Iterator
from typing import NamedTuple

from analysis.quotes.lexicon import words_of
from onrecord.checking.office_words import Told, offices_in
from onrecord.checking.person_names import PARTICLES, Name, Pieces, is_title, pieces_of, read_name
from onrecord.checking.places import Place
from onrecord.checking.terms import NearOffice

_WORD = re.compile(r"[^\W_][\w’'‑-]*\.?|\S")
_PREFIXED = re.compile(r"[a-z]{1,3}['’-][^\W\d_a-z]")
_INITIAL = re.compile(r"(?:[A-Z]\.)+")
_ABBREVIATED = words_of("abbreviations")
_OPENERS = words_of("openers") | words_of("determiners") | words_of("clause")
_ORGANISED = frozenset(word.lower() for word in words_of("organised"))
_ROLES = words_of("roles")
_FEW = 3
_HEADLINE = 0.6
_LEAD = 90
_TRAIL = 90
_SENTENCE_END = re.compile(r"[!?\n:;“”\"]|\.(?=\s+[A-Z])(?<![A-Z]\.)(?<!Dr\.)(?<!Gen\.)(?<!Mr\.)")
_ASIDE_END = re.compile(r"[.,;:!?\n“”\"()]| who | said| told ")
_NEAR_PLACE = re.compile(r"['’]?s?[ -](?:\w+[ -]){0,2}")
_OF_PLACE = re.compile(r" (?:of|for|in) (?:the )?")


class Run(NamedTuple):
    """Capitalised words that stand together, such as a name with a title."""

    start: int
    end: int
    name: Name
    """The name, folded: no titles and no opening words."""


def runs_in(text: str) -> tuple[Run, ...]:
    """Find the names of a text, in order; headlines in capitals or title case are left out."""
    return tuple(run for start, line in _lines(text) for run in runs_of_line(line, start))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", line) if len(word) > 3]  # noqa: PLR2004
        capital = sum(word[0].isupper() for word in words)
        is_headline = len(words) >= _FEW and capital >= _HEADLINE * len(words)
        if not (is_headline and line.rstrip()[-1:] not in '.!?”"'):
            yield at, line
        at += len(line) + 1


def runs_of_line(line: str, offset: int) -> Iterator[Run]:
    """Find the names of a line that begins at an offset of its text."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(line):
        word = match[0]
        is_next = not run or (
            line[run[-1].end() : match.start()] == " " and not _closes(run[-1][0])
        )
        is_name = _is_capital(word) or (run and word.lower() in PARTICLES)
        if run and not (is_next and is_name):
            yield from _run_of(run, offset)
            run = []
        if _is_capital(word) or (is_name and is_next):
            run.append(match)
    yield from _run_of(run, offset)


def _is_capital(word: str) -> bool:
    """Tell whether a word is written as a name, `al-Murzan` too."""
    return word[0].isupper() or _PREFIXED.match(word) is not None


def _closes(word: str) -> bool:
    """Tell whether a word ends a sentence, or a name with its possessive."""
    if word.endswith("."):
        return not _INITIAL.fullmatch(word) and word[:-1] not in _ABBREVIATED
    return word.endswith(("'s", "’s", "s’"))


def _run_of(run: list[re.Match[str]], offset: int) -> Iterator[Run]:
    while run and run[-1][0].lower() in PARTICLES:
        run = run[:-1]
    while run and run[0][0].lower() in _OPENERS:
        run = run[1:]
    if not run:
        return
    words = " ".join(each[0] for each in run)
    pieces = pieces_of(re.sub(r"['’]s?$", "", words))
    at = max(
        (i + 1 for i, piece in enumerate(pieces[:-1]) if is_title(piece) or piece in _ROLES),
        default=0,
    )
    name = read_name(pieces[at:])
    if name.pieces:
        yield Run(offset + run[0].start(), offset + run[-1].end(), name)


def is_person_like(run: Run) -> bool:
    """Tell whether a run of several words may be a person's name: no words of organisations."""
    names = [piece for piece in run.name.pieces if piece not in PARTICLES]
    return len(names) > 1 and not _ORGANISED & set(run.name.pieces)


def offices_near(
    text: str, surname: Pieces, places: tuple[Place, ...], subjects: frozenset[str] = frozenset()
) -> Iterator[NearOffice]:
    """Find the offices that an article writes right before or after a surname."""
    pattern = r"[\W_]+".join(map(re.escape, surname))
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", _fold(text)):
        start, end = match.span()
        begin = max(0, start - _LEAD)
        begin = max([begin, *(cut.end() for cut in _SENTENCE_END.finditer(text, begin, start))])
        for near in read_offices(text[begin:start], begin, places, subjects):
            if _leads(text[begin + near.told.end : start]):
                yield near
        if text[end : end + 2] == ", ":
            yield from _behind(text, end + 2, places, subjects)


def is_called_minister(text: str, surname: Pieces) -> bool:
    """Tell whether an article writes `Minister` before a surname, and not of what."""
    pattern = r"[\W_]+".join(map(re.escape, surname))
    return re.search(rf"(?<!\w)minister {pattern}(?!\w)", _fold(text)) is not None


def _leads(between: str) -> bool:
    """Tell whether only titles and given names stand between an office and a surname."""
    names = between.removeprefix(",").split()
    return all(word[0].isupper() or word.lower() in PARTICLES for word in names) and not any(
        "," in word for word in names
    )


def _behind(
    text: str, begin: int, places: tuple[Place, ...], subjects: frozenset[str]
) -> Iterator[NearOffice]:
    """Give the office of an apposition: `Brask, the Arvennan defence minister, said`."""
    trail = _ASIDE_END.split(text[begin : begin + _TRAIL])[0]
    for near in read_offices(trail, begin, places, subjects):
        if re.fullmatch(r"(?:[\w’'-]+ ){0,5}", trail[: near.told.start]):
            yield near
            return


def read_offices(
    words: str, offset: int, places: tuple[Place, ...], subjects: frozenset[str] = frozenset()
) -> Iterator[NearOffice]:
    """Find the offices of some words, which begin at an offset of the text, with their countries.

    `subjects`: see `offices_in`.
    """
    country = next(
        (each.code for each in reversed(places) if offset <= each.start < offset + len(words)), None
    )
    for told in offices_in(words, country, subjects):
        yield NearOffice(told, place_of(words, told, offset, places))


def place_of(words: str, told: Told, offset: int, places: tuple[Place, ...]) -> str | None:
    """Tell whose an office is, if it is said right before or after: `Norland's minister`."""
    for place in reversed(places):
        if place.start < offset or place.end > offset + len(words):
            continue
        start, end = place.start - offset, place.end - offset
        if (end <= told.start and _NEAR_PLACE.fullmatch(words, end, told.start)) or (
            told.end <= start and _OF_PLACE.fullmatch(words, told.end, start)
        ):
            return place.code
        if told.start <= start < told.end:
            return place.code
    return None


def _fold(text: str) -> str:
    """Fold letter by letter, so that places stay what they are."""
    return "".join(_folded(sign) for sign in text)


def _folded(sign: str) -> str:
    if sign.isascii():
        return sign.lower()
    told = "".join(pieces_of(sign)) if sign.isalpha() else sign
    return told if len(told) == 1 else sign.lower()[:1]
