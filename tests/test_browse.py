"""The pages that Datasette shows of an archive, asked through its in-process client."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import (
    ARABIC,
    HARBOUR,
    LETTER,
    POST,
    QUERIES,
    TABLES,
    Site,
    build,
    close,
    open_site,
    row_path,
    rows,
)
from datasette.app import Datasette
from sqlite_utils import Database


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("browse") / "archive.db", rows()))
    yield opened
    close(opened)


def words_of(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_page_and_so_has_every_row(site: Site, table: str) -> None:
    page = site.page(f"/archive/{table}")
    rows_named = set(re.findall(rf'href="(/archive/{table}/[^"?]+)"', page))
    assert rows_named
    for path in rows_named:
        site.page(path)


def test_the_start_and_the_database_have_pages(site: Site) -> None:
    assert "On Record" in site.page("/")
    assert "Tone by minister and month" in site.page("/archive")


def test_the_list_shows_first_what_a_reader_looks_for(site: Site) -> None:
    page = site.page("/archive/statements")
    headings = re.findall(r'<th class="col-(\w+)"', page)
    assert headings[:5] == ["id", "published_at", "speaker", "title", "tone_label"]
    assert len(headings) == len(set(headings)) == 33
    assert '<span class="number" title="0.55">+0.55</span>' in page
    assert ">\u25b2 positive</span>" in page
    assert "a guess</span>" in site.page("/archive/mentions")
    chosen = site.page("/archive/statements?_col=kind&_col=speaker")
    assert re.findall(r'<th [^>]*data-column="(\w+)"', chosen) == ["id", "kind", "speaker"]


def test_the_list_is_sorted_by_publication_and_has_facets(site: Site) -> None:
    answer = site.get("/archive/statements.json?_shape=array").json()
    assert [row["id"] for row in answer] == [HARBOUR, POST, LETTER, ARABIC]
    facets = site.get("/archive/statements.json").json()["facet_results"]
    assert set(facets) == {"source", "country", "kind", "state"}


def test_search_finds_words_without_accents(site: Site) -> None:
    found = site.get("/archive/statements.json?_search=amitie&_shape=array").json()
    assert [row["id"] for row in found] == [LETTER]


def test_the_json_of_statements_has_the_promised_columns(site: Site) -> None:
    (row,) = site.get(f"{row_path(HARBOUR)}.json?_shape=array").json()
    promised = (
        "id source native_id url kind title text language published_at published_raw "
        "published_precision speaker office country first_seen_at last_seen_at state revision "
        "textblob_polarity textblob_subjectivity"
    )
    assert set(promised.split()) <= set(row)
    assert row["text"] == rows()["statements"][0]["text"]


def test_a_statement_page_reads_like_a_document(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    for part in (
        "Opening of the harbour",
        "5 March 2031, 20:10 UTC (01:40 on 6 March 2031 in Asia/Kolkata)",
        "4 March 2031",
        "Published when last looked at, on 6 March 2031, 12:00 UTC.",
        '<p dir="auto">The next meeting is on 6 May.</p>',
        "Ilse Marow",
        "great</bdi> \u00d72",
        '<span class="label">\u25b2 positive</span> <b>+0.55</b>',
        "93 in 100 such labels are right",
        "together +0.55",
        "polarity <b>+0.80</b>",
        "compound <b>+0.62</b>",
        'scored apart: <span class="label">\u25bc negative</span> <b>-0.40</b>',
        ">Tolva</a>",
        "said_about_in_a_week?about=xw&amp;day=2031-03-05",
        "a guess: only 55 in 100",
        "the tone is too unsure to be shown",
        "75 % of the wording in common",
        "Corrected the date.",
        "ab" * 32,
        "xv_mod-1.warc.gz",
        "at byte 777",
        f"http://localhost/archive/statements/{HARBOUR}",
    ):
        assert part in page


def test_the_page_marks_exactly_the_changed_words(site: Site) -> None:
    page = site.page(row_path(HARBOUR))
    assert words_of(page, "del") == ["4", "further"]
    assert words_of(page, "ins") == ["6", "furthering"]
    assert "2 paragraphs unchanged" in page
    assert page.index("Revision 3") < page.index("Revision 2") < page.index("Changed silently")


def test_a_missing_page_is_called_not_found_and_not_removed(site: Site) -> None:
    page = site.page(row_path(LETTER))
    assert (
        "Not found at the last look on 6 March 2031, 12:00 UTC; "
        "one look is no proof that it was removed. Last seen on 5 March 2031, 12:00 UTC."
    ) in page
    assert "February 2031 (only the month is given)" in page
    assert 'lang="fr"' in page
    assert "HTTP 404<br><bdi>the page answered 404</bdi>" in page
    assert "the tone of this language has not been tested" in page


def test_an_undated_text_stays_undated(site: Site) -> None:
    page = site.page(row_path(ARABIC))
    assert "<dt>Published</dt><dd>undated</dd>" in page
    assert '<p dir="auto">نرحب' in page


def test_a_post_without_title_or_tone_has_a_page(site: Site) -> None:
    page = site.page(row_path(POST))
    assert ">Talks today.</h1>" in page
    assert "marks it as withdrawn" in page
    assert "That is not the same as neutral" in page
    assert "None" not in page
    assert "None" not in re.sub(r"<pre.*</pre>", "", site.page("/archive/revisions"))


def test_other_tables_keep_the_row_page_of_datasette(site: Site) -> None:
    assert "<h1" in site.page("/archive/sources/xv_mod")
    page = site.page(f"/archive/revisions/{HARBOUR},1")
    assert "We look forward to further this partnership" in page
    assert 'class="statement"' not in page


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_answers_with_and_without_parameters(site: Site, name: str) -> None:
    parameters = re.findall(r"(?<!:):(\w+)", QUERIES[name]["sql"])
    assert site.get(f"/archive/{name}").status_code == 200
    for value in ("xv", "x' OR 1=1 --", '"', "*", "\x00", ""):
        asked = dict.fromkeys(parameters, value)
        assert site.get(f"/archive/{name}", params=asked).status_code == 200
        assert isinstance(site.query(name, **asked), list)


def test_tone_by_month_counts_what_it_averages(site: Site) -> None:
    march, february = site.query("tone_by_minister_and_month")
    assert (march["speaker"], march["month"]) == ("Ilse Marrow", "2031-03")
    assert (march["n"], march["share_not_scored"], march["mean"]) == (1, 0.5, None)
    assert march["caution"] == "fewer than 20 scored"
    assert (february["n"], february["mean"], february["caution"]) == (25, 0.1, None)
    assert len(site.query("tone_by_minister_and_month", speaker="tarv")) == 1
    (row,) = site.query("minister_against_own_baseline", speaker="Noé")
    assert row["finding"] == "more negative than usual"


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("further", []),
        ("furthering this partnership", [HARBOUR]),
        ("FURTHERING, this", [HARBOUR]),
        ("partnership furthering", []),
        ("harbour OR voisins", []),
        ("amitie", [LETTER]),
        ('"harbour', [HARBOUR]),
        ("title:harbour", []),
        ("harb*", []),
        ("NEAR(harbour today)", []),
        ("", []),
        (" - ", []),
        ("\x00harbour", []),
    ],
)
def test_a_phrase_is_searched_literally(site: Site, phrase: str, found: list[str]) -> None:
    answer = site.query("mentions_of_a_phrase", phrase=phrase)
    assert [row["statement_id"] for row in answer] == found


def test_queries_answer_what_they_promise(site: Site) -> None:
    assert [row["statement_id"] for row in site.query("latest_by_country", country=" XV ")] == [
        HARBOUR,
        POST,
        LETTER,
    ]
    assert site.query("latest_by_country", country="xw") == []
    assert [row["statement_id"] for row in site.query("most_negative")] == [HARBOUR]
    assert [row["edit"] for row in site.query("edits_silent_first")] == ["silent", "announced"]
    (missing,) = site.query("not_seen_at_the_last_look")
    assert (missing["statement_id"], missing["status"]) == (LETTER, 404)
    (crawl,) = site.query("crawl_health")
    assert (crawl["seconds"], crawl["caution"]) == (90, "faulty")
    assert {row["what"] for row in site.query("set_aside_and_reported")} == {
        "quarantined",
        "warning",
    }


def test_query_rows_lead_to_the_statement(site: Site) -> None:
    page = site.page("/archive/latest_by_country?country=xv")
    assert f'<a href="{row_path(POST)}"' in page
    assert "great \u00d72 <b>+0.60</b>" in site.page("/archive/most_positive")


def test_the_stylesheet_is_served(site: Site) -> None:
    (address,) = re.findall(r'href="(/-/static-plugins/[^"]+)"', site.page("/archive/statements"))
    answer = site.get(address)
    assert answer.status_code == 200
    assert "prefers-color-scheme" in answer.text


def test_pages_work_below_a_base_url_and_under_another_name(tmp_path: Path) -> None:
    other = open_site(
        build(tmp_path / "ministers 2031.db", rows()), settings={"base_url": "/onrecord/"}
    )
    page = other.page(f"/ministers+2031/statements/{HARBOUR}")
    assert f"http://localhost/onrecord/ministers+2031/statements/{HARBOUR}" in page
    (sheet,) = re.findall(r'href="(/onrecord/-/static-plugins/[^"]+)"', page)
    assert other.get(sheet.removeprefix("/onrecord")).status_code == 200
    assert 'class="rows-and-columns statements"' in other.page("/ministers+2031/statements")
    close(other)


def test_a_table_of_another_program_is_left_alone(tmp_path: Path) -> None:
    db = Database(tmp_path / "bank.db")
    db.table("statements").insert({"id": 1, "title": "Account", "text": "x" * 500}, pk="id")
    db.close()
    bank = open_site(tmp_path / "bank.db")
    assert 'class="statement"' not in bank.page("/bank/statements/1")
    assert "rows-and-columns statements" not in bank.page("/bank/statements")
    assert "x" * 500 in bank.page("/bank/statements")
    close(bank)


def test_a_page_leaves_out_tables_that_the_reader_may_not_see(tmp_path: Path) -> None:
    path = build(tmp_path / "archive.db", rows())
    hidden = {"databases": {"archive": {"tables": {"captures": {"allow": False}}}}}
    private = Site(Datasette([str(path)], metadata=hidden))
    page = private.page(row_path(HARBOUR))
    assert "Opening of the harbour" in page
    assert "ab" * 32 not in page
    close(private)
