"""Bombs: a few bytes that unpack to gigabytes are refused, and the neighbours kept (C2)."""

import gzip
import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import brotli
from backports import zstd

from torture.figure import Counts, Figure, Trial
from torture.hostile import RawSite, answer, crawl, texts, write_feeds

MEBIBYTE = 1024 * 1024
MOST_MEGABYTES = 512
FEEDS = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    page: {{text: .words}}
  - {{channel: sitemap, urls: ["{url}/sitemap.xml.gz"]}}
  - {{channel: feed, urls: ["{url}/feed"], text: entry}}
"""


def _deflated(mebibytes: int, wbits: int) -> bytes:
    """Pack zeros: one packed mebibyte many times over, which no end follows."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    head = packer.compress(b"\0" * MEBIBYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * MEBIBYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (mebibytes - 1)


def _brotli(mebibytes: int) -> bytes:
    packer = brotli.Compressor(quality=1)
    pieces = [packer.process(b"\0" * MEBIBYTE) for _ in range(mebibytes)]
    return b"".join(pieces) + packer.finish()


def _laughs() -> bytes:
    named = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    text = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a0 'ha'>{named}]><rss version='2.0'>"
    return f"{text}<channel><item><title>&a11;</title></item></channel></rss>".encode()


def _quadratic() -> bytes:
    text = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a '{'a' * 100_000}'>]><rss version='2.0'>"
    return f"{text}<channel><item><title>{'&a;' * 20_000}</title></item></channel></rss>".encode()


def _at(path: str, bomb: Callable[[], bytes], **headers: str) -> Callable[[], tuple[str, bytes]]:
    return lambda: (path, answer(bomb(), **headers))


BOMBS: tuple[Callable[[], tuple[str, bytes]], ...] = (
    _at("/bomb", lambda: _deflated(10_240, 31), Content_Encoding="gzip"),
    _at("/bomb", lambda: _deflated(4096, 31), Content_Encoding="x-gzip"),
    _at("/bomb", lambda: _deflated(2048, 15), Content_Encoding="deflate"),
    _at("/bomb", lambda: _deflated(2048, -15), Content_Encoding="deflate"),
    _at("/bomb", lambda: _brotli(1024), Content_Encoding="br"),
    _at("/bomb", lambda: zstd.compress(b"\0" * 64 * MEBIBYTE) * 160, Content_Encoding="zstd"),
    _at("/bomb", lambda: gzip.compress(_deflated(10_240, 31)), Content_Encoding="gzip, gzip"),
    _at("/bomb", lambda: gzip.compress(_brotli(1024)), Content_Encoding="br, gzip"),
    _at("/sitemap.xml.gz", lambda: _deflated(10_240, 31)),
    _at("/robots-of-another", lambda: b"<html>" + b"x" * (40 * MEBIBYTE)),
    _at("/feed", _laughs),
    _at("/feed", _quadratic),
)


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Serve one bomb between good neighbours in each trial."""

    def trial(number: int, chance: random.Random) -> Mapping[str, float]:
        del chance
        cwd = Path(mkdtemp(dir=folder))
        path, bomb = BOMBS[number]()
        with RawSite() as site:
            write_feeds(cwd, site.url, FEEDS.format(url=site.url))
            links, good = "", {}
            for each in range(3):
                told = f"We thank keeper {each} of the old lighthouse."
                good[f"/good/{each}"] = told
                site.answers[f"/good/{each}"] = answer(f"<div class=words>{told}</div>".encode())
                links += (
                    f"<li><a href='/good/{each}'>Good</a></li><li><a href='{path}'>Bad</a></li>"
                )
            site.answers["/list"] = answer(f"<ul>{links}</ul>".encode())
            site.answers[path] = bomb
            crawled = crawl(cwd, site.host)
        kept = texts(crawled.archive)
        return {
            "bombs": 1,
            "crashes": crawled.crashes,
            "not_told": crawled.code != 1,
            "lost_neighbours": sum(kept.get(where) != told for where, told in good.items()),
            "most_megabytes": crawled.megabytes,
        }

    yield trial


def broken(counts: Counts) -> list[str]:
    """Say how the promise is broken."""
    names = ("crashes", "lost_neighbours", "not_told")
    found = [f"{name} is {counts[name]:g}" for name in names if counts[name]]
    if counts["most_megabytes"] >= MOST_MEGABYTES:
        found.append(f"a crawl took {counts['most_megabytes']:.0f} MB")
    return found


FIGURE = Figure(
    promise="12 bombs of up to 10 GiB are refused and told, under 512 MB, and no neighbour is lost",
    trials=len(BOMBS),
    quick=1,
    ready=ready,
    broken=broken,
)
