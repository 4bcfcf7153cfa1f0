"""Who may see a table, told in one way for our pages and for Datasette's own."""

import asyncio
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from browsing import build, close, open_site, rows

from onrecord.browse.seeing import may_see

ALLOWED: tuple[Any, ...] = (None, True, False, {"id": "ann"}, {"unauthenticated": True})


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("seeing") / "archive.db", rows())


def allow(rule: Any) -> dict[str, Any]:
    return {} if rule is None else {"allow": rule}


def test_it_is_as_datasette_tells_it(archive: Path) -> None:
    site = open_site(archive).datasette
    told = set()
    for of_site, of_database, of_table in product(ALLOWED, repeat=3):
        tables = {"statements": allow(of_table)}
        site._metadata_local = {
            **allow(of_site),
            "databases": {"archive": {**allow(of_database), "tables": tables}},
        }
        for actor in (None, {"id": "ann"}, {"id": "bo"}):
            ours = [asyncio.run(may_see(site, actor, "archive", "sources", "statements"))]
            ours += [asyncio.run(may_see(site, actor, "archive", "statements"))]
            theirs = [asyncio.run(visible(site, actor, each)) for each in ("sources", "statements")]
            assert ours == [all(theirs), theirs[1]], (of_site, of_database, of_table, actor)
            told.add(tuple(ours))
    assert len(told) == 3
    for db in site.databases.values():
        db.close()


async def visible(site: Any, actor: Any, table: str) -> bool:
    asked = [("view-table", ("archive", table)), ("view-database", "archive"), "view-instance"]
    return bool((await site.check_visibility(actor, permissions=asked))[0])


def test_a_closed_table_closes_its_pages(archive: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"takedowns": {"allow": False}}}}}
    site = open_site(archive, metadata=closed)
    assert site.get("/-/search").status_code == 403
    assert site.get("/-/countries").status_code == 200
    close(site)
