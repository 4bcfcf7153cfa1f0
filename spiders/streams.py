"""Streams: read an AT Protocol repository stream over WebSocket as one response to be captured."""

import asyncio
import ipaddress
import time
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qs, urldefrag, urlsplit

from scrapy import Request
from scrapy.exceptions import NotSupported
from scrapy.http import Headers, Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.base import ReactorBase

from archive.clock import utc_now, utc_text
from spiders.patience import PatientHandler
from spiders.platforms.atproto_events import Frame, read_frames

CONTENT_TYPE = "application/cbor-seq"
TOLD = "Onrecord-Stream"
"""The header in which a response that was a stream says how it was read."""

_PORTS = {"http": 80, "https": 443}
_LARGEST_MESSAGE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much is read of a stream that never ends."""

    seconds: float = 300
    read: int = 512 * 1024 * 1024
    """Bytes, of all repositories of the server."""

    kept: int = 32 * 1024 * 1024
    """Bytes, of the one repository."""

    first: float = 10
    """Seconds to wait for the first frame."""

    quiet: float = 5
    """Seconds without a frame after which nothing more is waiting to be told."""


@dataclass(slots=True)
class Reading:
    """What was read of a stream so far."""

    did: str
    until_rev: str
    cursor: int
    started_at: str
    kept: bytearray = field(default_factory=bytearray)
    read: int = 0
    frames: int = 0
    unreadable: int = 0

    def add(self, message: bytes | str) -> bool:
        """Keep a message that is about the repository; tell whether it brings us up to now."""
        packed = message if isinstance(message, bytes) else message.encode()
        self.read += len(packed)
        self.frames += 1
        try:
            (frame,) = read_frames(packed)
        except ValueError:
            self.unreadable += 1
            return False
        if frame.body.get("error") == "FutureCursor":
            self.cursor = 0  # the server has begun to count anew
        self.cursor = max(self.cursor, frame.seq)
        if frame.did in {self.did, None}:
            self.kept += packed
        return self._is_at_the_end(frame)

    def _is_at_the_end(self, frame: Frame) -> bool:
        if frame.did == self.did and self.until_rev and frame.rev >= self.until_rev:
            return True
        return frame.at is not None and frame.at > self.started_at


class StreamingHandler(PatientHandler):
    """Download over HTTP, and over WebSocket what is asked for with `Upgrade: websocket`.

    A stream `https://.../subscribeRepos?cursor=N#did:...` is read until it tells of now. The body
    is the sequence of the frames about the repository named after the `#`, as they came; the ETag
    is the number of the last frame read, whoever it was about: where to go on.
    """

    limits = Limits()

    async def send(self, request: Request) -> Response:
        """Send; a stream is a response when it has been read.

        Raises:
            NotSupported: the library for WebSocket is not installed.
        """
        if request.headers.get("Upgrade") != b"websocket":
            return await super().send(request)
        try:
            return await self._read_stream(request)
        except ImportError as error:
            raise NotSupported("install onrecord[stream] to read repository streams") from error

    async def _read_stream(self, request: Request) -> Response:
        from websockets.exceptions import InvalidStatus

        url, did = urldefrag(request.url)
        parts = urlsplit(url)
        cursor = parse_qs(parts.query).get("cursor", ["0"])[0]
        reading = Reading(
            did=did,
            until_rev=request.meta.get("until_rev", ""),
            cursor=int(cursor) if cursor.isdecimal() else 0,
            started_at=utc_text(utc_now()),
        )
        address = await _address(parts.hostname or "")
        try:
            ended = await self._read(url, address, request, reading)
        except InvalidStatus as refused:
            answer = refused.response
            headers, body = dict(answer.headers.raw_items()), bytes(answer.body or b"")
            return _response(request, answer.status_code, headers, body, address)
        headers = {
            "Content-Type": CONTENT_TYPE,
            "ETag": f'"{reading.cursor}"',
            TOLD: f"{did} only; {reading.frames} frames read, {reading.unreadable} unreadable; "
            f"ended: {ended}",
        }
        return _response(request, 200, headers, bytes(reading.kept), address)

    async def _read(self, url: str, address: str, request: Request, reading: Reading) -> str:
        """Read until we are up to now or a limit is reached; say why it ended."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed

        class Direct(connect):
            """Leave redirects to those who judge where they lead."""

            def process_redirect(self, exc: Exception) -> Exception:
                return exc

        parts = urlsplit(url)
        agent = request.headers.get("User-Agent")
        most = self.limits
        until = time.monotonic() + most.seconds
        async with Direct(
            url.replace("http", "ws", 1),
            host=address,  # the one that was judged
            port=parts.port or _PORTS[parts.scheme],
            proxy=None,
            compression=None,
            max_size=_LARGEST_MESSAGE,
            close_timeout=2,
            user_agent_header=agent.decode() if agent else None,
        ) as line:
            while True:
                patience = most.quiet if reading.frames else most.first
                left = until - time.monotonic()
                try:
                    message = await asyncio.wait_for(line.recv(), min(patience, left))
                except TimeoutError:
                    return "limit of time" if left <= patience else "quiet"
                except ConnectionClosed as closed:
                    return f"closed ({closed})"
                if reading.add(message):
                    return "up to now"
                if reading.read > most.read or len(reading.kept) > most.kept:
                    return "limit of bytes"


async def _address(host: str) -> str:
    """Give the address of a host, judged by the resolver that all requests use."""
    from twisted.internet import reactor

    try:
        return str(ipaddress.ip_address(host))  # judged by the address guard
    except ValueError:
        found: Any = await maybe_deferred_to_future(cast("ReactorBase", reactor).resolve(host))
        return str(found)


def _response(
    request: Request, status: int, headers: dict[str, str], body: bytes, address: str
) -> Response:
    return Response(
        request.url,
        status=status,
        headers=Headers(headers),
        body=body,
        ip_address=ipaddress.ip_address(address),
        protocol="HTTP/1.1",
    )
