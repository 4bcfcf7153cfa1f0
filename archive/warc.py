"""WARC files: every response as it came over the wire, written before anybody reads it."""

import hashlib
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from archive.clock import read_utc, utc_text
from archive.errors import ReplayError
from archive.records import Capture

Headers = Sequence[tuple[str, str]]

_UNREADABLE = (
    ArchiveLoadFailed,
    AttributeError,  # what warcio meets in a header that is cut short
    EOFError,
    StatusAndHeadersParserException,
)
_GZIP = b"\x1f\x8b\x08"
_SECRET_HEADERS = {"authorization", "cookie", "proxy-authorization", "set-cookie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response, body as transferred."""

    url: str
    method: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    protocol: str
    headers: Headers
    body: bytes
    ip: str | None
    at: datetime
    is_truncated: bool = False
    """Whether the connection ended before the body did."""


class WarcFile:
    """Append records to one new WARC file and tell where each of them lies."""

    def __init__(self, path: Path, about: Mapping[str, str]) -> None:
        """Create the file; `about` is written into its warcinfo record."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = _HashingFile(path.open("xb"))
        self._writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, dict(about)))
        self.sync()
        _sync_folder(path.parent)

    def add_exchange(self, exchange: Exchange) -> Capture:
        """Write a response and its request."""
        response = self._writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=StatusAndHeaders(
                f"{exchange.status} {exchange.reason}",
                _without_secrets(exchange.headers),
                protocol=exchange.protocol,
            ),
            warc_headers_dict=_warc_headers(exchange.at, exchange.headers, exchange.ip)
            | ({"WARC-Truncated": "disconnect"} if exchange.is_truncated else {}),
        )
        measure = len(exchange.body), hashlib.sha256(exchange.body).hexdigest()
        capture = self._write(response, exchange.url, exchange.status, measure, exchange.at)
        self._add_request(exchange, capture)
        return capture

    def add_file(self, path: Path, url: str, content_type: str, at: datetime) -> Capture:
        """Write a whole file as a resource record: the evidence of an import."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            length = file.tell()
            file.seek(0)
            record = self._writer.create_warc_record(
                url,
                "resource",
                payload=file,
                length=length,
                warc_content_type=content_type,
                warc_headers_dict=_warc_headers(at, (), None),
            )
            return self._write(record, url, 200, (length, digest), at)

    def add_metadata(self, url: str, fields: Mapping[str, str], at: datetime) -> None:
        """Write what the crawl itself has to say, such as how it ended."""
        payload = "".join(f"{name}: {text}\r\n" for name, text in fields.items()).encode()
        self._writer.write_record(
            self._writer.create_warc_record(
                url,
                "metadata",
                payload=BytesIO(payload),
                length=len(payload),
                warc_headers_dict=_warc_headers(at, (), None),
            )
        )

    def sync(self) -> None:
        """Return only when what was written would survive a power cut."""
        self._file.sync()

    def close(self) -> None:
        """Sync and close."""
        self.sync()
        self._file.close()

    def _add_request(self, exchange: Exchange, capture: Capture) -> None:
        target = exchange.url.split("#", 1)[0]
        headers = {"WARC-Concurrent-To": f"<urn:uuid:{capture.id}>"}
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            payload=BytesIO(exchange.request_body),
            length=len(exchange.request_body),
            http_headers=StatusAndHeaders(
                f"{exchange.method} {target} HTTP/1.1",
                _without_secrets(exchange.request_headers),
                is_http_request=True,
            ),
            warc_headers_dict=_warc_headers(exchange.at, exchange.request_headers, None) | headers,
        )
        self._writer.write_record(request)

    def _write(
        self,
        record: ArcWarcRecord,
        url: str,
        status: int,
        body: tuple[int, str],
        at: datetime,
    ) -> Capture:
        start = self._file.begin_record()
        self._writer.write_record(record)
        length, digest = self._file.end_record()
        return Capture(
            id=_record_id(record),
            url=url,
            captured_at=utc_text(at),
            status=status,
            content_type=_content_type(record),
            bytes=body[0],
            sha256=body[1],
            warc_file=self.path.name,
            warc_offset=start,
            warc_length=length,
            warc_sha256=digest,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A record read back from a WARC file."""

    capture: Capture
    kind: str
    headers: Headers
    body: bytes
    ip: str | None
    is_truncated: bool


def adopt(path: Path, folder: Path) -> None:
    """Take a WARC file into an archive's folder, as a hard link where the disk allows it.

    Raises:
        ReplayError: the folder already holds another file of that name.
    """
    own = folder / path.name
    if own.exists():
        if own.samefile(path) or own.read_bytes() == path.read_bytes():
            return
        raise ReplayError(f"{own} is another file than {path}. Rename the one to be replayed")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        own.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, own)
    _sync_folder(folder)


def read_records(path: Path) -> Iterator[Kept]:
    """Read the responses and resources of a WARC file in order.

    A file cut short by a crash gives the records before the cut.

    Raises:
        ReplayError: the file is missing or is no WARC file.
    """
    for record, start, length in _records(path):
        if record.rec_type in {"response", "resource"}:
            yield _kept(record, record.raw_body, path, start, length)


def read_record(path: Path, offset: int) -> Kept:
    """Read the one record that starts at an offset."""
    record, start, length = next(_records(path, offset))
    return _kept(record, record.raw_body, path, start, length)


def read_fields(path: Path, kind: str) -> dict[str, str]:
    """Read the fields of the last `warcinfo` or `metadata` record of a WARC file."""
    fields: dict[str, str] = {}
    for record, _, _ in _records(path):
        if record.rec_type == kind:
            lines = record.raw_body.decode().splitlines()
            fields = dict(line.split(": ", 1) for line in lines if ": " in line)
            if kind == "warcinfo":
                break
    return fields


def _records(path: Path, offset: int = 0) -> Iterator[tuple[Any, int, int]]:
    """Read records whose digests are right, up to the end or to where a crash cut the file."""
    start = offset
    try:
        with path.open("rb") as file:
            file.seek(offset)
            iterator = ArchiveIterator(file, check_digests=True)
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
        id=_record_id(record),
        url=header("WARC-Target-URI"),
        captured_at=utc_text(read_utc(header("WARC-Date"))),
        status=int(http.get_statuscode()) if http else 200,
        content_type=_content_type(record),
        bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        warc_file=path.name,
        warc_offset=start,
        warc_length=length,
        warc_sha256=digest,
    )
    return Kept(
        capture,
        record.rec_type,
        headers,
        body,
        header("WARC-IP-Address"),
        is_truncated=header("WARC-Truncated") is not None,
    )


class _HashingFile:
    """A file for warcio to write to that also measures and hashes the record being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._start = 0
        self._is_synced = True

    def write(self, chunk: bytes) -> int:
        self._is_synced = False
        self._hash.update(chunk)
        return self._file.write(chunk)

    def flush(self) -> None:
        self._file.flush()

    def begin_record(self) -> int:
        self._hash = hashlib.sha256()
        self._start = self._file.tell()
        return self._start

    def end_record(self) -> tuple[int, str]:
        return self._file.tell() - self._start, self._hash.hexdigest()

    def sync(self) -> None:
        if not self._is_synced:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._is_synced = True

    def close(self) -> None:
        self._file.close()


def _without_secrets(headers: Headers) -> list[tuple[str, str]]:
    return [(name, text) for name, text in headers if name.lower() not in _SECRET_HEADERS]


def _warc_headers(at: datetime, headers: Headers, ip: str | None) -> dict[str, str]:
    fields = {"WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    if ip:
        fields["WARC-IP-Address"] = ip
    redacted = sorted({name for name, _ in headers if name.lower() in _SECRET_HEADERS})
    if redacted:
        fields["WARC-Redacted-Headers"] = ", ".join(redacted)
    return fields


def _record_id(record: Any) -> str:
    identifier: str = record.rec_headers.get_header("WARC-Record-ID")
    return identifier.removeprefix("<urn:uuid:").removesuffix(">")


def _content_type(record: Any) -> str | None:
    headers = record.http_headers or record.rec_headers
    content_type: str | None = headers.get_header("Content-Type")
    return content_type


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
