"""The web server of the demo: three offices and two accounts on loopback, on each of its days."""

import sys
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from time import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from onrecord.demo.defence import DefenceSite
from onrecord.demo.foreign import ForeignSite
from onrecord.demo.premier import PremierSite
from onrecord.demo.social import SocialSite, profiles
from onrecord.demo.statements import DAYS, SOURCES, Day, office
from onrecord.demo.visits import Answer, Site, Visit, as_json, render

_LOOPBACK = "127.0.0.1"
_ROBOTS = Answer(body="User-agent: *\nAllow: /\n", content_type="text/plain; charset=utf-8")


class DemoWeb:
    """Serve the fictional offices while the context is open.

    >>> with DemoWeb() as web:
    ...     web.day = 2
    ...     web.base_url.startswith("http://127.0.0.1:")
    True

    Raises:
        OSError: on entering, where the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._day: Day = 1
        self.ago = timedelta(0)
        """How long ago it says that it is."""
        self._numbers = count(1)
        self._sites: tuple[Site, ...] = (DefenceSite(), ForeignSite(), PremierSite(), SocialSite())
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        """Take the port and begin to answer."""
        self._server = _Server((_LOOPBACK, self._port), _handler(self._answer, self._now))
        self._port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop answering and give the port back."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    @property
    def host(self) -> str:
        """The address as `--allow-host` wants it: 127.0.0.1:PORT."""
        return f"{_LOOPBACK}:{self._port}"

    @property
    def base_url(self) -> str:
        """The address that all pages begin with, without a slash at its end."""
        return f"http://{self.host}"

    @property
    def day(self) -> Day:
        """The day that visitors see; settable at any time."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        found = next((each for each in DAYS if each == day), None)
        if found is None:
            raise ValueError(f"the demo has the days 1 to {DAYS[-1]}, not day {day}")
        self._day = found

    def _now(self) -> float:
        return time() - self.ago.total_seconds()

    def _answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        visit = Visit(
            path=unquote(parts.path),
            query=parse_qsl(parts.query, keep_blank_values=True),
            day=self._day,
            number=next(self._numbers),
            base_url=self.base_url,
        )
        if visit.path == "/robots.txt":
            return _ROBOTS
        if visit.path == "/":
            offices = {source: office(source).name for source in SOURCES}
            return render("home.html", visit, offices=offices, accounts=profiles())
        answers = (site.answer(visit) for site in self._sites)
        return next((answer for answer in answers if answer), None) or _missing(visit)


def _missing(visit: Visit) -> Answer:
    if visit.path.startswith("/api/"):
        return as_json({"error": "not found"}, 404)
    return Answer(body=render("missing.html", visit).body, status=404)


class _Server(ThreadingHTTPServer):
    """Leave a visitor who hangs up out of the console."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report a fault of the server's own only."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(
    answer: Callable[[str], Answer], now: Callable[[], float]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(now() if timestamp is None else timestamp)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Keep the console quiet."""

        def _send(self, *, with_body: bool) -> None:
            answered = answer(self.path)
            body = answered.body
            body = body.encode() if isinstance(body, str) else body
            self.send_response(answered.status)
            self.send_header("Content-Type", answered.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    return Handler
