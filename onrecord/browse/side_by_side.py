"""Two texts side by side: before on the left, after on the right, the words that differ marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.worddiff import Kind, Piece, Word, split_words, steps


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
    old, new = split_words(before), split_words(after)
    left: list[Piece] = []
    right: list[Piece] = []
    found = steps([word.text for word in old], [word.text for word in new])
    for tag, old_start, old_end, new_start, new_end in found:
        is_same = tag == "equal"
        _add(left, "same" if is_same else "gone", old[old_start:old_end])
        _add(right, "same" if is_same else "new", new[new_start:new_end])
    return Beside(tuple(left), tuple(right))


def _add(pieces: list[Piece], kind: Kind, words: Sequence[Word]) -> None:
    """Add words; the blanks behind marked ones are not marked."""
    text = "".join(word.text + word.space for word in words)
    marked = text if kind == "same" else text.rstrip()
    for each, part in ((kind, marked), ("same", text[len(marked) :])):
        if part and pieces and pieces[-1].kind == each:
            pieces[-1] = Piece(pieces[-1].kind, pieces[-1].text + part)
        elif part:
            pieces.append(Piece("same" if each == "same" else kind, part))


def _differs(row: Beside) -> bool:
    return any(piece.kind != "same" for piece in (*row.before, *row.after))
