"""A small web on loopback for the tests, and the program as a user starts it."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database


@dataclass(frozen=True)
class Answer:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str | None] = field(default_factory=dict)
    """None leaves a header out that would be sent."""
    content_type: str = "text/html; charset=utf-8"


class Site:
    """Serve answers by path until left; unknown paths are 404.

    `forms` answer what is posted to a path. With `has_etags`, a page that is asked for again with
    its ETag is a 304, which repeats the ETag or, `is_terse`, does not. `sent` counts the bytes of
    all answers, headers included.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {"/robots.txt": Answer(b"User-agent: *\nAllow: /\n")}
        self.forms: dict[str, Callable[[str], Answer]] = {}
        self.has_etags = False
        self.is_terse = False
        self.asked: list[str] = []
        self.sent = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def html(self, path: str, body: str, **rest: Any) -> None:
        self.answers[path] = Answer(f"<html><body>{body}</body></html>".encode(), **rest)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = site.answers.get(self.path, Answer(b"not here", 404))
            etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
            if not site.has_etags or answer.status != 200:
                self._answer(answer, {})
            elif self.headers.get("If-None-Match") == etag:
                headers = {} if site.is_terse else {"ETag": etag}
                self._answer(Answer(status=304, headers={"Content-Type": None}), headers)
            else:
                self._answer(answer, {"ETag": etag})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = site.forms.get(self.path)
            self._answer(form(sent) if form else Answer(b"no form", 404), {})

        def _answer(self, answer: Answer, headers: dict[str, str | None]) -> None:
            site.asked.append(self.path)
            self.send_response_only(answer.status)
            headers |= {"Content-Type": answer.content_type} | answer.headers
            headers.setdefault("Content-Length", str(len(answer.body)))
            headers.setdefault("Date", self.date_time_string())
            for name, text in headers.items():
                if text is not None:
                    self.send_header(name, text)
            site.sent += sum(map(len, self._headers_buffer)) + len(answer.body)
            self.end_headers()
            try:
                self.wfile.write(answer.body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler


SOURCE = """
office: Ministry of Lighthouses
country: xa
publisher: Government of Arvenna
url: {url}/
language: en
timezone: Europe/Vienna
feeds:
{feeds}
provenance: {{from: a test, verified: never}}
crawl: {{delay: 0, recheck_when: always}}
"""
LISTING = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    title: a
    published: .day
    next: a.next::attr(href)
    pages: 5
    page: {{title: h1, text: .words, speaker: .by}}
"""


def write_source(folder: Path, site: Site, name: str = "xa_light", feeds: str = LISTING) -> Path:
    """Write a source file that reads a site, and name the folder."""
    path = folder / name.partition("_")[0] / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE.format(url=site.url, feeds=feeds.format(url=site.url)), encoding="utf-8")
    return folder


def listing(entries: dict[str, str], older: str = "") -> str:
    """Write an index: path to date."""
    rows = "".join(
        f'<li><a href="{path}">Title of {path}</a> <span class="day">{day}</span></li>'
        for path, day in entries.items()
    )
    link = f'<a class="next" href="{older}">older</a>' if older else ""
    return f"<ul>{rows}</ul>{link}"


def release(words: str, title: str = "A title", by: str = "") -> str:
    """Write a press release."""
    return f'<h1>{title}</h1><p class="by">{by}</p><div class="words"><p>{words}</p></div>'


def onrecord(
    *words: str | Path,
    cwd: Path,
    stdin: str | None = None,
    hours: float | None = None,
    **env: str,
) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does; so many hours from now, if told."""
    program = ["onrecord"] if hours is None else ["onrecord.demo.earlier", str(-hours)]
    return subprocess.run(
        [sys.executable, "-m", *program, *map(str, words)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=os.environ | env,
    )


def rows(archive: Path, sql: str) -> list[dict[str, Any]]:
    """Ask an archive."""
    db = Database(archive)
    try:
        return [dict(row) for row in db.query(sql)]
    finally:
        db.close()


def crawl(site: Site, cwd: Path, *words: str | Path, name: str = "xa_light") -> dict[str, Any]:
    """Crawl a site as a user does, and give the summary that it printed."""
    arguments = ["crawl", name, "--sources", cwd / "sources", "--allow-host", site.host, "--json"]
    finished = onrecord(*arguments, *words, cwd=cwd)
    assert finished.returncode in {0, 1}, finished.stderr
    assert finished.stdout, finished.stderr
    summary: dict[str, Any] = json.loads(finished.stdout)
    return summary | {"exit": finished.returncode, "log": finished.stderr}
