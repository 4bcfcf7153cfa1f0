"""The frame of our pages: who sees them, and what is said where there is nothing to see."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import Site, build, close, open_site, rows
from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils.asgi import Response
from sqlite_utils import Database

from onrecord.browse.page_frame import NotThereError, Page, routes_of
from onrecord.browse.reader import Reader


async def read_count(reader: Reader) -> Any:
    asked = reader.asked("what")
    if asked == "slow":
        raise QueryInterrupted(ValueError("interrupted"), "SELECT", {})
    if asked != "all":
        raise NotThereError(f"Nobody counts {asked}")
    found = await reader.row("SELECT count(*) AS n FROM statements WHERE id <> :id", id="none")
    assert found
    return Response.text(str(found["n"]))


COUNT = Page(path="count/(?P<what>[^/]+)", template="", tables=("statements",), read=read_count)


@contextmanager
def opened(path: Path, page: Page, **options: Any) -> Iterator[Site]:
    """Open a site that has one more page."""

    class Added:
        __name__ = "added"

        @hookimpl
        def register_routes(self) -> list[tuple[str, Any]]:
            return routes_of([page])

    added = Added()
    pm.register(added)
    try:
        site = open_site(path, **options)
        yield site
        close(site)
    finally:
        pm.unregister(added)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return build(tmp_path / "archive.db", rows())


@pytest.fixture
def site(archive: Path) -> Iterator[Site]:
    with opened(archive, COUNT) as site:
        yield site


def test_a_page_reads_the_archive(site: Site) -> None:
    assert site.page("/-/count/all") == str(len(rows()["statements"]))


@pytest.mark.parametrize(
    ("what", "status", "said"),
    [("sheep", 404, "Nobody counts sheep."), ("slow", 503, "took too long")],
)
def test_what_cannot_be_shown_is_said(site: Site, what: str, status: int, said: str) -> None:
    answer = site.get(f"/-/count/{what}")
    assert (answer.status_code, said in answer.text) == (status, True)


def test_only_get_is_answered(site: Site) -> None:
    answer = asyncio.run(site.datasette.client.put("/-/count/all"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_who_may_not_see_a_table_sees_no_page_of_it(archive: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"statements": {"allow": False}}}}}
    with opened(archive, COUNT, metadata=closed) as site:
        assert site.get("/-/count/all").status_code == 403


def test_an_earlier_archive_says_how_it_is_brought_up_to_date(archive: Path) -> None:
    page = replace(COUNT, tables=("statements", "not_made_yet"))
    with opened(archive, page) as site:
        answer = site.get("/-/count/all")
    assert (answer.status_code, "onrecord serve" in answer.text) == (404, True)


def test_without_an_archive_pages_say_so(tmp_path: Path) -> None:
    other = Database(tmp_path / "other.db")
    other.table("statements").insert({"id": 1})
    other.close()
    with opened(tmp_path / "other.db", COUNT) as site:
        answer = site.get("/-/count/all")
    assert (answer.status_code, "No database here is an archive" in answer.text) == (404, True)
    assert 'class="rooms"' not in answer.text


def test_every_page_links_to_the_rooms(site: Site) -> None:
    for path in ("/", "/archive", "/archive/statements", "/-/count/sheep"):
        assert 'href="/-/changes"' in site.get(path).text, path


@pytest.mark.parametrize("path", ["/archive/nothing", "/nothing", "/archive/statements/nobody"])
def test_what_is_not_there_is_told_in_our_frame(archive: Path, path: str) -> None:
    site = open_site(archive)
    answer = site.get(path)
    assert answer.status_code == 404
    (sheet,) = re.findall(r'href="(/-/static-plugins/[^"]*onrecord\.css[^"]*)"', answer.text)
    assert site.get(sheet).status_code == 200
    assert '<a href="/">To the front page</a>' in answer.text
    assert "style=" not in answer.text
    close(site)
