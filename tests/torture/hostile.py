"""A hostile web on loopback, which answers with any bytes at all, and a crawl that is watched."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from loopback import SOURCE, rows

Answer = bytes | Sequence[bytes | float]
"""Bytes, or pieces of them with seconds to wait between."""


def answer(
    body: bytes = b"",
    status: str = "200 OK",
    content_type: str = "text/html; charset=utf-8",
    **headers: str,
) -> bytes:
    """Write an honest answer; `Content_Encoding="gzip"` adds a header."""
    more = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{more}Connection: close\r\n\r\n".encode() + body


class RawSite:
    """Answer paths with bytes, and close; what has no answer is a 404. It counts connections."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.answers: dict[str, Answer] = {
            "/robots.txt": answer(b"User-agent: *\nAllow: /\n", content_type="text/plain")
        }
        self.connections = 0
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self._socket.bind((host, port))
        self._socket.listen(128)
        self.port: int = self._socket.getsockname()[1]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            line.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                got = line.recv(65536)
                if not got:
                    return
                head += got
            path = head.split(b" ", 2)[1].decode("latin-1")
            told = self.answers.get(path, answer(b"not here", "404 Not Found"))
            for piece in (told,) if isinstance(told, bytes) else told:
                if isinstance(piece, float):
                    time.sleep(piece)
                else:
                    line.sendall(piece)


@dataclass
class Crawled:
    """What a crawl did."""

    summary: dict[str, Any]
    log: str
    megabytes: float
    """The most memory that its largest process held."""

    code: int
    archive: Path = field(default=Path())

    @property
    def crashes(self) -> int:
        """1 where something broke that should have been told instead."""
        return int(self.code not in {0, 1} or "Traceback" in self.log or not self.summary)


def write_feeds(cwd: Path, url: str, feeds: str, more: str = "") -> None:
    """Write the source file of a crawl."""
    path = cwd / "sources" / "xa" / "xa_light.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE.format(url=url, feeds=feeds) + more, encoding="utf-8")


def crawl(cwd: Path, *hosts: str, **env: str) -> Crawled:
    """Crawl as a user does, and measure."""
    words = [
        sys.executable,
        "-m",
        "onrecord",
        "crawl",
        "xa_light",
        "--sources",
        "sources",
        "--json",
    ]
    words += [word for host in hosts for word in ("--allow-host", host)]
    with (cwd / "printed").open("w+") as printed, (cwd / "log").open("w+") as log:
        running = subprocess.Popen(words, cwd=cwd, stdout=printed, stderr=log, env=os.environ | env)
        most = 0.0
        while running.poll() is None:
            most = max(most, *map(_megabytes, (running.pid, *_children(running.pid))))
            time.sleep(0.05)
    told = (cwd / "printed").read_text()
    summary = json.loads(told) if told.startswith("{") else {}
    said = (cwd / "log").read_text(errors="replace")
    archive = cwd / "archive.db"
    return Crawled(summary, said, most, running.returncode, archive)


def _megabytes(pid: int) -> float:
    """Give the most that a process has held: what the system tells its parent counts that one's."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(errors="replace")
    except OSError:  # it has ended
        return 0
    found = re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0


def _children(pid: int) -> list[int]:
    try:
        return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
    except OSError:
        return []


def texts(archive: Path) -> dict[str, str]:
    """Give the texts of all statements by the paths of their addresses."""
    if not archive.exists():
        return {}
    found = rows(archive, "SELECT url, text FROM statements")
    return {"/" + row["url"].split("/", 3)[-1]: row["text"] for row in found}
