"""Persons of an article, and who of them a surname, a pronoun or an office means there."""
# ruff: noqa: RUF001 - typographic apostrophes are meant.

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from analysis.mentions.tables import rows_of
from analysis.quotes.antecedents import Antecedents
from analysis.quotes.cues import cue_words
from analysis.quotes.lexicon import words_of
from analysis.spans import Span

_NAME = r"[A-Z][\w’'-]*[\w]\.?|[A-Z]\."
_RUN = re.compile(
    rf"(?<![\w@#])(?:{_NAME})(?:[ \xa0](?:(?:de|von|van|der|bin|al|el|da) )?(?:{_NAME}))*"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_END = re.compile(r"[.!?\n:;”\"]")
_ABBREVIATED = words_of("abbreviations")
_NO_SURNAMES = (
    frozenset(["minister", "secretary", "president", "premier", "chancellor", "ministry"])
    | frozenset(["spokesman", "spokeswoman", "spokesperson", "ambassador", "governor"])
    | frozenset(["commissioner", "bill", "act", "forum", "agreement", "accord", "summit"])
    | frozenset(["commission", "democrats", "republicans", "conservatives"])
)
"""What ends the title of an office or the name of a thing, and no person's name."""
_APPOSITION = re.compile(
    r", (?:(?:the|a|an|its|his|her|their) )?([\w’'-]+(?: [\w’'-]+){0,5}?)"
    r"(?=[,.;\n]| who | for | of )"
)
_AGE = re.compile(r", (?:aged )?\d\d,")
_AS_ADJECTIVE = re.compile(r"\b(?:the|a|an) $", re.IGNORECASE)
_AFTER = re.compile(r"[ ,]*(\w+)")
_TITLES = words_of("titles") | {"pm", "fm", "eam"}
_ROLES = words_of("roles")
_OPENERS = words_of("openers") | words_of("determiners") | {"like", "both", "its"}
_SLIGHT = (
    words_of("determiners")
    | words_of("openers")
    | frozenset(
        ["new", "visiting", "veteran", "outgoing", "incoming", "senior", "young", "old", "first"]
    )
)
_HE = frozenset({"he", "she"})
_GENDERED = {title: gender for gender in ("he", "she") for title in words_of(f"titles.{gender}")}
_ORGANISED = words_of("organised")
_NEAR = 1_500
_LEAD = 80
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
        self._by_name: dict[str, Person] = {}
        self._subjects: list[tuple[int, Person]] = []
        self._before = Antecedents(text, hidden)
        for match in _RUN.finditer(text):
            for begin, stop in _sentences_of(match):
                start, end, titles = _bare(text, begin, stop)
                if start < end and not self._before.is_hidden(match.start()):
                    self._note(start, end, titles)
        self._before.learn_genders()

    def _note(self, start: int, end: int, titles: list[str]) -> None:
        text = self._text
        name = text[start:end]
        words = name.split()
        surname = words[-1]
        lead = _SENTENCE_END.split(text[max(0, start - _LEAD) : start])[-1].split()
        known = self._by_surname.get(surname)
        if surname.lower() in _NO_SURNAMES:
            return
        if len(words) > 1 and not _ORGANISED & set(words):
            person = next((each for each in known or () if each.name == name), None)
            if person is None:
                is_sure = surname in self._speaking or _looks_sure(text, end, words, titles, lead)
                person = Person(start, end, name, {}, is_sure)
                self._by_surname[surname].append(person)
            self._describe(person, titles, lead, end)
        elif known:
            if not titles and _AS_ADJECTIVE.search(text, max(0, start - 5), start):
                return  # `the Clinton approach`
            person = self._meant(known, start, titles) or Person(start, end, name, {}, is_sure=True)
        elif titles and len(words) == 1:
            person = Person(start, end, name, {}, is_sure=True)
            self._by_surname[surname].append(person)
            self._describe(person, titles, lead, end)
        else:
            return
        if gender := next((_GENDERED[t] for t in titles if t in _GENDERED), None):
            self._before.is_of(person.name, gender)
        self._by_name.setdefault(person.name, person)
        self._before.name(start, end, person.name)
        is_sure = person.is_sure or _looks_sure(text, end, words, titles, lead)
        if is_sure:
            self._before.is_person(person.name)
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
        self._by_name.setdefault(person.name, person)
        self._before.speak(at, person.name)

    def note_words(self, at: int, words: Span) -> None:
        """Remember that somebody speaks whom the article's words tell only in part."""
        name = self._text[slice(*words)]
        pieces = name.split()
        is_name = bool(pieces) and pieces[-1][0].isupper() and not _ORGANISED & set(pieces)
        if is_name or _head_role(re.findall(r"[\w’'-]+", name.lower())):
            self.note_speaker(at, Person(*words, name, {}, is_sure=True))

    def resolve(self, start: int, end: int) -> Person | Span | None:
        """Tell whom the words of a span mean: a person, else the words themselves, or None."""
        words = self._text[start:end]
        low = words.lower()
        if low in _HE:
            found = self._before.find(start, low)
            if isinstance(found, tuple):
                return self.resolve(*found)
            return self._by_name[found] if found else None
        if low in {"i", "we", "they", "it", "who", "you"}:
            return None
        named = self._named(start, end)
        if named is not None:
            return named
        pieces = re.findall(r"[\w’'-]+", low)
        role = _head_role(pieces)
        if role is not None and pieces[0] in {"the", "this", "that"}:
            held = self._by_role(role, _telling(words, role), start)
            if held is not None:
                return held
        return start, end

    def _named(self, start: int, end: int) -> Person | None:
        text = self._text
        for match in _RUN.finditer(text, start, end):
            lead = text[start : match.start()].lower().split()
            if any(word in {"for", "of", "from", "at", "in", "to", "with"} for word in lead):
                return None
            begin, stop, titles = _bare(text, match.start(), min(match.end(), end))
            if begin >= stop or text[stop : stop + 2] in {"'s", "’s"}:
                continue
            known = self._by_surname.get(text[begin:stop].split()[-1])
            if not known:
                continue
            if " " in text[begin:stop]:
                first = text[begin:stop].split()[0]
                same = [each for each in known if each.name == text[begin:stop]]
                same = same or [each for each in known if each.name.split()[0] == first]
                return same[0] if same else None
            return self._meant(known, begin, titles)
        return None

    def _meant(self, known: Sequence[Person], at: int, titles: Sequence[str]) -> Person | None:
        """Tell whom a surname means that several bear: by a title, or who alone is named before."""
        earlier = [each for each in known if each.start <= at] or known[:1]
        gender = next((_GENDERED[title] for title in titles if title in _GENDERED), None)
        if gender:
            same = [each for each in earlier if self._before.gender_of(each.name) == gender]
            other = [
                each for each in earlier if self._before.gender_of(each.name) in {None, gender}
            ]
            earlier = same or other
        firsts = {each.name.split()[0] for each in earlier if " " in each.name}
        return earlier[-1] if earlier and len(firsts) <= 1 else None

    def _by_role(self, role: str, told: set[str], at: int) -> Person | None:
        holders = [
            person
            for persons in self._by_surname.values()
            for person in persons
            if role in person.roles
        ]
        if told:
            holders = [each for each in holders if told <= each.roles[role]]
        if len(holders) == 1:
            return holders[0]
        names = {each.name for each in holders}
        index = bisect_left(self._subjects, at, key=lambda one: one[0])
        for place, person in reversed(self._subjects[max(0, index - 20) : index]):
            if at - place > _NEAR:
                break
            if person.name in names:
                return person
        return None


def _sentences_of(run: re.Match[str]) -> Iterator[Span]:
    """Cut a run of capitalised words where a sentence ends in it: `... in Hesk. Nora Pettifer`."""
    begin = run.start()
    for word in _PIECE.finditer(run.string, run.start(), run.end()):
        bare = word[0].rstrip(".")
        if word[0].endswith(".") and len(bare) > 1 and bare not in _ABBREVIATED:
            yield begin, word.end()
            begin = word.end() + 1
    if begin < run.end():
        yield begin, run.end()


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
    if low[first] == "state" and text[:start].endswith("Secretary of ") and first + 1 < len(words):
        start = words[first + 1].start()
    name = text[start:end]
    name = _POSSESSIVE.sub("", name) if name.endswith(("'s", "’s", "'", "’")) else name.rstrip(".")
    titles = [word for word in low[:first] if word not in _OPENERS]
    return start, start + len(name), titles


def _looks_sure(text: str, end: int, words: list[str], titles: list[str], lead: list[str]) -> bool:
    if titles or words[0] in _given_names():
        return True
    if lead and lead[-1].lower().strip(",") in _ROLES:
        return True
    if lead and lead[-1].endswith(",") and _ROLES & {word.lower().strip(",") for word in lead}:
        return True  # `The mayor of Hallow, Ivor Peel`
    if _AGE.match(text, end):
        return True
    after = _AFTER.match(text, end)
    return after is not None and (
        after[1] in _DOES or after[1].endswith("ed") or after[1].lower() in cue_words()
    )


@cache
def _given_names() -> frozenset[str]:
    return frozenset(row[0] for row in rows_of("given_names"))


def _telling(words: str, role: str) -> set[str]:
    """Give the words that tell which office: `defence` in `the Indian defence minister`.

    Nationalities, written with a capital, tell it only where nothing else stands before the role.
    """
    before, _, after = re.sub(rf"\b{role}\b", "\n", words, count=1, flags=re.IGNORECASE).partition(
        "\n"
    )
    pieces = [each for each in re.findall(r"[\w’'-]+", before) if each.lower() not in _SLIGHT]
    told = [each for each in pieces if each.islower()] + pieces[-1:]
    behind = (
        each for each in re.findall(r"[\w’'-]+", after) if each.lower() not in _SLIGHT | {"of"}
    )
    told.extend([next(behind, "")])
    return {re.sub(r"['’]s?$", "", each.lower()) for each in told if each}


def _head_role(pieces: list[str]) -> str | None:
    for index, piece in enumerate(pieces):
        if piece in {"of", "for", "from", "in", "who"}:
            pieces = pieces[:index]
            break
    return pieces[-1] if pieces and pieces[-1] in _ROLES else None
