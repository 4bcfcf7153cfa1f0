"""A small server with Mastodon's API on loopback, as Mastodon does it or as snac does."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from loopback import Answer

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass
class Post:
    """A post with all its wordings, each with the time from which on it stood."""

    number: int
    wordings: list[tuple[datetime, str, str]]
    """Time, words, content warning."""
    extra: dict[str, Any] = field(default_factory=dict)


class Fediverse:
    """Serve one account, `lamps`, until left."""

    def __init__(self, style: Literal["mastodon", "snac"] = "mastodon") -> None:
        self.style = style
        self.posts: dict[int, Post] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.refuse: Callable[[str], Answer | None] = lambda _: None
        """Answers in the place of the server where it does."""
        self.slams_the_door: Literal["no", "after an answer", "at the next request"] = "no"
        """When a connection that is said to be kept is closed all the same."""
        self.slammed = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def post(self, words: str, warning: str = "", **extra: Any) -> Post:
        number = len(self.posts) + 1
        at = START + timedelta(hours=number)
        self.posts[number] = Post(number, [(at, words, warning)], extra)
        return self.posts[number]

    def edit(self, post: Post, words: str, after: timedelta, warning: str = "") -> None:
        post.wordings.append((post.wordings[-1][0] + after, words, warning))

    def id_of(self, post: Post) -> str:
        if self.style == "mastodon":
            return str(110446223051500000 + post.number)
        return f"{int(post.wordings[-1][0].timestamp())}{post.number:024x}"  # another after an edit

    def uri_of(self, post: Post) -> str:
        if self.style == "mastodon":
            return f"{self.url}/ap/users/9/statuses/{self.id_of(post)}"
        return f"{self.url}/lamps/p/{int(post.wordings[0][0].timestamp())}.{post.number:06d}"

    def status(self, post: Post) -> dict[str, Any]:
        at, words, warning = post.wordings[-1]
        mastodon = self.style == "mastodon"
        uri, number = self.uri_of(post), self.id_of(post)
        return {
            "id": number,
            "uri": uri,
            "url": f"{self.url}/@lamps/{number}" if mastodon else uri,
            "created_at": stamp(post.wordings[0][0]),
            "edited_at": stamp(at) if len(post.wordings) > 1 else None,
            "content": f"<p>{words}</p>" if mastodon else f"{words}<br>",
            "spoiler_text": warning,
            "visibility": "public",
            "language": "en",
            "account": self.account(),
            "media_attachments": [],
            "mentions": [],
            "in_reply_to_id": None,
            "reblog": None,
            "card": None,
            "poll": None,
        } | post.extra

    def account(self) -> dict[str, Any]:
        acct = "lamps" if self.style == "mastodon" else f"lamps@{self.host}"
        return {"id": "9", "username": "lamps", "acct": acct, "url": f"{self.url}/@lamps"}

    def answer(self, path: str) -> Answer:
        parts = urlsplit(path)
        query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
        if parts.path == "/robots.txt":
            allowed = "Allow: /" if self.style == "mastodon" else "Disallow: /"
            return Answer(f"User-agent: *\n{allowed}\n".encode(), content_type="text/plain")
        if parts.path == "/api/v1/accounts/lookup":
            found = query["acct"].partition("@")[0] == "lamps"
            return reply(self.account()) if found else reply({"error": "Record not found"}, 404)
        if parts.path == "/api/v1/accounts/9/statuses":
            return self._page(query)
        if found := re.fullmatch(r"/api/v1/statuses/(\w+)(/history)?", parts.path):
            return self._one(found[1], is_history=bool(found[2]))
        return self._note_at(self.url + parts.path)

    def _note_at(self, uri: str) -> Answer:
        found = [each for each in self.posts.values() if self.uri_of(each) == uri]
        return reply(self._note(found[0])) if found else Answer(b"<h1>404 Not Found</h1>", 404)

    def _page(self, query: dict[str, str]) -> Answer:
        statuses = [self.status(post) for post in reversed(self.posts.values())]
        if self.style == "snac":
            return reply(statuses[:256])
        if query.get("exclude_reblogs") == "true":
            statuses = [each for each in statuses if not each["reblog"]]
        older = [each for each in statuses if int(each["id"]) < int(query.get("max_id", 10**19))]
        page = older[: int(query.get("limit", 20))]
        headers: dict[str, str | None] = {}
        if len(older) > len(page):
            kept = "&".join(f"{name}={text}" for name, text in query.items() if name != "max_id")
            # What stands before the query is not followed: proxies spoil it.
            next_ = f'<http://inside.example/api?{kept}&max_id={page[-1]["id"]}>; rel="next"'
            headers["Link"] = f'{next_}, <http://inside.example/api?min_id=1>; rel="prev"'
        elif page:
            headers["Link"] = '<http://inside.example/api?min_id=1>; rel="prev"'
        return reply(page, headers=headers)

    def _one(self, number: str, *, is_history: bool) -> Answer:
        if self.style == "snac":
            return Answer(status=401)
        found = [each for each in self.posts.values() if self.id_of(each) == number]
        if not found:
            return reply({"error": "Record not found"}, 404)
        if not is_history:
            return reply(self.status(found[0]))
        return reply(
            [
                {"created_at": stamp(at), "content": f"<p>{words}</p>", "spoiler_text": warning}
                for at, words, warning in found[0].wordings
            ]
        )

    def _note(self, post: Post) -> dict[str, Any]:
        note = {
            "id": self.uri_of(post),
            "type": "Note",
            "published": f"{post.wordings[0][0]:%Y-%m-%dT%H:%M:%SZ}",
            "attributedTo": f"{self.url}/lamps",
            "url": self.uri_of(post),
            "content": f"{post.wordings[-1][1]}<br>",
            "summary": post.wordings[-1][2],
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        }
        if len(post.wordings) > 1:
            note["updated"] = f"{post.wordings[-1][0]:%Y-%m-%dT%H:%M:%SZ}"
        return note

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


def reply(payload: Any, status: int = 200, **rest: Any) -> Answer:
    return Answer(json.dumps(payload).encode(), status, content_type="application/json", **rest)


def _handler(server: Fediverse) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        answered = 0

        def do_GET(self) -> None:
            if self.answered and server.slams_the_door == "at the next request":
                server.slammed += 1
                linger = struct.pack("ii", 1, 0)  # a reset, in the place of an end
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            self.answered += 1
            server.asked.append(self.path)
            server.headers.append(dict(self.headers))
            answer = server.refuse(self.path) or server.answer(self.path)
            self.send_response(answer.status)
            headers = {"Content-Type": answer.content_type} | answer.headers
            for name, text in headers.items():
                if text is not None:
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            if server.slams_the_door == "after an answer":
                server.slammed += 1
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler
