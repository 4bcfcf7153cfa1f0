"""The front page: what the archive holds, what came last, and who sees it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import (
    HARBOUR,
    LETTER,
    MARKUP,
    METADATA,
    POST,
    Rows,
    Site,
    build,
    close,
    open_site,
    row_path,
    rows,
)
from sqlite_utils import Database

from onrecord.browse import holdings, home_page


def words_of(html: str) -> str:
    """Give what a page says, without its markup."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("home") / "archive.db", rows()))
    yield opened
    close(opened)


def opened(tmp_path: Path, tables: Rows, **options: Any) -> Site:
    return open_site(build(tmp_path / "archive.db", tables), **options)


def test_it_says_what_is_held_and_how_well(site: Site) -> None:
    said = words_of(site.page("/"))
    for part in (
        "Statements 4 Texts, counting every revision 6 Sources 2 in 1 country",
        "The earliest statement is dated February 2031.",
        "Collected since 5 March 2031.",
        "The last crawl, of xv_mod , began on 5 March 2031, 12:00 UTC and was not well (faulty).",
        "0 of 2 are. At 1 the last crawl was not good. 1 was never crawled.",
        "1 statement of 2 missed at once",
    ):
        assert part in said


def test_it_lists_what_came_last(site: Site) -> None:
    page = site.page("/")
    statements = page[page.index('id="latest"') : page.index('id="edits"')]
    assert re.findall(r'href="(/archive/statements/[^"]+)"', statements) == [
        row_path(HARBOUR),
        row_path(POST),
        row_path(LETTER),
    ]
    edits = page[page.index('id="edits"') : page.index('id="fates"')]
    assert re.findall(r"\?from=(\d)&amp;to=(\d)", edits) == [("2", "3"), ("1", "2")]
    assert edits.count(">silent</span>") == 1
    assert "<del>further</del> <ins>furthering</ins>" in edits
    fates = page[page.index('id="fates"') : page.index('id="ways"')]
    assert "Not found (the page answered 404)" in fates
    assert "One look is no proof that it was removed." in fates


def test_it_leads_to_the_rooms_the_search_the_check_and_the_tables(site: Site) -> None:
    page = site.page("/")
    for path in ("people", "countries", "matrix", "meetings", "changes", "coverage", "check"):
        assert f'href="/-/{path}"' in page
    assert 'href="/archive"' in page
    assert re.search(r'<form class="home-search" action="/-/search"', page)
    assert site.get("/.json").json()["archive"]["name"] == "archive"


def test_an_address_below_a_base_url_works(tmp_path: Path) -> None:
    other = opened(tmp_path, rows(), settings={"base_url": "/onrecord/"})
    page = other.page("/")
    assert 'href="/onrecord/-/people"' in page
    assert f'href="/onrecord{row_path(HARBOUR)}"' in page
    close(other)


CLOSED: list[dict[str, Any]] = [
    {"allow": False},
    {"databases": {"archive": {"allow": False}}},
    {"databases": {"archive": {"tables": {"statements": {"allow": False}}}}},
]


@pytest.mark.parametrize("closed", CLOSED)
def test_who_may_not_see_the_archive_sees_nothing_of_it(
    tmp_path: Path, closed: dict[str, Any]
) -> None:
    private = opened(tmp_path, rows(), metadata=closed)
    answer = private.get("/")
    assert answer.status_code in {200, 403}
    for part in ("Opening of the harbour", "Ilse Marrow", "furthering", "xv_mfa", "What this"):
        assert part not in answer.text
    close(private)


@pytest.mark.parametrize(
    ("table", "section"),
    [
        ("edits", "further"),
        ("fates", "page answered"),
        ("events", "at once"),
        ("crawls", "Sources"),
    ],
)
def test_a_list_is_left_out_whose_table_is_closed(tmp_path: Path, table: str, section: str) -> None:
    closed = {"databases": {"archive": {"tables": {table: {"allow": False}}}}}
    private = opened(tmp_path, rows(), metadata=closed)
    said = words_of(private.page("/"))
    assert "Opening of the harbour" in said
    assert section not in said
    assert all(none not in said for none in ("No edit was", "Nothing was missed"))
    close(private)


def test_withheld_words_are_on_no_list(tmp_path: Path) -> None:
    tables = rows()
    tables["takedowns"].append(
        {"statement_id": HARBOUR, "at": "2031-03-07T12:00:00Z", "reason": "a court said so"}
        | {"warc_file": "d.warc.gz"}
    )
    site = opened(tmp_path, tables)
    page = site.page("/")
    assert "harbour<" not in page
    assert "further" not in page
    assert page.count("Words not kept") == 3
    close(site)


def test_archived_markup_is_not_live(tmp_path: Path) -> None:
    tables = rows()
    for row in (*tables["statements"], *tables["revisions"]):
        row["title"] = MARKUP
    for row in tables["statements"]:
        row["speaker"] = row["office"] = MARKUP
    tables["fates"][0]["evidence"] = MARKUP
    tables["edits"][0]["changes"] = '[{"before": "<script>x", "after": "<b>y"}]'
    site = opened(tmp_path, tables)
    page = site.page("/")
    assert "<script>alert" not in page
    assert "<script>x" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") > 8
    close(site)


def test_another_database_keeps_the_page_of_datasette(tmp_path: Path) -> None:
    db = Database(tmp_path / "bank.db")
    db.table("accounts").insert({"id": 1})
    db.close()
    bank = open_site(tmp_path / "bank.db")
    page = bank.page("/")
    assert "accounts" in page
    assert "What this archive holds" not in page
    close(bank)


def test_beside_another_database_both_are_found(tmp_path: Path) -> None:
    db = Database(tmp_path / "bank.db")
    db.table("accounts").insert({"id": 1})
    db.close()
    both = open_site(build(tmp_path / "archive.db", rows()))
    both.datasette.add_database(open_site(tmp_path / "bank.db").datasette.get_database("bank"))
    page = both.page("/")
    assert 'href="/bank"' in page
    assert "What this archive holds" in page
    close(both)


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    empty = opened(tmp_path, {})
    said = words_of(empty.page("/"))
    for part in (
        "Statements 0",
        "Nothing was ever crawled",
        "No edit was found",
        "None with a date",
    ):
        assert part in said
    close(empty)


TODAY = datetime.now(UTC).date()


def crawled(*days_ago: int, bad: int | None = None) -> Rows:
    """Give the rows of a source that was crawled once a day, so many days ago."""
    source = rows()["sources"][0] | {"every_seconds": 86400}
    crawls = []
    for ago in {*days_ago, *([] if bad is None else [bad])}:
        started = f"{TODAY - timedelta(days=ago)}T12:00:00Z"
        outcome = "faulty" if ago == bad else "finished"
        crawls.append(
            {"id": f"c{ago}", "source": "xv_mod", "kind": "crawl", "started_at": started}
            | {"outcome": outcome, "software": "onrecord 0"}
        )
    return {"sources": [source], "crawls": crawls}


@pytest.mark.parametrize(
    ("tables", "said", "has_gap"),
    [
        (crawled(0, 1, 2, 3), "1 of 1 is.", False),
        (crawled(1, 2), "1 of 1 is.", False),
        (crawled(0, 1, 5), "1 of 1 is.", True),
        (crawled(0, 1, 35, 39), "1 of 1 is.", True),
        (crawled(*range(30), 50), "1 of 1 is.", False),
        (crawled(5, 6), "0 of 1 are. 1 is overdue.", True),
        (crawled(200), "0 of 1 are. 1 is overdue.", True),
        (crawled(1, 2, bad=0), "0 of 1 are. At 1 the last crawl was not good.", False),
        (crawled(bad=0), "0 of 1 are. At 1 the last crawl was not good.", True),
    ],
)
def test_gaps_and_delays_are_told(
    tmp_path: Path, tables: Rows, said: str, *, has_gap: bool
) -> None:
    site = opened(tmp_path, tables)
    page = words_of(site.page("/"))
    assert said in page
    assert ("had days in the last 30" in page) is has_gap
    close(site)


def test_nothing_but_the_counts_reads_a_large_table_through(tmp_path: Path) -> None:
    db = Database(build(tmp_path / "archive.db", rows()))
    asked = {"latest": 10, "today": 0, "back": "-60 days", "window": 30}
    lists = [sql for sql, _ in home_page._SECTIONS.values()]
    for sql in [*lists, holdings._DATES, holdings._GAPS, holdings._SOURCES]:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", asked).fetchall()]
        read_through = [
            line for line in plan if re.match(r"SCAN (?!CONSTANT|s$|s USING|l$|f$|e$|\()", line)
        ]
        # The latest few are read off an end of a table or of an index.
        ends = {"SCAN statements USING INDEX statements_published"}
        ends |= {"SCAN edits USING INDEX edits_latest", "SCAN fates USING INDEX fates_turns"}
        ends |= {"SCAN statements USING COVERING INDEX statements_published"}
        assert set(read_through) <= ends, plan
    db.close()


def test_the_demo_has_a_front_page(demo_archive: Path) -> None:
    site = open_site(demo_archive, metadata=METADATA)
    said = words_of(site.page("/"))
    assert "all 3 are" in said
    assert "Shots fired at a fishing boat" in said
    close(site)


def test_the_controls_of_a_table_have_names(site: Site) -> None:
    page = site.page("/archive/statements?source=xv_mod")
    controls = re.findall(r'<(?:select|input)[^>]*name="_(?:filter|sort)[^>]*>', page)
    assert len(controls) == 8
    assert [each for each in controls if "aria-label=" not in each] == [
        '<input type="checkbox" name="_sort_by_desc" checked>'  # in its label
    ]
    assert 'class="cross" aria-label="Remove this filter"' in page
    assert 'aria-label="SQL"' in site.page("/archive")
