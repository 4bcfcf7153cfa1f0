"""Heads: an answer whose headers do not end is given up before they fill the memory."""

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol
from twisted.web.client import _HTTP11ClientFactory

_MOST = 256 * 1024


class HeadTooLongError(Exception):
    """Refuse an answer with more headers than any honest one has."""


class _ShortHead(_LenientHTTP11ClientProtocol):
    """Read an answer unless its head is too long."""

    _head = 0

    def dataReceived(self, bytes: bytes) -> None:  # noqa: A002, N802 - Twisted's names
        """Take what came over the wire."""
        if self._parser is not None and self._parser.state in {STATUS, HEADER}:
            self._head += len(bytes)
            if self._head > _MOST:
                error = HeadTooLongError(f"its headers are longer than {_MOST // 1024} KiB")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(bytes)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        self._head = 0
        super()._finishResponse(rest)


class ShortHeads(_HTTP11ClientFactory):
    """Make connections that read no head that is too long."""

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        """Make a connection."""
        del addr
        return _ShortHead(self._quiescentCallback)  # type: ignore[no-untyped-call]
