"""JSON streams: one object with one long array in it, such as an export, read entry by entry."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

import ijson

from spiders.formats.halves import MarkedHalves
from spiders.formats.json_records import LARGEST, Piece, shallow

_STEP = 65_536


class ObjectStream:
    """An object, its long array, and the short fields that stand before that array."""

    def __init__(self, stream: IO[bytes], name: str, array: str) -> None:
        self._source = _Counted(stream, name)
        self._name = name
        self._array = array
        self.fields: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Piece]:
        """Read the array.

        Raises:
            ValueError: it cannot be read on.
        """
        number = 0
        events = self._noting(ijson.parse(shallow(ijson.basic_parse(self._source))))
        try:
            for found in ijson.items(events, f"{self._array}.item"):
                number += 1
                yield Piece(number, self._source.read_so_far, self._source.restored(found))
                self._source.since_last = 0
        except (ijson.JSONError, UnicodeDecodeError) as error:
            words = " ".join(str(error).partition("\n")[0].split())
            raise ValueError(
                f"{self._name} cannot be read on after entry {number} ({words}): is the file whole?"
            ) from error
        if not number and self._array not in self.fields:
            raise ValueError(f"{self._name} holds no list named {self._array!r}")

    def _noting(self, events: Iterable[Any]) -> Iterator[Any]:
        for prefix, event, value in events:
            if "." not in prefix and prefix and event in {"string", "number", "start_array"}:
                self.fields[prefix] = value
            yield prefix, event, value


class _Counted:
    """A stream that is counted as it is read, and that no single entry may fill."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = MarkedHalves(stream)
        self.restored = self._stream.restored
        self._name = name
        self._is_begun = False
        self.read_so_far = 0
        self.since_last = 0

    def read(self, size: int = _STEP) -> bytes:
        """Give some more; nothing at the end."""
        if size == 0:  # ijson asks so which kind of stream it is
            return b""
        chunk = self._stream.read(max(size, _STEP))
        self.read_so_far += len(chunk)
        self.since_last += len(chunk)
        if self.since_last > LARGEST + _STEP:
            raise ValueError(
                f"{self._name} has an entry of more than {LARGEST // 1024**2} MiB near byte "
                f"{self.read_so_far}: it is no list of posts"
            )
        if not self._is_begun:
            self._is_begun = True
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        return chunk
