"""A zip file from outside: its members are streamed, and one that would never end is refused."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

MOST_BYTES = 8 * 1024**3
"""Bytes that all members together may unpack to."""

MOST_MEMBERS = 1_000_000
_MOST_RATIO = 200
"""Times that a member may grow: posts as JSON grow some ten times, a bomb a thousand times."""

_SMALL = 16 * 1024**2
_SCRIPT_BYTES = 8 * 1024**2


class Zipped:
    """An open zip file."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            ValueError: it is no zip file, or cut short.
        """
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise ValueError(f"{path.name} cannot be opened ({error}): is it whole?") from error
        if len(self._zip.filelist) > MOST_MEMBERS:
            self._zip.close()
            raise ValueError(f"{path.name} names more than {MOST_MEMBERS} files, and is not opened")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def names(self, pattern: re.Pattern[str]) -> list[str]:
        """Name the members whose names a pattern finds."""
        return [each.filename for each in self._zip.filelist if pattern.search(each.filename)]

    def refuse_bombs(self, members: Iterable[str]) -> None:
        """Judge by what the file declares, before anything is unpacked.

        Raises:
            ValueError: it says of itself that it unpacks to too much, or is encrypted.
        """
        total = 0
        for member in members:
            about = self._zip.getinfo(member)
            total += about.file_size
            grows = about.file_size / max(about.compress_size, 1)
            if about.flag_bits & 1:
                raise ValueError(f"{self.name} is encrypted: unpack it and import what is inside")
            if about.file_size > _SMALL and grows > _MOST_RATIO:
                raise ValueError(
                    f"{self.name}: {member} would grow {grows:.0f} times to {about.file_size} "
                    f"bytes, as only a zip bomb does (at most {_MOST_RATIO} times is unpacked)"
                )
        if total > MOST_BYTES:
            raise ValueError(
                f"{self.name} would unpack to {total} bytes (at most {MOST_BYTES}): unpack it and "
                "import its files one by one"
            )

    def open(self, member: str) -> IO[bytes]:
        """Open a member to be streamed, no further than it declared.

        Raises:
            ValueError: it cannot be unpacked, or holds more than it declared.
        """
        try:
            stream = self._zip.open(member)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise ValueError(f"{self.name}: {member} cannot be unpacked ({error})") from error
        about = self._zip.getinfo(member)
        most = max(_SMALL, _MOST_RATIO * about.compress_size)
        return cast("IO[bytes]", _Limited(stream, f"{self.name}: {member}", most))

    def script(self, member: str) -> Any:
        """Read a small script of the form `window... = JSON`; None where it is none."""
        with self.open(member) as stream:
            text = stream.read(_SCRIPT_BYTES).decode("utf-8", "replace")
        start = re.search(r"[\[{]", text)
        try:
            return json.loads(text[start.start() :].rstrip("; \r\n\t")) if start else None
        except (ValueError, RecursionError):
            return None

    def behind(self, member: str, unpacked: int) -> int:
        """Say how much of the file is behind, when so many bytes of a member are."""
        about = self._zip.getinfo(member)
        share = min(unpacked / about.file_size, 1) if about.file_size else 1
        return about.header_offset + int(about.compress_size * share)


class _Limited(io.RawIOBase):
    """A member that is counted as it is unpacked."""

    def __init__(self, stream: IO[bytes], name: str, most: int) -> None:
        self._stream = stream
        self._name = name
        self._left = most

    def read(self, size: int = -1) -> bytes:
        """Unpack some more."""
        try:
            chunk = self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise ValueError(f"{self._name} cannot be unpacked ({error})") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise ValueError(f"{self._name} unpacks to more than it may, as only a zip bomb does")
        return chunk

    def close(self) -> None:
        """Close the member."""
        self._stream.close()
        super().close()
