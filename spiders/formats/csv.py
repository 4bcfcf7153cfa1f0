"""Tables: one record a row under a header, separated by commas, semicolons, tabs or bars."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from spiders.encoding import decode_body
from spiders.formats.base import Context, Format, Record
from spiders.formats.columns import LONGEST, NEEDED, Taker, missing_columns
from spiders.formats.opened import beginning, open_file

_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_CHUNK = 1024**2


class Csv:
    """A table with a header row, also gzipped."""

    name = "csv"
    suffixes = (".csv", ".tsv")

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell by the columns that the header must have."""
        del path
        return any(not missing_columns(each, {}) for each in _headers(start))

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read row by row.

        Raises:
            ValueError: the header lacks a column, or the encoding cannot be told.
        """
        csv.field_size_limit(LONGEST)
        encoding, errors = _encoding(path)
        stream, tell = open_file(path)
        with stream, io.TextIOWrapper(stream, encoding, errors, newline="") as text:
            lines = _Lines(text)
            delimiter = _delimiter(path, _decoded(beginning(path)), context)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            header = _header(reader, path, context)
            taker = Taker(context, self.name)
            for row, refused in _rows(reader, lines):
                item, problem = None, refused
                try:
                    item = taker.take(_record(header, row)) if row else None
                except ValueError as error:
                    problem = str(error)
                yield Record(
                    place=lines.place, read=tell(), item=item, problem=problem, raw=lines.raw
                )


def _rows(reader: Iterator[list[str]], lines: "_Lines") -> Iterator[tuple[list[str], str | None]]:
    """Read rows, and what is none with the reason; empty ones do not count.

    Raises:
        ValueError: the bytes are not of the encoding, or cannot be unpacked.
    """
    while True:
        lines.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield [], f"is no row of a table: {error}"
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{lines.place} and what follows is not {error.encoding}, as the rest is: save it "
                "as UTF-8"
            ) from error
        else:
            if row:
                yield row, None


class _Lines:
    """The lines of a table, with those of the row at hand remembered."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._number = 0
        self._first = 1
        self._row: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST)
        if not line:
            raise StopIteration
        self._number += 1
        self._row.append(line)
        return line

    def begin(self) -> None:
        """Forget the row before."""
        self._first = self._number + 1
        self._row.clear()

    @property
    def place(self) -> str:
        """Name the lines of the row."""
        last = self._number
        return f"line {last}" if self._first >= last else f"lines {self._first} to {last}"

    @property
    def raw(self) -> str:
        """Give the row as it stands there."""
        return "".join(self._row).rstrip("\r\n")


def _record(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise ValueError(f"has {len(row)} cells, but the header has {len(header)}")
    return dict(zip(header, row, strict=True))


def _header(reader: "Iterator[list[str]]", path: Path, context: Context) -> list[str]:
    try:
        header = [cell.strip() for cell in next(filter(None, reader), [])]
    except csv.Error as error:
        raise ValueError(f"{path.name} has no header row that can be read: {error}") from error
    missing = missing_columns(header, context.columns)
    if missing:
        shown = ", ".join(header[:30])
        needed = f" Say which of them it is, with --column {missing[0]}=..."
        raise ValueError(
            f"{path.name} has no column {missing[0]!r} (its header has: {shown})."
            f"{needed if missing[0] in NEEDED else ''}"
        )
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice and twice in {*context.columns.values(), *NEEDED}:
        raise ValueError(f"{path.name} has two columns {twice!r}: rename one of them")
    return header


def _delimiter(path: Path, start: str, context: Context) -> str:
    """Choose what separates the cells: what gives the wanted columns, else the most of them."""
    first = next((line for line in start.splitlines() if line.strip()), "")
    split = {each: _split(first, each) for each in _DELIMITERS}
    for delimiter, cells in split.items():
        if not missing_columns(cells, context.columns):
            return delimiter
    if path.name.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    return max(split, key=lambda each: len(split[each]))


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _headers(start: bytes) -> Iterator[list[str]]:
    """Read the first line as a header, in every way it may be separated."""
    first = next((line for line in _decoded(start).splitlines() if line.strip()), "")
    for delimiter in _DELIMITERS:
        cells = _split(first, delimiter)
        if len(cells) > 1:
            yield cells


def _decoded(start: bytes) -> str:
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return start.decode(encoding, "replace")
    return start.decode("utf-8", "replace")


def _encoding(path: Path) -> tuple[str, str]:
    """Tell a file's encoding, and what to do with bytes that are none of it.

    Raises:
        ValueError: it is not UTF-8, and what else it is does not show for certain.
    """
    start = beginning(path, 4)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return encoding, "surrogateescape" if bom == codecs.BOM_UTF8 else "strict"
    stream, _ = open_file(path)
    with stream:
        sample = _beyond_utf8(stream)
    if sample is None:
        return "utf-8", "strict"
    try:
        return decode_body(sample, None)[1], "strict"
    except ValueError as error:
        text = sample.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        if sum(not char.isascii() for char in text) - broken > 2 * broken:
            return "utf-8", "surrogateescape"  # a few broken rows, which are set aside
        raise ValueError(
            f"{path.name} is not UTF-8, and what else it is does not show for certain: save it "
            "as UTF-8"
        ) from error


def _beyond_utf8(stream: IO[bytes]) -> bytes | None:
    """Give lines that show a file's encoding; None if all of it is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample = bytearray()
    is_utf8 = True
    rest = b""
    while chunk := stream.read(_CHUNK):
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if len(sample) < _SAMPLE and not line.isascii():
                sample += line[:_SAMPLE] + b"\n"
        if not is_utf8 and len(sample) >= _SAMPLE:
            break
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    return None if is_utf8 else bytes(sample + (b"" if rest.isascii() else rest[:_SAMPLE]))


def looks_like(path: Path, start: bytes) -> str | None:
    """Describe a table that has other names than ours, and say what to do."""
    header = max(_headers(start), key=len, default=[])
    is_named = path.name.lower().removesuffix(".gz").endswith(Csv.suffixes)
    if not is_named and len(header) < 3:  # noqa: PLR2004 - prose has a comma in its first line, too
        return None
    told = " ".join(f"--column {name}=..." for name in missing_columns(header, {}))
    return (
        f"looks like a table with the columns {', '.join(header[:20])}: say which of them are "
        f"ours, with --format csv {told}"
    )


FORMAT: Format = Csv()
