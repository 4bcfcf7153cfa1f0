"""Whom `he` and `she` mean: who is named before, if it is one person only, or goes on speaking."""
# ruff: noqa: RUF001 - typographic marks are meant.

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analysis.quotes.lexicon import cue_forms, words_of
from analysis.spans import Span

_END = re.compile(r"[.!?…।]+[)”\"’']?(?=\s)|\n")
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Za-z]|" + "|".join(words_of("abbreviations")) + r"))$")
_PRONOUN = re.compile(r"\b(?:(he|his|him)|she|hers?)\b", re.IGNORECASE)
_LETTER = re.compile(r"\w")
_STRANGER = re.compile(r"[\W\d]*(?:A|An|One|Another|Our|My) [a-z]")
_ROLE = "(?:" + "|".join(sorted(words_of("roles"))) + ")"
_SOMEBODY = re.compile(
    r"[\W\d]*((?:(?:The|A|An|One|Another|Our|My|His|Her|Its|Their)|[A-Z][\w’'-]+['’]s)"
    rf"(?: [\w’'-]+){{0,4}}? (?:{_ROLE}|{_ROLE.title()}))(?= [a-z]|,)"
)
"""A sentence that begins with somebody who is not named: `The minister took care ...`."""

_INSIDE = re.compile(r"[,;:]|\b(?:with|to|of|for|from|by|in|on|at)\b")
_TITLE = re.compile(
    rf"(?:The|A|An|Our|His|Her|[A-Z][\w’'-]+['’]s)\b[^,;:]*\b{_ROLE}\b[^,;:]*,", re.IGNORECASE
)
_VERB = re.compile(r"(?: \([^()]*\))?(?:, [^,.;:]{1,90},)? (\w+)")
_OF_ANOTHER = re.compile(rf"['’]s?\b|['’] | (?:[\w-]+ ){{0,3}}{_ROLE} [A-Z]")
"""Behind a name: somebody of theirs is meant, `Ode's colleague`, `Ode spokesman Piet Lund`."""

_MET = re.compile(
    r"\b(?:\w{2,}ed|met|told|saw|beat) (?:[A-Z][\w.’'-]+ |(?:the|his|her) [\w ]{0,30}){0,4}\Z"
)
_DOES = words_of("does") | words_of("auxiliaries") - {"to", "not", "then", "later", "once", "again"}
_FAR = 4
"""So many sentences back may stand whom a pronoun means."""

_NEAR = 1_500
_LEAD = 40


class Named(NamedTuple):
    """A place where somebody is named, or speaks as a pronoun, and the name in full."""

    at: int
    end: int
    name: str


class Antecedents:
    """The persons of an article in the order in which they are named, sentence by sentence."""

    def __init__(self, text: str, hidden: Sequence[Span]) -> None:
        self._text = text
        self._hidden = hidden
        self._hidden_starts = [start for start, _ in hidden]
        self._sentences = [0, *self._ends()]
        self._named: list[Named] = []
        self._spoken: set[int] = set()
        self._persons: set[str] = set()
        self._gender: dict[str, str] = {}

    def _ends(self) -> Iterator[int]:
        """Find where sentences end, outside of quotations, and where they end with one."""
        text = self._text
        for match in _END.finditer(text):
            if match[0] == "\n":
                yield match.end()
                continue
            is_short = match[0] == "." and _ABBREVIATION.search(
                text, max(0, match.start() - 8), match.start()
            )
            after = text[match.end() : match.end() + 40].lstrip(" ")[:1]
            if not is_short and not after.islower() and not self.is_hidden(match.end()):
                yield match.end()

    def is_hidden(self, at: int) -> bool:
        """Tell whether a place is inside a quotation."""
        index = bisect_right(self._hidden_starts, at) - 1
        return index >= 0 and at < self._hidden[index][1]

    def name(self, at: int, end: int, name: str) -> None:
        """Note that somebody is named in a span; spans are noted in order."""
        self._named.append(Named(at, end, name))

    def is_person(self, name: str) -> None:
        """Note that a name is a person's for sure, and not that of a place."""
        self._persons.add(name)

    def speak(self, at: int, name: str) -> None:
        """Note that somebody speaks at a place: the next pronoun may mean them."""
        insort(self._named, Named(at, at, name))
        self._spoken.add(at)
        self._persons.add(name)

    def is_of(self, name: str, gender: str) -> None:
        """Note a gender, as a pronoun, that a title tells."""
        self._gender[name] = gender

    def gender_of(self, name: str) -> str | None:
        """Tell a gender, as a pronoun, where it is known."""
        return self._gender.get(name)

    def learn_genders(self) -> None:
        """Learn from pronouns before which one person only is named in the paragraph."""
        votes: dict[str, set[str]] = defaultdict(set)
        for match in _PRONOUN.finditer(self._text):
            if self.is_hidden(match.start()):
                continue
            begin = self._text.rfind("\n", 0, match.start()) + 1
            named = self._between(begin, match.start())
            names = {each.name for each in named if each.name in self._persons}
            if len(names) == 1 and not self._has_stranger(begin, match.start()):
                votes[names.pop()].add("he" if match[1] else "she")
        for name, told in votes.items():
            if len(told) == 1:
                self._gender.setdefault(name, told.pop())

    def find(self, at: int, pronoun: str) -> str | Span | None:
        """Tell whom a pronoun means: a name, or the words for somebody who is not named.

        None where several may be meant, or nobody stands there.
        """
        number = bisect_right(self._sentences, at) - 1
        end, passed = at, 0
        while number >= 0 and passed < _FAR and at - end < _NEAR:
            begin = self._sentences[number]
            here = [each for each in self._between(begin, end) if self._may_be(each.name, pronoun)]
            sure = [each for each in here if each.name in self._persons]
            if sure:
                return self._among(sure, number, pronoun)
            if end < at and not self.is_hidden(begin):
                if somebody := _SOMEBODY.match(self._text, begin, end):
                    return somebody.span(1)
                is_other = bool(here) and self._is_subject(here[0], begin)
                if is_other or _STRANGER.match(self._text, begin, end):
                    return None
            goes_on = self._text[begin:end].lstrip().lower().startswith(pronoun + " ")
            passed += self._is_told(begin, end) and not goes_on
            end, number = begin, number - 1
        return None

    def _is_told(self, begin: int, end: int) -> bool:
        """Tell whether a sentence has words of the article's own, and is no mere quotation."""
        return any(
            match[0].isalpha() and not self.is_hidden(match.start())
            for match in _LETTER.finditer(self._text, begin, end)
        )

    def _among(self, here: Sequence[Named], number: int, pronoun: str) -> str | None:
        """Choose among those named in the nearest sentence: who spoke, or the only one."""
        begin = self._sentences[number]
        spoke = {each.name for each in here if each.at in self._spoken}
        names = spoke or {each.name for each in here}
        if not spoke:
            told = {each.name for each in here if self._is_subject(each, begin)} or names
            names = told | {each.name for each in here if self._is_met(each)}
        if len(names) > 1:
            return None
        (name,) = names
        is_subject = any(self._is_subject(each, begin) for each in here)
        return name if spoke or is_subject or self._is_about(name, number, pronoun) else None

    def _is_about(self, name: str, number: int, pronoun: str) -> bool:
        """Tell whether the sentences before one are about somebody, and nobody else is named."""
        first = self._earlier(number)
        begin, end = self._sentences[first], self._sentences[number]
        before = [each for each in self._between(begin, end) if each.name in self._persons]
        if {each.name for each in before if self._may_be(each.name, pronoun)} != {name}:
            return False
        starts = self._sentences[first:number]
        return any(
            each.at in self._spoken
            or self._is_subject(each, starts[bisect_right(starts, each.at) - 1])
            for each in before
        )

    def _earlier(self, number: int) -> int:
        """Give the number of the sentence that so many with words of their own stand after."""
        passed = 0
        while number and passed < _FAR:
            number -= 1
            passed += self._is_told(self._sentences[number], self._sentences[number + 1])
        return number

    def _is_subject(self, named: Named, begin: int) -> bool:
        """Tell whether a name begins its sentence, after no more than a title, or has a verb."""
        text = self._text
        if _OF_ANOTHER.match(text, named.end):
            return False
        is_aside = text[begin : named.at].rstrip().endswith(",")
        closed = named.end + (is_aside and text[named.end : named.end + 1] == ",")
        verb = _VERB.match(text, closed)
        if verb and (verb[1] in _DOES or verb[1].endswith("ed") or verb[1] in cue_forms()):
            return True
        lead = text[begin : named.at].strip(" \n“”\"«»„'‘’")
        if lead.endswith(","):
            return _TITLE.fullmatch(lead) is not None
        return len(lead) < _LEAD and not _INSIDE.search(lead)

    def _is_met(self, named: Named) -> bool:
        """Tell whether a name is the object of a verb: `Ode met Brask`."""
        return _MET.search(self._text, max(0, named.at - _LEAD), named.at) is not None

    def _between(self, begin: int, end: int) -> Sequence[Named]:
        first = bisect_left(self._named, begin, key=lambda each: each.at)
        last = bisect_left(self._named, end, key=lambda each: each.at)
        return self._named[first:last]

    def _may_be(self, name: str, pronoun: str) -> bool:
        return self._gender.get(name, pronoun) == pronoun

    def _has_stranger(self, begin: int, end: int) -> bool:
        """Tell whether a sentence is about somebody without a name: `A priest has offered ...`."""
        first, last = (bisect_left(self._sentences, each) for each in (begin, end))
        return any(
            _STRANGER.match(self._text, start, end) or _SOMEBODY.match(self._text, start, end)
            for start in self._sentences[first:last]
        )
