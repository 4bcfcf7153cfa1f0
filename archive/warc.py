"""WARC files: every response as it came over the wire, written before anybody reads it."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.clock import clock_ahead, utc_text
from archive.digests import Digest, Packer, sha1_text
from archive.disks import writing
from archive.errors import DiskError
from archive.records import Capture

Headers = Sequence[tuple[str, str]]
Proof = Literal["verified", "unverified"]
"""Whether a server that encrypts proved its name."""

_UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME_BYTES = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = 304
_RENDERING = "conversion"
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

    not_before: str | None = None
    """When the server wants to be asked again at the earliest: UTC, to the second."""

    tls: Proof | None = None
    """Whether the server proved its name; None where nothing was encrypted."""

    asked: str | None = None
    """The address whose redirects led here; None where nothing was redirected."""


class WarcFile:
    """Append records to one new WARC file and tell where each of them lies."""

    def __init__(self, path: Path, about: Mapping[str, str]) -> None:
        """Create the file; `about` is written into its warcinfo record."""
        self.path = path
        with writing(path):
            make_folder(path.parent)
            self._file = _HashingFile(path)
        self._writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, dict(about)))
        self.sync()
        with writing(path):
            sync_folder(path.parent)

    def add_exchange(self, exchange: Exchange, earlier: Capture | None = None) -> Capture:
        """Write a response and its request.

        `earlier` is a capture that holds the same bytes, by the server's word or by their hash:
        then they are not written a second time, nor is the request, which differs by no more than
        the validators that the answer repeats.
        """
        fields = _warc_headers(exchange.at, exchange.headers, exchange.ip)
        if exchange.is_truncated:
            fields["WARC-Truncated"] = "disconnect"
        if exchange.not_before:
            fields["WARC-Not-Before"] = exchange.not_before
        if exchange.tls:
            fields["WARC-TLS"] = exchange.tls
        if exchange.asked:
            fields["WARC-Asked-URI"] = exchange.asked
        digest = hashlib.sha256(exchange.body).hexdigest()
        if earlier:
            fields |= {
                "WARC-Profile": _SAME_BYTES,
                "WARC-Refers-To": f"<urn:uuid:{earlier.id}>",
                "WARC-Refers-To-Target-URI": earlier.url,
                "WARC-Refers-To-Date": earlier.captured_at,
            }
        if earlier and exchange.status == NOT_MODIFIED:
            fields["WARC-Profile"] = _UNCHANGED
        elif earlier:
            fields |= {
                "WARC-Payload-Digest": _sha1(exchange.body),  # as replay tools look it up
                "WARC-Payload-SHA256": digest,
                "WARC-Payload-Length": str(len(exchange.body)),
            }
        payload = b"" if earlier else exchange.body
        response = self._writer.create_warc_record(
            exchange.url,
            "revisit" if earlier else "response",
            payload=BytesIO(payload),
            length=len(payload),
            http_headers=_AsSent(
                f"{exchange.status} {exchange.reason}",
                _without_secrets(exchange.headers),
                protocol=exchange.protocol,
            ),
            warc_headers_dict=fields,
        )
        measure = len(exchange.body), digest
        sent = sent_sha256(exchange.method, exchange.request_body)
        capture = self._write(response, exchange.url, exchange.status, measure, exchange.at, sent)
        if not earlier:
            self._add_request(exchange, capture)
        return capture

    def add_file(
        self, path: Path, url: str, content_type: str, at: datetime, digest: Digest
    ) -> Capture:
        """Write a whole file as a resource record: the evidence of an import.

        It is packed quickly rather than tightly, or not at all where it is packed already.
        """
        fields = _warc_headers(at, (), None)
        fields |= {"WARC-Block-Digest": digest.sha1, "WARC-Payload-Digest": digest.sha1}
        with path.open("rb") as file:
            record = self._writer.create_warc_record(
                url,
                "resource",
                payload=file,
                length=digest.bytes,
                warc_content_type=content_type,
                warc_headers_dict=fields,
            )
            writer = WARCWriter(Packer(self._file, digest), gzip=False, warc_version="WARC/1.1")
            return self._write(record, url, 200, (digest.bytes, digest.sha256), at, writer=writer)

    def add_reference(self, url: str, content_type: str, at: datetime, digest: Digest) -> Capture:
        """Write a resource record that names a file by its hash, without its bytes."""
        fields = _warc_headers(at, (), None) | {
            "WARC-Truncated": "length",
            "WARC-Payload-Digest": digest.sha1,
            "WARC-Payload-SHA256": digest.sha256,
            "WARC-Payload-Length": str(digest.bytes),
        }
        record = self._writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(),
            length=0,
            warc_content_type=content_type,
            warc_headers_dict=fields,
        )
        return self._write(record, url, 200, (digest.bytes, digest.sha256), at)

    def add_rendering(self, page: Capture, html: bytes, browser: str, at: datetime) -> Capture:
        """Write what a browser made of a captured page: a conversion of it, sent by nobody."""
        fields = _warc_headers(at, (), None) | {
            "WARC-Refers-To": f"<urn:uuid:{page.id}>",
            "WARC-Rendered-By": browser,
        }
        record = self._writer.create_warc_record(
            page.url,
            _RENDERING,
            payload=BytesIO(html),
            length=len(html),
            warc_content_type="text/html; charset=utf-8",
            warc_headers_dict=fields,
        )
        measure = len(html), hashlib.sha256(html).hexdigest()
        return self._write(record, page.url, 200, measure, at)

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
        """Return only when what was written would survive a power cut.

        Raises:
            DiskError: it would not, or an earlier write has failed: then nothing more is taken in.
        """
        self._file.sync()

    def close(self) -> None:
        """Sync and close; what a failed write has lost was told by that."""
        try:
            if not self._file.failure:
                self.sync()
        finally:
            self._file.close()

    def _add_request(self, exchange: Exchange, capture: Capture) -> None:
        parts = urlsplit(exchange.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = _without_secrets(exchange.request_headers)
        if "host" not in {name.lower() for name, _ in sent}:  # Twisted adds it on the wire
            sent.insert(0, ("Host", parts.netloc))
        headers = {"WARC-Concurrent-To": f"<urn:uuid:{capture.id}>"}
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            payload=BytesIO(exchange.request_body),
            length=len(exchange.request_body),
            http_headers=StatusAndHeaders(
                f"{exchange.method} {target} HTTP/1.1",
                sent,
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
        request_sha256: str | None = None,
        *,
        writer: WARCWriter | None = None,
    ) -> Capture:
        start = self._file.begin_record()
        (writer or self._writer).write_record(record)
        length, digest = self._file.end_record()
        return Capture(
            id=record_id(record),
            url=url,
            captured_at=utc_text(at),
            status=status,
            content_type=content_type(record),
            bytes=body[0],
            sha256=body[1],
            warc_file=self.path.name,
            warc_offset=start,
            warc_length=length,
            warc_sha256=digest,
            request_sha256=request_sha256,
            **conditions(record),
        )


class _AsSent(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """Headers that are written as their bytes came, whatever those are."""

    def to_ascii_bytes(self, header_filter: Any = None) -> bytes:
        text: str = self.to_str(header_filter)
        return text.encode("latin-1", "replace") + b"\r\n"


class _HashingFile:
    """A file for warcio to write to that also measures and hashes the record being written.

    Once the disk has refused something, the file takes in nothing more: a record after half of
    another could not be read, and a second fsync would succeed without what the first has lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")
        self._hash = hashlib.sha256()
        self._start = 0
        self._is_synced = True
        self.failure: BaseException | None = None

    def write(self, chunk: bytes) -> int:
        self._is_synced = False
        self._hash.update(chunk)
        with self._unless_failed():
            return self._file.write(chunk)

    def flush(self) -> None:
        with self._unless_failed():
            self._file.flush()

    def begin_record(self) -> int:
        self._hash = hashlib.sha256()
        self._start = self._file.tell()
        return self._start

    def end_record(self) -> tuple[int, str]:
        return self._file.tell() - self._start, self._hash.hexdigest()

    def sync(self) -> None:
        if not self._is_synced:
            with self._unless_failed():
                self._file.flush()
                os.fsync(self._file.fileno())
            self._is_synced = True

    def close(self) -> None:
        with suppress(OSError):  # sync has said already what was not written
            self._file.close()

    @contextmanager
    def _unless_failed(self) -> Iterator[None]:
        if self.failure:
            raise DiskError(f"{self._path} takes in nothing more: {self.failure}")
        try:
            with writing(self._path):
                yield
        except BaseException as error:
            self.failure = error
            raise


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


def _sha1(body: bytes) -> str:
    return sha1_text(hashlib.sha1(body, usedforsecurity=False).digest())


def sent_sha256(method: str, body: bytes) -> str | None:
    """Hash what a request sends, which tells apart the answers of one address; None for a GET."""
    return None if method == "GET" else hashlib.sha256(body).hexdigest()


def record_id(record: Any) -> str:
    """Read a record's id, without `urn:uuid:`."""
    identifier: str = record.rec_headers.get_header("WARC-Record-ID")
    return identifier.removeprefix("<urn:uuid:").removesuffix(">")


def content_type(record: Any) -> str | None:
    """Read the Content-Type of a record's body."""
    headers = record.http_headers or record.rec_headers
    content_type: str | None = headers.get_header("Content-Type")
    return content_type


def conditions(record: Any) -> dict[str, Any]:
    """Read what a record says about asking again and about its server: validators, times, proof."""
    told = record.http_headers.get_header if record.http_headers else lambda _: None
    refers_to = record.rec_headers.get_header("WARC-Refers-To")
    other = refers_to and refers_to.removeprefix("<urn:uuid:").removesuffix(">")
    is_rendering = record.rec_type == _RENDERING
    return {
        "etag": told("ETag"),
        "last_modified": told("Last-Modified"),
        "refers_to": None if is_rendering else other,
        "rendered_from": other if is_rendering else None,
        "not_before": record.rec_headers.get_header("WARC-Not-Before"),
        "tls": record.rec_headers.get_header("WARC-TLS"),
        "clock_ahead_seconds": clock_ahead(
            record.rec_headers.get_header("WARC-Date"), told("Date"), told("Age")
        ),
    }


def make_folder(folder: Path) -> None:
    """Make a folder, and those it is in, so that each survives a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Return only when a file new in a folder would survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
