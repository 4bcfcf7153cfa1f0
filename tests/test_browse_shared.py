"""A page that many ask for is written once, and never older than one's own would be."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from browsing import POST, build, close, open_site, rows
from datasette.app import Datasette
from datasette.plugins import pm

from onrecord.browse import shared_answers
from onrecord.browse.shared_answers import LARGEST, asked_by_anybody, with_shared_answers

Message = dict[str, Any]


def scope(path: str = "/-/people", **headers: str) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), said.encode()) for name, said in headers.items()]
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"xa.example"), *named],
    }


class Pages:
    """An application that counts what it writes."""

    def __init__(self, body: bytes = b"lamp", status: int = 200, **headers: str) -> None:
        self.body, self.status = body, status
        self.headers = {"content-type": "text/html", **headers}
        self.written = 0
        self.is_slow = self.is_broken = False

    async def __call__(self, _scope: Any, _receive: Any, send: Callable[..., Any]) -> None:
        self.written += 1
        number = self.written
        await asyncio.sleep(0.05 if self.is_slow else 0)
        if self.is_broken:
            raise RuntimeError("the lamp is out")
        named = [(name.replace("_", "-").encode(), v.encode()) for name, v in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": named})
        half = len(self.body) // 2
        await send({"type": "http.response.body", "body": self.body[:half], "more_body": True})
        last = self.body[half:] + str(number).encode()
        await send({"type": "http.response.body", "body": last})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Datasette]:
    found = open_site(build(tmp_path / "archive.db", rows()))
    yield found.datasette
    close(found)


def write(site: Datasette) -> None:
    with sqlite3.connect(str(site.databases["archive"].path)) as db:
        db.execute("UPDATE crawls SET seen = seen + 1")
    db.close()


async def ask(app: Any, asked: dict[str, Any]) -> bytes:
    got: list[Message] = []

    async def send(message: Message) -> None:
        got.append(message)

    await app(asked, None, send)
    assert got[0]["type"] == "http.response.start"
    return b"".join(message["body"] for message in got[1:])


def at_once(app: Any, *asked: dict[str, Any]) -> list[Any]:
    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(ask(app, each) for each in asked), return_exceptions=True)

    return asyncio.run(all_of_them())


def test_it_is_kept_until_anything_is_written(site: Datasette) -> None:
    pages = Pages()
    app = with_shared_answers(pages, site)
    assert [at_once(app, scope()) for _ in range(3)] == [[b"lamp1"]] * 3
    write(site)
    assert [at_once(app, scope()) for _ in range(3)] == [[b"lamp2"]] * 3


def test_a_crowd_has_it_written_once(site: Datasette) -> None:
    pages = Pages()
    pages.is_slow = True
    app = with_shared_answers(pages, site)
    assert at_once(app, *[scope()] * 50, scope("/-/changes")) == [b"lamp1"] * 50 + [b"lamp2"]


def test_who_asks_after_a_change_does_not_join_those_before(site: Datasette) -> None:
    pages = Pages()
    pages.is_slow = True
    app = with_shared_answers(pages, site)

    async def meet() -> list[bytes]:
        first = asyncio.create_task(ask(app, scope()))
        await asyncio.sleep(0.01)
        write(site)
        second = asyncio.create_task(ask(app, scope()))
        return [await first, await second, await ask(app, scope())]

    assert asyncio.run(meet()) == [b"lamp1", b"lamp2", b"lamp2"]


def test_a_day_is_not_said_for_long(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    app = with_shared_answers(Pages(), site)
    assert at_once(app, scope()) == at_once(app, scope()) == [b"lamp1"]
    monkeypatch.setattr(shared_answers, "LONGEST", -1.0)
    assert at_once(app, scope()) == [b"lamp2"]


@pytest.mark.parametrize(
    "asked",
    [
        scope(cookie="ds_actor=lamp"),
        scope(authorization="Bearer lamp"),
        scope("/-/check"),
        scope("/-/versions.json"),
        scope("/archive/a_query_of_somebody"),
        {**scope(), "method": "POST"},
        {**scope("/archive/statements"), "query_string": b"_where=random()"},
    ],
)
def test_what_is_for_one_visitor_is_written_for_each(
    site: Datasette, asked: dict[str, Any]
) -> None:
    assert asked_by_anybody(asked) is None
    app = with_shared_answers(Pages(), site)
    assert at_once(app, asked, asked) == [b"lamp1", b"lamp2"]


@pytest.mark.parametrize(
    "pages",
    [
        Pages(status=404),
        Pages(status=503),
        Pages(set_cookie="csrftoken=lamp"),
        Pages(content_type="application/gzip"),
        Pages(b"lamp" * (LARGEST // 4 + 1)),
    ],
)
def test_an_answer_for_one_goes_to_one(site: Datasette, pages: Pages) -> None:
    app = with_shared_answers(pages, site)
    pages.is_slow = True
    found = at_once(app, scope(), scope()) + at_once(app, scope())
    assert found == [pages.body + str(number).encode() for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "other",
    [
        {**scope(), "query_string": b"q=lamp"},
        {**scope(), "headers": [(b"host", b"xb.example")]},
        {**scope(), "scheme": "https"},
        scope("/-/people/xa"),
        scope(if_none_match='"lamp"'),
        scope(accept="application/json"),
    ],
)
def test_another_question_has_another_answer(site: Datasette, other: dict[str, Any]) -> None:
    app = with_shared_answers(Pages(), site)
    assert at_once(app, scope()) + at_once(app, other) + at_once(app, scope()) == [
        *(b"lamp1", b"lamp2", b"lamp1")
    ]


def test_who_wrote_it_in_vain_leaves_it_to_the_others(site: Datasette) -> None:
    pages = Pages()
    pages.is_slow = pages.is_broken = True
    app = with_shared_answers(pages, site)
    assert [str(each) for each in at_once(app, scope(), scope())] == ["the lamp is out"] * 2
    pages.is_broken = False
    assert at_once(app, scope()) == [b"lamp3"]


def test_nobody_waits_for_a_slow_reader(site: Datasette) -> None:
    pages = Pages()
    app = with_shared_answers(pages, site)

    async def meet() -> bytes:
        is_read = asyncio.Event()

        async def send(_message: Message) -> None:
            await is_read.wait()

        slow: Awaitable[None] = asyncio.create_task(app(scope(), None, send))
        await asyncio.sleep(0.01)
        found = await asyncio.wait_for(ask(app, scope()), timeout=10)
        is_read.set()
        await slow
        return found

    assert asyncio.run(meet()) == b"lamp1"


def test_what_is_kept_has_an_end(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_answers, "MOST_BYTES", 12)
    app = with_shared_answers(Pages(), site)
    paths = [scope(f"/-/people/{each}") for each in "aba"]
    assert [at_once(app, each)[0] for each in paths] == [b"lamp1", b"lamp2", b"lamp1"]
    assert at_once(app, scope("/-/people/c")) == [b"lamp3"]  # b was asked for longest ago
    assert at_once(app, paths[0]) + at_once(app, paths[1]) == [b"lamp1", b"lamp4"]


def test_with_other_plugins_nothing_is_shared(site: Datasette) -> None:
    app = Pages()
    pm.register(ModuleType("datasette_lamp"), "lamp")
    try:
        assert with_shared_answers(app, site) is app
    finally:
        pm.unregister(name="lamp")


def test_a_database_in_memory_is_not_trusted(tmp_path: Path) -> None:
    site = Datasette(memory=True)
    site.add_memory_database("lamps")
    app = with_shared_answers(Pages(), site)
    assert at_once(app, scope(), scope()) == [b"lamp1", b"lamp2"]
    broken = tmp_path / "no.db"
    broken.write_text("this is no database, but a note of some length about lamps" * 20)
    app = with_shared_answers(Pages(), Datasette([str(broken)]))
    assert at_once(app, scope(), scope()) == [b"lamp1", b"lamp2"]


def test_a_text_that_is_withheld_is_gone_at_once(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", rows()))
    address = f"/archive/statements/{POST.replace('/', '~2F')}"
    (text,) = (
        sqlite3.connect(tmp_path / "archive.db")
        .execute("SELECT text FROM statements WHERE id = ?", [POST])
        .fetchone()
    )
    assert text in site.page(address)
    with sqlite3.connect(tmp_path / "archive.db") as db:
        db.execute(
            "INSERT INTO takedowns (statement_id, at, reason) VALUES (?, ?, ?)",
            [POST, "2031-05-01T00:00:00Z", "asked for by the person"],
        )
    db.close()
    page = site.page(address)
    assert text not in page
    assert "asked for by the person" in page
    close(site)
