"""Lines of JSON: one record a line, with our own names for its fields or with those it is told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from spiders.formats.base import Context, Format, Record
from spiders.formats.columns import LONGEST, NEEDED, Taker, column_of, missing_columns
from spiders.formats.opened import beginning, open_file

_BOM = b"\xef\xbb\xbf"
_SAMPLE = 20
_parse = json.JSONDecoder().raw_decode
_EVERY = 256
"""How many lines are read before the place in the file is asked for again."""


class NdJson:
    """Lines of JSON, also gzipped."""

    name = "ndjson"
    suffixes = (".ndjson", ".jsonl", ".jsonlines", ".json")
    can_pass_over = True

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell by the names that every line must have."""
        del path
        if any(all(name in each for name in NEEDED) for each in _objects(start)):
            return True
        first = start.removeprefix(_BOM).lstrip()
        is_one_long_line = first.startswith(b"{") and b"\n" not in first
        return is_one_long_line and all(f'"{name}"'.encode() in first for name in NEEDED)

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read line by line; the lines that were recorded before are passed over unread.

        Raises:
            ValueError: no line has the columns that were named.
        """
        _check_columns(path, context)
        taker = Taker(context, self.name)
        stream, tell = open_file(path)
        with stream:
            number, behind = _pass_over(stream, context.passed)
            while line := stream.readline(LONGEST):
                number += 1
                if number % _EVERY == 0:
                    behind = tell()
                if number == 1:
                    line = line.removeprefix(_BOM)
                if len(line) >= LONGEST - len(_BOM) and not line.endswith(b"\n"):
                    _skip_line(stream)
                    problem = f"is longer than {LONGEST // 1024**2} MiB"
                    yield Record(
                        place=f"line {number}", read=behind, problem=problem, raw=_raw(line)
                    )
                    continue
                try:
                    text = line.decode().strip()
                    item = taker.take(_object(text)) if text else None
                except (ValueError, RecursionError) as error:
                    raw, problem = _raw(line), _why(error)
                    yield Record(place=f"line {number}", read=behind, problem=problem, raw=raw)
                else:
                    if item:
                        yield Record(place=f"line {number}", read=behind, item=item, raw=text)


def _object(text: str) -> dict[str, Any]:
    found, end = _parse(text)
    if end != len(text):
        raise ValueError(f"has more behind its JSON, from character {end + 1} on")
    if found.__class__ is not dict:
        raise ValueError("is not a JSON object")
    fields: dict[str, Any] = found
    return fields


def _pass_over(stream: IO[bytes], count: int) -> tuple[int, int]:
    """Pass over some records; tell the number of the last line and the bytes behind it."""
    number = behind = 0
    while count and (line := stream.readline(LONGEST)):
        number += 1
        behind += len(line)
        if len(line) == LONGEST and not line.endswith(b"\n"):
            _skip_line(stream)
            count -= 1
            continue
        count -= bool((line if number > 1 else line.removeprefix(_BOM)).strip())
    return number, behind


def _skip_line(stream: IO[bytes]) -> None:
    while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
        pass


def _check_columns(path: Path, context: Context) -> None:
    """Refuse column names that none of the first lines has: a slip would set every line aside."""
    objects = list(_objects(beginning(path)))
    flat = [column for column in context.columns.values() if "." not in column]
    missing = [column for column in flat if not any(column in each for each in objects)]
    if objects and missing:
        known = ", ".join(list(dict.fromkeys(name for each in objects for name in each))[:30])
        raise ValueError(
            f"{path.name} has no {missing[0]!r} in its first lines (they have: {known})"
        )


def _objects(start: bytes) -> Iterator[dict[str, Any]]:
    """Read the first lines, as far as they are there and are objects."""
    lines = start.removeprefix(_BOM).splitlines()[:_SAMPLE]
    for line in lines:
        try:
            found = json.loads(line.decode())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is no JSON: {error.msg} at character {error.pos + 1}"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8: byte {error.start + 1} is {error.object[error.start]:#04x}"
    return "is nested too deep" if isinstance(error, RecursionError) else str(error)


def _raw(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace").rstrip("\r\n")


def looks_like(start: bytes) -> str | None:
    """Describe lines of JSON that have other names than ours, and say what to do."""
    objects = list(_objects(start))
    if not objects or start.lstrip()[:1] != b"{":
        return None
    names = list(objects[0])
    wanted = missing_columns(names, {})
    told = " ".join(f"--column {name}=..." for name in NEEDED if column_of(name, {}) in wanted)
    return (
        f"looks like lines of JSON with the fields {', '.join(names[:20])}: say which of them are "
        f"ours, with --format ndjson {told}"
    )


FORMAT: Format = NdJson()
