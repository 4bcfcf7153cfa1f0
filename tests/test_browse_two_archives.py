"""Two archives on one site: all pages show the same one, the first that the visitor may see."""

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import METADATA, Site, build, close, open_site, rows
from datasette.app import Datasette
from sqlite_utils import Database

PAGES = ("/", "/-/people", "/-/changes", "/-/coverage", "/-/search?q=harbour")


def two(tmp_path: Path, *, hidden: bool = False, is_old: bool = False, **rest: Any) -> Site:
    close(open_site(build(tmp_path / "archive.db", rows())))  # which registers our pages
    later = build(tmp_path / "later.db", rows())
    if is_old:
        db = Database(tmp_path / "archive.db")
        db["passage_blocks"].drop()
        db.close()
    own = METADATA["databases"]["archive"]
    first = own | {"allow": {"id": "root"}} if hidden else own
    metadata = METADATA | {"databases": {"archive": first, "later": own}} | rest
    return Site(Datasette([str(tmp_path / "archive.db"), str(later)], metadata=metadata))


@pytest.mark.parametrize(
    ("hidden", "is_old", "shown"),
    [(False, False, "archive"), (True, False, "later"), (False, True, "later")],
)
@pytest.mark.parametrize("path", PAGES)
def test_all_pages_show_the_same_archive(
    tmp_path: Path, path: str, shown: str, *, hidden: bool, is_old: bool
) -> None:
    site = two(tmp_path, hidden=hidden, is_old=is_old)
    page = site.page(path)
    close(site)
    linked = set(re.findall(r'href="/(archive|later)/', page))
    assert linked == {shown}


def test_a_visitor_who_may_see_none_is_refused(tmp_path: Path) -> None:
    site = two(tmp_path, allow=False)
    assert site.get("/-/changes").status_code == 403
    close(site)
