"""Who says a quotation, by the words around it: the patterns, from the surest to the weakest."""

from collections.abc import Sequence
from itertools import dropwhile, pairwise
from typing import NamedTuple

from analysis.quotes.cues import Cue, Token, cues_in, is_name
from analysis.quotes.frames import DASHES, Place, is_quote
from analysis.quotes.lexicon import words_of
from analysis.quotes.subjects import first_subject, subject_after, subject_before
from analysis.spans import Span


class Attribution(NamedTuple):
    """The words that name the speaker, the cue, and the pattern that found them."""

    words: Span | None
    cue: Span | None
    how: str


_PERSONAL = words_of("persons")
_DETERMINERS = words_of("determiners")
_LONGEST_SIGNATURE = 14
# So many cue verbs of a sentence are tried.
_MOST = 6
_CONTRARY = frozenset(
    ["but", "and", "though", "although", "while", "because", "which", "who", "if"]
)
NOBODY = Attribution(None, None, "unattributed")


def attribute(place: Place, earlier: Sequence[Attribution]) -> Attribution:
    """Attribute a quotation by its own sentence, else by its neighbours."""
    if _is_asked(place.before):
        return NOBODY
    return (
        _introduced(place)
        or _embedded(place)
        or _signed(place)
        or _after(place)
        or _before(place)
        or _according(place)
        or _later(place)
        or _shared(place, earlier)
        or _colon(place)
        or _subject(place)
        or _inherited(place, earlier)
        or NOBODY
    )


def _span(token: Token) -> Span:
    return token.start, token.end


def _introduced(place: Place) -> Attribution | None:
    """`Ode said: "..."`, `Ode said that "..."`: the cue stands right before the quotation."""
    before = place.before
    if not before:
        return None
    if before[-1].word in {":", ","} or before[-1].low in {"that", "as"}:
        return _by_cue(before, "before")
    cues = cues_in(before)
    if cues and cues[-1].at == len(before) - 1:
        return _by_cue(before, "before")
    return None


def _is_asked(before: Sequence[Token]) -> bool:
    """Tell whether a quotation is a question by nobody: `Ode was asked, "..."`."""
    if before and before[0].low == "asked":
        return not any(cue.is_finite and cue.at for cue in cues_in(before))
    words = [token.low for token in before[-3:]]
    return any(
        first in {"was", "were"} and second in {"asked", "told"}
        for first, second in pairwise(words)
    )


def _embedded(place: Place) -> Attribution | None:
    """`Ode said the talks were "a success," but ...`: the sentence's own cue is before it."""
    if not place.is_attached or not place.before:
        return None
    if any(cue.is_finite and cue.is_strong for cue in cues_in(place.before)):
        return _by_cue(place.before, "before:far")
    return None


def _before(place: Place) -> Attribution | None:
    return _by_cue(place.before, "before:far") if place.before else None


def _by_cue(tokens: Sequence[Token], how: str) -> Attribution | None:
    """Take the last cue that has a subject; a participle has the subject of its sentence."""
    cues = cues_in(tokens)[-_MOST:]
    for is_strong in (True, False):
        for cue in reversed(cues):
            if cue.is_strong != is_strong:
                continue
            subject = _subject_of(tokens, cue)
            if subject is not None:
                return Attribution(subject, _span(tokens[cue.at]), how)
        if is_strong and cues and cues[-1].is_strong and (first := first_subject(tokens)):
            return Attribution(first, _span(tokens[cues[-1].at]), how + ":first")
    if cues and (first := first_subject(tokens)):
        return Attribution(first, _span(tokens[cues[-1].at]), how + ":first")
    return None


def _subject_of(tokens: Sequence[Token], cue: Cue) -> Span | None:
    if cue.by:
        return subject_after(tokens, cue.at + 1)
    if not cue.is_finite:
        return None
    found = subject_before(tokens, cue.at)
    if found is None and cue.at <= 1:
        found = subject_after(tokens, cue.at)
    return found


def _after(place: Place) -> Attribution | None:
    """`"...," Ode said`, `"...," said Ode`."""
    if not place.is_attached:
        return None
    after = _until_quote(place.after)
    if place.before and any(token.low in _CONTRARY for token in after[:2]):
        return None
    while after and not after[0].word[0].isalnum() and after[0].word[0] not in "@#":
        after = after[1:]
    for cue in cues_in(after)[:_MOST]:
        if not cue.is_finite:
            continue
        if cue.at == 0 or (cue.at == 1 and after[0].low.endswith("ly")):
            found = subject_after(after, cue.at)
        else:
            found = subject_before(after, cue.at) or first_subject(after[: cue.at])
        if found is not None:
            return Attribution(found, _span(after[cue.at]), "after")
    return None


def _signed(place: Place) -> Attribution | None:
    """`"..." - Ode`: a name alone after a dash, or under the quotation."""
    if place.signature:
        return _signature(place.signature)
    after = place.after
    is_alone = not place.before and len(after) <= _LONGEST_SIGNATURE
    return _signature(after) if is_alone and after and after[0].word in DASHES else None


def _signature(line: Sequence[Token]) -> Attribution | None:
    names = list(dropwhile(lambda token: token.word in DASHES, line))
    if not names or not is_name(names[0]) or cues_in(names):
        return None
    end = next((at for at, token in enumerate(names) if token.word == ","), len(names))
    return Attribution((names[0].start, names[end - 1].end), _span(line[0]), "signed")


def _until_quote(tokens: Sequence[Token]) -> Sequence[Token]:
    return next((tokens[:at] for at, token in enumerate(tokens) if is_quote(token)), tokens)


def _according(place: Place) -> Attribution | None:
    for tokens in (place.after, place.before):
        for index in range(len(tokens) - 1):
            if tokens[index].low == "according" and tokens[index + 1].low == "to":
                found = subject_after(tokens, index + 1)
                if found is not None:
                    return Attribution(found, _span(tokens[index]), "according")
    return None


def _later(place: Place) -> Attribution | None:
    """`... "a bad plan" that must end, Ode said`: the cue ends the sentence."""
    after = place.after
    for cue in reversed(cues_in(after)[-_MOST:]):
        if not cue.is_finite:
            continue
        found = subject_before(after, cue.at)
        if found is None and cue.at and after[cue.at - 1].word == ",":
            found = subject_after(after, cue.at)
        if found is not None:
            return Attribution(found, _span(after[cue.at]), "later")
    return None


def _shared(place: Place, earlier: Sequence[Attribution]) -> Attribution | None:
    if place.shares is None or earlier[place.shares].words is None:
        return None
    return earlier[place.shares]._replace(how="shared")


def _colon(place: Place) -> Attribution | None:
    if place.before and place.before[-1].word == ":":
        found = first_subject(place.before)
        if found is not None:
            return Attribution(found, _span(place.before[-1]), "colon")
    return None


def _subject(place: Place) -> Attribution | None:
    """`Ode railed against "a rigged vote"`: no cue, but a person is the subject."""
    found = first_subject(place.before) if place.before else None
    if found is None:
        return None
    first = next(token for token in place.before if token.start == found[0])
    if first.low in _PERSONAL or (is_name(first) and first is not place.before[0]):
        return Attribution(found, None, "subject")
    if first.word[0].isupper() and first.low not in _DETERMINERS:
        return Attribution(found, None, "subject")
    return None


def _inherited(place: Place, earlier: Sequence[Attribution]) -> Attribution | None:
    """Take over from the neighbour: the paragraph re-opened, the quotation or sentence before."""
    if place.marked.goes_on and place.number and earlier[place.number - 1].words and not place.lead:
        return earlier[place.number - 1]._replace(how="goes on")
    if place.follows is not None and (
        not place.previous or any(is_quote(token) for token in place.previous)
    ):
        return _taken_over(earlier[place.follows], "inherited")
    if place.previous:
        return _by_cue(place.previous, "sentence")
    if place.lead and place.lead[-1].word == ":":
        found = _by_cue(place.lead, "lead")
        if found is None and (first := first_subject(place.lead)):
            found = Attribution(first, None, "lead:subject")
        return found
    if place.succeeds is not None and not place.before and not place.after:
        return _taken_over(earlier[place.succeeds], "neighbour")
    return None


def _taken_over(neighbour: Attribution, how: str) -> Attribution | None:
    return neighbour._replace(how=how) if neighbour.words is not None else None
