"""Halves of surrogate pairs in JSON: one would end the reading, or be read as another sign."""

import re
from typing import IO, Any

_ESCAPES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u([dD][89a-fA-F][0-9a-fA-F]{2})"
)
_MARK = rb"\\u0000\1"
_MARKED = re.compile("\0([dD][89a-fA-F][0-9a-fA-F]{2})")
_LONGEST = 12
_MORE = 64


class MarkedHalves:
    """A stream in which each half is marked, so that only its own entry is refused."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._has_halves = False

    def read(self, size: int) -> bytes:
        """Give about as much as was asked for, and cut no escape in two; nothing at the end."""
        chunk = bytearray(self._stream.read(size))
        while b"\\" in chunk[-_LONGEST:] and (more := self._stream.read(_MORE)):
            chunk += more
        marked = _ESCAPES.sub(_mark, bytes(chunk))
        self._has_halves = self._has_halves or len(marked) != len(chunk)
        return marked

    def restored(self, value: Any) -> Any:
        """Put halves back where they stood, for whoever judges texts to refuse them."""
        return _restored(value) if self._has_halves else value


def _mark(found: re.Match[bytes]) -> bytes:
    return found.expand(_MARK) if found[1] else found[0]


def _restored(value: Any) -> Any:
    if isinstance(value, str):
        return _MARKED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, list):
        return [_restored(each) for each in value]
    if isinstance(value, dict):
        return {_restored(name): _restored(each) for name, each in value.items()}
    return value
