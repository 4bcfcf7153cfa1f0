"""Processes of real servers on loopback: start one, wait for its answer, stop that one."""

import json
import os
import random
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".servers"
PATIENCE = 60.0
"""Seconds; the slowest server takes three where nothing else runs."""

NOWHERE = {
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "no_proxy": "127.0.0.1,localhost",
}
"""Keeps a server that would call out, as a Fediverse server does, on this machine."""


def installed(path: str) -> Path:
    """Find a file of a server, or end the test in the way that the run asks for."""
    file = INSTALLED / path
    if not file.exists():
        absent = f"no {file}: run tests/servers/install.sh (`make test-servers` does)"
        if os.environ.get("ONRECORD_SERVERS") == "1":
            pytest.fail(absent, pytrace=False)
        pytest.skip(absent)
    return file


def free_port() -> int:
    """Name a port below those that the system hands to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def running(
    command: Sequence[object],
    folder: Path,
    answers: Callable[[], object],
    **env: str,
) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server up; `answers` says true, or fails to connect, until it is there."""
    log = folder / "server.log"
    # Not even a test run that is killed leaves a server behind.
    tied = ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)]
    with log.open("ab") as said:
        process = subprocess.Popen(
            tied,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=os.environ | env,
        )
    try:
        _wait(process, answers, log)
        yield process
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], object], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            ready = answers()
        except (OSError, HTTPException):
            ready = False
        if process.poll() is not None:
            break
        if ready:
            return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    pytest.fail(
        f"{process.args!r} did not start (exit {process.returncode}): {said}", pytrace=False
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


@dataclass(frozen=True)
class Reply:
    """What a server said, whatever its status."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class _AsItCame(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: a redirect is an answer too."""


def ask(
    url: str,
    *,
    method: str | None = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    sent: object = None,
    trust: Path | None = None,
) -> Reply:
    """Ask once, past any proxy, with a form or with something sent as JSON."""
    told = dict(headers or {})
    body = None
    if form is not None:
        body = urlencode(form).encode()
    elif sent is not None:
        body = json.dumps(sent).encode()
        told["Content-Type"] = "application/json"
    context = ssl.create_default_context(cafile=trust)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=context),
        _AsItCame(),
    )
    request = urllib.request.Request(url, body, told, method=method)
    try:
        with opener.open(request, timeout=30) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except HTTPError as refused:
        with refused:
            return Reply(refused.code, refused.headers, refused.read())
