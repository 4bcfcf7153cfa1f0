"""Opening: a file as it lies, or unpacked on the way where it is gzipped, as far as is sane."""

import gzip
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

GZIP = b"\x1f\x8b"
_TAR = b"ustar"
_MOST_RATIO = 200
"""Times that a file may grow: posts as JSON grow some ten times, a bomb a thousand times."""

_SMALL = 64 * 1024**2


def open_file(path: Path) -> tuple[IO[bytes], Callable[[], int]]:
    """Open a file to be streamed; the second part tells how many of its own bytes are behind.

    Raises:
        ValueError: reading it on, if it cannot be unpacked or unpacks to far too much.
    """
    file = path.open("rb")
    is_packed = file.read(2) == GZIP
    file.seek(0)
    if not is_packed:
        return file, file.tell
    unpacked = io.BufferedReader(_Unpacked(file, path.name), 1024**2)
    return cast("IO[bytes]", unpacked), file.tell


def beginning(path: Path, length: int = 65_536) -> bytes:
    """Read how a file begins, unpacked if it is gzipped.

    It is given as it lies where it cannot be unpacked, or is a tar file inside.
    """
    with path.open("rb") as file:
        start = file.read(length)
        if not start.startswith(GZIP):
            return start
        file.seek(0)
        unpacked = b""
        try:
            with gzip.GzipFile(fileobj=file) as packed:
                while len(unpacked) < length and (chunk := packed.read1(length)):
                    unpacked += chunk
        except (OSError, EOFError, zlib.error):
            return unpacked[:length] or start
        return start if unpacked[257:262] == _TAR else unpacked[:length]


class _Unpacked(io.RawIOBase):
    """The bytes inside a gzipped file."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._unpacked = gzip.GzipFile(fileobj=file)
        self._given = 0

    def readable(self) -> bool:
        """Say that it is for reading."""
        return True

    def readinto(self, buffer: object) -> int:
        """Unpack some more."""
        room = memoryview(buffer)  # type: ignore[arg-type] # whatever io hands over is a buffer
        try:
            chunk = self._unpacked.read1(len(room))  # what is there, before an error
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(
                f"{self._name} cannot be unpacked any further ({error}): is the file whole?"
            ) from error
        self._given += len(chunk)
        if self._given > max(_SMALL, _MOST_RATIO * self._file.tell()):
            raise ValueError(f"{self._name} unpacks to more than it may, as only a bomb does")
        room[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Close both."""
        self._unpacked.close()
        self._file.close()
        super().close()
