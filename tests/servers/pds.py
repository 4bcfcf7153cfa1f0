"""An AT Protocol PDS with its PLC directory, and accounts that post on it."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from firehose import Frame, frames
from processes import running
from running import HERE, Reply, ask, installed

POST = "app.bsky.feed.post"
_PAST_THE_LIMIT = "the tests themselves are never limited"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Limit:
    """How many requests an address may make in how many seconds."""

    requests: int
    seconds: int


@dataclass(frozen=True)
class Pds:
    """A running PDS."""

    url: str
    plc: str

    def xrpc(
        self,
        nsid: str,
        *,
        token: str = "",
        sent: object = None,
        limited: bool = False,
        **query: Any,
    ) -> Reply:
        """Call a method of the PDS: a procedure where something is sent, else a query."""
        headers = {} if limited else {"x-ratelimit-bypass": _PAST_THE_LIMIT}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        words = f"?{urlencode(query)}" if query else ""
        return ask(f"{self.url}/xrpc/{nsid}{words}", headers=headers, sent=sent)

    def account(self, name: str) -> "Account":
        """Make an account; its handle begins with the name."""
        # A number: many plain words are reserved, and tests that share a PDS like the same ones.
        name = f"{name}-{next(_NUMBERS)}"
        wish = {"handle": f"{name}.test", "email": f"{name}@example.org", "password": name}
        made = _done(self.xrpc("com.atproto.server.createAccount", sent=wish))
        return Account(self, made["did"], made["handle"], made["accessJwt"])

    def firehose(self, cursor: int = 0, quiet: float = 2.0) -> Iterator[Frame]:
        """Read the events since a cursor until none comes for some seconds."""
        address = self.url.removeprefix("http://")
        return frames(address, f"/xrpc/com.atproto.sync.subscribeRepos?cursor={cursor}", quiet)


@dataclass(frozen=True)
class Post:
    """A record as the PDS names it."""

    uri: str
    cid: str
    record: dict[str, Any] = field(repr=False)

    @property
    def rkey(self) -> str:
        return self.uri.rpartition("/")[2]


@dataclass(frozen=True)
class Account:
    """Someone who posts."""

    pds: Pds
    did: str
    handle: str
    token: str = field(repr=False)

    def post(self, text: str, created: str = "2026-11-20T10:00:00.000Z", **rest: Any) -> Post:
        """Make a post; `rest` goes into its record as it is."""
        record = {"$type": POST, "text": text, "createdAt": created} | rest
        return self._written("createRecord", record)

    def edit(self, post: Post, text: str) -> Post:
        """Put other words at the address of a post."""
        return self._written("putRecord", post.record | {"text": text}, rkey=post.rkey)

    def delete(self, post: Post) -> None:
        """Take a post away."""
        self._call("deleteRecord", {"rkey": post.rkey})

    def records(self, **query: Any) -> dict[str, Any]:
        """List the posts as anyone can, newest first."""
        query = {"repo": self.did, "collection": POST} | query
        return _done(self.pds.xrpc("com.atproto.repo.listRecords", **query))

    def log_in(self) -> str:
        """Give a fresh access token."""
        who = {"identifier": self.handle, "password": self.handle.removesuffix(".test")}
        return str(_done(self.pds.xrpc("com.atproto.server.createSession", sent=who))["accessJwt"])

    def _written(self, method: str, record: dict[str, Any], **where: str) -> Post:
        made = self._call(method, {"record": record} | where)
        return Post(made["uri"], made["cid"], record)

    def _call(self, method: str, sent: dict[str, Any]) -> dict[str, Any]:
        sent = {"repo": self.did, "collection": POST} | sent
        return _done(self.pds.xrpc(f"com.atproto.repo.{method}", token=self.token, sent=sent))


def _done(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, (reply.status, reply.text)
    answer: dict[str, Any] = reply.json()
    return answer


@contextmanager
def running_pds(folder: Path, limit: Limit | None = None) -> Iterator[Pds]:
    """Start a PDS that limits nobody, or each address; `limited=True` asks without the pass."""
    packages = installed("node/.installed").parent
    settings = {
        "requests": limit and limit.requests,
        "seconds": limit and limit.seconds,
        "bypass": _PAST_THE_LIMIT,
    }
    only_loopback, start = HERE / "only_loopback.cjs", HERE / "pds.mjs"
    command = ["node", "--require", only_loopback, start, packages, json.dumps(settings)]
    log = folder / "server.log"

    def addresses() -> dict[str, int]:
        first = log.read_text(encoding="utf-8").partition("\n")
        return json.loads(first[0]) if first[1] else {}

    # TMPDIR: dev-env keeps its repositories where temporary files go.
    env = {"NODE_ENV": "test", "LOG_ENABLED": "false", "TMPDIR": str(folder)}
    with running(command, folder, addresses, **env):
        ports = addresses()
        yield Pds(f"http://127.0.0.1:{ports['pds']}", f"http://127.0.0.1:{ports['plc']}")
