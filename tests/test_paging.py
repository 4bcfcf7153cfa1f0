"""Where a list ends: at its floor, where it repeats itself, and never for want of trying."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, listing, release, rows, write_source
from rebuilt import assert_rebuilds_the_same

COUNTED = """\
  - channel: listing
    urls: ["{url}/news/index.html"]
    entry: li
    title: a
    published: .day
    next_url: "{url}/news/index_{{page}}.html"
    first_page: 1
    pages: 1000
    page: {{title: h1, text: .words}}
"""
LINKED = """\
  - channel: listing
    urls: ["{url}/news/index.html"]
    entry: li
    title: a
    published: .day
    next: a.next::attr(href)
    pages: 6
    page: {{title: h1, text: .words}}
"""
AWAY = Answer(status=302, headers={"Location": "/elsewhere/"})


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        for number in range(1, 8):
            site.html(f"/pr/{number}", release(f"The lamp of harbour {number} is lit again."))
        yield site


def publish(site: Site, path: str, *numbers: int, older: str = "") -> None:
    site.html(path, listing({f"/pr/{n}": f"0{n}/09/2025" for n in numbers}, older=older))


def pages(site: Site) -> list[str]:
    return [path for path in site.asked if path.startswith("/news/index")]


def issues(cwd: Path) -> list[Any]:
    return [row["message"] for row in rows(cwd / "archive.db", "SELECT message FROM issues")]


@pytest.mark.parametrize(
    "floor", [AWAY, Answer(b"not here", 404), Answer(b"gone", 410)], ids=["302", "404", "410"]
)
def test_a_list_ends_quietly_at_its_floor(floor: Answer, site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=COUNTED)
    publish(site, "/news/index.html", 5, 4)
    publish(site, "/news/index_1.html", 3, 2)
    publish(site, "/elsewhere/", 7)  # whatever a list leads to then is no page of it
    site.answers["/news/index_2.html"] = floor
    summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["listed"], summary["new_statements"]) == (0, 4, 4)
    assert pages(site) == ["/news/index.html", "/news/index_1.html", "/news/index_2.html"]
    assert issues(tmp_path) == []
    assert_rebuilds_the_same(tmp_path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/", "redirects to"), ("/error.htm", "redirects to"), ("/nowhere", "answered 404")],
)
def test_the_first_page_has_no_floor(path: str, reason: str, site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=COUNTED)
    site.answers["/news/index.html"] = Answer(status=302, headers={"Location": path})
    publish(site, "/", 7)
    publish(site, "/error.htm", 7)
    summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["listed"]) == (1, 0)
    assert reason in issues(tmp_path)[0]


def test_a_list_that_only_moved_is_read_where_it_is(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=COUNTED)
    site.answers["/news/index.html"] = Answer(status=301, headers={"Location": "/moved/releases"})
    publish(site, "/moved/releases", 5, 4)
    site.answers["/news/index_1.html"] = Answer(
        status=301, headers={"Location": "/news/index_1.html?a=1"}
    )
    publish(site, "/news/index_1.html?a=1", 3)
    assert crawl(site, tmp_path)["new_statements"] == 3


def test_a_server_in_trouble_is_no_floor(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=COUNTED)
    publish(site, "/news/index.html", 5, 4)
    site.answers["/news/index_1.html"] = Answer(b"forbidden", 403)
    assert crawl(site, tmp_path)["exit"] == 1
    assert "answered 403" in issues(tmp_path)[0]


def test_counted_pages_that_repeat_themselves_end(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=COUNTED)
    for number in range(1, 1001):
        publish(site, f"/news/index_{number}.html", 5, 4)
    publish(site, "/news/index.html", 5, 4)
    assert crawl(site, tmp_path)["new_statements"] == 2
    assert pages(site) == ["/news/index.html", "/news/index_1.html"]


def test_links_in_a_circle_end(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=LINKED)
    publish(site, "/news/index.html", 5, 4, older="/news/index_a.html")
    publish(site, "/news/index_a.html", 3, 2, older="/news/index_b.html")
    publish(site, "/news/index_b.html", 5, 3, older="/news/index.html")
    assert crawl(site, tmp_path)["new_statements"] == 4
    assert pages(site) == ["/news/index.html", "/news/index_a.html", "/news/index_b.html"]


def test_a_link_to_the_page_itself_ends(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site, feeds=LINKED)
    publish(site, "/news/index.html", 5, 4, older="/news/index.html")
    assert crawl(site, tmp_path)["new_statements"] == 2
    assert pages(site) == ["/news/index.html"]


def test_pages_without_end_end_where_the_source_says(site: Site, tmp_path: Path) -> None:
    """A calendar that makes up another entry for every page before the last."""
    write_source(tmp_path / "sources", site, feeds=LINKED)
    publish(site, "/news/index.html", 1, older="/news/index_2.html")
    for number in range(2, 40):
        older = f"/news/index_{number + 1}.html"
        site.html(f"/news/index_{number}.html", listing({f"/pr/x{number}": ""}, older=older))
    crawl(site, tmp_path)
    assert len(pages(site)) == 6
