"""One answer for all who ask the same: a crowd that comes for one page has it written once.

Nobody gets an older answer than one of their own would be: as soon as anything is written to a file
that the site serves, all is written anew.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from onrecord.browse.archive_states import States
from onrecord.browse.headers import App, Message, Receive, Scope, Send, nonce_of
from onrecord.browse.rooms import PAGES
from onrecord.browse.sql_turns import brings_sql

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

Write = Callable[[Send], Awaitable[None]]
"""Writes an answer as it is sent."""

MOST_BYTES = 32 * 1024**2
"""How much is kept for the next who ask."""

LARGEST = 1024**2
"""Bytes of an answer that is shared; a longer one goes out while it is written."""

LONGEST = 60.0
"""Seconds: a page may say what day it is."""

_ROOMS = "|".join(sorted({re.escape(re.split(r"\W", page.path)[0]) for page in PAGES}))
_SHARED = re.compile(rf"/|/-/(?:{_ROOMS})(?:[/.].*)?|/[^/]+/statements(?:[/.].*)?")
"""The pages of ours. Of others we cannot know what they depend on."""

_ASKED = (b"host", b"accept", b"if-none-match", b"if-modified-since", b"x-forwarded-proto")
_OF_A_VISITOR = {b"cookie", b"authorization"}
_KINDS = (b"text/", b"image/svg+xml", b"application/atom+xml", b"application/json")
_OWN_PLUGINS = ("datasette.", "datasette_auth_passwords", "onrecord.browse")


@dataclass(frozen=True, slots=True)
class _Answer:
    start: Message
    body: bytes
    nonce: str
    at: float

    async def send(self, send: Send, nonce: str) -> None:
        """Give it the mark of this visitor's answer, which nobody else knows."""
        body = self.body.replace(self.nonce.encode(), nonce.encode()) if self.nonce else self.body
        await send(dict(self.start))
        await send({"type": "http.response.body", "body": body})


class Answers:
    """The answers of a site that are kept, and those that are being written."""

    def __init__(self) -> None:
        self.states = States()
        self._state: Hashable = None
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._size = 0
        self._written: dict[Hashable, asyncio.Future[_Answer | None]] = {}

    async def give(
        self, asked: Hashable, state: Hashable, write: Write, send: Send, nonce: str
    ) -> None:
        """Send an answer: one that is kept, one that is being written, or one of their own."""
        answer = self._find(asked, state) or await self._joined((asked, state))
        if answer is None:
            await self._write(asked, state, write, _Recording(send, nonce))
        else:
            await answer.send(send, nonce)

    def _find(self, asked: Hashable, state: Hashable) -> _Answer | None:
        if state != self._state:
            self._kept.clear()
            self._state, self._size = state, 0
        answer = self._kept.get(asked)
        if answer is None or time.monotonic() - answer.at > LONGEST:
            return None
        self._kept.move_to_end(asked)
        return answer

    async def _joined(self, key: Hashable) -> _Answer | None:
        """Wait for who writes the same answer; None if it turns out to be none for others."""
        written = self._written.get(key)
        if written is None or written.get_loop() is not asyncio.get_running_loop():
            return None
        return await asyncio.shield(written)

    async def _write(
        self, asked: Hashable, state: Hashable, write: Write, recording: "_Recording"
    ) -> None:
        key = (asked, state)
        written: asyncio.Future[_Answer | None] = asyncio.get_running_loop().create_future()
        self._written.setdefault(key, written)

        def tell(answer: _Answer | None) -> None:
            if self._written.get(key) is written:
                del self._written[key]
            if not written.done():
                written.set_result(answer)
                if answer is not None and state == self._state:
                    self._keep(asked, answer)

        recording.tell = tell
        try:
            await write(recording)
        finally:
            tell(None)

    def _keep(self, asked: Hashable, answer: _Answer) -> None:
        self._forget(asked)
        self._kept[asked] = answer
        self._size += len(answer.body)
        while self._size > MOST_BYTES:
            self._forget(next(iter(self._kept)))

    def _forget(self, asked: Hashable) -> None:
        before = self._kept.pop(asked, None)
        self._size -= len(before.body) if before else 0


class _Recording:
    """Holds an answer back until it is whole, so that nobody waits for a slow reader's line."""

    tell: Callable[[_Answer | None], None]
    """Told once what the others get."""

    def __init__(self, send: Send, nonce: str) -> None:
        self._send = send
        self._nonce = nonce
        self._held: list[Message] = []
        self._size = 0
        self._is_own = False

    async def __call__(self, message: Message) -> None:
        if self._is_own:
            await self._send(message)
            return
        self._held.append(dict(message))
        self._size += len(message.get("body", b""))
        is_start = message["type"] == "http.response.start"
        self._is_own = self._size > LARGEST or (is_start and not _is_for_all(message))
        is_whole = not is_start and not message.get("more_body", False)
        if self._is_own or is_whole:
            self.tell(None if self._is_own else self._answer())
            held, self._held = self._held, []
            for each in held:
                await self._send(each)

    def _answer(self) -> _Answer:
        start, *rest = self._held
        body = b"".join(each.get("body", b"") for each in rest)
        # Whoever sends an answer may write to it.
        return _Answer(dict(start), body, self._nonce, time.monotonic())


def _is_for_all(start: Message) -> bool:
    """Tell whether an answer is whole, of a kind that comes from the archive, and for anybody."""
    headers = {name.lower(): value for name, value in start.get("headers", ())}
    kind = headers.get(b"content-type", b"").lower()
    is_own = start["status"] != HTTPStatus.OK or b"set-cookie" in headers
    return kind.startswith(_KINDS) and not is_own


def asked_by_anybody(scope: Scope, base: str = "/") -> Hashable | None:
    """Give what two requests have in common that get the same answer; None if it is for one.

    >>> scope = {"type": "http", "method": "GET", "scheme": "http", "path": "/-/people",
    ...          "query_string": b"", "headers": [(b"host", b"xa.example")]}
    >>> asked_by_anybody(scope) == asked_by_anybody({**scope, "client": ("192.0.2.7", 80)})
    True
    >>> print(asked_by_anybody({**scope, "headers": [(b"cookie", b"ds_actor=1")]}))
    None
    >>> print(asked_by_anybody({**scope, "path": "/-/threads.json"}))
    None
    """
    if scope["type"] != "http" or scope["method"] != "GET" or brings_sql(scope):
        return None
    path = "/" + scope["path"].removeprefix(base).removeprefix("/")
    headers = dict(scope["headers"])
    if not _SHARED.fullmatch(path) or not _OF_A_VISITOR.isdisjoint(headers):
        return None
    address = (scope.get("scheme"), scope.get("raw_path", path), scope["path"])
    told = tuple(headers.get(name) for name in _ASKED)
    return (*address, scope.get("query_string", b""), *told)


_answers: WeakKeyDictionary["Datasette", Answers] = WeakKeyDictionary()


def with_shared_answers(app: App, datasette: "Datasette") -> App:
    """Let all who ask the same of a site at once, or one after another, have one answer.

    With other plugins, which may answer everybody in their own way, nothing is shared.
    """
    if not _is_plain():
        return app
    answers = _answers.setdefault(datasette, Answers())

    async def shared(scope: Scope, receive: Receive, send: Send) -> None:
        base = datasette.setting("base_url") if scope["type"] == "http" else "/"
        asked = asked_by_anybody(scope, base)
        state = answers.states.read(datasette) if asked else None
        if state is None:
            await app(scope, receive, send)
            return

        async def write(send_written: Send) -> None:
            await app(scope, receive, send_written)

        await answers.give(asked, state, write, send, nonce_of(scope))

    return shared


def _is_plain() -> bool:
    """Tell whether no plugin is there but Datasette's own, that of passwords, and ours."""
    from datasette.plugins import pm  # Datasette loads us while it loads itself.

    names = [getattr(plugin, "__name__", "") for plugin in pm.get_plugins()]
    return all(name.startswith(_OWN_PLUGINS) for name in names)
