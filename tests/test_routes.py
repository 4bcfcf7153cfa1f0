"""Several feeds of one source: each statement is looked at again by the one that led to it."""

from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, onrecord, release, rows, write_source

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
