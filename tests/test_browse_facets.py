"""Facets of a large archive: read from kept counts, and lists that are sorted by an index."""

import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from browsing import HARBOUR, METADATA, Site, build, close, open_site, rows
from datasette.database import Database as CoreDatabase
from datasette.database import QueryInterrupted
from sqlite_utils import Database

from onrecord.browse.found_counts import FoundCounts
from onrecord.browse.kept_counts import counted_sql, counted_total
from onrecord.serving import datasette_arguments

FACETS = METADATA["databases"]["archive"]["tables"]["statements"]["facets"]
KEPT = [*FACETS, "language", "tone_status"]
ASKED = (
    "",
    "&language=fr",
    "&language__isnull=1",
    "&language__not=fr",
    "&kind__in=post,speech",
    "&source=xv_mod&state=live",
    "&kind=post&language=en",
    "&state=nothing",
)
PASS = r"count\(\*\) as (statements|count) from \(select id"
"""How a question begins that counts statements for facets."""

NOT_KEPT = (
    "&speaker__contains=a",
    "&published_at__gt=2031-03-05",
    "&_search=harbour",
    "&kind__isblank=1",
    "&_where=revision+=+1",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return build(tmp_path / "archive.db", rows())


@pytest.fixture
def site(path: Path) -> Iterator[Site]:
    site = open_site(path)
    yield site
    close(site)


def faceted(site: Site, asked: str) -> tuple[int, dict[str, list[tuple[Any, int]]]]:
    """Ask for all facets that can be kept; gives how many statements there are, and each facet."""
    answer = site.get(f"/archive/statements.json?_facet=language&_facet=tone_status{asked}")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    facets = {
        name: [(each["value"], each["count"]) for each in facet["results"]]
        for name, facet in told["facet_results"].items()
    }
    return told["filtered_table_rows_count"], facets


@pytest.mark.parametrize("asked", [*ASKED, *NOT_KEPT])
def test_facets_are_as_if_they_were_counted(path: Path, site: Site, asked: str) -> None:
    kept = faceted(site, asked)
    assert set(kept[1]) == set(KEPT)
    lose_counts(path)
    assert faceted(open_site(path), asked) == kept


def lose_counts(path: Path) -> None:
    """Make it the archive of an earlier On Record."""
    db = Database(path)
    for change in ("update", "delete"):
        db.execute(f"DROP TRIGGER statements_count_{change}")
    db.table("statement_counts").drop()
    db.close()


@pytest.mark.parametrize("asked", ASKED[:-1])
def test_facets_of_kept_columns_are_read_and_not_counted(
    path: Path, site: Site, asked: str
) -> None:
    total, facets = faceted(site, asked)
    db = Database(path)
    with db.conn:
        db.execute("UPDATE statement_counts SET statements = 1000 * statements")
    db.close()
    thousandfold = {
        name: [(value, 1000 * count) for value, count in values] for name, values in facets.items()
    }
    assert faceted(site, asked) == (1000 * total, thousandfold)


@pytest.mark.parametrize("where", [{"state": "live"}, {"_where": "revision > 0"}])
def test_a_further_page_has_the_facets_of_the_whole_list(site: Site, where: dict[str, str]) -> None:
    asked = {"_size": "1", **where}
    first = site.get("/archive/statements.json", params=asked).json()
    asked["_next"] = first["next"]
    further = site.get("/archive/statements.json", params=asked).json()
    assert further["rows"] != first["rows"]
    told = [
        {
            name: [(each["value"], each["count"]) for each in facet["results"]]
            for name, facet in page["facet_results"].items()
        }
        for page in (first, further)
    ]
    assert told[0] == told[1]
    assert sum(count for _, count in told[1]["kind"]) == first["filtered_table_rows_count"]


@pytest.mark.parametrize("asked", ["_search=harbour", "_search=harbour&kind=post", "revision=1"])
def test_facets_that_are_not_kept_are_counted_in_one_pass(
    site: Site, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = watch(monkeypatch, PASS)
    site.get(f"/archive/statements.json?{asked}")
    assert len(passes) == 1
    site.get(f"/archive/statements.json?{asked}&_facet=speaker")
    assert len(passes) == 3
    assert "group by speaker" in passes[-1]


@pytest.mark.parametrize("asked", ["", *NOT_KEPT])
def test_one_pass_counts_as_datasette_itself_does(
    path: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose_counts(path)
    in_one = faceted(open_site(path), asked)
    monkeypatch.setattr(FoundCounts, "is_worth_it", lambda *_: False)
    assert faceted(open_site(path), asked) == in_one


def test_a_search_is_counted_by_its_index(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = watch(monkeypatch, r"^select count\(\*\)")
    told = site.get("/archive/statements.json?_search=harbour&_size=1").json()
    assert told["filtered_table_rows_count"] == len(
        site.get("/archive/statements.json?_search=harbour&_shape=array").json()
    )
    assert [each.split("where")[0].split()[-1] for each in counts] == ["statements_fts"]


def test_facets_out_of_time_are_said_once_and_not_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = watch(monkeypatch, PASS, QueryInterrupted("", "", {}))
    page = site.page("/archive/statements?_search=harbour")
    assert f"These facets timed out: {', '.join(FACETS)}" in re.sub(r"\s+", " ", page)
    assert len(passes) == 1
    assert HARBOUR in page


def watch(
    monkeypatch: pytest.MonkeyPatch, words: str, trouble: Exception | None = None
) -> list[str]:
    """Note the questions that match, in one line each; let them have trouble."""
    noted: list[str] = []
    execute = CoreDatabase.execute

    async def noting(database: CoreDatabase, sql: str, *given: Any, **more: Any) -> Any:
        sql = re.sub(r"\s+", " ", sql).replace("( ", "(")
        if re.search(words, sql):
            noted.append(sql)
            if trouble:
                raise trouble
        return await execute(database, sql, *given, **more)

    monkeypatch.setattr(CoreDatabase, "execute", noting)
    return noted


def test_only_what_the_counts_can_tell_is_asked_of_them() -> None:
    facet = (
        "select {} as value, count(*) as count from ( select id, kind from statements {} ) "
        "where kind is not null group by kind order by count desc, value limit 31"
    )
    for column, where in product(
        ("kind", "[kind]", "speaker"), ('where "speaker" = :p0', "where tone > 0", "where (1)")
    ):
        assert counted_sql(facet.format(column, where)) is None
    assert counted_sql(facet.format("speaker", "")) is None
    assert counted_sql(facet.format("kind", 'where "kind" = :p0 ')) is not None
    for where in ("where tone > 0", 'where "kind" = :p0 or 1', 'where "kind" = (select 1)'):
        assert counted_total(f"select count(*) from statements {where}") is None
    assert counted_total("select count(*) from sources ") is None


@pytest.mark.parametrize("column", KEPT)
def test_the_latest_of_a_facet_are_not_sorted(path: Path, column: str) -> None:
    db = Database(path)
    sql = f"SELECT * FROM statements WHERE {column} = ? ORDER BY published_at DESC LIMIT 51"
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", ["x"]))
    assert f"({column}=?)" in plan
    assert "TEMP B-TREE" not in plan
    db.close()


@pytest.mark.parametrize(
    ("where", "by"),
    [
        ("kind = ? AND state = ?", "state"),
        ("language = ? AND kind = ?", "kind"),
        ("state = ? AND country = ?", "country"),
        ("country = ? AND source = ? AND tone_status = ?", "source"),
    ],
)
def test_a_list_is_read_by_what_narrows_most(path: Path, where: str, by: str) -> None:
    db = Database(path)
    sql = f"SELECT * FROM statements WHERE {where} ORDER BY published_at DESC LIMIT 51"
    plan = " ".join(
        row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", ["x"] * where.count("?"))
    )
    assert f"({by}=?)" in plan
    db.close()


def test_a_query_need_not_wait_long_for_its_turn(site: Site) -> None:
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        close(site)
        again = open_site(Path(site.datasette.get_database("archive").path))
        again.page("/")
        assert sys.getswitchinterval() < 0.001
    finally:
        sys.setswitchinterval(before)


def test_no_facet_is_guessed_by_reading_all_statements() -> None:
    arguments = datasette_arguments(Path("archive.db"), host="127.0.0.1", port=8001)
    assert arguments[arguments.index("suggest_facets") + 1] == "off"
