"""Kept files: what an import's WARC file holds, written to disk again without loading it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from archive.clock import read_utc, utc_text
from archive.errors import ReplayError
from archive.records import Capture
from archive.warc import content_type, record_id

IMPORTED = "urn:onrecord:import:"
"""Begins the address under which an imported file is kept; its name follows, quoted."""

_CHUNK = 1024**2
_UNREADABLE = (ArchiveLoadFailed, AttributeError, EOFError, StatusAndHeadersParserException)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of an import, as its WARC file tells of it."""

    name: str
    """Its name; in a folder, its place there."""

    capture: Capture
    path: Path | None
    """Where it was written; None if only its hash was kept."""


def unpack_files(warc: Path, folder: Path) -> list[KeptFile]:
    """Write the files of an import into a folder.

    Raises:
        ReplayError: the WARC file ends before its files do, or is damaged.
    """
    try:
        with warc.open("rb") as stream:
            return list(_unpacked(stream, warc, folder))
    except _UNREADABLE as error:
        raise _cut(warc) from error


def _unpacked(stream: Any, warc: Path, folder: Path) -> Iterator[KeptFile]:
    iterator = ArchiveIterator(stream, check_digests=True)
    for record in iterator:
        if record.rec_type != "resource":
            continue
        is_kept = record.rec_headers.get_header("WARC-Truncated") is None
        address = record.rec_headers.get_header("WARC-Target-URI")
        name = unquote(address.removeprefix(IMPORTED))
        path = folder / record_id(record) / (PurePosixPath(name).name or "file")
        path.parent.mkdir(parents=True)
        length, sha256 = _copy(record.raw_stream, path)
        if record.raw_stream.limit or (is_kept and record.digest_checker.passed is False):
            raise _cut(warc)
        start, size = iterator.get_record_offset(), iterator.get_record_length()
        header = record.rec_headers.get_header
        capture = Capture(
            id=record_id(record),
            url=address,
            captured_at=utc_text(read_utc(header("WARC-Date"))),
            status=200,
            content_type=content_type(record),
            bytes=int(header("WARC-Payload-Length") or length),
            sha256=header("WARC-Payload-SHA256") or sha256,
            warc_file=warc.name,
            warc_offset=start,
            warc_length=size,
            warc_sha256=_stored_sha256(warc, start, size),
        )
        yield KeptFile(name, capture, path if is_kept else None)


def _copy(stream: Any, path: Path) -> tuple[int, str]:
    digest, length = hashlib.sha256(), 0
    with path.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
            out.write(chunk)
    return length, digest.hexdigest()


def _stored_sha256(warc: Path, start: int, size: int) -> str:
    digest = hashlib.sha256()
    with warc.open("rb") as file:
        file.seek(start)
        while size and (chunk := file.read(min(size, _CHUNK))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def _cut(warc: Path) -> ReplayError:
    return ReplayError(f"{warc} holds no whole import. Import the file again")
