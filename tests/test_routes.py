"""Several feeds of one source: each statement is looked at again by the one that led to it."""

import itertools
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, onrecord, release, rows, write_source
from rebuilt import assert_rebuilds_the_same
from torture.hostile import RawSite

from archive.warc_reader import read_notes

FEEDS = """\
  - channel: listing
    kind: speech
    urls: [{url}/speeches]
    entry: li
    page: {{title: h1, text: .words}}
  - channel: listing
    kind: press_release
    urls: [{url}/releases]
    entry: li
    page: {{title: h1, text: ".words, .notes"}}
    fallback:
      - channel: listing
        kind: press_release
        urls: [{url}/backup]
        entry: li
        page: {{title: h1, text: .words}}
"""
WORDS = "We thank the keepers of the lighthouse."


def links(*paths: str) -> str:
    return "<ul>" + "".join(f'<li><a href="{path}">x</a></li>' for path in paths) + "</ul>"


@pytest.fixture
def site(tmp_path: Path) -> Any:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEEDS)
        site.html("/speeches", links("/speech/1"))
        site.html("/releases", links("/release/1", "/release/2"))
        for path in ("/speech/1", "/release/1", "/release/2"):
            site.html(path, release(WORDS) + "<p class='notes'>Notes to editors.</p>")
        yield site


def statements(tmp_path: Path) -> list[dict[str, Any]]:
    sql = "SELECT kind, text, revision, state FROM statements ORDER BY url"
    return rows(tmp_path / "archive.db", sql)


def test_a_recheck_reads_the_page_as_its_own_feed_does(site: Site, tmp_path: Path) -> None:
    crawl(site, tmp_path)
    before = statements(tmp_path)
    assert [row["kind"] for row in before] == ["press_release", "press_release", "speech"]
    assert before[0]["text"] == f"{WORDS}\n\nNotes to editors."
    site.html("/releases", links("/release/1"))
    site.asked.clear()
    summary = crawl(site, tmp_path)
    assert "/release/2" in site.asked
    assert summary["new_revisions"] == summary["quarantined"] == 0
    assert statements(tmp_path) == before


def test_what_another_route_reads_differently_is_no_edit(site: Site, tmp_path: Path) -> None:
    crawl(site, tmp_path)
    before = statements(tmp_path)
    site.answers["/releases"] = Answer(b"moved away", 404)
    site.html("/backup", links("/release/1"))
    summary = crawl(site, tmp_path)
    assert summary["new_revisions"] == 0
    assert statements(tmp_path) == before
    (aside,) = rows(tmp_path / "archive.db", "SELECT reason FROM quarantine")
    assert "whether it was edited cannot be told" in aside["reason"]


def test_a_mended_selector_is_no_edit_and_a_rebuild_reads_all_of_it_anew(
    site: Site, tmp_path: Path
) -> None:
    crawl(site, tmp_path)
    before = statements(tmp_path)
    path = tmp_path / "sources" / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace('".words, .notes"', ".words"))
    summary = crawl(site, tmp_path)
    assert (summary["new_revisions"], summary["quarantined"]) == (0, 2)
    assert statements(tmp_path) == before
    (aside, _) = rows(tmp_path / "archive.db", "SELECT reason FROM quarantine")
    assert "`onrecord rebuild`" in aside["reason"]
    onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path)
    again = rows(tmp_path / "again.db", "SELECT text, revision FROM statements")
    assert again == [{"text": WORDS, "revision": 1}] * 3
    assert rows(tmp_path / "again.db", "SELECT * FROM quarantine") == []


def test_a_route_that_is_gone_from_the_file_rechecks_nothing(site: Site, tmp_path: Path) -> None:
    crawl(site, tmp_path)
    path = tmp_path / "sources" / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace("/releases]", "/new-releases]"))
    site.html("/new-releases", links("/release/1"))
    site.asked.clear()
    crawl(site, tmp_path)
    assert "/release/2" not in site.asked
    assert {row["state"] for row in statements(tmp_path)} == {"live"}


@pytest.mark.parametrize("port", ["nobody listens", "it hangs up"])
def test_a_rebuild_reads_what_came_by_the_next_route_after_no_answer(
    site: Site, tmp_path: Path, port: str
) -> None:
    with RawSite() as dead, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead.answers["/releases"] = b""
        host = dead.host if port == "it hangs up" else f"127.0.0.1:{closed.getsockname()[1]}"
        path = tmp_path / "sources" / "xa" / "xa_light.yml"
        path.write_text(path.read_text().replace(f"{site.url}/releases", f"http://{host}/releases"))
        site.html("/backup", links("/release/1"))
        summary = crawl(site, tmp_path, "--allow-host", host)
    assert summary["new_statements"] == 2
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert issue["message"].endswith("trying the next route")
    assert_rebuilds_the_same(tmp_path)


def test_a_rebuild_tells_of_pages_that_nothing_answered(site: Site, tmp_path: Path) -> None:
    with RawSite() as dead:
        dead.answers |= {"/release/2": b"", "/release/3": b""}  # the first after a redirect
        site.answers["/release/2"] = Answer(b"", 302, {"Location": f"{dead.url}/release/2"})
        site.html("/releases", links("/release/1", "/release/2", f"{dead.url}/release/3"))
        crawl(site, tmp_path, "--allow-host", dead.host)
    issues = rows(tmp_path / "archive.db", "SELECT url, capture_id, level FROM issues ORDER BY url")
    assert [(row["capture_id"], row["level"]) for row in issues] == [(None, "error")] * 2
    assert_rebuilds_the_same(tmp_path)


def test_a_rebuild_of_an_older_crawl_reads_the_next_route_too(site: Site, tmp_path: Path) -> None:
    site.html("/backup", links("/release/1"))
    path = tmp_path / "sources" / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace(f"{site.url}/releases", "http://127.0.0.1:9/releases"))
    crawl(site, tmp_path, "--allow-host", "127.0.0.1:9")
    (warc,) = (tmp_path / "archive-warc").iterdir()
    without_notes(warc)
    again = ["rebuild", "--to", "again.db", "--sources", "sources"]
    assert onrecord(*again, cwd=tmp_path).returncode == 0
    for sql in ("SELECT * FROM statements ORDER BY id", "SELECT * FROM crawls"):
        assert rows(tmp_path / "again.db", sql) == rows(tmp_path / "archive.db", sql)


def without_notes(warc: Path) -> None:
    """Leave out what is noted of requests that failed, as crawls of earlier versions did."""
    notes = [note.offset for note in read_notes(warc) if "failed" in note.fields]
    assert notes
    whole, kept = warc.read_bytes(), b""
    starts = [match.start() for match in re.finditer(rb"\x1f\x8b\x08", whole)]
    for start, end in itertools.pairwise([*starts, len(whole)]):
        kept += b"" if start in notes else whole[start:end]
    warc.write_bytes(kept)
