"""Hostile pages: no input stops a crawl or costs a neighbour (C1, C3)."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from torture.figure import Counts, Figure, Trial
from torture.hostile import RawSite, answer, crawl, texts, write_feeds

TESTS = Path(__file__).parents[2]
AT_ONCE = 50
MOST_MEGABYTES = 512
FEEDS = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    page: {{text: .words}}
"""
WORDS = "<div class=words>We thank the keepers of the old lighthouse."


def _handmade() -> list[bytes]:
    """Give whole answers that are wrong in ways of their own."""
    page = f"<html><body>{WORDS}</div>".encode()
    ok = b"HTTP/1.1 200 OK\r\n"
    bodies = [
        b"",
        b"\0" * 5000,
        b"\xff\xfe\x00\xd8" * 99,
        b"<" * 100_000,
        b"<div>" * 100_000 + page,
        b"<table><tr><td>" * 30_000,
        b"<a " + b"x=1 " * 50_000 + b">",
        b"<!--" + b"-" * 50_000,
        b"<![CDATA[" * 1000 + page,
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + page,
        b"<script>" * 20_000 + page,
        b"<style>" + page * 100,
        page + "\u202egnihtemos\U000e0041\ufeff".encode(),
        page.replace(b"keepers", b"\xed\xa0\x80keepers\xc0\xaf"),
        page.replace(b"keepers", b"keepers&#0;&#xD800;&#99999999;"),
        page.replace(b"lighthouse", b"a" * 300_000),
        b"\x1f\x8b\x08\0" + b"x" * 500,
        b"%PDF-1.7\n" + b"1 0 obj<<>>" * 900,
        b"PK\x03\x04" + bytes(range(256)) * 20,
        b"\xef\xbb\xbf\xef\xbb\xbf" + page,
        b"<html><meta charset=utf-7>+ADw-script+AD4-" + page,
        b"<html><meta charset=\x00\xff>" + page,
        b"<frameset><frame src=file:///etc/passwd></frameset>",
        b"<meta http-equiv=refresh content='0;url=file:///etc/passwd'>" + page,
        b"<base href='javascript:alert(1)'>" + page,
        b"<title>" * 9000 + page,
        b"<h1>" + b"<b><i>" * 9000 + page,
        b"<svg><foreignObject>" * 2000 + page,
    ]
    whole = [answer(body) for body in bodies]
    heads = [
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + page,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 900\r\n\r\n" + page,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + page,
        b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n" + page,
        b"HTTP/1.1 99999 OK\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
        b"\r\n" * 500,
        ok + b"no colon here\r\nContent-Length: 0\r\n\r\n",
        ok + b"X: " + b"y" * 200_000 + b"\r\nContent-Length: 0\r\n\r\n",
        ok + b"X: y\r\n" * 90_000 + b"Content-Length: 0\r\n\r\n",
        ok + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n" + page,
        ok + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + page,
        ok + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ok + b"Content-Type: \xff\xfe; charset=\xff\r\nContent-Length: 0\r\n\r\n",
        answer(page, content_type="text/html; charset=" + "a" * 5000),
        answer(page, content_type="text/html; charset=utf-16"),
        answer(page, content_type="text/html; charset=idna"),
        answer(page, content_type="text/html; charset=undefined"),
        answer(page, content_type="text/html; charset=zlib_codec"),
        answer(page, content_type="image/png"),
        answer(page, content_type=""),
        answer(page, Content_Encoding="gzip"),
        answer(page, Content_Encoding="br"),
        answer(page, Content_Encoding="zstd"),
        answer(page, Content_Encoding="deflate"),
        answer(page, Content_Encoding=", ".join(["gzip"] * 50)),
        answer(page, Content_Encoding="rot13"),
        answer(page, Set_Cookie="a=" + "b" * 9000, ETag='"' + "c" * 9000, Last_Modified="never"),
        answer(b"", "302 Found", Location="file:///etc/passwd"),
        answer(b"", "302 Found", Location="data:text/html,hello"),
        answer(b"", "302 Found", Location="http://[::1"),
        answer(b"", "302 Found", Location="http://:99999999/"),
        answer(b"", "302 Found", Location="//"),
        answer(b"", "302 Found", Location=""),
        answer(b"", "302 Found", Location="\x00\x01"),
        answer(b"", "302 Found"),
        answer(page, "204 No Content"),
        answer(page, "206 Partial Content", Content_Range="bytes 0-9/99"),
        answer(page, "304 Not Modified"),
        answer(page, "418 Teapot"),
        answer(page, "451 Unavailable"),
        answer(b"", "503 Service Unavailable", Retry_After="-1"),
    ]
    return whole + heads


@cache
def _pages() -> list[bytes]:
    """Give the pages that were saved for other tests, none of them long."""
    found = [*TESTS.glob("captures/*/*/body"), *TESTS.glob("article_pages/*/page.html")]
    return [path.read_bytes()[:60_000] for path in sorted(found)]


Mutation = Callable[[bytearray, random.Random], None]


def _cut(page: bytearray, chance: random.Random) -> None:
    del page[chance.randrange(len(page) + 1) :]


def _flip(page: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 200)):
        page[chance.randrange(len(page))] = chance.randrange(256)


def _insert(page: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(page))
    odd = [b"\0" * 9, b"<div>" * 3000, b"&#xD800;", b"<!--", b"]]>", b"<script>", b"\xff\xfe"]
    page[at:at] = chance.choice(odd)


def _repeat(page: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(page))
    page[start:start] = page[start : start + 2000] * chance.randrange(1, 20)


def _drop_ends(page: bytearray, chance: random.Random) -> None:
    del chance
    page[:] = page.replace(b"</", b"<")


def _relabel(page: bytearray, chance: random.Random) -> None:
    label = chance.choice([b"utf-16", b"koi8-r", b"shift_jis", b"nonsense"])
    page[:] = page.replace(b"utf-8", label).replace(b"UTF-8", label)


MUTATIONS: list[Mutation] = [_cut, _flip, _insert, _repeat, _drop_ends, _relabel]
TYPES = ["text/html; charset=utf-8"] * 6 + ["text/html", "application/xml", "application/pdf", ""]


def hostile(number: int, chance: random.Random) -> bytes:
    """Give the hostile answer of a number: made by hand at first, then pages that were mutated."""
    made = _handmade()
    if number < len(made):
        return made[number]
    page = bytearray(chance.choice(_pages()) + b" ")
    for mutate in chance.sample(MUTATIONS, chance.randrange(1, 4)):
        mutate(page, chance)
        page += b" "
    page += f"{WORDS} {number}".encode()
    return answer(bytes(page), content_type=chance.choice(TYPES))


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Serve each batch of hostile pages with as many good ones between them."""

    def trial(number: int, chance: random.Random) -> Mapping[str, float]:
        cwd = Path(mkdtemp(dir=folder))
        with RawSite() as site:
            write_feeds(cwd, site.url, FEEDS.format(url=site.url))
            links, good = [], {}
            for each in range(AT_ONCE):
                told = f"We thank keeper {number} {each} of the old lighthouse for long service."
                good[f"/good/{each}"] = told
                page = f"<html><body><div class=words>{told}</div></body></html>"
                site.answers[f"/good/{each}"] = answer(page.encode())
                site.answers[f"/bad/{each}"] = hostile(number * AT_ONCE + each, chance)
                links += [f"/bad/{each}", f"/good/{each}"]
            rows = "".join(f"<li><a href='{link}'>A title</a></li>" for link in links)
            site.answers["/list"] = answer(f"<ul>{rows}</ul>".encode())
            crawled = crawl(cwd, site.host)
        kept = texts(crawled.archive)
        return {
            "hostile": AT_ONCE,
            "crashes": crawled.crashes,
            "lost_neighbours": sum(kept.get(path) != told for path, told in good.items()),
            "most_megabytes": crawled.megabytes,
        }

    yield trial


def broken(counts: Counts) -> list[str]:
    """Say how the promise is broken."""
    found = [
        f"{name} is {counts[name]:g}" for name in ("crashes", "lost_neighbours") if counts[name]
    ]
    if counts["most_megabytes"] >= MOST_MEGABYTES:
        found.append(f"a crawl took {counts['most_megabytes']:.0f} MB")
    return found


FIGURE = Figure(
    promise="2,000 hostile pages stop no crawl, cost none of 2,000 neighbours, and under 512 MB",
    trials=40,
    quick=1,
    ready=ready,
    broken=broken,
)
