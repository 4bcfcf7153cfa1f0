"""Paragraphs with their quotations taken out: the sentences in which quotations stand."""
# ruff: noqa: RUF001 - typographic marks are meant.

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from analysis.quotes.cues import QUOTE, Token, is_end, tokens_of
from analysis.quotes.marks import Marked
from analysis.spans import Span

DASHES = frozenset("—–―-~")
_GOES_ON = DASHES | frozenset(",;")
_ASKS = frozenset("?!…—–-।。！？")
_BORDER = "\n"
_CITES = ">"
_NOWHERE = Marked(0, 0, 0, 0, is_single=False, is_closed=True, goes_on=False)
_LINE_END = re.compile("\n")
_NEXT_LINE = re.compile(r"\s*\n\s*([^\n]+)")
_LONGEST_SIGNATURE = 160
_LONG = 2_000
# So many words of a sentence are read before and after a quotation.
_FEW = 60


class Place(NamedTuple):
    """A quotation in its sentence: the words before and after it, outside all quotations."""

    marked: Marked
    number: int
    """The quotation's number in the article."""
    before: Sequence[Token]
    after: Sequence[Token]
    previous: Sequence[Token]
    """The sentence before, in the same paragraph."""
    is_attached: bool
    """The words after belong to it: `"...", he said`."""
    shares: int | None
    """The number of the quotation before it in the same sentence."""
    follows: int | None
    """The number of the quotation before it in the same paragraph."""
    lead: Sequence[Token]
    """The last sentence of the paragraph before, where that one holds no quotation."""
    succeeds: int | None
    """The number of the last quotation of the paragraph before."""
    signature: Sequence[Token] = ()
    """The line under a quotation that is a line of its own, where it says whose words these are."""


class Paragraph(NamedTuple):
    """A line of the article that holds quotations."""

    start: int
    end: int
    places: Sequence[Place]


def is_quote(token: Token) -> bool:
    """Tell whether a token stands for a quotation."""
    return token.word == QUOTE


def paragraphs_of(
    text: str, marked: Sequence[Marked], signatures: Sequence[Span] = ()
) -> list[Paragraph]:
    """Read the paragraphs that hold quotations, in order.

    `signatures` are lines known to say whose the words above them are; so does one with a dash.
    """
    found = []
    line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    numbered = list(enumerate(marked))
    for line, group in groupby(numbered, lambda one: bisect_right(line_starts, one[1].start)):
        start = line_starts[line - 1]
        inside = list(group)
        end = text.find("\n", inside[-1][1].outer_end)
        end = len(text) if end < 0 else end
        places = _places(text, start, end, inside)
        lead, succeeds = _before(text, start, inside[0][0], marked)
        places = [place._replace(lead=lead, succeeds=succeeds) for place in places]
        if not places[-1].after and all(token.word == _CITES for token in places[-1].before):
            signature = _signature(text, end, inside[-1][0], marked, signatures)
            places[-1] = places[-1]._replace(signature=signature)
        found.append(Paragraph(start, end, places))
    return found


def _places(text: str, start: int, end: int, inside: list[tuple[int, Marked]]) -> list[Place]:
    tokens: list[Token] = []
    at_token: list[int] = []
    attached: list[bool] = []
    at = start
    for position, (_, marked) in enumerate(inside):
        tokens.extend(tokens_of(text, at, marked.outer_start))
        at_token.append(len(tokens))
        tokens.append(Token(marked.outer_start, marked.outer_end, QUOTE, QUOTE))
        until = inside[position + 1][1].outer_start if position + 1 < len(inside) else end
        is_attached, is_border = _attachment(text, marked, until)
        attached.append(is_attached)
        if is_border:
            tokens.append(Token(marked.outer_end, marked.outer_end, _BORDER, _BORDER))
        at = marked.outer_end
    tokens.extend(tokens_of(text, at, end))
    borders = [i for i, token in enumerate(tokens) if is_end(token) or token.word == _BORDER]
    return [
        _place(tokens, borders, at_token, position, number)._replace(
            marked=marked, is_attached=attached[position]
        )
        for position, (number, marked) in enumerate(inside)
    ]


def _place(
    tokens: list[Token], borders: list[int], at_token: list[int], position: int, number: int
) -> Place:
    """Cut out the sentence of a quotation; what is around it is filled in by the callers."""
    at = at_token[position]
    border = bisect_left(borders, at)
    begin = borders[border - 1] + 1 if border else 0
    stop = borders[border] if border < len(borders) else len(tokens)
    earlier = max(borders[border - 2] + 1 if border > 1 else 0, begin - _FEW)
    previous = tokens[earlier : begin - 1] if begin else []
    begin, stop = max(begin, at - _FEW), min(stop, at + _FEW)
    return Place(
        marked=_NOWHERE,
        number=number,
        before=tokens[begin:at],
        after=tokens[at + 1 : stop],
        previous=previous,
        is_attached=False,
        shares=number - 1 if position and at_token[position - 1] >= begin else None,
        follows=number - 1 if position else None,
        lead=[],
        succeeds=None,
    )


def _before(
    text: str, start: int, number: int, marked: Sequence[Marked]
) -> tuple[Sequence[Token], int | None]:
    """Read the paragraph before: its last sentence, or which quotation it ends with."""
    end = start
    while end and text[end - 1].isspace():
        end -= 1
    if not end:
        return [], None
    begin = max(text.rfind("\n", 0, end) + 1, end - _LONG)
    if number and marked[number - 1].outer_end > begin:
        tail = tokens_of(text, marked[number - 1].outer_end, end)
        if not tail or tail[-1].word != ":":
            return [], number - 1
        begin = marked[number - 1].outer_end
    tokens = tokens_of(text, begin, end)
    stop = len(tokens) - (1 if tokens and is_end(tokens[-1]) else 0)
    border = next((i for i in range(stop - 1, -1, -1) if is_end(tokens[i])), -1)
    return tokens[border + 1 : stop], None


def _signature(
    text: str, end: int, number: int, marked: Sequence[Marked], signatures: Sequence[Span]
) -> Sequence[Token]:
    """Read the line after the end of a paragraph, if it is a signature and quotes nothing."""
    found = _NEXT_LINE.match(text, end)
    if found is None or len(found[1]) > _LONGEST_SIGNATURE:
        return []
    start, stop = found.span(1)
    if number + 1 < len(marked) and marked[number + 1].outer_start < stop:
        return []
    is_known = any(first <= start and stop <= last for first, last in signatures)
    return tokens_of(text, start, stop) if is_known or found[1][0] in DASHES else []


def _attachment(text: str, marked: Marked, until: int) -> tuple[bool, bool]:
    """Tell whether the words after a quotation are about it, and whether its sentence ends."""
    last = text[marked.end - 1 : marked.end]
    rest = text[marked.outer_end : until].lstrip(" ")
    first = rest[:1]
    if last == "," or (first in _GOES_ON and first):
        return True, False
    if first.islower():
        return last in _ASKS or last == ".", False
    if last in _ASKS:
        return bool(first) and first.isalnum(), not (first and first.isalnum())
    if last == ".":
        return False, True
    return False, not first
