"""Answers cut short: kept, asked for again, never taken for the ministry's words."""

import gzip
import zlib
from pathlib import Path

import brotli
import pytest
from backports import zstd
from loopback import Answer, Site, crawl, listing, onrecord, release, rows, write_source
from scrapy.http import Response

from archive.warc_reader import read_records
from spiders.completeness import incompleteness

PAGE = b"<p>The keeper said that the lamp is not out.</p>" * 40
PACKED = {
    "gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE),
}
LIMIT = 10_000_000


def answer(body: bytes, packing: str, flags: list[str] | None = None) -> Response:
    headers = {"Content-Encoding": packing} if packing else {}
    return Response("http://ministry.example/", body=body, headers=headers, flags=flags or [])


@pytest.mark.parametrize("packing", PACKED)
def test_a_packed_body_is_whole_or_it_is_not(packing: str) -> None:
    body = PACKED[packing]
    assert incompleteness(answer(body, packing), LIMIT) is None
    for length in range(1, len(body)):
        assert incompleteness(answer(body[:length], packing), LIMIT), length


def test_raw_deflate_is_deflate_too() -> None:
    raw = zlib.compress(PAGE)[2:-4]
    assert incompleteness(answer(raw, "deflate"), LIMIT) is None


def test_plain_bodies_empty_ones_and_unknown_packings_pass() -> None:
    assert incompleteness(answer(PAGE[:50], ""), LIMIT) is None
    assert incompleteness(answer(b"", "gzip"), LIMIT) is None
    assert incompleteness(answer(b"xyz", "compress"), LIMIT) is None


def test_a_bomb_is_left_to_the_limit_on_sizes() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    assert incompleteness(answer(bomb[:-10], "gzip"), 1_000_000) is None


@pytest.mark.parametrize("flag", ["partial", "dataloss"])
def test_a_connection_that_ended_early_is_told(flag: str) -> None:
    assert incompleteness(answer(PAGE, "", [flag]), LIMIT)


def test_a_cut_page_is_no_edit_in_the_crawl_nor_in_a_rebuild(tmp_path: Path) -> None:
    words = " ".join(
        f"Paragraph {n} of what the keeper said about lamp {n * n}." for n in range(90)
    )
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release(words))
        crawl(site, tmp_path)
        packed = gzip.compress(site.answers["/pr/1"].body)
        site.answers["/pr/1"] = Answer(
            packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"}
        )
        summary = crawl(site, tmp_path)
    assert (summary["new_revisions"], summary["absent"]) == (0, 0)
    sql = "SELECT text, revision, state FROM statements"
    kept = [{"text": words, "revision": 1, "state": "live"}]
    assert rows(tmp_path / "archive.db", sql) == kept
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert "its gzip body is cut short or damaged" in issue["message"]
    rebuilt = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert rows(tmp_path / "again.db", sql) == kept


def test_a_body_of_unknown_length_is_not_read_and_marked_in_the_warc_file(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025", "/pr/2": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers."), headers={"Content-Length": None})
        site.html("/pr/2", release("We thank the keepers."))
        summary = crawl(site, tmp_path)
    assert (summary["new_statements"], summary["faults"]) == (1, 1)
    assert "the connection ended before the answer did" in summary["log"]
    (file,) = (tmp_path / "archive-warc").iterdir()
    marked = {kept.capture.url: kept.is_truncated for kept in read_records(file)}
    assert marked[f"{site.url}/pr/1"]
    assert not marked[f"{site.url}/pr/2"]
    words = ["rebuild", "--to", "again.db", "--sources", "sources"]
    onrecord(*words, cwd=tmp_path)
    assert len(rows(tmp_path / "again.db", "SELECT * FROM statements")) == 1


def test_a_body_shorter_than_declared_is_no_answer(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers."), headers={"Content-Length": "9999"})
        summary = crawl(site, tmp_path)
    assert (summary["new_statements"], summary["faults"]) == (0, 1)
