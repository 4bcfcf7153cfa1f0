"""Offices that words tell of: `the Indian defence minister`, `a foreign ministry spokesman`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from analysis.mentions.tables import rows_of

_BODY = re.compile(
    r"\b(?:ministry|department|office|presidency|court|chancellery|administration|treasury"
    r"|kremlin|mfa|mea|dfat|global affairs canada)\b"
)
_HEAD = re.compile(
    r"\b(?:minister|secretary|president|premier|king|chancellor|chief|head of government"
    r"|representative|mantri|pm|fm|eam|defmin)\b"
)
_SPOKESPERSON = re.compile(r"\bspokes(?:man|woman|person|people)\b")
_LESSER = re.compile(
    r"\b(?:(?:deputy|vice|assistant|junior|shadow|under|parliamentary)[ -](?:\w+ )?$"
    r"|minister of $|opposition(?: leader)? $)"
)
_FORMER = re.compile(
    r"\b(?:former|ex|late|then|past|ousted|sacked|outgoing predecessor)[ -](?:\w+ ){0,2}$"
)
_STATE = re.compile(r"\bminister of state\b|\bstate (?:minister|secretary)\b|\bjunior\b")
_NOT_ELSEWHERE = frozenset(["secretary of state", "state department", "department of state"])
"""What these mean in their country they do not mean in others."""

_HEADS_OF_GOVERNMENT = ("president of the government", "president of the council of ministers")

_NO_SUBJECT = (
    frozenset(["of", "the", "for", "and", "affairs", "national", "federal", "general", "official"])
    | frozenset(["minister", "ministry", "secretary", "department", "office", "state", "chief"])
    | frozenset(["deputy", "vice", "government", "union", "republic"])
    | frozenset(["spokesperson", "spokesman", "spokeswoman"])
)


@dataclass(frozen=True, slots=True)
class Told:
    """An office as words tell it, with its place in them."""

    start: int
    end: int
    function: str | None
    """What the office is everywhere, such as `mod`; None where only its subject tells."""

    subject: tuple[str, ...]
    """The words that tell which, where no function does: `fisheries`."""

    is_body: bool
    """Whether the ministry is meant, or who speaks for it, and not who heads it."""

    is_spokesperson: bool
    is_lesser: bool
    """A deputy, or a minister of state."""

    is_former: bool


SOME_MINISTER = Told(
    0, 0, None, (), is_body=False, is_spokesperson=False, is_lesser=False, is_former=False
)
"""A minister, of whatever."""


def offices_in(words: str, country: str | None, subjects: Collection[str] = ()) -> tuple[Told, ...]:
    """Find the offices that words tell of, in order.

    `country` is a lower-case code, where it is known: `secretary of state` is a foreign minister in
    one country only. `subjects` are words by which an office may be told besides the usual ones.
    """
    low = words.lower()
    found = [_told(low, match, titles[match[0]]) for titles, match in _usual(low, country)]
    found += [
        each
        for each in _by_subject(low, subjects)
        if not any(one.start < each.end and each.start < one.end for one in found)
    ]
    if not found and (match := _SPOKESPERSON.search(low)):
        is_former = bool(_FORMER.search(low[: match.start()]))
        found = [Told(*match.span(), None, (), True, True, False, is_former)]
    return tuple(sorted(found, key=lambda each: each.start))


def subject_of(words: str) -> tuple[str, ...]:
    """Give the words of a role or an office that tell it from others of its country."""
    return tuple(word for word in re.findall(r"\w+", words.lower()) if word not in _NO_SUBJECT)


def _usual(low: str, country: str | None) -> Iterator[tuple[dict[str, str], re.Match[str]]]:
    titles = _titles(country)
    yield from ((titles, match) for match in _pattern(country).finditer(low))


def _told(low: str, match: re.Match[str], function: str) -> Told:
    before, after = low[: match.start()], low[match.end() :]
    is_body = bool(_BODY.search(match[0])) or not _HEAD.search(match[0])
    speaks = _SPOKESPERSON.search(match[0]) or _SPOKESPERSON.search(before + after)
    return Told(
        match.start(),
        match.end(),
        function,
        (),
        is_body or bool(speaks),
        bool(speaks),
        bool(_LESSER.search(before) or _STATE.search(before[-20:] + match[0])),
        bool(_FORMER.search(before)),
    )


def _by_subject(low: str, subjects: Collection[str]) -> Iterator[Told]:
    """Find `fisheries minister` and `Minister for Fisheries` by the subjects that are known."""
    for way in _ways(frozenset(subjects)) if subjects else ():
        for match in way.finditer(low):
            body = bool(_BODY.search(match[0]))
            before, after = low[: match.start()], low[match.end() :]
            speaks = bool(_SPOKESPERSON.search(before + after))
            subject = subject_of(match[0])
            is_lesser = bool(_LESSER.search(before) or _STATE.search(match[0]))
            is_former = bool(_FORMER.search(before))
            yield Told(*match.span(), None, subject, body or speaks, speaks, is_lesser, is_former)


@cache
def _ways(subjects: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    known = "|".join(map(re.escape, sorted(subjects, key=len, reverse=True)))
    run = rf"(?:{known})(?:,? (?:and |& )?(?:{known}))*"
    head = "(?:minister|ministry|secretary|department)"
    return (
        re.compile(rf"\b{head} (?:of|for) (?:state (?:of|for) )?(?:the )?{run}\b"),
        re.compile(rf"\b{run} {head}\b"),
    )


@cache
def _titles(country: str | None) -> dict[str, str]:
    """Map the titles that are used in a country to what the office is everywhere."""
    usual: dict[str, str] = {}
    own: dict[str, str] = {}
    elsewhere = dict.fromkeys(_HEADS_OF_GOVERNMENT, "pm")
    for code, office, told in rows_of("offices"):
        phrases = told.split(";")
        if code == "*":
            usual.update(dict.fromkeys(phrases, office))
            continue
        function = next((each[1:] for each in phrases if each.startswith("=")), office)
        others = {each.lower(): function for each in phrases if not each.startswith("=")}
        if code == country:
            own.update(others)
        elif any(each.startswith("=") for each in phrases):
            elsewhere.update(others)
    elsewhere = {title: each for title, each in elsewhere.items() if title not in _NOT_ELSEWHERE}
    titles = elsewhere | usual | own
    lesser = {_of_state(title): each for title, each in titles.items()}
    return lesser | titles


def _of_state(title: str) -> str:
    return re.sub(r"^minister (?:of|for) ", "minister of state for ", title)


@cache
def _pattern(country: str | None) -> re.Pattern[str]:
    titles = sorted(_titles(country), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, titles))})(?![\w-])")


@cache
def function_of_source(name: str) -> str | None:
    """Tell what the office of a source is everywhere, by the name of the source: `in_mea`."""
    country, _, office = name.partition("_")
    rows = [row for row in rows_of("offices") if row[1] == office and not row[0].startswith("!")]
    rows.sort(key=lambda row: (row[0] != country, row[0] != "*"))
    for code, each, told in rows:
        same = next((one[1:] for one in told.split(";") if one.startswith("=")), None)
        if same or code in {country, "*"}:
            return same or each
    return None
