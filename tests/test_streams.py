"""Reading a stream that never ends: what ends the reading, and where it may lead."""

import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from fake_pds import FEED, FakePds
from loopback import crawl, rows, write_source
from scrapy import Request
from scrapy.exceptions import NotSupported
from websockets.exceptions import InvalidStatus

from spiders.streams import Limits, Reading, StreamingHandler

QUICK = Limits(seconds=5, first=0.3, quiet=0.2)


def read(pds: FakePds, limits: Limits, cursor: int = 0, until_rev: str = "") -> tuple[str, Reading]:
    """Read an account's stream; say why it ended, and what was read."""
    handler = object.__new__(StreamingHandler)
    handler.limits = limits
    request = Request(f"{pds.url}/xrpc/subscribeRepos?cursor={cursor}#{pds.did}")
    reading = Reading(pds.did, until_rev, cursor, "2026-11-24T10:00:00Z")
    url = urldefrag(request.url)[0]
    return asyncio.run(handler._read(url, "127.0.0.1", request, reading)), reading


@pytest.fixture
def pds() -> FakePds:
    made = FakePds()
    for number in range(5):
        made.post(f"Lamp {number} is lit.")
    return made


def test_it_ends_at_the_revision_that_was_asked_for_without_waiting(pds: FakePds) -> None:
    with pds:
        began = time.monotonic()
        ended, reading = read(pds, Limits(), until_rev=pds.rev)
    assert (ended, reading.frames, reading.cursor) == ("up to now", 5, 5)
    assert bytes(reading.kept) == b"".join(pds.frames)
    assert time.monotonic() - began < 2


def test_it_goes_on_behind_a_cursor_and_ends_when_nothing_more_comes(pds: FakePds) -> None:
    with pds:
        ended, reading = read(pds, QUICK, cursor=3)
        at_the_end, nothing = read(pds, QUICK, cursor=5)
    assert (ended, bytes(reading.kept)) == ("quiet", b"".join(pds.frames[3:]))
    assert (at_the_end, nothing.frames, nothing.cursor) == ("quiet", 0, 5)


def test_it_ends_at_each_limit(pds: FakePds) -> None:
    with pds:
        whole = sum(map(len, pds.frames))
        assert read(pds, Limits(quiet=9, seconds=0.5))[0] == "limit of time"
        assert read(pds, Limits(read=whole // 2))[0] == "limit of bytes"
        ended, reading = read(pds, Limits(kept=len(pds.frames[0])))
    assert (ended, reading.cursor) == ("limit of bytes", 2)


def test_a_server_that_hangs_up_is_no_end(pds: FakePds) -> None:
    with pds:
        ended, reading = read(pds, QUICK, cursor=99)
    assert ended.startswith("closed (")
    assert reading.cursor == 0  # it says that it knows no such cursor


def test_what_refuses_a_stream_says_so() -> None:
    with FakePds(has_stream=False) as pds, pytest.raises(InvalidStatus, match="404"):
        read(pds, QUICK)


def test_a_stream_is_not_followed_to_a_private_address(tmp_path: Path) -> None:
    with FakePds() as inner, FakePds() as pds:
        pds.stream_moves_to = inner.url.replace("127.0.0.1", "localhost") + "/xrpc/x?cursor=0"
        pds.post("The lamp is lit.")
        write_source(tmp_path / "sources", pds, feeds=f"{FEED}    stream: true\n")
        summary = crawl(pds, tmp_path)
    assert inner.asked == []
    assert (summary["outcome"], summary["new_statements"]) == ("faulty", 1)
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert "localhost is not on the public internet (127.0.0.1)" in issue["message"]


def test_without_the_library_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.exceptions", None)
    handler = object.__new__(StreamingHandler)
    asked = Request("https://pds.arvenna.example/#did:plc:a", headers={"Upgrade": "websocket"})
    with pytest.raises(NotSupported, match=r"install onrecord\[stream\]"):
        asyncio.run(handler.send(asked))
