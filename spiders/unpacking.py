"""Unpacking: what a body holds that came packed, piece by piece and never more than is wanted."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import brotli

try:
    from backports.zstd import ZstdDecompressor, ZstdError
except ImportError:  # part of the language from Python 3.14 on
    from compression.zstd import (  # type: ignore[import-not-found,no-redef,unused-ignore]
        ZstdDecompressor,
        ZstdError,
    )

_STEP = 1024 * 1024
_FED = 4096


class CutShortError(ValueError):
    """Say that a packed body is damaged, or ends before what it holds does."""


def packings(encoding: str) -> Sequence[str]:
    """Name the packings of a Content-Encoding, the outermost first.

    >>> packings("gzip, br")
    ('br', 'gzip')
    """
    named = (each.strip().lower() for each in encoding.split(","))
    return tuple(each for each in reversed(tuple(named)) if each and each != "identity")


def pieces(body: bytes, packing: str) -> Iterator[bytes]:
    """Give what a body holds; one that is packed in a way that is not known gives itself.

    Raises:
        CutShortError: it is damaged or ends too early, after all that could be unpacked.
    """
    unpack = _WAYS.get(packing)
    if unpack is None:
        yield body
        return
    try:
        yield from unpack(body)
    except (zlib.error, brotli.error, ZstdError, EOFError) as error:
        raise CutShortError(f"its {packing} body is cut short or damaged") from error


def first_of(body: bytes, encoding: str, most: int) -> bytes:
    """Unpack the first bytes of a body, as far as they are there."""
    for packing in packings(encoding):
        held = bytearray()
        try:
            for piece in pieces(body, packing):
                held += piece
                if len(held) >= most:
                    break
        except CutShortError:
            pass
        body = bytes(held[:most])
    return body[:most]


def how_cut_short(body: bytes, encoding: str, limit: int, *, is_cut: bool) -> str | None:
    """Say how a body as transferred is cut short; `is_cut`: its connection ended early."""
    if is_cut:
        return "the connection ended before the answer did"
    outermost = next(iter(packings(encoding)), "")
    unpacked = 0
    try:
        for piece in pieces(body, outermost) if body else ():
            unpacked += len(piece)
            if unpacked > limit:
                break
    except CutShortError as error:
        return str(error)
    return None


def _zlib(body: bytes, wbits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits)
    while not unpacker.eof:
        piece = unpacker.decompress(body, _STEP)
        body = unpacker.unconsumed_tail
        if not piece and not body and not unpacker.eof:
            raise EOFError
        yield piece


def _deflate(body: bytes) -> Iterator[bytes]:
    """Servers mean either of two formats by deflate."""
    has_begun = False
    try:
        for piece in _zlib(body, 15):
            has_begun = has_begun or bool(piece)
            yield piece
    except zlib.error:
        if has_begun:
            raise
        yield from _zlib(body, -15)


def _brotli(body: bytes) -> Iterator[bytes]:
    unpacker: Any = brotli.Decompressor()
    for start in range(0, len(body), _FED):
        yield unpacker.process(body[start : start + _FED], output_buffer_limit=_STEP)
        while not unpacker.can_accept_more_data():
            yield unpacker.process(b"", output_buffer_limit=_STEP)
    if not unpacker.is_finished():
        raise EOFError


def _zstd(body: bytes) -> Iterator[bytes]:
    """Unpack frame by frame: a body may be several."""
    while body:
        unpacker = ZstdDecompressor()
        while not unpacker.eof:
            piece = unpacker.decompress(body, _STEP)
            body = b""
            yield piece
            if not unpacker.eof and unpacker.needs_input:
                raise EOFError
        body = unpacker.unused_data


_WAYS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": lambda body: _zlib(body, 31),
    "x-gzip": lambda body: _zlib(body, 31),
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
