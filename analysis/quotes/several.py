"""Several: a quotation whose parts come from more than one statement."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analysis.quotes.changes import Words, worst
from analysis.quotes.finding import Asked, Candidate, Change, Finding, Part
from analysis.quotes.hits import Hit, Reading
from analysis.spans import Span

_LEAST_WORDS = 4
_TELLING = 1.2
"""What the words of a part must say together, to tell where it comes from."""


def several(reading: Reading, texts: Sequence[Candidate], asked: Asked) -> Finding | None:
    """Find each part, as its marks or sentences divide the quotation, in a statement of its own.

    None unless every part stands word for word in the speaker's record, and no one text has all.
    Where no mark divides them, the quotation is spliced.
    """
    for cuts, is_marked in ((_marked_cuts(reading), True), (_sentence_cuts(reading), False)):
        pieces = _pieces(reading, cuts)
        if len(pieces) < 2 or min(piece.count for piece in pieces) < _LEAST_WORDS:  # noqa: PLR2004
            continue
        found = [_find(piece, texts, asked) for piece in pieces]
        if all(found) and len({hit.candidate.statement_id for hit in found if hit}) > 1:
            return _finding(pieces, [hit for hit in found if hit], is_marked)
    return None


def _marked_cuts(reading: Reading) -> set[int]:
    tokens = reading.words.tokens
    return {*reading.breaks, *(at for at, token in enumerate(tokens) if token.kind == "ellipsis")}


def _sentence_cuts(reading: Reading) -> set[int]:
    return {at for at, token in enumerate(reading.words.tokens) if at and token.opens}


def _pieces(reading: Reading, cuts: set[int]) -> list[Reading]:
    tokens = reading.words.tokens
    edges = [0, *sorted(cuts - {0}), len(tokens)]
    pieces = []
    for start, end in pairwise(edges):
        piece = [token for token in tokens[start:end] if token.kind != "ellipsis"]
        if piece:
            pieces.append(replace(reading, words=Words(reading.words.text, piece), breaks=()))
    return pieces


def _find(piece: Reading, texts: Sequence[Candidate], asked: Asked) -> Hit | None:
    if piece.weight < _TELLING:
        return None
    found = (piece.find(text, asked) for text in texts)
    kept = [
        hit
        for hit in found
        if hit and hit.is_own and hit.is_kept and hit.comparison.share > 1 - 1e-6
    ]
    return min(
        kept,
        key=lambda hit: (not hit.candidate.is_latest, hit.candidate.published_at or "~"),
        default=None,
    )


def _finding(pieces: Sequence[Reading], hits: Sequence[Hit], is_marked: bool) -> Finding:
    parts = tuple(
        Part(_span(piece), hit.candidate.statement_id, hit.candidate.revision, hit.said_at)
        for piece, hit in zip(pieces, hits, strict=True)
    )
    changes: tuple[Change, ...] = tuple(change for hit in hits for change in hit.changes)
    first = hits[0]
    sources = dict.fromkeys((hit.candidate.statement_id, hit.candidate.revision) for hit in hits)
    reason = (
        "Each part is word for word in a statement of its own, and the quotation marks its breaks."
        if is_marked
        else "Sentences of several statements are printed as if said one after the other."
    )
    return Finding(
        "several_sources" if is_marked else "spliced",
        first.candidate.statement_id,
        first.candidate.revision,
        first.said_at,
        parts,
        changes,
        worst(changes) if is_marked else "minor",
        "marked_edits" if is_marked else "spliced",
        1.0,
        (reason,),
        tuple(each for each in sources if each[0] != first.candidate.statement_id),
    )


def _span(piece: Reading) -> Span:
    tokens = piece.words.tokens
    return tokens[0].start, tokens[-1].end
