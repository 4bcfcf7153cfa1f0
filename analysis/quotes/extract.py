"""Quotations of an article, each with its parts, its speaker and how that was found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.quotes.attribute import Attribution, attribute
from analysis.quotes.choose import is_quotation
from analysis.quotes.frames import Place, paragraphs_of
from analysis.quotes.marks import find_marked
from analysis.quotes.persons import Person, Persons
from analysis.spans import Span

_WORD = re.compile(r"\w[\w'’.-]*")  # noqa: RUF001 - typographic apostrophes are meant
_SHORT = 4
_PRONOUNS = frozenset({"he", "she", "they", "i", "we", "it", "you"})


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that an article gives as somebody's, with their places in its text."""

    start: int
    """First character of the first part, without its mark."""
    end: int
    """The one after the last part, without its mark."""
    parts: tuple[Span, ...]
    """The words of a split quotation, or the paragraphs of a long one; mostly one part."""
    text: str
    """The words, parts joined by a space."""
    speaker_words: Span | None
    """The words nearby that name who speaks, as `he`; None if unattributed."""
    speaker: str | None
    """Whom these words mean: a name in full where the article has one, else the words; None for
    a pronoun that could not be resolved."""
    speaker_span: Span | None
    """Where `speaker` stands first."""
    how: str
    """The pattern that told: `before`, `after`, `later`, `inherited` ...; `unattributed`."""
    cue: Span | None
    """The verb of saying, or what stands for it."""
    is_pronoun: bool
    """The words nearby are a pronoun."""
    is_short: bool
    """Fewer than four words: too short to be checked."""


def extract_quotes(
    text: str, blocks: Sequence[Span] = (), signatures: Sequence[Span] = ()
) -> tuple[Quote, ...]:
    """Find the quotations of an article, in order, and who says each as far as it tells.

    `blocks` are spans known to be quoted without marks (block quotes of a page, embedded posts);
    lines that begin with `> ` are taken for such. `signatures` are lines known to say whose the
    words above them are, as a line with a dash does. Scare quotes and titles of works are left out.

    >>> quote, = extract_quotes('"We will go," Mara Ode said, "and not return."')
    >>> quote.text, quote.speaker, len(quote.parts)
    ('We will go, and not return.', 'Mara Ode', 2)
    """
    marked = find_marked(text, blocks)
    if not marked:
        return ()
    places = [place for part in paragraphs_of(text, marked, signatures) for place in part.places]
    told: list[Attribution] = []
    for place in places:
        told.append(attribute(place, told))
    persons = Persons(
        text,
        [(each.outer_start, each.outer_end) for each in marked],
        {each.words for each in told if each.words is not None},
    )
    quotes = []
    for group in _joined(text, places, told):
        how = _strongest([told[index] for index in group])
        if any(is_quotation(text, places[index], told[index]) for index in group):
            spans = tuple((marked[index].start, marked[index].end) for index in group)
            quotes.append(_quote(text, spans, how, persons))
    return tuple(quotes)


def _joined(text: str, places: Sequence[Place], told: Sequence[Attribution]) -> list[list[int]]:
    """Put together the parts of split quotations and paragraphs that re-open one."""
    groups: list[list[int]] = []
    for place in places:
        index = place.number
        if groups and _goes_on(text, places[index - 1], place, told):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _goes_on(text: str, before: Place, place: Place, told: Sequence[Attribution]) -> bool:
    if before.marked.goes_on and place.marked.goes_on and not before.marked.is_closed:
        return True
    if place.shares is None or told[before.number].how != "after" or not place.before:
        return False
    cue = told[before.number].cue
    is_between = cue is not None and before.marked.end <= cue[0] < place.marked.start
    return (
        is_between
        and place.before[-1].word in {",", "—", "–", "-", ":"}  # noqa: RUF001
        and (text[place.marked.start].islower() or text[before.marked.end - 1] not in ".?!")
    )


def _strongest(told: Sequence[Attribution]) -> Attribution:
    """Choose among the parts of one quotation: its own words before what is taken over."""
    weak = {"unattributed", "neighbour", "goes on", "inherited", "subject"}
    return next((each for each in told if each.how not in weak), told[0])


def _quote(text: str, spans: tuple[Span, ...], told: Attribution, persons: Persons) -> Quote:
    words = " ".join(text[start:end] for start, end in spans)
    speaker: str | None = None
    span: Span | None = None
    if told.words is not None:
        meant = persons.resolve(*told.words)
        if isinstance(meant, Person):
            speaker, span = meant.name, (meant.start, meant.end)
            persons.note_speaker(told.words[0], meant)
        elif meant is not None:
            speaker, span = text[slice(*meant)], meant
            persons.note_words(told.words[0], meant)
    return Quote(
        spans[0][0],
        spans[-1][1],
        spans,
        words,
        told.words,
        speaker,
        span,
        told.how,
        told.cue,
        told.words is not None and text[slice(*told.words)].lower() in _PRONOUNS,
        len(_WORD.findall(words)) < _SHORT,
    )
