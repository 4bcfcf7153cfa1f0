"""A web archive's index of captures (CDX), as the Internet Archive and as pywb write it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_TIMESTAMP = re.compile(r"\d{14}")
_DEFAULT_PORT = re.compile(r"^(http://[^/:]+):80(?=/|$)|^(https://[^/:]+):443(?=/|$)")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One line of an index: a capture that the archive has of an address."""

    timestamp: str
    """When it was captured: fourteen digits, UTC."""

    original: str
    """The address, as the archive has it."""

    mime: str
    """What was captured; `warc/revisit` where it was the same as before."""

    status: int | None
    """The HTTP status; None where the archive does not say, as for a revisit."""

    digest: str
    """What is equal for equal bodies."""


@dataclass(frozen=True, slots=True)
class Index:
    """What one answer of an index held."""

    snapshots: tuple[Snapshot, ...]
    resume_key: str | None
    """What to ask with for the rest; None at the end, and where an archive knows no such key."""

    unread: tuple[str, ...]
    """Lines that name no capture."""


def read_index(text: str) -> Index:
    """Read an answer in any of the forms that indexes come in.

    The Internet Archive gives an array of arrays, the first of them the names of the columns, or
    lines of columns; after an empty one follows the key to go on with. pywb gives an object a line,
    with other names, and no key.

    Raises:
        ValueError: it is no index.
    """
    stripped = text.strip()
    if not stripped:
        return Index((), None, ())
    rows, resume_key = _array(stripped) if stripped.startswith("[") else _lines(stripped)
    snapshots: list[Snapshot] = []
    unread: list[str] = []
    for row in rows:
        snapshot = _snapshot(row) if isinstance(row, Mapping) else None
        if snapshot:
            snapshots.append(snapshot)
        else:
            unread.append(str(row)[:200])
    if unread and not snapshots:
        raise ValueError(f"is no index of captures: it begins with {stripped[:100]!r}")
    return Index(tuple(snapshots), resume_key, tuple(unread))


def _array(text: str) -> tuple[list[Any], str | None]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise ValueError(f"is an index of captures that was cut short: {error}") from None
    rest: list[Any] = []
    if [] in rows:
        end = rows.index([])
        rows, rest = rows[:end], rows[end + 1 :]
    header, *lines = rows or [[]]
    found = [dict(zip(header, line, strict=False)) for line in lines if isinstance(line, list)]
    return found, str(rest[0][0]) if rest and rest[0] else None


def _lines(text: str) -> tuple[list[Any], str | None]:
    """Read lines; the key to go on with is the one after an empty line."""
    head, _, resume_key = text.replace("\r\n", "\n").partition("\n\n")
    return list(map(_line, head.splitlines())), resume_key.strip() or None


def _line(line: str) -> Any:
    """Read one line: an object, columns, or a key and a time before an object."""
    start = line.find("{")
    if start >= 0:
        try:
            told = json.loads(line[start:])
        except ValueError:
            return line
        before = line[:start].split()
        return dict(zip(("urlkey", "timestamp"), before, strict=False)) | told
    columns = line.split(" ")
    return dict(zip(_FIELDS, columns, strict=False)) if len(columns) >= len(_FIELDS) else line


def _snapshot(row: Mapping[str, Any]) -> Snapshot | None:
    """Read a capture by the names of either dialect; None where something needed is missing."""
    timestamp = str(row.get("timestamp", ""))
    original = row.get("original") or row.get("url")
    if not original or read_timestamp(timestamp) is None:
        return None
    status = str(row.get("statuscode") or row.get("status") or "-")
    return Snapshot(
        timestamp=timestamp,
        original=str(original),
        mime=str(row.get("mimetype") or row.get("mime") or "unk"),
        status=int(status) if status.isdecimal() else None,
        digest=str(row.get("digest", "")),
    )


def without_default_port(url: str) -> str:
    """Write an address as its publisher does: archives name the port that goes without saying."""
    return _DEFAULT_PORT.sub(r"\1\2", url)


def read_timestamp(digits: str) -> datetime | None:
    """Read the fourteen digits of a time; None where they are none."""
    if not _TIMESTAMP.fullmatch(digits):
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
