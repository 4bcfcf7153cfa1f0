"""JSON records of a file, one at a time: the lines, the entries of an array, or one object."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ijson

from spiders.formats.halves import MarkedHalves
from spiders.formats.opened import beginning, open_file

LARGEST = 64 * 1024 * 1024
"""Bytes of one record; beyond it something is wrong, and memory is no place for it."""

_DEEPEST = 64
"""How deep a post may be nested; a file of a hundred thousand brackets fills all memory."""

_STEP = 65_536
_FEW = 20
_LEFT_OVER = re.compile(rb"[;\s]+$")


class TooDeepError(ValueError):
    """Refuse what is nested beyond reason."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One record, or why it is none."""

    number: int
    """Counted from 1: of the line, or of the entry."""

    read: int
    """How many bytes are behind it."""

    found: Any = None
    problem: str | None = None
    raw: str = ""


def pieces(path: Path) -> Iterator[tuple[str, Piece]]:
    """Read a file, with what its records are called: line, entry or object.

    Raises:
        ValueError: it is empty, or no JSON as a whole from some place on.
    """
    first = beginning(path).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not first:
        raise ValueError(f"{path.name} is empty")
    is_array = first == b"["
    with open_file(path)[0] as file:
        is_lines = not is_array and _is_lines(file)
    with open_file(path)[0] as file:
        if is_array:
            yield from (("entry", each) for each in entries(file, path.name))
        elif is_lines:
            yield from (("line", each) for each in _lines(file))
        else:
            yield "object", _one(file, path.name)


def entries(stream: IO[bytes], name: str) -> Iterator[Piece]:
    """Read the entries of an array, whatever stands before it, such as `window.YTD... =`.

    Raises:
        ValueError: the array cannot be read on.
    """
    source = _FromBracket(stream, name)
    number = 0
    try:
        for found in ijson.items(ijson.parse(shallow(ijson.basic_parse(source))), "item"):
            number += 1
            yield Piece(number, source.read_so_far, source.restored(found))
            source.since_last = 0
    except (ijson.JSONError, UnicodeDecodeError, TooDeepError) as error:
        raise ValueError(
            f"{name} cannot be read on after entry {number} ({error}): is the file whole?"
        ) from error


def shallow(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Let the events of a file pass that is not nested too deep.

    Raises:
        TooDeepError: it is.
    """
    depth = 0
    for event, value in events:
        if event in {"start_map", "start_array"}:
            depth += 1
            if depth > _DEEPEST:
                raise TooDeepError(f"it is nested more than {_DEEPEST} deep, as no post is")
        elif event in {"end_map", "end_array"}:
            depth -= 1
        yield event, value


class _FromBracket:
    """A stream from its first bracket on, without a semicolon at its end."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = MarkedHalves(stream)
        self.restored = self._stream.restored
        self._name = name
        self._kept = b""
        self._has_begun = False
        self.read_so_far = 0
        self.since_last = 0

    def read(self, size: int = _STEP) -> bytes:
        """Give some more; nothing at the end."""
        if size == 0:  # ijson asks so which kind of stream it is
            return b""
        while chunk := self._stream.read(max(size, _STEP)):
            self.read_so_far += len(chunk)
            self.since_last += len(chunk)
            if self.since_last > LARGEST + _STEP:
                raise ValueError(
                    f"{self._name} has an entry of more than {LARGEST // 1024**2} MiB near byte "
                    f"{self.read_so_far}: it is no list of posts"
                )
            if not self._has_begun:
                chunk = self._begin(chunk)
            whole = self._kept + chunk
            found = _LEFT_OVER.search(whole)
            self._kept = found[0] if found else b""
            ready = whole[: len(whole) - len(self._kept)]
            if ready:
                return ready
        return b""

    def _begin(self, chunk: bytes) -> bytes:
        at = chunk.find(b"[")
        if at < 0:
            raise ValueError(f"{self._name} holds no list: expected `= [` in its first bytes")
        self._has_begun = True
        return chunk[at:]


def _is_lines(file: IO[bytes]) -> bool:
    """Tell lines of JSON from one object that is printed over several, by the first few."""
    return any(_is_object(file.readline(LARGEST)) for _ in range(_FEW))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.removeprefix(b"\xef\xbb\xbf")), dict)
    except (ValueError, RecursionError):
        return False


def _lines(file: IO[bytes]) -> Iterator[Piece]:
    number = read = 0
    while line := file.readline(LARGEST):
        number += 1
        read += len(line)
        while not line.endswith(b"\n") and len(line) == LARGEST:  # too long: pass over the rest
            rest = file.readline(LARGEST)
            read += len(rest)
            if rest.endswith(b"\n") or len(rest) < LARGEST:
                break
        if line.strip():
            yield _line(line, number, read)


def _line(line: bytes, number: int, read: int) -> Piece:
    try:
        return Piece(number, read, json.loads(line.removeprefix(b"\xef\xbb\xbf")))
    except (ValueError, RecursionError) as error:
        raw = line.decode("utf-8", "backslashreplace").rstrip("\n")
        return Piece(number, read, problem=f"is no JSON: {error}", raw=raw)


def _one(file: IO[bytes], name: str) -> Piece:
    body = file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ValueError(
            f"{name} is one JSON object of more than {LARGEST // 1024**2} MiB: write one page of "
            "posts a line"
        )
    try:
        return Piece(1, len(body), json.loads(body.removeprefix(b"\xef\xbb\xbf")))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is no JSON: {error}") from error
