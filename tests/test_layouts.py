"""Layouts: a page is read as pages were laid out on the day of its capture."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, crawl, listing, onrecord, rows, write_source
from past import Past

from spiders.channels.options import Layout, PageSelectors, WebOptions

FEED = """\
  - channel: listing
    urls: [{{url}}/list]
    entry: li
    published: .day
    page: {page}
    layouts: {layouts}
"""
PAGE = "{{title: h1, text: .words}}"
UNTIL = "[{{until: 2024-05-01, title: h2.old, text: td.old}}]"
WORDS = "We thank the keepers of the lighthouse for their service."


def old_page(words: str) -> str:
    return f"<h2 class='old'>A title</h2><table><tr><td class='old'>{words}</td></tr></table>"


def new_page(words: str) -> str:
    return f"<h1>A title</h1><div class='words'>{words}</div>"


def feed(page: str = PAGE, layouts: str = UNTIL) -> str:
    return FEED.format(page=page, layouts=layouts)


@pytest.fixture
def past(tmp_path: Path) -> Any:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=feed())
        yield Past(tmp_path, site)


def revisions(archive: Path) -> list[tuple[str, int, str]]:
    sql = (
        "SELECT url, r.revision, r.text FROM revisions AS r JOIN statements ON statement_id = id "
        "ORDER BY url, r.revision"
    )
    return [(row["url"][-2:], row["revision"], row["text"]) for row in rows(archive, sql)]


def test_a_rebuild_reads_captures_of_both_layouts(past: Past) -> None:
    edited = WORDS.replace("thank", "blame")
    past.crawled("2024-04-02", {"/1": old_page(WORDS), "/2": old_page(WORDS)})
    past.crawled("2024-05-01", {"/1": old_page(edited), "/2": old_page(WORDS)})
    past.crawled("2024-05-02", {"/1": new_page(edited), "/2": new_page(WORDS)})
    past.crawled("2024-06-01", {"/1": new_page(WORDS), "/2": new_page(WORDS)})
    archive = past.rebuild()
    assert revisions(archive) == [
        ("/1", 1, WORDS),
        ("/1", 2, edited),
        ("/1", 3, WORDS),
        ("/2", 1, WORDS),
    ]
    assert rows(archive, "SELECT reason FROM quarantine UNION SELECT message FROM issues") == []


def test_what_two_layouts_read_differently_is_no_edit(past: Past) -> None:
    past.crawled("2024-04-02", {"/1": old_page(WORDS)})
    past.crawled("2024-05-02", {"/1": new_page(f"{WORDS} <p>Share this page</p>")})
    archive = past.rebuild()
    assert revisions(archive) == [("/1", 1, WORDS)]
    (aside,) = rows(archive, "SELECT reason FROM quarantine")
    assert "whether it was edited cannot be told" in aside["reason"]


def test_a_new_layout_leaves_what_the_old_one_read_as_it_is(past: Past) -> None:
    """A file from before the redesign and one from after it name the old reading alike."""
    past.crawled("2024-04-02", {"/1": old_page(WORDS)})
    old = "{{title: h2.old, text: td.old}}"
    write_source(past.cwd / "sources", past.site, feeds=feed(old, "[]"))
    before = rows(past.rebuild(), "SELECT route FROM statements")
    (past.cwd / "again.db").unlink()
    write_source(past.cwd / "sources", past.site, feeds=feed())
    assert rows(past.rebuild(), "SELECT route FROM statements") == before


@pytest.mark.parametrize(("until", "page"), [("2099-01-01", old_page), ("2024-05-01", new_page)])
def test_a_crawl_reads_by_the_layout_of_today(past: Past, until: str, page: Any) -> None:
    layouts = UNTIL.replace("2024-05-01", until)
    write_source(past.cwd / "sources", past.site, feeds=feed(layouts=layouts))
    past.site.html("/list", listing({"/1": "02/03/2024"}))
    past.site.html("/1", page(WORDS))
    summary = crawl(past.site, past.cwd)
    assert (summary["new_statements"], summary["faults"]) == (1, 0)
    assert revisions(past.cwd / "archive.db") == [("/1", 1, WORDS)]


def test_a_replay_reads_by_the_day_of_the_capture(past: Past) -> None:
    file = past.crawled("2024-05-01", {"/1": old_page(WORDS)})
    words = ["crawl", "xa_light", "--replay", file, "--sources", "sources", "--db", "other.db"]
    finished = onrecord(*words, cwd=past.cwd)
    assert finished.returncode == 0, finished.stderr
    assert revisions(past.cwd / "other.db") == [("/1", 1, WORDS)]


def test_a_selector_that_matches_nothing_is_named_with_its_layout(past: Past) -> None:
    past.crawled("2024-04-02", {"/1": new_page(WORDS)})
    (aside,) = rows(past.rebuild(), "SELECT reason FROM quarantine")
    assert "layouts(2024-05-01).text 'td.old' matched nothing" in aside["reason"]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2018-01-01", "#first"),
        ("2019-12-31", "#first"),
        ("2020-01-01", "#second"),
        ("2024-05-01", "#second"),
        ("2024-05-02", "#now"),
    ],
)
def test_the_oldest_fitting_layout_counts(day: str, text: str) -> None:
    options = WebOptions(
        channel="listing",
        urls=("https://light.example/",),
        page=PageSelectors(text="#now"),
        layouts=(
            Layout(until=date(2024, 5, 1), text="#second"),
            Layout(until=date(2019, 12, 31), text="#first"),
        ),
    )
    on = datetime.fromisoformat(day).replace(tzinfo=UTC).date()
    assert options.layout_on(on).text == text
