"""Countries: who speaks about whom, the tone with its n and its interval, and what is not known."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import pytest
from browsing import MARKUP, QUERIES, Rows, Site, build, close, open_site
from meetings_told import NORLAND, VELDMARK, add, told

from onrecord.browse.country_names import Names
from onrecord.browse.tone_steps import SCALE, margin, step_of

TONES = [round(-0.6 + 0.05 * number, 2) for number in range(25)]


def said_much() -> Rows:
    """Let Veldmark speak 25 times of Norland with a tone, and 3 times and others without."""
    tables = told()
    for number in range(28):
        key = f"xv_mfa-often-{number}"
        add(tables, key, "Norland is near. It is so.", f"2025-03-{number + 1:02}", [NORLAND])
        if number < len(TONES):
            label = "negative" if TONES[number] < 0 else "positive"
            tables["said_about"][-1] |= {"tone": TONES[number], "tone_label": label, "scored": 1}
    add(tables, "xw_mfa-once", "Veldmark is near.", "2024-06-02", [VELDMARK])
    add(tables, "xv_mfa-own", "Veldmark is here.", "2025-03-02", [VELDMARK])
    tables["sentences"] = [
        {
            "text_sha256": row["text_sha256"],
            "sentence": 0,
            "start_at": 0,
            "end_at": 16,
            "is_quoted": 0,
        }
        for row in tables["statements"]
        if str(row["id"]).startswith("xv_mfa-often")
    ]
    tables["target_periods"] = [
        period("2025-03", 25, 3, mean=0.0, low=-0.15, high=0.15),
        period("2025-05", 0, 2),
    ]
    tables["turning_points"] = [turning_point("xw"), turning_point("xv")]
    tables["formulas"] = [formula()]
    return tables


def period(month: str, n: int, not_scored: int, **numbers: float) -> dict[str, Any]:
    return {
        "kind": "country",
        "target": "xw",
        "period": month,
        "said_by": "everyone",
        "who": "",
        "n": n,
        "not_scored": not_scored,
        "negative": 0,
        "positive": 0,
        **numbers,
    }


def turning_point(target: str) -> dict[str, Any]:
    speaking = {"xw": "xv_mfa-often-1", "xv": "xw_mfa-once"}[target]
    return {
        "statement_id": speaking,
        "kind": "country",
        "target": target,
        "speaker": f"of {target}",
        "said_on": "2025-03-02",
        "confidence": 0.8,
        "since": "2024-01-01",
        "gap_days": 426,
        "n": 7,
        "not_scored": 2,
        "negative_high": 0.3,
    }


def formula() -> dict[str, Any]:
    return {
        "country": "xv",
        "target": "xw",
        "phrase": "our good neighbour",
        "n": 9,
        "chances": 30,
        "rate_low": 0.1,
        "rate_high": 0.4,
        "first_used_on": "2025-03-01",
        "first_id": "xv_mfa-often-0",
        "last_used_on": "2025-03-09",
        "last_id": "xv_mfa-often-8",
        "passed_over": 0,
        "not_read": 1,
        "status": "in use",
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = open_site(build(tmp_path_factory.mktemp("countries") / "archive.db", said_much()))
    yield site
    close(site)


class Cells(HTMLParser):
    """Reads the tables of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.scopes: list[str | None] = []
        self._is_in = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._is_in = True
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))

    def handle_endtag(self, tag: str) -> None:
        self._is_in = self._is_in and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._is_in:
            self.rows[-1][-1] += data


def test_the_countries_are_listed_with_what_is_here_of_each(site: Site) -> None:
    table = Cells(site.page("/-/countries"))
    assert table.rows[:3] == [
        ["Country", "Offices", "Statements", "Last statement", "Mentioned lately", "Last mention"],
        ["Veldmark", "1", "31", "14 May 2025", "0", "17 May 2025"],
        ["Norland", "1", "6", "17 May 2025", "30", "14 May 2025"],
    ]
    assert table.rows[-1] == ["Sorrel Islands", "0", "none"]
    assert set(table.scopes) == {"col", "row"}


def test_a_mean_has_its_n_and_its_interval(site: Site) -> None:
    rows = site.query("tone_between_countries", period="2025")
    (row,) = [each for each in rows if (each["country"], each["about"]) == ("xv", "xw")]
    assert (row["n"], row["not_scored"]) == (25, 5)
    assert row["mean"] == pytest.approx(fmean(TONES), abs=1e-4)
    assert row["variance"] == pytest.approx(variance(TONES), abs=1e-5)
    table = Cells(site.page("/-/matrix?period=2025"))
    off = margin(variance(TONES), 25)
    assert table.rows[0] == ["Speaks", "Norland", "Veldmark"]
    assert table.rows[1] == ["Veldmark", f"+0.00 ±{off:.2f}n 25 + 5", "n 0 + 1"]
    assert table.rows[2] == ["Norland", "n 0", "n 0 + 3"]


def test_the_tone_of_a_year_is_read_from_an_index_alone(site: Site) -> None:
    for name in ("tone_between_countries", "tone_of_a_country"):
        plan = site.get(
            "/archive.json",
            params={
                "sql": f"EXPLAIN QUERY PLAN {QUERIES[name]['sql']}",
                "_shape": "array",
                "period": "2025",
                "country": "xv",
            },
        ).json()
        assert any("COVERING INDEX said_about_country" in step["detail"] for step in plan), plan


def test_few_have_no_mean_and_the_page_says_why(site: Site) -> None:
    rows = site.query("tone_between_countries", period="2025-05")
    assert [row["mean"] for row in rows] == [None] * len(rows)
    page = site.page("/-/matrix?period=2025-05")
    assert "A mean is given from 20 scored statements on; no cell has so many here" in page
    assert "n 0 + 2" in page


def test_the_latest_year_is_shown_unless_another_is_asked_for(site: Site) -> None:
    assert "<h2>2025</h2>" in site.page("/-/matrix")
    assert "<h2>June 2024</h2>" in site.page("/-/matrix?period=2024-06")
    assert site.get("/-/matrix?period=lately").status_code == 404
    assert "mentions a country" in site.page("/-/matrix?period=2011")


def test_a_cell_leads_to_its_statements(site: Site) -> None:
    page = site.page("/-/matrix?period=2025")
    assert (
        "/archive/said_by_a_country_about_another?country=xv&amp;about=xw&amp;period=2025" in page
    )
    rows = site.query("said_by_a_country_about_another", country="xv", about="xw", period="2025-03")
    assert len(rows) == 28
    assert rows[0]["said_on"] == "2025-03-28"
    assert rows[0]["sentence"] == "Norland is near."
    assert site.query("said_by_a_country_about_another", country="xv", about="xu", period="") == []


def test_the_largest_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    tables = told()
    codes = [f"y{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    tables["entities"] += [{"kind": "country", "id": each, "name": each} for each in codes]
    named = [("country", each, each) for each in codes]
    add(tables, "xv_mfa-all", " ".join(codes), "2025-04-01", named)
    site = open_site(build(tmp_path / "archive.db", tables))
    page = site.page("/-/matrix?period=2025-04")
    assert "0 more speak and 6 more are spoken about" in page
    assert len(Cells(page).rows[0]) == 31
    close(site)


def test_a_country_shows_both_directions(site: Site) -> None:
    page = site.page("/-/countries/xv?period=2025")
    assert "<h1><bdi>Veldmark</bdi></h1>" in page
    assert 'href="/-/offices/xv_mfa"' in page
    assert 'href="/-/people/xv-ilse-marrow"' in page
    assert 'href="/-/feeds/country.atom?country=xv"' in page
    toward, of_others = page.split("Others about it, 2025")
    assert "Mean tone of Veldmark toward other countries with its 95 % interval, 2025" in toward
    assert 'src="/-/countries/xv/charts/toward.svg?period=2025"' in toward
    assert "the most here is 0" in of_others
    rows = site.query("tone_of_a_country", country="xv", period="2025")
    assert [(row["direction"], row["other"], row["n"], row["not_scored"]) for row in rows] == [
        ("toward", "xw", 25, 5),
        ("from", "xw", 0, 3),
    ]


def test_a_country_shows_its_months_and_what_was_said_of_it(site: Site) -> None:
    page = site.page("/-/countries/xw")
    assert "Statements that mention Norland by month" in page
    said = page[page.index('id="said"') : page.index('id="turns"')]
    assert said.count("<blockquote") == 27  # of three of the 30, no sentence is known
    assert "A consulate is closed" in said
    assert "tone not scored" in said
    assert "▲ positive" in said


def test_first_negative_words_go_both_ways(site: Site) -> None:
    rows = site.query("turning_points_of_a_country", country="xv")
    assert [(row["direction"], row["speaker"], row["months"]) for row in rows] == [
        ("by it", "of xw", 13),
        ("about it", "of xv", 13),
    ]
    assert "the first in 13 months" in site.page("/-/countries/xv")


def test_a_country_shows_its_formulas(site: Site) -> None:
    page = site.page("/-/countries/xv")
    assert "our good neighbour" in page
    assert "9 of 30" in page
    assert "our good neighbour" not in site.page("/-/countries/xu")


def test_a_country_without_an_office_is_only_spoken_about(site: Site) -> None:
    page = site.page("/-/countries/xu")
    assert "No office of this country is collected here" in page
    assert "mentions it in a dated statement" in page


def test_what_is_said_of_those_who_speak_for_a_country_is_said_of_it(site: Site) -> None:
    rows = site.query("said_lately_about_a_country", country="XW ")
    assert ("xv_mfa-received", "Tomas Ebbing") in {
        (row["statement_id"], row["about"]) for row in rows
    }
    assert {row["country"] for row in rows} == {"xv"}


@pytest.mark.parametrize("code", ["zz", "x", "%3Cscript%3E", "xv%20OR%201"])
def test_another_country_is_not_there(site: Site, code: str) -> None:
    assert site.get(f"/-/countries/{code}").status_code == 404


def test_the_code_may_be_in_capitals(site: Site) -> None:
    assert "<bdi>Veldmark</bdi></h1>" in site.page("/-/countries/XV")


def test_archived_words_never_become_markup(tmp_path: Path) -> None:
    tables = said_much()
    for row in tables["statements"]:
        row |= {"title": MARKUP, "speaker": MARKUP, "text": MARKUP, "office": MARKUP}
    for row in [*tables["entities"], *tables["persons"]]:
        row["name"] = MARKUP
    tables["sources"][0]["office"] = MARKUP
    tables["formulas"][0]["phrase"] = MARKUP
    tables["holders"][0]["role"] = MARKUP
    site = open_site(build(tmp_path / "archive.db", tables))
    for path in ("countries", "countries/xv", "countries/xw", "matrix?period=2025", "matrix"):
        page = site.page(f"/-/{path}")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert "{{7*7}}" in page
    close(site)


def test_headings_come_in_order(site: Site) -> None:
    for path in ("countries", "countries/xv", "countries/xu", "matrix", "meetings"):
        levels = [int(each) for each in re.findall(r"<h([1-6])", site.page(f"/-/{path}"))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_the_steps_of_the_scale() -> None:
    means = (-0.9, -0.3, -0.2, -0.06, 0.0, 0.049, 0.05, 0.2, 1.0)
    steps = ["n3", "n3", "n2", "n1", "z", "z", "p1", "p2", "p3"]
    assert [step_of(mean) for mean in means] == steps
    assert {step for step, _ in SCALE} == set(steps)


def test_a_country_without_a_name_has_one_of_the_tables_or_its_code() -> None:
    names = Names(xv="Veldmark")
    assert (names["xv"], names["no"], names["xq"]) == ("Veldmark", "Norway", "XQ")


def test_the_demo_shows_means_of_two_countries_that_no_table_names(demo_archive: Path) -> None:
    site = open_site(demo_archive)
    assert "Norway" in site.page("/-/countries")
    matrix = site.page("/-/matrix")
    assert re.search(r"Tessaune.*Ostramere", matrix, re.DOTALL)
    assert re.search(r"[+\u2212-]0\.\d\d.*n 2\d", matrix, re.DOTALL)
    page = site.page("/-/countries/xo")
    assert "<h1><bdi>Ostramere</bdi></h1>" in page
    assert "Minister Dolvet is kind about my letters" in page
    assert "about <bdi>Kasimira Dolvet</bdi>" in page
    close(site)
