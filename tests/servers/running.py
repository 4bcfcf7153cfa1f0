"""What the tests of real servers share: where a server is installed, and how it is asked."""

import json
import os
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".servers"
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
