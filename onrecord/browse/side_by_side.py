"""Two texts side by side: before on the left, after on the right, the words that differ marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.worddiff import Piece, compare_words, steps


@dataclass(frozen=True, slots=True)
class Beside:
    """A stretch of both texts, or so many paragraphs that stayed as they were."""

    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    unchanged: int = 0


def side_by_side(before: str, after: str) -> list[Beside]:
    """Lay two texts beside each other; empty where no word differs.

    >>> (row,) = side_by_side("Forward to further this.", "Forward to furthering this.")
    >>> [piece.text for piece in row.before], [piece.text for piece in row.after]
    (['Forward to ', 'further', ' this.'], ['Forward to ', 'furthering', ' this.'])
    """
    rows = list(_rows(before.split("\n\n"), after.split("\n\n")))
    return rows if any(_differs(row) for row in rows) else []


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Beside]:
    for tag, old_start, old_end, new_start, new_end in steps(old, new):
        went, came = old[old_start:old_end], new[new_start:new_end]
        if tag == "equal":
            yield Beside(unchanged=len(came))
        elif len(went) == len(came):
            yield from (_row(*each) for each in zip(went, came, strict=True))
        else:  # Which paragraph became which is not known: words may have gone over.
            yield _row("\n\n".join(went), "\n\n".join(came))


def _row(before: str, after: str) -> Beside:
    pieces = compare_words(before, after)
    return Beside(
        tuple(piece for piece in pieces if piece.kind != "new"),
        tuple(piece for piece in pieces if piece.kind != "gone"),
    )


def _differs(row: Beside) -> bool:
    return any(piece.kind != "same" for piece in (*row.before, *row.after))
