"""Cutting a masked text into the sentences, own words and quoted words that are scored apart."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from analysis.masking import Masked
from analysis.spans import Span

_LONGEST_PIECE = 2_000  # characters, where nothing ends a sentence
_CUT = ' " " '  # where quoted words stood: it ends a clause and says nothing


def to_masked(masked: Masked, span: Span) -> Span:
    """Find a span of the original text in the masked one; a name is in it whole or not at all."""
    return _at(masked, span[0]), _at(masked, span[1])


def _at(masked: Masked, at: int) -> int:
    index = bisect_right(masked.names, (at, at)) - 1
    if index + 1 < len(masked.names) and masked.names[index + 1][0] == at:
        return masked.places[index + 1][0]
    if index < 0:
        return at
    name, place = masked.names[index], masked.places[index]
    return place[1] + at - name[1] if at >= name[1] else place[1]


def join_at_names(masked: Masked, sentences: Sequence[Span]) -> tuple[list[Span], list[int]]:
    """Give the sentences' spans in the masked text, joining those that a name was cut at.

    The second list tells for each sentence given which of the first it went into, so that "Lt. |
    Gen. N. N." cannot move a score.
    """
    spans: list[Span] = []
    went_into = []
    for start, end in sentences:
        index = bisect_right(masked.names, (start, start)) - 1
        is_inside = index >= 0 and masked.names[index][0] < start < masked.names[index][1]
        first, last = to_masked(masked, (start, end))
        if spans and is_inside:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
        went_into.append(len(spans) - 1)
    return spans, went_into


def own_words(text: str, sentence: Span, quoted: Sequence[Span]) -> Iterator[str]:
    """Give a sentence without its quoted words, in pieces of bearable length.

    The quoted words are in the order of the text.
    """
    start, end = sentence
    kept = []
    for first, last in _within(quoted, sentence):
        if last > start:
            kept.append(text[start:first])
            start = last
    kept.append(text[start:end])
    yield from short_enough(_CUT.join(kept))


def quoted_words(text: str, sentence: Span, quoted: Sequence[Span]) -> Iterator[str]:
    """Give the quoted words of a sentence, in pieces of bearable length."""
    start, end = sentence
    for first, last in _within(quoted, sentence):
        yield from short_enough(text[max(first, start) : min(last, end)])


def _within(quoted: Sequence[Span], sentence: Span) -> Iterator[Span]:
    """Give the quoted words that are partly in a sentence."""
    for at in range(bisect_right(quoted, sentence[0], key=itemgetter(1)), len(quoted)):
        if quoted[at][0] >= sentence[1]:
            break
        yield quoted[at]


def short_enough(text: str) -> Iterator[str]:
    """Give a text in pieces of bearable length, cut at blanks where there are any."""
    start = 0
    while len(text) - start > _LONGEST_PIECE:
        end = start + _LONGEST_PIECE
        blank = text.rfind(" ", start, end)
        end = blank if blank > start else end
        yield text[start:end]
        start = end
    yield text[start:]
