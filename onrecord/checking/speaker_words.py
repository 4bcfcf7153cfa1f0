"""The words that an article has for a speaker: the name in them, the office and the account."""
# ruff: noqa: RUF001 - typographic marks are meant.

import re
from dataclasses import dataclass

from analysis.spans import Span
from onrecord.checking.article_names import Run, read_offices, runs_of_line
from onrecord.checking.person_names import Name, ways_of
from onrecord.checking.places import Place
from onrecord.checking.terms import NearOffice

_HANDLE = re.compile(r"(?<!\w)@([\w.-]+(?:@[\w.-]+\w)?)")
_OF_ANOTHER = re.compile(
    r"\b(?:for|of|to|from|with|by|at|near|behind|about|on|than|against)\b(?! the\b)", re.IGNORECASE
)
_OF_ANOTHER_OR_THE = re.compile(
    r"\b(?:for|of|to|from|with|by|near|behind|about|on|than|against)\b", re.IGNORECASE
)
_OF = re.compile(r" (?:of|for) (?:the )?")
_GOES_ON = re.compile(r"[\s.,)(]*(?:$|(?:of|from|in|at|on|for|who|himself|herself)\b)")
_RANK = re.compile(
    r"(?:\b(?:deputy|vice|assistant|former|ex|acting|official|senior|chief|then|late)[ -])+\Z",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"['’]s?$")
_BODY = re.compile(
    r"(?:the |a |an )?(?:(?:ministry|department)(?: official| spokes\w+)?"
    r"|spokes\w+ (?:for|of|at|from) (?:the|his|her) (?:ministry|department))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SpeakerWords:
    """What the words for a speaker say."""

    words: str
    handle: str | None
    """The account's name, without its first `@`."""

    names: tuple[Name, ...]
    """The names of persons, mostly one; several if several speak together."""

    offices: tuple[NearOffice, ...]
    is_some_ministry: bool
    """Whether they mean a ministry and do not say which."""

    is_minister: bool
    """Whether they call the person a minister, and do not say of what."""

    places: tuple[Place, ...]
    """The countries in the words."""


def read_speaker(words: str, places: tuple[Place, ...], subjects: frozenset[str]) -> SpeakerWords:
    """Take the words for a speaker apart; `places` are the countries in them."""
    handle = _HANDLE.search(words)
    rest = _HANDLE.sub(lambda match: " " * len(match[0]), words)
    told = tuple(read_offices(rest, 0, places, subjects))
    masked = _masked(rest, [_whole(rest, each, places) for each in told])
    masked = _masked(masked, [(each.start, each.end) for each in places])
    offices = tuple(each for each in told if _is_own(rest, masked, each))
    runs = runs_of_line(masked, 0) if len(offices) == len(told) else ()
    found = [(run.name, _speaks(rest, masked, run)) for run in runs]
    names = [name for name, speaks in found if speaks]
    if len(names) < len(found):  # `Mara Ode's office`: neither she nor the office before her name
        offices = tuple(each for each in offices if each.told.is_spokesperson and names)
    is_minister = re.search(r"\bminister\b(?! (?:of|for)\b)", masked, re.IGNORECASE) is not None
    return SpeakerWords(
        words,
        handle[1].rstrip(".") if handle else None,
        tuple(dict.fromkeys(names)),
        offices,
        _BODY.fullmatch(words.strip()) is not None,
        is_minister,
        places,
    )


def whole_name(words: str) -> frozenset[Name]:
    """Read all of the words as a name, in any script."""
    return ways_of(re.sub(r"\(.*?\)", "", words).strip(" ,.“”\"'’"))


def _whole(words: str, office: NearOffice, places: tuple[Place, ...]) -> Span:
    """Give the span of an office with its rank and its country: `deputy minister of Norland`."""
    start, end = office.told.start, office.told.end
    before = _RANK.search(words[:start])
    behind = next((each.end for each in places if _OF.fullmatch(words, end, each.start)), end)
    return before.start() if before else start, behind


def _is_own(words: str, masked: str, office: NearOffice) -> bool:
    """Tell whether an office speaks, and not an aide to it, its critics or the minister's wife."""
    told = office.told
    if told.is_spokesperson:
        return True
    behind = words[told.end :]
    is_another = re.match(r"['’]s? \w|['’] \w| (?:aide|adviser|office|source|staff)", behind)
    return not is_another and not _OF_ANOTHER_OR_THE.search(masked[: told.start])


def _masked(words: str, spans: list[Span]) -> str:
    for start, end in spans:
        words = words[:start] + "-" * (end - start) + words[end:]
    return words


def _speaks(words: str, masked: str, run: Run) -> bool:
    """Tell whether a name in the words is who speaks, and not only whose spokesman does."""
    begin = max(masked.rfind(mark, 0, run.start) for mark in ",;(") + 1
    if _OF_ANOTHER.search(masked, begin, run.start):
        return False
    rest = words[run.end :]
    if _POSSESSIVE.search(words[run.start : run.end]):
        return not rest.strip(" -")
    return (
        bool(_GOES_ON.match(rest))
        or rest.lstrip()[:1] in {",", "(", "-", "&"}
        or rest.startswith(" and ")
    )
