"""Reading WARC files: what was kept, as far as a crash left it, and damage told apart from that."""

import filecmp
import hashlib
import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from archive.clock import read_utc, utc_text
from archive.disks import writing
from archive.errors import ReplayError
from archive.records import Capture
from archive.warc import (
    Headers,
    conditions,
    content_type,
    make_folder,
    record_id,
    sent_sha256,
    sync_folder,
)

_UNREADABLE = (
    ArchiveLoadFailed,
    AttributeError,  # what warcio meets in a header that is cut short
    EOFError,
    StatusAndHeadersParserException,
)
_GZIP = b"\x1f\x8b\x08"
_KEPT = {"response", "revisit", "resource", "conversion"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A record read back from a WARC file."""

    capture: Capture
    kind: str
    headers: Headers
    body: bytes
    ip: str | None
    is_truncated: bool
    asked: str | None = None
    """The address whose redirects led here."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a crawl itself had to say of an address, or of itself."""

    url: str
    at: datetime
    offset: int
    """The byte of the file where its record begins."""
    fields: dict[str, str]


def adopt(path: Path, folder: Path) -> None:
    """Take a WARC file into an archive's folder, as a hard link where the disk allows it.

    Raises:
        ReplayError: the folder already holds another file of that name.
    """
    own = folder / path.name
    if own.exists():
        if own.samefile(path) or filecmp.cmp(own, path, shallow=False):
            return
        raise ReplayError(f"{own} is another file than {path}. Rename the one to be replayed")
    with writing(own):
        make_folder(folder)
        try:
            own.hardlink_to(path)
        except OSError:  # another disk, or one without links
            _copy(path, own)
        sync_folder(folder)


def _copy(path: Path, own: Path) -> None:
    """Copy a file durably; it has its name only when it is whole, however this ends."""
    half = own.with_name(f"{own.name}.half")
    shutil.copyfile(path, half)
    with half.open("rb") as file:
        os.fsync(file.fileno())
    half.replace(own)


def read_records(path: Path) -> Iterator[Kept]:
    """Read the responses, revisits, resources and conversions of a WARC file in order.

    A file cut short by a crash gives the records before the cut.

    Raises:
        ReplayError: the file is missing or is no WARC file.
    """
    last: Kept | None = None
    for record, start, length in _records(path):
        if record.rec_type == "request" and last:
            last = _with_request(last, record)
        elif record.rec_type in _KEPT:
            if last:
                yield last
            last = _kept(record, record.raw_body, path, start, length)
    if last:
        yield last


def read_record(path: Path, offset: int) -> Kept:
    """Read the one record that starts at an offset."""
    record, start, length = next(_records(path, offset))
    body, record.raw_body = record.raw_body, b""  # warcio's objects hold each other for a while
    return _kept(record, body, path, start, length)


def read_about(path: Path) -> dict[str, str]:
    """Read the fields of the `warcinfo` record of a WARC file; none where it has no such record."""
    first = (_fields(record) for record, _, _ in _records(path) if record.rec_type == "warcinfo")
    return next(first, {})


def read_notes(path: Path) -> Iterator[Note]:
    """Read the `metadata` records of a WARC file in order."""
    for record, start, _ in _records(path):
        if record.rec_type == "metadata":
            told = record.rec_headers.get_header
            url, at = told("WARC-Target-URI"), read_utc(told("WARC-Date"))
            yield Note(url or "", at, start, _fields(record))


def _fields(record: Any) -> dict[str, str]:
    lines = record.raw_body.decode("utf-8", "replace").splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def _records(path: Path, offset: int = 0) -> Iterator[tuple[Any, int, int]]:
    """Read records whose digests are right, up to the end or to where a crash cut the file."""
    start = offset
    try:
        with path.open("rb") as file:
            file.seek(offset)
            iterator = ArchiveIterator(file, check_digests=True)
            iterator.loader.http_parser = _AsSent(iterator.loader.HTTP_TYPES, verify=False)
            for record in iterator:
                record.raw_body = record.raw_stream.read()
                start, length = iterator.get_record_offset(), iterator.get_record_length()
                if not _is_whole(record) or _ends_inside(path, start, length):
                    _require_cut(path, start)
                    return
                yield record, start, length
                start += length
    except FileNotFoundError as error:
        raise ReplayError(f"{path} does not exist. Name a WARC file") from error
    except _UNREADABLE as error:
        if start == 0 and not _is_record(path.read_bytes()[:64]):
            raise ReplayError(f"{path} is not a WARC file ({error})") from error
        _require_cut(path, start)


class _AsSent(StatusAndHeadersParser):  # type: ignore[misc] # warcio has no types
    """Reads the headers of an answer as their bytes came, a character each (Latin-1).

    Warcio takes them for UTF-8 where they could be, and the bytes that were sent are lost.
    """

    @staticmethod
    def decode_header(line: bytes) -> str:
        return line.decode("latin-1")


def _is_whole(record: Any) -> bool:
    """Tell whether a record's bytes are all there and are those that its digest names."""
    is_read = getattr(record.raw_stream, "limit", None) == 0
    has_id = record.rec_headers.get_header("WARC-Record-ID") is not None
    return is_read and has_id and record.digest_checker.passed is not False


def _ends_inside(path: Path, start: int, length: int) -> bool:
    """Tell whether the last record of a packed file lacks the end of its gzip member."""
    if start + length < path.stat().st_size:
        return False
    member = path.read_bytes()[start:]
    if not member.startswith(_GZIP):
        return False
    unpacker = zlib.decompressobj(wbits=31)
    unpacker.decompress(member)
    return not unpacker.eof


def _require_cut(path: Path, start: int) -> None:
    """Accept a broken record at the end of a file, as a crash leaves it, and nowhere else."""
    rest = path.read_bytes()[start:]
    at = rest.find(_GZIP, 1)
    while at != -1:
        if _is_record(rest[at : at + 64]):
            raise ReplayError(
                f"{path} is damaged: the record at byte {start} is not what was written"
            )
        at = rest.find(_GZIP, at + 1)


def _is_record(start: bytes) -> bool:
    """Tell whether some bytes begin a packed record, or the first bytes of one."""
    try:
        text = zlib.decompressobj(wbits=31).decompress(start, 5)
    except zlib.error:
        return False
    return b"WARC/".startswith(text)


def _with_request(kept: Kept, request: Any) -> Kept:
    """Note what was sent for a response, by the request record that follows it."""
    if request.rec_headers.get_header("WARC-Concurrent-To") != f"<urn:uuid:{kept.capture.id}>":
        return kept
    sent = sent_sha256(request.http_headers.protocol, request.raw_body)
    return replace(kept, capture=replace(kept.capture, request_sha256=sent))


def _kept(record: Any, body: bytes, path: Path, start: int, length: int) -> Kept:
    header = record.rec_headers.get_header
    http = record.http_headers
    headers = [(name, text) for name, text in http.headers] if http else []
    if http and (http.get_header("Transfer-Encoding") or "").lower() == "chunked":
        body = ChunkedDataReader(BytesIO(body)).read()
    with path.open("rb") as file:
        file.seek(start)
        digest = hashlib.sha256(file.read(length)).hexdigest()
    capture = Capture(
        id=record_id(record),
        url=header("WARC-Target-URI"),
        captured_at=utc_text(read_utc(header("WARC-Date"))),
        status=int(http.get_statuscode()) if http else 200,
        content_type=content_type(record),
        bytes=int(header("WARC-Payload-Length") or len(body)),
        sha256=header("WARC-Payload-SHA256") or hashlib.sha256(body).hexdigest(),
        warc_file=path.name,
        warc_offset=start,
        warc_length=length,
        warc_sha256=digest,
        **conditions(record),
    )
    return Kept(
        capture,
        record.rec_type,
        headers,
        body,
        header("WARC-IP-Address"),
        is_truncated=header("WARC-Truncated") is not None,
        asked=header("WARC-Asked-URI"),
    )
