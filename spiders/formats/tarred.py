"""A compressed tar file from outside: one member is streamed, and an endless one is refused."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

_MOST_RATIO = 200
"""Times that a file may grow: pictures do not, posts as JSON some ten times."""

_SMALL = 16 * 1024**2
_FAILURES = (tarfile.TarError, zlib.error, EOFError, OSError)


def is_tarred(start: bytes) -> bool:
    """Tell a compressed tar file by its beginning."""
    try:
        head = zlib.decompressobj(wbits=31).decompress(start, 512)
    except zlib.error:
        return False
    return head[257:262] == b"ustar"


@contextmanager
def open_tarred(path: Path, name: str) -> Iterator["Bounded"]:
    """Open the first file of a name in it, in whatever folder.

    Raises:
        ValueError: there is none, or the file is damaged or unpacks to too much.
    """
    with path.open("rb") as packed:
        unpacked = cast("IO[bytes]", Bounded(gzip.GzipFile(fileobj=packed), packed, path.name))
        try:
            with tarfile.open(fileobj=unpacked, mode="r|") as archive:
                for member in archive:
                    found = member.isfile() and member.name.rpartition("/")[2] == name
                    stream = archive.extractfile(member) if found else None
                    if stream:
                        yield Bounded(stream, packed, path.name)
                        return
        except _FAILURES as error:
            raise ValueError(f"{path.name} cannot be unpacked ({error}): is it whole?") from error
    raise ValueError(f"{path.name} holds no {name}: is it an account's archive?")


class Bounded(io.RawIOBase):
    """A stream that may not grow far beyond the packed file that it comes from."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, packed: IO[bytes], name: str) -> None:
        self._stream = stream
        self._packed = packed
        self._name = name
        self._read = 0

    @property
    def behind(self) -> int:
        """How many bytes of the packed file are behind."""
        return self._packed.tell()

    def read(self, size: int = -1) -> bytes:
        """Unpack some more.

        Raises:
            ValueError: the file is damaged, or a bomb.
        """
        try:
            chunk = self._stream.read(size)
        except _FAILURES as error:
            raise ValueError(f"{self._name} cannot be unpacked ({error}): is it whole?") from error
        self._read += len(chunk)
        if self._read > _SMALL + _MOST_RATIO * self._packed.tell():
            raise ValueError(
                f"{self._name} grows more than {_MOST_RATIO} times, as only a bomb does"
            )
        return chunk
