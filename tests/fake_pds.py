"""A small AT Protocol server on loopback: accounts, records, their listing and their stream."""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from libipld import decode_multibase, encode_cid, encode_dag_cbor
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from spiders.platforms.atproto import DAG_CBOR_SHA256, record_cid

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def tid(number: int) -> str:
    """Make the key of a record or a revision: microseconds since 1970 and a clock's number."""
    value, digits = number << 10, ""
    for _ in range(13):
        value, digit = divmod(value, 32)
        digits = _DIGITS[digit] + digits
    return digits


def cid_of(block: bytes) -> bytes:
    return DAG_CBOR_SHA256 + hashlib.sha256(block).digest()


def car(root: bytes, blocks: dict[bytes, bytes]) -> bytes:
    """Write blocks as a CAR file."""
    header = encode_dag_cbor({"roots": [root], "version": 1})
    return _sized(header) + b"".join(_sized(cid + block) for cid, block in blocks.items())


def _sized(section: bytes) -> bytes:
    length, packed = len(section), b""
    while length > 0x7F:
        packed += bytes([length & 0x7F | 0x80])
        length >>= 7
    return packed + bytes([length]) + section


def repository(did: str, records: dict[str, Any], rev: str) -> tuple[bytes, dict[bytes, bytes]]:
    """Write a repository with one node, unsigned: the commit's CID, and all blocks."""
    blocks: dict[bytes, bytes] = {}

    def add(value: object) -> bytes:
        block = encode_dag_cbor(value)
        blocks[cid_of(block)] = block
        return cid_of(block)

    entries = [
        {"p": 0, "k": path.encode(), "v": add(records[path]), "t": None} for path in sorted(records)
    ]
    node = add({"l": None, "e": entries})
    root = add({"did": did, "version": 3, "rev": rev, "prev": None, "data": node, "sig": b"none"})
    return root, blocks


def frame(kind: str, body: dict[str, Any]) -> bytes:
    """Write one message of a stream."""
    header = {"op": -1} if kind == "error" else {"op": 1, "t": kind}
    return encode_dag_cbor(header) + encode_dag_cbor(body)


@dataclass
class FakePds:
    """One account on one server; every answer has an ETag and is a 304 to who has it."""

    did: str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
    handle: str = "lights.arvenna.example"
    refusal: str = ""
    """What the server says of the whole account, such as RepoTakendown."""

    too_many: int = 0
    """How many requests are answered 429 from now on."""

    tells_prev: bool = True
    has_stream: bool = True
    stream_moves_to: str = ""
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    frames: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    seq: int = 0
    time: str = "2026-11-20T10:00:00.000Z"
    _rev: int = 1_795_000_000_000_000

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.socket.getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def rev(self) -> str:
        return tid(self._rev)

    def post(self, text: str, *, created: str = "2026-11-20T10:00:00.000Z", **rest: Any) -> str:
        """Write a post, and name its path."""
        path = f"{POST}/{tid(self._rev + 500)}"
        self._put(path, {"$type": POST, "text": text, "createdAt": created} | rest)
        return path

    def repost(self, uri: str) -> str:
        path = f"{REPOST}/{tid(self._rev + 500)}"
        subject = {"uri": uri, "cid": "bafyreia"}
        record = {"$type": REPOST, "subject": subject, "createdAt": self.time}
        self._put(path, record)
        return path

    def edit(self, path: str, text: str) -> None:
        self._put(path, self.records[path] | {"text": text})

    def delete(self, path: str) -> None:
        gone = self.records.pop(path)
        self._commit({"action": "delete", "path": path, "cid": None}, self._cid(gone))

    def uri(self, path: str) -> str:
        return f"at://{self.did}/{path}"

    def cid(self, path: str) -> str:
        return str(record_cid(self.records[path]))

    def say(self, kind: str, **body: Any) -> None:
        """Send an event of another kind."""
        self.seq += 1
        self.frames.append(frame(kind, {"seq": self.seq, "time": self.time} | body))

    def exported(self) -> bytes:
        """Give the whole repository as a CAR file."""
        return car(*repository(self.did, self.records, self.rev))

    def _put(self, path: str, record: dict[str, Any]) -> None:
        before = self.records.get(path)
        self.records[path] = record
        action = "update" if before else "create"
        op = {"action": action, "path": path, "cid": self._cid(record)}
        self._commit(op, before and self._cid(before))

    def _commit(self, op: dict[str, Any], prev: Any) -> None:
        self._rev += 1000
        root, blocks = repository(self.did, self.records, self.rev)
        if prev and self.tells_prev:
            op["prev"] = prev
        body = {"repo": self.did, "rev": self.rev, "commit": root, "ops": [op], "tooBig": False}
        self.say("#commit", blocks=car(root, blocks), **body)

    def _cid(self, record: dict[str, Any]) -> bytes:
        return bytes(decode_multibase(str(record_cid(record)))[1])

    def _answer(self, method: str, asked: dict[str, str]) -> tuple[int, Any]:
        match method:
            case "com.atproto.identity.resolveHandle" if asked["handle"] == self.handle:
                return 200, {"did": self.did}
            case "com.atproto.sync.getLatestCommit" if self.refusal:
                return 400, {"error": self.refusal, "message": f"not now: {self.did}"}
            case "com.atproto.sync.getLatestCommit":
                root = encode_cid(repository(self.did, self.records, self.rev)[0])
                return 200, {"cid": root, "rev": self.rev}
            case "com.atproto.repo.listRecords" if int(asked["limit"]) <= 100:
                return 200, self._page(asked)
            case "com.atproto.repo.getRecord":
                return self._record(f"{asked['collection']}/{asked['rkey']}")
        return 400, {"error": "InvalidRequest", "message": "Bad request"}

    def _record(self, path: str) -> tuple[int, Any]:
        if path in self.records:
            return 200, self._listed(path)
        told = f"Could not locate record: {self.uri(path)}"
        return 400, {"error": "RecordNotFound", "message": told}

    def _page(self, asked: dict[str, str]) -> dict[str, Any]:
        paths = sorted(each for each in self.records if each.startswith(asked["collection"] + "/"))
        if "cursor" in asked:
            at = f"{asked['collection']}/{asked['cursor']}"
            paths = [each for each in paths if (each > at if "reverse" in asked else each < at)]
        page = (paths if "reverse" in asked else paths[::-1])[: int(asked["limit"])]
        cursor = {"cursor": page[-1].partition("/")[2]} if page else {}
        return {"records": [self._listed(each) for each in page]} | cursor

    def _listed(self, path: str) -> dict[str, Any]:
        return {"uri": self.uri(path), "cid": self.cid(path), "value": self.records[path]}

    def _document(self) -> dict[str, Any]:
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.url,
        }
        return {"id": self.did, "alsoKnownAs": [f"at://{self.handle}"], "service": [service]}

    def _http(self, _: ServerConnection, request: Request) -> Response | None:
        """Answer over HTTP, or leave a stream to its own."""
        self.asked.append(request.path)
        if request.headers.get("Upgrade") and self.has_stream:
            moved = Headers({"Location": self.stream_moves_to, "Content-Length": "0"})
            return Response(302, "Found", moved, b"") if self.stream_moves_to else None
        parts = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if parts.path == "/robots.txt" or request.headers.get("Upgrade"):
            status, answer = 404, {}
        elif self.too_many:
            self.too_many -= 1
            status, answer = 429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
            headers["Retry-After"] = "1"
        elif parts.path == f"/{self.did}":
            status, answer = 200, self._document()
        else:
            status, answer = self._answer(parts.path.removeprefix("/xrpc/"), asked)
        body = json.dumps(answer, ensure_ascii=False).encode()
        headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        if status == 200 and request.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        headers |= {"Content-Length": str(len(body)), "Connection": "close"}
        self.sent += len(body) + sum(len(name) + len(text) + 4 for name, text in headers.items())
        return Response(status, HTTPStatus(status).phrase, Headers(headers), body)

    def _stream(self, line: ServerConnection) -> None:
        """Send the events behind the cursor, then nothing."""
        assert line.request is not None
        cursor = int(parse_qs(urlsplit(line.request.path).query)["cursor"][0])
        try:
            if cursor > self.seq:
                line.send(frame("error", {"error": "FutureCursor", "message": "not yet"}))
                return
            for each in self.frames[cursor:]:
                line.send(each)
                self.sent += len(each)
            line.recv()
        except ConnectionClosed:
            pass

    def __enter__(self) -> Self:
        self._server = serve(
            self._stream, "127.0.0.1", 0, process_request=self._http, compression=None
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()


FEED = """\
  - channel: bluesky
    handle: lights.arvenna.example
    resolver: {url}
    plc: {url}
"""
