"""SQL functions whose work would grow with the product of two lengths, written to grow with one.

SQLite cannot be stopped inside a function. `LIKE '%aaa…b'` on a long run of `a` takes seconds
there, `trim` and `instr` minutes. These give the same answers; what would still be long is refused
as too big.
"""

import math
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache

from onrecord.browse.found_passages import passage

Value = str | bytes | int | float | None

MOST_BYTES = 2_000_000
"""How long a text or a blob may be in a query of which a visitor wrote a part."""

LONGEST_SHOWN = 20_000_000
"""How long one may be that a page shows: longer than any that the archive takes in as ASCII."""

_MOST_PATTERN = 1_000
_MOST_TRIMMED = 100
_MOST_STEPS = 5_000_000


def replace_slow_functions(connection: sqlite3.Connection) -> None:
    """Put ours in the place of SQLite's on a connection."""
    functions: tuple[tuple[str, int, Callable[..., Value]], ...] = (
        ("like", 2, _like),
        ("like", 3, _like),
        ("glob", 2, _glob),
        ("instr", 2, _instr),
        ("replace", 3, _replace),
        ("trim", 2, _stripping(str.strip)),
        ("ltrim", 2, _stripping(str.lstrip)),
        ("rtrim", 2, _stripping(str.rstrip)),
        ("passage", 4, _passage),
    )
    for name, arguments, function in functions:
        connection.create_function(name, arguments, function, deterministic=True)


def _passage(text: Value, match: Value, before: Value, after: Value) -> Value:
    if not isinstance(text, str) or not isinstance(match, str):
        return None
    return passage(text, match, _text(before), _text(after))


@cache
def _too_big() -> str:
    """Give what SQLite refuses with "string or blob too big"; an exception would be printed."""
    return "x" * (LONGEST_SHOWN + 1)


def _like(pattern: Value, value: Value, escape: Value = "") -> Value:
    if pattern is None or value is None or escape is None:
        return None
    if isinstance(pattern, bytes) or isinstance(value, bytes):
        return 0  # as SQLite is built where LIKE does not match blobs
    wanted, mark = _before_nul(pattern), _text(escape)
    if len(wanted) > _MOST_PATTERN or len(mark) > 1:
        return _too_big()
    return _fits(_pieces_of_like(_folded(wanted), _folded(mark)), _folded(_before_nul(value)))


def _glob(pattern: Value, value: Value) -> Value:
    if pattern is None or value is None:
        return None
    if isinstance(pattern, bytes) or isinstance(value, bytes):
        return 0
    wanted = _before_nul(pattern)
    if len(wanted) > _MOST_PATTERN:
        return _too_big()
    return _fits(_pieces_of_glob(wanted), _before_nul(value))


def _instr(value: Value, part: Value) -> Value:
    if value is None or part is None:
        return None
    if isinstance(value, bytes) and isinstance(part, bytes):
        return value.find(part) + 1
    return _text(value).find(_text(part)) + 1


def _replace(value: Value, old: Value, new: Value) -> Value:
    if value is None or old is None or new is None:
        return None
    text, before, after = _text(value), _text(old), _text(new)
    if not before:
        return text if isinstance(value, bytes) else value
    if len(text) + text.count(before) * (len(after) - len(before)) > MOST_BYTES:
        return _too_big()
    return text.replace(before, after)


def _stripping(strip: Callable[[str, str], str]) -> Callable[[Value, Value], Value]:
    def stripped(value: Value, characters: Value) -> Value:
        if value is None or characters is None:
            return None
        taken = _text(characters)
        return strip(_text(value), taken) if len(taken) <= _MOST_TRIMMED else _too_big()

    return stripped


def _text(value: Value) -> str:
    """Write a value as SQLite casts it to text."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return _written(value) if isinstance(value, float) else str(value)


def _before_nul(value: Value) -> str:
    """Write a value as LIKE and GLOB read it, which end at a NUL."""
    return _text(value).partition("\0")[0]


def _written(value: float) -> str:
    """Write a number as SQLite does.

    >>> _written(1e20), _written(-0.0), _written(float("inf"))
    ('1.0e+20', '0.0', 'Inf')
    """
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    digits, mark, power = f"{value or 0.0:.15g}".partition("e")
    return f"{digits}{'' if '.' in digits else '.0'}{mark}{power}"


def _folded(text: str) -> str:
    """Fold case as LIKE does: that of ASCII letters alone."""
    return text.lower() if text.isascii() else text.encode().lower().decode()


_Piece = str | re.Pattern[str]
"""What stands between two wildcards of any length: a text, or a pattern of as many characters."""


def _fits(pieces: Sequence[tuple[_Piece, int]], text: str) -> Value:
    """Tell whether pieces stand in a text in their order, the first and last at its ends."""
    if any(not isinstance(each, str) and size * len(text) > _MOST_STEPS for each, size in pieces):
        return _too_big()
    (first, size), *others = pieces
    if not others:
        return int(len(text) == size and _starts(first, text, 0))
    if not _starts(first, text, 0):
        return 0
    at = size
    (last, last_size) = others.pop()
    for piece, length in others:
        found = _find(piece, text, at)
        if found < 0:
            return 0
        at = found + length
    end = len(text) - last_size
    return int(end >= at and _starts(last, text, end))


def _starts(piece: _Piece, text: str, at: int) -> bool:
    return text.startswith(piece, at) if isinstance(piece, str) else bool(piece.match(text, at))


def _find(piece: _Piece, text: str, at: int) -> int:
    if isinstance(piece, str):
        return text.find(piece, at)
    found = piece.search(text, at)
    return found.start() if found else -1


@lru_cache(maxsize=256)
def _pieces_of_like(pattern: str, escape: str) -> Sequence[tuple[_Piece, int]]:
    return _pieces(_marks_of_like(pattern, escape))


@lru_cache(maxsize=256)
def _pieces_of_glob(pattern: str) -> Sequence[tuple[_Piece, int]]:
    return _pieces(_marks_of_glob(pattern))


def _pieces(marks: Iterator[str]) -> Sequence[tuple[_Piece, int]]:
    """Join marks to pieces: each mark is an expression of one character, or empty for any run."""
    pieces: list[list[str]] = [[]]
    for mark in marks:
        if mark:
            pieces[-1].append(mark)
        else:
            pieces.append([])
    return [(_piece(each), len(each)) for each in pieces]


def _piece(marks: Sequence[str]) -> _Piece:
    is_plain = all(mark != "." and not mark.startswith("[") for mark in marks)
    if is_plain:
        return "".join(mark.removeprefix("\\") if len(mark) > 1 else mark for mark in marks)
    return re.compile("".join(marks), re.DOTALL)


def _marks_of_like(pattern: str, escape: str) -> Iterator[str]:
    characters = iter(pattern)
    for each in characters:
        if each == escape:
            following = next(characters, None)
            if following is None:
                yield _NOTHING
                return
            yield re.escape(following)
        elif each == "%":
            yield ""
        else:
            yield "." if each == "_" else re.escape(each)


_NOTHING = "[^\\s\\S]"
"""A mark that no character fits, for patterns that break off."""


def _marks_of_glob(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        each = pattern[at]
        if each == "[":
            mark, at = _class_of_glob(pattern, at + 1)
            yield mark
            continue
        at += 1
        if each == "*":
            yield ""
        else:
            yield "." if each == "?" else re.escape(each)


def _class_of_glob(pattern: str, at: int) -> tuple[str, int]:
    """Read what stands in brackets; a `]` that comes first is one of the characters."""
    is_not = pattern.startswith("^", at)
    start = at + is_not
    end = pattern.find("]", start + 1)
    if end < 0:
        return _NOTHING, len(pattern)
    inside, parts = pattern[start:end], []
    place, may_begin = 0, False
    while place < len(inside):
        each, following = inside[place], inside[place + 1 : place + 2]
        if each == "-" and following and may_begin:
            begin = inside[place - 1]
            if begin <= following:
                parts.append(f"{re.escape(begin)}-{re.escape(following)}")
            may_begin = False
            place += 2
        else:
            parts.append(re.escape(each))
            may_begin = True
            place += 1
    return f"[{'^' * is_not}{''.join(parts)}]", end + 1
