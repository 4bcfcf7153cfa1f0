"""Answers are sent small to who can read them so, and are the same when read."""

import asyncio
import gzip
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from browsing import HARBOUR, Site, build, close, open_site, row_path, rows

from onrecord.browse.compressed import LEVEL, with_compression

PLAIN = {"accept-encoding": "identity"}
PAGES = ["/", "/archive", "/archive/statements", row_path(HARBOUR), "/-/search?q=harbour"]
TEXTS = ["/archive/statements.json", "/archive/captures.csv", "/-/feeds/search.atom?q=harbour"]
FIXED = ["/-/static/app.css", "/-/static/codemirror-5.57.0.min.js"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("small") / "archive.db", rows()))
    yield opened
    close(opened)


def without_marks(text: str) -> str:
    """Leave out what is another at each visit."""
    marks = r'nonce="[^"]*"|name="csrftoken" value="[^"]*"|"query_ms": [\d.]+|took [\d.]+ms'
    return re.sub(marks, "", text)


@pytest.mark.parametrize("path", [*PAGES, *TEXTS, *FIXED])
def test_an_answer_is_the_same_however_it_is_sent(site: Site, path: str) -> None:
    small, plain = site.get(path), site.get(path, headers=PLAIN)
    assert small.status_code == plain.status_code == 200
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in small.headers["vary"].lower()
    assert without_marks(small.text) == without_marks(plain.text)
    lengths = small.headers.get_list("content-length")
    assert len(lengths) <= 1
    assert small.headers["x-content-type-options"] == "nosniff"
    assert small.headers["content-type"] == plain.headers["content-type"]


def test_the_length_of_a_page_tells_no_secret_of_its_visitor(site: Site) -> None:
    """Else who can have words put beside the token of a form guesses it, letter by letter."""
    path = "/-/search?q=harbour"
    lengths = {len(site.get(path, cookies={"lamp": "lit"}).text) for _ in range(30)}
    assert len(lengths) > 5
    assert len({len(site.get(path).text) for _ in range(30)}) == 1
    plain = {len(site.get(path, cookies={"lamp": "lit"}, headers=PLAIN).text) for _ in range(30)}
    assert len(plain) == 1
    row = site.get("/archive/crawls.json?_size=1", cookies={"lamp": "lit"})
    assert row.json()["rows"]


def test_the_sql_editor_fits_into_a_first_view(site: Site) -> None:
    page = site.page("/archive")
    loaded = re.findall(r'(?:src|<link rel="stylesheet" href)="([^"]+)"', page)
    assert any("codemirror" in path for path in loaded)
    sizes = [len(gzip.compress(site.get(path).content, LEVEL)) for path in ["/archive", *loaded]]
    assert sum(sizes) < 200_000


def test_a_long_csv_still_comes_in_pieces(site: Site) -> None:
    small = site.get("/archive/statements.csv?_stream=on")
    assert small.headers["content-encoding"] == "gzip"
    assert "content-length" not in small.headers
    assert small.text == site.get("/archive/statements.csv?_stream=on", headers=PLAIN).text


@pytest.mark.parametrize("way", [{}, PLAIN])
def test_a_feed_that_is_known_is_not_sent_again(site: Site, way: dict[str, str]) -> None:
    path = "/-/feeds/search.atom?q=harbour"
    first = site.get(path, headers=way)
    mark = first.headers["etag"]
    assert mark.startswith('W/"')
    for other in ({}, PLAIN):
        again = site.get(path, headers={**other, "if-none-match": mark})
        assert (again.status_code, again.content) == (304, b"")
        assert "content-encoding" not in again.headers
        assert again.headers["etag"] == mark


def test_an_old_feed_is_known_by_its_time(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", rows()))
    late = {"if-modified-since": "Sun, 01 Jan 2090 00:00:00 GMT"}
    assert site.get("/-/feeds/edits.atom", headers=late).status_code == 304
    close(site)


def test_a_page_that_is_missing_is_told_of(site: Site) -> None:
    answer = site.get("/archive/statements/nothing")
    assert answer.status_code == 404
    assert "404" in answer.text


Start = Sequence[tuple[bytes, bytes]]


def sent(headers: Start, bodies: Sequence[bytes], accepted: bytes = b"gzip") -> list[Any]:
    """Give the messages in which an answer comes."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        for body in bodies:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body"})

    messages: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {"type": "http", "headers": [(b"accept-encoding", accepted)]}
    asyncio.run(with_compression(app)(scope, receive, send))
    return messages


@pytest.mark.parametrize(
    "headers",
    [
        [(b"Content-Type", b"application/gzip")],
        [(b"content-type", b"application/octet-stream")],
        [(b"content-type", b"image/png")],
        [(b"Content-Type", b"text/plain"), (b"Content-Encoding", b"br")],
        [],
    ],
)
def test_what_gets_no_smaller_is_sent_as_it_is(headers: Start) -> None:
    start, *bodies = sent([*headers, (b"Content-Length", b"3000")], [b"a" * 3000])
    names = [name.lower() for name, _ in start["headers"]]
    assert names.count(b"content-encoding") == len([h for h in headers if h[1] == b"br"])
    assert names.count(b"content-length") == 1
    assert b"".join(each.get("body", b"") for each in bodies) == b"a" * 3000


def test_a_text_in_pieces_is_not_held_back() -> None:
    pieces = [bytes(str(number), "ascii") * 4 for number in range(100_000, 160_000)]
    chunks = [b"".join(pieces[at : at + 2_000]) for at in range(0, len(pieces), 2_000)]
    named = [(b"Content-Type", b"text/csv"), (b"Content-Length", b"999999"), (b"ETag", b'"a"')]
    start, *bodies = sent(named, chunks)
    headers = dict(start["headers"])
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"etag"] == b'W/"a"'
    assert b"content-length" not in headers
    early = sum(len(each["body"]) for each in bodies[: len(chunks) // 2])
    assert early > sum(len(each["body"]) for each in bodies) / 4
    assert gzip.decompress(b"".join(each["body"] for each in bodies)) == b"".join(chunks)


def test_who_reads_no_gzip_is_sent_none() -> None:
    start, first, _ = sent([(b"content-type", b"text/html")], [b"a" * 3000], b"br")
    assert b"content-encoding" not in dict(start["headers"])
    assert first["body"] == b"a" * 3000
