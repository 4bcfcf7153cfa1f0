"""Persons of an article, and who of them a surname, a pronoun or an office means there."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from analysis.mentions.tables import rows_of
from analysis.quotes.cues import cue_words
from analysis.quotes.lexicon import words_of
from analysis.spans import Span

_NAME = r"[A-Z][\w’'-]*[\w]\.?|[A-Z]\."
_RUN = re.compile(
    rf"(?<![\w@#])(?:{_NAME})(?:[ \xa0](?:(?:de|von|van|der|bin|al|el|da) )?(?:{_NAME}))*"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_END = re.compile(r"[.!?\n:;”\"]")
_APPOSITION = re.compile(
    r", (?:(?:the|a|an|its|his|her|their) )?([\w’'-]+(?: [\w’'-]+){0,5}?)"
    r"(?=[,.;\n]| who | for | of )"
)
_AFTER = re.compile(r"[ ,]*(\w+)")
_TITLES = words_of("titles")
_ROLES = words_of("roles")
_OPENERS = words_of("openers") | words_of("determiners") | {"like", "both", "its"}
_HE = frozenset({"he", "she"})
_GENDERED = {title: gender for gender in ("he", "she") for title in words_of(f"titles.{gender}")}
_PRONOUN = re.compile(r"\b(?:(he|his|him)|she|hers?)\b", re.IGNORECASE)
_ORGANISED = words_of("organised")
_NEAR = 1_500
_LEAD = 80
_OWN_PARAGRAPH = 600
# What persons do more than places.
_DOES = words_of("does")
_PIECE = re.compile(r"\S+")


class Person(NamedTuple):
    """Somebody named in full: the first place, and what the article says of them."""

    start: int
    end: int
    name: str
    roles: dict[str, set[str]]
    """Each office with the words that tell which: `{"minister": {"indian"}}`."""
    is_sure: bool


class Persons:
    """The persons named in an article, and where each is the subject of a sentence."""

    def __init__(self, text: str, hidden: Sequence[Span], speakers: Iterable[Span]) -> None:
        self._text = text
        self._speaking = {
            word.strip(",.’'") for start, end in speakers for word in text[start:end].split()
        }
        self._by_surname: dict[str, list[Person]] = defaultdict(list)
        self._subjects: list[tuple[int, Person]] = []
        self._gender: dict[str, str] = {}
        self._read(hidden)
        self._learn_genders(hidden)

    def _read(self, hidden: Sequence[Span]) -> None:
        text = self._text
        starts = [start for start, _ in hidden]
        for match in _RUN.finditer(text):
            at = bisect_left(starts, match.start() + 1) - 1
            if at >= 0 and match.start() < hidden[at][1]:
                continue
            start, end, titles = _bare(text, match.start(), match.end())
            if start >= end:
                continue
            self._note(start, end, titles)

    def _learn_genders(self, hidden: Sequence[Span]) -> None:
        """Learn from pronouns in the sentences of a person's own paragraph, if they agree."""
        starts = [start for start, _ in hidden]
        index = -1
        votes: dict[str, set[str]] = defaultdict(set)
        for match in _PRONOUN.finditer(self._text):
            at = bisect_left(starts, match.start() + 1) - 1
            if at >= 0 and match.start() < hidden[at][1]:
                continue
            while index + 1 < len(self._subjects) and self._subjects[index + 1][0] < match.start():
                index += 1
            if index >= 0 and match.start() - self._subjects[index][0] < _OWN_PARAGRAPH:
                place, person = self._subjects[index]
                if "\n" not in self._text[place : match.start()]:
                    votes[person.name].add("he" if match[1] else "she")
        for name, told in votes.items():
            if len(told) == 1:
                self._gender.setdefault(name, told.pop())

    def _note(self, start: int, end: int, titles: list[str]) -> None:
        text = self._text
        name = text[start:end]
        words = name.split()
        surname = words[-1]
        lead = _SENTENCE_END.split(text[max(0, start - _LEAD) : start])[-1].split()
        known = self._by_surname.get(surname)
        if len(words) > 1 and not _ORGANISED & set(words):
            person = next((each for each in known or () if each.name == name), None)
            if person is None:
                is_sure = surname in self._speaking or _looks_sure(text, end, words, titles, lead)
                person = Person(start, end, name, {}, is_sure)
                self._by_surname[surname].append(person)
            self._describe(person, titles, lead, end)
        elif known:
            person = known[-1]
        elif titles and len(words) == 1:
            person = Person(start, end, name, {}, is_sure=True)
            self._by_surname[surname].append(person)
            self._describe(person, titles, lead, end)
        else:
            return
        if gender := next((_GENDERED[t] for t in titles if t in _GENDERED), None):
            self._gender[person.name] = gender
        if person.is_sure and len(lead) - len(titles) <= 3:  # noqa: PLR2004 - near its beginning
            self._subjects.append((start, person))

    def _describe(self, person: Person, titles: list[str], lead: list[str], end: int) -> None:
        said = [word.lower().strip(",.") for word in lead[-5:]] + titles
        told = set(said)
        if match := _APPOSITION.match(self._text, end):
            told |= set(match[1].lower().replace("’s", "").split())
        for role in told & _ROLES:
            person.roles.setdefault(role, set()).update(told - {role} - _OPENERS)

    def note_speaker(self, at: int, person: Person) -> None:
        """Remember that a person speaks at a place: the next pronoun may mean them."""
        index = bisect_left(self._subjects, at, key=lambda one: one[0])
        self._subjects.insert(index, (at, person))

    def resolve(self, start: int, end: int) -> Person | Span | None:
        """Tell whom the words of a span mean: a person, else the words themselves, or None."""
        words = self._text[start:end]
        low = words.lower()
        if low in _HE:
            return self._antecedent(start, low)
        if low in {"i", "we", "they", "it", "who", "you"}:
            return None
        named = self._named(start, end)
        if named is not None:
            return named
        pieces = re.findall(r"[\w’'-]+", low)
        role = _head_role(pieces)
        if role is not None and pieces[0] in {"the", "this", "that"}:
            held = self._by_role(role, set(pieces[1:]) - {role}, start)
            if held is not None:
                return held
        return start, end

    def _named(self, start: int, end: int) -> Person | None:
        text = self._text
        for match in _RUN.finditer(text, start, end):
            lead = text[start : match.start()].lower().split()
            if any(word in {"for", "of", "from", "at", "in", "to", "with"} for word in lead):
                return None
            begin, stop, _ = _bare(text, match.start(), min(match.end(), end))
            if begin >= stop or text[stop : stop + 2] in {"'s", "’s"}:
                continue
            known = self._by_surname.get(text[begin:stop].split()[-1])
            if not known:
                continue
            if " " in text[begin:stop]:
                same = [each for each in known if each.name == text[begin:stop]]
                known = same or known
            earlier = [each for each in known if each.start <= begin]
            return (earlier or known)[-1 if earlier else 0]
        return None

    def _antecedent(self, at: int, pronoun: str) -> Person | None:
        index = bisect_left(self._subjects, at, key=lambda one: one[0])
        for place, person in reversed(self._subjects[max(0, index - 20) : index]):
            if at - place > _NEAR:
                break
            if self._gender.get(person.name, pronoun) == pronoun:
                return person
        return None

    def _by_role(self, role: str, told: set[str], at: int) -> Person | None:
        holders = [
            person
            for persons in self._by_surname.values()
            for person in persons
            if role in person.roles
        ]
        fitting = [each for each in holders if told & each.roles[role]] if told else []
        if len(fitting or holders) == 1:
            return (fitting or holders)[0]
        names = {each.name for each in fitting or holders}
        index = bisect_left(self._subjects, at, key=lambda one: one[0])
        for place, person in reversed(self._subjects[max(0, index - 20) : index]):
            if at - place > _NEAR:
                break
            if person.name in names:
                return person
        return None


def _bare(text: str, start: int, end: int) -> tuple[int, int, list[str]]:
    """Cut titles, openers and the possessive off a run of capitalised words."""
    words = list(_PIECE.finditer(text, start, end))
    low = [word[0].rstrip(".").lower() for word in words]
    first = 0
    for at, word in enumerate(low[:-1]):
        if word in _TITLES or word in _ROLES:
            first = at + 1
    if first == 0 and low and low[0] in _OPENERS:
        first = 1
    if first >= len(words):
        return start, start, []
    start = words[first].start()
    name = text[start:end]
    name = _POSSESSIVE.sub("", name) if name.endswith(("'s", "’s", "'", "’")) else name.rstrip(".")
    titles = [word for word in low[:first] if word not in _OPENERS]
    return start, start + len(name), titles


def _looks_sure(text: str, end: int, words: list[str], titles: list[str], lead: list[str]) -> bool:
    if titles or words[0] in _given_names():
        return True
    if lead and lead[-1].lower().strip(",") in _ROLES:
        return True
    after = _AFTER.match(text, end)
    return after is not None and (
        after[1] in _DOES or after[1].endswith("ed") or after[1].lower() in cue_words()
    )


@cache
def _given_names() -> frozenset[str]:
    return frozenset(row[0] for row in rows_of("given_names"))


def _head_role(pieces: list[str]) -> str | None:
    for index, piece in enumerate(pieces):
        if piece in {"of", "for", "from", "in", "who"}:
            pieces = pieces[:index]
            break
    return pieces[-1] if pieces and pieces[-1] in _ROLES else None
