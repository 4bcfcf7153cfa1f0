"""Cuts: a page that is cut anywhere, in any framing, is no edit and no absence (C11)."""

import gzip
import random
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import brotli
from backports import zstd
from loopback import rows

from torture.figure import Figure, Trial, unless
from torture.hostile import RawSite, answer, crawl, write_feeds

AT_ONCE = 100
FEEDS = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    page: {{text: .words}}
"""
PACKINGS: Sequence[tuple[str, Callable[[bytes], bytes]]] = (
    ("gzip", gzip.compress),
    ("br", brotli.compress),
    ("deflate", zlib.compress),
    ("zstd", zstd.compress),
)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def _page(number: int) -> bytes:
    words = "".join(
        f"<p>Paragraph {each} of what the keeper of lamp {number} said in {each * number}.</p>"
        for each in range(40)
    )
    return f"<html><body><div class=words>{words}</div></body></html>".encode()


def cut(number: int, framing: int, chance: random.Random) -> bytes:
    """Cut the page of a number at a random offset, in one of four framings."""
    page = _page(number)
    if framing == 0:
        at = chance.randrange(len(page))
        return HEAD + f"Content-Length: {len(page)}\r\n\r\n".encode() + page[:at]
    if framing == 1:
        size = chance.randrange(1, len(page))
        blocks = (page[start : start + size] for start in range(0, len(page), size))
        body = b"".join(b"%x\r\n%s\r\n" % (len(block), block) for block in blocks) + b"0\r\n\r\n"
        at = chance.randrange(len(body) - len("0\r\n\r\n"))
        return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body[:at]
    if framing == 2:
        return HEAD + b"Connection: close\r\n\r\n" + page[: chance.randrange(len(page))]
    packing, pack = chance.choice(PACKINGS)
    packed = pack(page)
    return answer(packed[: chance.randrange(len(packed))], Content_Encoding=packing)


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Crawl whole pages once; each trial is a crawl in which every one of them is cut."""
    with RawSite() as site:
        write_feeds(folder, site.url, FEEDS.format(url=site.url))
        links = "".join(f"<li><a href='/pr/{each}'>A title</a></li>" for each in range(AT_ONCE))
        site.answers["/list"] = answer(f"<ul>{links}</ul>".encode())
        for each in range(AT_ONCE):
            site.answers[f"/pr/{each}"] = answer(_page(each))
        first = crawl(folder, site.host)
        assert first.summary["new_statements"] == AT_ONCE, first.log

        def trial(number: int, chance: random.Random) -> Mapping[str, float]:
            del number
            for each in range(AT_ONCE):
                site.answers[f"/pr/{each}"] = cut(each, each % 4, chance)
            crawled = crawl(folder, site.host)
            sql = (
                "SELECT count(DISTINCT url) AS cut, "
                "count(DISTINCT CASE WHEN answer = 'ok' THEN url END) AS ok FROM captures "
                "WHERE url LIKE '%/pr/%' AND crawl_id = (SELECT max(id) FROM crawls)"
            )
            (kept,) = rows(crawled.archive, sql)
            revised = rows(crawled.archive, "SELECT 1 FROM revisions WHERE revision > 1")
            suspect = rows(crawled.archive, "SELECT 1 FROM statements WHERE state <> 'live'")
            return {
                "cuts": AT_ONCE,
                "kept_as_captures": kept["cut"],
                "taken_for_whole": kept["ok"],
                "stored_as_revision": len(revised),
                "taken_for_absent": len(suspect),
                "crashes": crawled.crashes,
            }

        yield trial


FIGURE = Figure(
    promise="of 4,000 cuts, 1,000 in each of 4 framings, none is stored as a revision",
    trials=40,
    quick=1,
    ready=ready,
    broken=unless(stored_as_revision=0, taken_for_absent=0, taken_for_whole=0, crashes=0),
)
