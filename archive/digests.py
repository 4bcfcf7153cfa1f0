"""Digests of whole files, and their packing into WARC files: for what is imported."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_CHUNK = 1024**2
_PACKED = (b"\x1f\x8b", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Digest:
    """What tells a file from every other one."""

    bytes: int
    sha256: str
    sha1: str
    """As WARC files write it."""

    is_packed: bool
    """Whether packing it once more would be in vain."""


def digest_file(path: Path, advance: Callable[[int], None] = lambda _: None) -> Digest:
    """Hash a file; `advance` is told how many bytes were read."""
    by_sha256, by_sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
    length, start = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            start = start or chunk[:4]
            by_sha256.update(chunk)
            by_sha1.update(chunk)
            length += len(chunk)
            advance(len(chunk))
    is_packed = start.startswith(_PACKED)
    return Digest(length, by_sha256.hexdigest(), sha1_text(by_sha1.digest()), is_packed)


def sha1_text(digest: bytes) -> str:
    """Write a SHA-1 as WARC files do."""
    return f"sha1:{base64.b32encode(digest).decode()}"


class _Writes(Protocol):
    def write(self, chunk: bytes) -> int: ...

    def flush(self) -> None: ...


class Packer:
    """A gzip member for warcio to write one large record into: quick rather than tight."""

    def __init__(self, out: _Writes, digest: Digest) -> None:
        self._out = out
        level = 0 if digest.is_packed else 1
        self._packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS + 16)

    def write(self, chunk: bytes) -> None:
        """Pack some more."""
        self._out.write(self._packer.compress(chunk))

    def flush(self) -> None:
        """End the member: warcio flushes just once, after the record."""
        self._out.write(self._packer.flush())
        self._out.flush()
