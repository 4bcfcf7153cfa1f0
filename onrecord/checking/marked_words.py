"""Which words of a quotation and of the record differ, as pieces that a report can mark."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.quotes.finding import Change
from analysis.spans import Span
from onrecord.checking.checked import CheckedQuote, Match

Kind = Literal["same", "trifle", "change", "gap"]

_CONTEXT = 60
"""About so many characters of the record are shown before and after a passage."""

_LONGEST = 400
"""A stretch without a difference is shortened beyond this."""

_ENDS = 150
"""So much stays of each end of what is shortened."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; a `change` or `trifle` without text is where words are missing.

    A `trifle` is a marked edit or a way of writing; a `gap` stands for what is not shown.
    """

    kind: Kind
    text: str


def printed_pieces(quote: CheckedQuote) -> list[Piece]:
    """Divide the quotation as printed; joined without gaps, the pieces give it, unless shortened.

    A difference is marked only where the quotation has the words that it names.
    """
    marks = [
        (change.printed_at, _kind(change))
        for change in quote.changes
        if _holds(quote.quote, change.printed_at, change.printed)
        and (change.printed or not _is_marked(change))
    ]
    return list(_shortened(_divided(quote.quote, (0, len(quote.quote)), marks)))


def said_pieces(quote: CheckedQuote, match: Match) -> list[Piece]:
    """Divide the passage of the record and a little around it.

    A difference is marked only where this text has the words that it names: those of a quotation
    from several statements belong to one of them.
    """
    passage = match.start, match.end
    marks = [
        (change.said_at, _kind(change))
        for change in quote.changes
        if _holds(match.text, change.said_at, change.said)
        and change.said
        and passage[0] <= change.said_at[0]
        and change.said_at[1] <= passage[1]
    ]
    start, end = _surroundings(match.text, passage)
    pieces = [*_shortened(_divided(match.text, (start, end), marks))]
    before, after = [Piece("gap", "… ")] * (start > 0), [Piece("gap", " …")]
    return [*before, *pieces, *(after if end < len(match.text.rstrip()) else [])]


def passage_of(match: Match) -> str:
    """Give the words of the record, as far as its parts tell which they are."""
    parts = match.parts or ((match.start, match.end),)
    return " … ".join(match.text[start:end] for start, end in parts)


def _is_marked(change: Change) -> bool:
    """An ellipsis is its own mark: nothing is missing unseen there."""
    return change.kind == "omitted"


def _kind(change: Change) -> Kind:
    return "trifle" if change.severity in {"none", "trivial"} else "change"


def _holds(text: str, span: Span, words: str) -> bool:
    start, end = span
    return 0 <= start <= end <= len(text) and text[start:end] == words


def _divided(text: str, within: Span, marks: Iterable[tuple[Span, Kind]]) -> Iterator[Piece]:
    at, until = within
    for (start, end), kind in sorted(marks):
        if start < at or end > until:
            continue
        if start > at:
            yield Piece("same", text[at:start])
        yield Piece(kind, text[start:end])
        at = end
    if at < until:
        yield Piece("same", text[at:until])


def _shortened(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if len(piece.text) <= _LONGEST:
            yield piece
            continue
        head = piece.text[:_ENDS].rpartition(" ")[0] or piece.text[:_ENDS]
        tail = piece.text[-_ENDS:].partition(" ")[2] or piece.text[-_ENDS:]
        hidden = len(piece.text) - len(head) - len(tail)
        yield Piece(piece.kind, head)
        yield Piece("gap", f" [{hidden} characters not shown] ")
        yield Piece(piece.kind, tail)


def _surroundings(text: str, passage: Span) -> Span:
    """Widen to whole words, within the paragraph."""
    start, end = max(0, passage[0] - _CONTEXT), min(len(text), passage[1] + _CONTEXT)
    before, after = text[start : passage[0]], text[passage[1] : end]
    if "\n\n" in before:
        start += before.rindex("\n\n") + 2
    elif start and " " in before:
        start += before.index(" ") + 1
    if "\n\n" in after:
        end = passage[1] + after.index("\n\n")
    elif end < len(text) and " " in after:
        end = passage[1] + after.rindex(" ")
    return start, end
