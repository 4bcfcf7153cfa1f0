"""Offices named by a country and a title: "the Russian defence minister" is `ru_mod`."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import re
from functools import cache
from typing import NamedTuple

from analysis.mentions.tables import rows_of

_LONGEST = 70


_NOT_IN_OFFICE = re.compile(
    r"(?:[Dd]eputy|[Vv]ice|[Ff]ormer|[Ee]x|[Aa]ssistant|[Uu]nder|[Pp]ast)[ -]$"
)
_ADJECTIVES = frozenset(["new", "acting", "caretaker", "incoming", "newly"])


class _Titles(NamedTuple):
    ids: dict[tuple[str, str], str]
    first_words: frozenset[str]
    last_words: frozenset[str]
    after: re.Pattern[str]
    before: re.Pattern[str]
    alone: dict[str, str]
    any_alone: re.Pattern[str]


@cache
def _titles() -> _Titles:
    """Map (country, title) to an office's id; `*` is every country that has no own row."""
    ids: dict[tuple[str, str], str] = {}
    by_function: dict[str, list[str]] = {}
    alone: dict[str, str] = {}
    for country, office, told in rows_of("offices"):
        phrases = told.split(";")
        if country == "*":
            by_function[office] = phrases
        elif country.startswith("!"):
            alone.update(dict.fromkeys(phrases, f"{country[1:]}_{office}"))
            continue
        for phrase in phrases:
            for title in by_function[phrase[1:]] if phrase.startswith("=") else (phrase,):
                ids[country, title] = office
    titles = "|".join(sorted({re.escape(title) for _, title in ids}, key=len, reverse=True))
    return _Titles(
        ids,
        _ADJECTIVES | {title.split()[0] for _, title in ids},
        frozenset(title.split()[-1] for _, title in ids),
        re.compile(
            rf"(?:['’]s?)? (?:(?:new|acting|caretaker|incoming|newly appointed) )?({titles})\b",
            re.IGNORECASE,
        ),
        re.compile(rf"(?<![\w-])({titles}) (?:of|for) (?:the )?$", re.IGNORECASE),
        alone,
        re.compile("|".join(map(re.escape, alone))),
    )


def office_at(text: str, start: int, end: int, country: str) -> tuple[int, int, str] | None:
    """Find the office that stands with a mention of a country or of an organisation.

    Gives the span of country and title together, and the office's id; None where there is none.
    """
    titles = _titles()
    if (
        _next_word(text, end) in titles.first_words
        and (after := titles.after.match(text, end))
        and (office := _id_of(titles, country, after[1]))
    ):
        return start, after.end(), office
    begin = max(0, start - _LONGEST)
    if text[max(0, start - 4) : start].endswith((" of ", "the ", "for ")):
        lead = text[begin:start].removesuffix("the ").split(" ")
        if lead[-1] or lead[-3:-2] == [] or lead[-3].lower() not in titles.last_words:
            return None
        before = titles.before.search(text[begin:start])
        if (
            before
            and not _NOT_IN_OFFICE.search(
                text[max(0, begin + before.start() - 12) : begin + before.start()]
            )
            and (office := _id_of(titles, country, before[1]))
        ):
            return begin + before.start(), end, office
    return None


def _next_word(text: str, end: int) -> str | None:
    if text[end : end + 1] == " ":
        at = end + 1
    elif text[end : end + 1] in {"'", "’"}:
        at = text.find(" ", end, end + 3) + 1
        if not at:
            return None
    else:
        return None
    word = text[at : at + 20].split(" ", 1)[0]
    return word.rstrip(".,;:!?").lower() if word else None


def _id_of(titles: _Titles, country: str, title: str) -> str | None:
    words = title.lower()
    office = titles.ids.get((country, words)) or titles.ids.get(("*", words))
    return f"{country}_{office}" if office else None


def offices_alone(text: str) -> list[tuple[int, int, str]]:
    """Find titles that only one country has: `External Affairs Minister`."""
    titles = _titles()
    if not any(map(text.__contains__, titles.alone)):
        return []
    return [
        (found.start(), found.end(), titles.alone[found[0]])
        for found in titles.any_alone.finditer(text)
    ]
