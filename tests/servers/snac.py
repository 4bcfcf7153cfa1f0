"""A snac server: the Mastodon API at its most hostile, and users who post on it."""

import base64
import itertools
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from processes import free_port, running
from running import Reply, ask, installed

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Snac:
    """A running snac."""

    url: str
    folder: Path

    def user(self, name: str) -> "User":
        """Make a user, who can log in; the name gets a number, since tests share a snac."""
        name = f"{name}{next(_NUMBERS)}"
        said = self.run("adduser", name)
        password = re.search(r"password is (\S+)", said)
        assert password, said
        form = {"login": name, "passwd": password[1], "redir": "", "cid": "", "state": ""}
        token = ask(f"{self.url}/oauth/x-snac-get-token", form=form).text.strip()
        found = ask(f"{self.url}/api/v1/accounts/lookup?acct={name}").json()
        return User(self, name, found["id"], token, password[1])

    def run(self, command: str, *words: str) -> str:
        """Run snac's own command on the server's folder, also while it serves."""
        program = installed("debian/usr/bin/snac")
        finished = subprocess.run(
            [program, command, self.folder, *words],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return finished.stdout


@dataclass(frozen=True)
class User:
    """Someone who posts."""

    snac: Snac
    name: str
    id: str
    token: str = field(repr=False)
    password: str = field(repr=False)

    def post(self, text: str) -> dict[str, Any]:
        """Post, and give the status as the server gave it."""
        return self._status("POST", "", text)

    def post_many(self, texts: list[str]) -> None:
        """Post quickly, and learn nothing of the statuses."""
        for text in texts:
            self.snac.run("note", self.name, text)

    def edit(self, status: dict[str, Any], text: str) -> dict[str, Any]:
        """Change a status; an id begins with the second of the last change, so wait it out."""
        while int(time.time()) <= int(status["id"][:10]):
            time.sleep(0.05)
        return self._status("PUT", f"/{status['id']}", text)

    def delete(self, status: dict[str, Any]) -> None:
        """Delete a status, which snac allows on its own pages only."""
        form = {"id": status["uri"], "action": "Delete"}
        reply = ask(f"{self.snac.url}/{self.name}/admin/action", form=form, headers=self._basic())
        assert reply.status == 303, reply

    def statuses(self, query: str = "") -> Reply:
        """Ask for the statuses as anyone can."""
        return ask(f"{self.snac.url}/api/v1/accounts/{self.id}/statuses{query}")

    def _status(self, method: str, path: str, text: str) -> dict[str, Any]:
        address = f"{self.snac.url}/api/v1/statuses{path}"
        form = {"status": text, "visibility": "public"}
        token = {"Authorization": f"Bearer {self.token}"}
        reply = ask(address, method=method, form=form, headers=token)
        assert reply.status == 200, reply
        status: dict[str, Any] = reply.json()
        return status

    def _basic(self) -> dict[str, str]:
        pair = f"{self.name}:{self.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


@contextmanager
def running_snac(folder: Path) -> Iterator[Snac]:
    """Start snac with nobody on it."""
    program, port, kept = installed("debian/usr/bin/snac"), free_port(), folder / "kept"
    here = f"127.0.0.1:{port}"
    # It asks for address, port, host, prefix and e-mail, one a line.
    asked = f"127.0.0.1\n{port}\n{here}\n\n\n"
    subprocess.run(
        [program, "init", kept], input=asked, text=True, check=True, capture_output=True, timeout=30
    )
    settings = kept / "server.json"
    # It sends each post to itself, with the threads that should answer: many, and little patience.
    chosen = {"protocol": "http", "num_threads": 256, "queue_timeout": 1, "queue_timeout_2": 1}
    settings.write_text(json.dumps(json.loads(settings.read_text()) | chosen), encoding="utf-8")
    snac = Snac(f"http://{here}", kept)
    with running([program, "httpd", kept], folder, lambda: ask(snac.url)):
        yield snac
