"""A PDS's stream of events, read with the standard library: WebSocket frames of DAG-CBOR."""

import base64
import os
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

BINARY, CLOSE, PING = 0x2, 0x8, 0x9
SIMPLE = 7


@dataclass(frozen=True)
class Frame:
    """One event: its kind, such as `#commit`, and what it says."""

    kind: str
    body: dict[str, Any]


def frames(address: str, path: str, quiet: float) -> Iterator[Frame]:
    """Connect, and give each event until none comes for some seconds or the server closes."""
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port))) as line, line.makefile("rb") as said:
        line.settimeout(quiet)
        key = base64.b64encode(os.urandom(16)).decode()
        asked = [
            f"GET {path} HTTP/1.1",
            f"Host: {address}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        line.sendall("\r\n".join([*asked, "", ""]).encode())
        answer = said.readline()
        assert b" 101 " in answer, answer
        while said.readline().strip():
            pass
        for message in _messages(said):
            stream = BytesIO(message)
            header, body = decode(stream), decode(stream)
            yield Frame(header.get("t", "error"), body)


def _messages(said: IO[bytes]) -> Iterator[bytes]:
    while first := _begun(said):
        code, size = first[0] & 0x0F, first[1] & 0x7F
        if size > 125:
            width, form = (2, ">H") if size == 126 else (8, ">Q")
            (size,) = struct.unpack(form, said.read(width))
        message = said.read(size)
        if code == CLOSE:
            return
        if code == BINARY:
            yield message
        else:
            assert code == PING, code


def _begun(said: IO[bytes]) -> bytes:
    try:
        return said.read(2)
    except TimeoutError:
        return b""


def decode(stream: IO[bytes]) -> Any:
    """Read one DAG-CBOR value."""
    kind, detail = divmod(stream.read(1)[0], 32)
    if kind == SIMPLE:
        simple = {20: False, 21: True, 22: None}
        return simple[detail] if detail in simple else struct.unpack(">d", stream.read(8))[0]
    # Numbers up to 23 stand in the first byte, others in 1, 2, 4 or 8 bytes after it.
    count = int.from_bytes(stream.read(1 << detail - 24)) if detail > 23 else detail
    return READ[kind](stream, count)


READ: dict[int, Callable[[IO[bytes], int], Any]] = {
    0: lambda _, count: count,
    1: lambda _, count: -1 - count,
    2: lambda stream, count: stream.read(count),
    3: lambda stream, count: stream.read(count).decode(),
    4: lambda stream, count: [decode(stream) for _ in range(count)],
    5: lambda stream, count: {decode(stream): decode(stream) for _ in range(count)},
    # The one tag there is: a link to a CID.
    6: lambda stream, _: cid(decode(stream).removeprefix(b"\0")),
}


def cid(raw: bytes) -> str:
    """Write a CID as the API does: base32 in small letters after a `b`."""
    return "b" + base64.b32encode(raw).decode().rstrip("=").lower()
