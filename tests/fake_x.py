"""A fake X API v2 on loopback: one account, in the contract's shape, limits and refusals too."""

import json
import math
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from sqlite_utils import Database

FIRST_ID = 1_900_000_000_000_000_001
"""Larger than a number in JavaScript can be told apart."""

USER_ID, USERNAME = "4503599627370497", "lighthouses_xa"
TOKEN = "canary-A7f3-bearer-of-nobody"
PROBLEMS = "https://api.x.com/2/problems"
WORDS = {
    "post.fields": ("edit_history_post_ids", "note_post", "referenced_posts", "posts"),
    "tweet.fields": ("edit_history_tweet_ids", "note_tweet", "referenced_tweets", "tweets"),
}
PARAMETERS = {"max_results", "pagination_token", "since_id", "until_id", "exclude", "ids"}
PARAMETERS |= {"expansions", "media.fields", "user.fields"}
Fate = Literal["stands", "deleted", "left out", "kept back"]


@dataclass
class FakePost:
    """One version of a post."""

    id: int
    text: str
    created_at: str
    history: list[int]
    note: str | None = None
    refers: dict[str, int] = field(default_factory=dict)
    fate: Fate = "stands"
    extra: dict[str, Any] = field(default_factory=dict)


Answered = tuple[int, dict[str, Any]]


class FakeX:
    """Serve an account until left. `asked` holds the paths, `gave` the posts charged for."""

    def __init__(self, *, speaks: Iterable[str] = WORDS, pages_of: int = 100) -> None:
        self.posts: dict[int, FakePost] = {}
        self.others: dict[int, FakePost] = {}
        self.speaks = {*speaks}
        self.token = TOKEN
        self.pages_of = pages_of
        self.asked: list[str] = []
        self.gave = 0
        self.too_early = 0
        self.refused = 0
        self.limit: int | None = None
        self.wait = 1.0
        self.header = "Retry-After"
        self.whole_answer: Answered | None = None
        self._since = 0
        self._blocked_until = 0.0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

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

    def publish(self, text: str, *, hours_ago: float = 48, **rest: Any) -> int:
        """Post something, and give its id."""
        new = max([FIRST_ID, *self.posts]) + 1_001
        at = datetime.now(UTC) - timedelta(hours=hours_ago)
        written = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.posts[new] = FakePost(new, text, written, [new], **rest)
        return new

    def edit(self, post_id: int, text: str) -> int:
        """Post a new version, and give its id."""
        new = self.publish(text, hours_ago=0.1)
        history = [*self.posts[post_id].history, new]
        for each in history:
            self.posts[each].history = history
        return new

    def answer(self, path: str, token: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Answer a request."""
        self.asked.append(path)
        headers = self._limit_headers()
        if headers is not None:
            self.refused += 1
            return 429, headers, {"title": "Too Many Requests", "detail": "Too Many Requests"}
        if token != f"Bearer {self.token}":
            return 401, {}, {"title": "Unauthorized", "detail": "Unauthorized", "status": 401}
        status, body = self.whole_answer or self._contents(path)
        includes = body.get("includes", {})
        given = [*body.get("data", []), *includes.get("posts", []), *includes.get("tweets", [])]
        self.gave += len({each["id"] for each in given if isinstance(each, dict)})
        return status, {}, body

    def _limit_headers(self) -> dict[str, str] | None:
        now = time.time()
        if now < self._blocked_until:
            self.too_early += 1
        elif self.limit is None or self._since < self.limit:
            self._since += 1
            return None
        else:
            self._since, self._blocked_until = 0, now + self.wait
        left = self._blocked_until - now
        if self.header == "Retry-After":
            return {"Retry-After": str(math.ceil(left))}
        reset = math.ceil(self._blocked_until)
        self._blocked_until = reset
        return {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}

    def _contents(self, path: str) -> Answered:
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        strange = query.keys() - PARAMETERS - self.speaks
        if strange:
            return _invalid(f"The query parameter {sorted(strange)} is not one of the known ones")
        if parts.path == f"/2/users/by/username/{USERNAME}":
            return 200, {"data": {"id": USER_ID, "name": "X", "username": USERNAME}}
        if parts.path == f"/2/users/{USER_ID}/tweets":
            return self._timeline(query)
        if parts.path == "/2/tweets":
            return self._lookup(query)
        return 200, {"errors": [_problem("resource-not-found", "Not Found Error", path, "id")]}

    def _timeline(self, query: dict[str, str]) -> Answered:
        size = int(query.get("max_results", "10"))
        if not 5 <= size <= 100:
            return _invalid("max_results must be between 5 and 100")
        size = min(size, self.pages_of)
        newer, older = int(query.get("since_id", 0)), int(query.get("until_id", 2**63))
        excluded = query.get("exclude", "").split(",")
        listed = [
            post
            for post in sorted(self.posts.values(), key=lambda post: post.id, reverse=True)
            if newer < post.id < older
            and post.id == post.history[-1]
            and post.fate in {"stands", "left out"}
            and not ("retweets" in excluded and "retweeted" in post.refers)
            and not ("replies" in excluded and "replied_to" in post.refers)
        ]
        start = int(query.get("pagination_token", "t0")[1:])
        page = listed[start : start + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if start + size < len(listed):
            meta["next_token"] = f"t{start + size}"
        body = self._body(page, query)
        return 200, (body if page else {}) | {"meta": meta}

    def _lookup(self, query: dict[str, str]) -> Answered:
        ids = [int(each) for each in query["ids"].split(",")]
        if len(ids) > 100:
            return _invalid("ids must hold at most 100")
        found = [self.posts[each] for each in ids if self._fate(each) == "stands"]
        errors = []
        for each in ids:
            if self._fate(each) == "deleted":
                detail = f"Could not find post with ids: [{each}]."
                problem = _problem("resource-not-found", "Not Found Error", str(each), "ids")
                errors.append(problem | {"detail": detail})
            elif self._fate(each) == "kept back":
                errors.append(
                    _problem("not-authorized-for-resource", "Authorization Error", str(each), "ids")
                )
        body = self._body(found, query) if found else {}
        return 200, body | ({"errors": errors} if errors else {"meta": {}})

    def _fate(self, post_id: int) -> Fate:
        return self.posts[post_id].fate if post_id in self.posts else "deleted"

    def _body(self, posts: list[FakePost], query: dict[str, str]) -> dict[str, Any]:
        named = next((each for each in WORDS if each in query), "tweet.fields")
        asked = {*query.get(named, "").split(","), *query.get("expansions", "").split(",")}
        along = {other for post in posts for other in post.refers.values()}
        along |= {each for post in posts for each in post.history}
        known = self.posts | self.others
        others = [_as_json(known[each], named, asked) for each in sorted(along) if each in known]
        return {
            "data": [_as_json(post, named, asked) for post in posts],
            "includes": {WORDS[named][3]: others},
        }


def age(archive: Path, hours: int) -> None:
    """Let an archive have been written some hours earlier."""
    db = Database(archive)
    shift = f"'-{hours} hours'"
    for table, columns in {
        "checks": ["checked_at"],
        "statements": ["published_at", "first_seen_at", "last_seen_at"],
    }.items():
        for column in columns:
            db.execute(
                f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, {shift})"
            )
    db.conn.commit()
    db.close()


def _as_json(post: FakePost, named: str, asked: set[str]) -> dict[str, Any]:
    history, note, refers, _ = WORDS[named]
    made: dict[str, Any] = {"id": str(post.id), "text": post.text}
    made[history] = [str(each) for each in post.history]
    if "created_at" in asked:
        made |= {"created_at": post.created_at, "lang": "en"} | post.extra
    if post.note and note in asked:
        made[note] = {"text": post.note}
    if post.refers and asked & {refers, f"{refers}.id"}:
        made[refers] = [{"type": kind, "id": str(other)} for kind, other in post.refers.items()]
    return made


def _invalid(detail: str) -> Answered:
    return 400, {
        "title": "Invalid Request",
        "detail": detail,
        "type": f"{PROBLEMS}/invalid-request",
    }


def _problem(kind: str, title: str, value: str, parameter: str) -> dict[str, str]:
    return {
        "type": f"{PROBLEMS}/{kind}",
        "title": title,
        "detail": f"{title}: [{value}].",
        "value": value,
        "resource_id": value,
        "resource_type": "post",
        "parameter": parameter,
    }


def _handler(api: FakeX) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = api.answer(self.path, self.headers.get("Authorization", ""))
            sent = json.dumps(body).encode()
            self.send_response(status)
            about = {"Content-Type": "application/json", "Content-Length": str(len(sent))}
            for name, text in (about | headers).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    return Handler
