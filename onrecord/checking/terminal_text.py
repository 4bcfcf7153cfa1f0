"""How foreign text is put on a terminal: nothing steers it, and its width is known."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onrecord.checking.marked_words import Kind, Piece

_JOINERS = "\u200c\u200d"
"""Persian and Hindi words are written with these; they move nothing."""

_CONTROLS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_CARETS: dict[Kind, str] = {"change": "^", "trifle": "~"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A character as it is shown, how many columns it takes, and what it belongs to."""

    text: str
    width: int
    kind: Kind


def visible(text: str) -> str:
    r"""Write out what would steer a terminal or turn the order of the words; blanks become one.

    >>> visible("red \x1b[31m\n  now \u202eback")
    'red \\x1b[31m now \\u202eback'
    """
    return "".join(map(_shown, " ".join(text.split())))


def width_of(text: str) -> int:
    """Count the columns that a text takes.

    >>> width_of("条約"), width_of("pact")
    (4, 4)
    """
    return sum(_width(character) for character in text)


def has_plain_columns(text: str) -> bool:
    """Tell whether marks below the text would stand where they belong, on every terminal.

    They do not where words run from right to left, or where signs are joined as in Hindi.
    """
    return not any(
        character in _JOINERS
        or unicodedata.category(character) == "Mc"
        or unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
        for character in text
    )


def marked_lines(pieces: Iterable[Piece], width: int) -> Iterator[tuple[list[Cell], str]]:
    """Break pieces into lines of at most `width` columns, each with the marks below it.

    The marks are an empty string where there are none. Where columns cannot be told, differing
    words stand between asterisks instead.
    """
    given = list(pieces)
    is_plain = has_plain_columns("".join(piece.text for piece in given))
    for line in _broken(_cells(given, in_place=not is_plain), width):
        yield line, _marks_below(line) if is_plain else ""


def wrapped(text: str, width: int) -> list[str]:
    """Break a sentence into lines of at most `width` columns."""
    lines = _broken(_cells([Piece("same", text)], in_place=False), width)
    return ["".join(cell.text for cell in line) for line in lines]


def _cells(pieces: Iterable[Piece], *, in_place: bool) -> list[Cell]:
    cells: list[Cell] = []
    for piece in pieces:
        is_marked = piece.kind in _CARETS
        if in_place and is_marked:
            cells.append(Cell("*", 1, piece.kind))
        elif is_marked and not piece.text:
            cells.append(Cell("", 0, piece.kind))
        for character in piece.text:
            shown = " " if character.isspace() else _shown(character)
            if shown == " " and cells and cells[-1].text == " ":
                continue
            cells.append(Cell(shown, width_of(shown), piece.kind))
        if in_place and is_marked:
            cells.append(Cell("*", 1, piece.kind))
    return cells


def _broken(cells: list[Cell], width: int) -> Iterator[list[Cell]]:
    """Break at the last blank that fits; a word wider than the line is cut."""
    start = 0
    while start < len(cells):
        while start < len(cells) and cells[start].text == " ":
            start += 1
        used, at, blank = 0, start, 0
        while at < len(cells) and used + cells[at].width <= width:
            used += cells[at].width
            if cells[at].text == " ":
                blank = at
            at += 1
        if at < len(cells) and blank and cells[at].text != " ":
            at = blank
        at = max(at, start + 1)
        if start < len(cells):
            yield cells[start:at]
        start = at


def _marks_below(line: list[Cell]) -> str:
    marks = ""
    at = 0
    for cell in line:
        caret = _CARETS.get(cell.kind)
        if caret and not (cell.text and not cell.width):
            marks = marks.ljust(at) + caret * (max(cell.width, 1) if len(marks) <= at else 0)
        at += cell.width
    return marks.rstrip()


def _shown(character: str) -> str:
    if unicodedata.category(character) in _CONTROLS and character not in _JOINERS:
        code = ord(character)
        return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 - one byte
    return character


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"} or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
