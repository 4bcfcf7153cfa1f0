"""The pages of people and of offices: what they count, what they leave open, and whom they know."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import HARBOUR, LETTER, MARKUP, QUERIES, Site, build, close, open_site, row_path, rows
from questioned import FEXLEY, NORLAND, desk
from sqlite_utils import Database
from test_browse_markup import Live, spoil

from archive.schema import migrations
from archive.summaries import refresh
from onrecord.browse.office_page import say_every

TARVEL = "/-/people/No%C3%A9%20Tarvel"
SLASHED = "Mira Sol/Ray 100%"
OURS = {
    "people_who_speak": {"name": "", "page": ""},
    "months_of_a_speaker": {"speaker": FEXLEY},
    "spoken_about_by_a_speaker": {"speaker": FEXLEY},
    "statements_of_a_speaker": {"speaker": FEXLEY},
    "quotes_of_a_speaker": {"speaker": FEXLEY},
    "edits_of_a_speaker_or_an_office": {"speaker": FEXLEY, "source": ""},
    "gone_of_a_speaker_or_an_office": {"speaker": FEXLEY, "source": ""},
    "months_of_an_office": {"source": "xa_mfa"},
    "holders_of_an_office": {"source": "xa_mfa"},
    "speakers_of_an_office": {"source": "xa_mfa"},
    "spoken_about_by_an_office": {"source": "xa_mfa"},
}


def words(page: str) -> str:
    """Give the words of a page, without its tags."""
    inline = re.sub(r"</?(a|b|bdi|span|strong)\b[^>]*>", "", page)
    return " ".join(re.sub(r"<[^>]*>", " ", inline).split())


@pytest.fixture(scope="module")
def demo(demo_archive: Path) -> Iterator[Site]:
    site = open_site(demo_archive)
    yield site
    close(site)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path = tmp_path_factory.mktemp("small") / "archive.db"
    site = open_site(build(path, rows()))
    yield site
    close(site)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An archive in which Fexley says enough in one month for a mean, and too little in another."""
    path = tmp_path_factory.mktemp("written") / "archive.db"
    with desk(path) as it:
        it.archive.db.table("sources").insert(
            {"name": "xa_mfa", "office": "Ministry", "country": "xa", "publisher": "Arvenna"}
            | {"url": "https://a.example/", "language": "en", "timezone": "UTC"}
            | {"retention": "hash-only", "every_seconds": 21600}
        )
        for number in range(25):
            tone = -0.4 if number % 5 else 0.5
            it.say(f"a{number}", f"2031-03-{number + 1:02}", f"Norland {number}.", tone=tone)
            it.say(f"b{number}", f"2030-05-{number + 1:02}", f"Harbour {number}.", tone=0.4)
        it.say("c", "2031-04-02", "Norland again.", tone=0.1, about=[(*NORLAND, 0.1)])
        it.say("d", "2031", "A year only.", precision="year")
        it.say("e", None, "No day.")
        it.say("f", "2031-04-03", "By name.", speaker=SLASHED)
        it.say("g", "2031-04-04", "By nobody.", speaker=None)
        refresh(it.archive)
    site = open_site(path)
    yield site
    close(site)


def test_everybody_is_listed_with_offices_and_counts(demo: Site) -> None:
    page = demo.page("/-/people")
    said = words(page)
    assert "Odran Fexley Minister of Defence, Ministry of Defence of Tessaune" in said
    assert "14 March 2022 to 8 December 2025" in said
    assert 'href="/-/people/xt-odran-fexley"' in page
    assert 'href="/-/offices/xo_mfa"' in page
    assert 'href="/-/countries/xt"' in page
    counted = {row["name"]: row["statements"] for row in demo.query("people_who_speak")}
    assert counted["Anselm Thorvay"] == 12


def test_the_filter_finds_a_part_of_a_name(demo: Site) -> None:
    page = demo.page("/-/people?name=FEX")
    assert ("Odran Fexley" in page, "Dolvet" in page) == (True, False)
    assert 'value="FEX"' in page
    assert "Nobody with “zzz” in the name" in words(demo.page("/-/people?name=zzz"))


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999", "²", "2 OR 1"])
def test_any_number_of_a_page_is_taken(demo: Site, page: str) -> None:
    assert "Who speaks" in demo.page("/-/people?page=" + quote(page))


def test_people_come_a_hundred_to_a_page(tmp_path: Path) -> None:
    months = [
        {"speaker": f"Name {each:03}", "month": "2031-01", "statements": 1, "n": 0, "not_scored": 1}
        for each in range(101)
    ]
    site = open_site(build(tmp_path / "archive.db", {"speaker_months": months}))
    first, second = site.page("/-/people?name=Name"), site.page("/-/people?name=Name&page=2")
    assert ("Name 099" in first, "Name 100" in first) == (True, False)
    assert 'href="/-/people?name=Name&amp;page=2" rel="next"' in first
    assert ("Name 100" in second, "Name 099" in second) == (True, False)
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second
    close(site)


def test_the_demo_has_persons_with_means_and_without(demo: Site) -> None:
    assert "No mean: no month has 20 scored statements." in words(
        demo.page("/-/people/xt-anselm-thorvay")
    )
    page = demo.page("/-/people/xo-kasimira-dolvet")
    said = words(page)
    assert "93 statements from November 2024 to October 2026" in said
    assert "No mean:" not in said
    assert said.count("1967") == 1
    assert "announced number" in said
    assert (
        'src="/-/people/xo-kasimira-dolvet/charts/volume.svg" alt="Statements a month, 93 ' in page
    )
    feed = 'href="/-/feeds/person.atom?person=xo-kasimira-dolvet"'
    assert page.count(feed) == 2
    assert "statements?speaker_id=xo-kasimira-dolvet&amp;_sort_desc=published_at" in page


def test_a_month_with_enough_has_a_mean_with_its_interval(written: Site) -> None:
    page = written.page(f"/-/people/{FEXLEY}")
    said = words(page)
    (march, may) = (
        row
        for row in written.query("months_of_a_speaker", speaker=FEXLEY)
        if row["mean"] is not None
    )
    assert (march["month"], may["month"]) == ("2031-03", "2030-05")
    assert march["n"] == may["n"] == 25
    assert march["low"] < march["mean"] < march["high"]
    numbers = "".join(f" {march[part]:+.2f}" for part in ("mean", "low", "high"))
    assert f"2031-03 25 0{numbers} 25 +0.40" in said
    assert "more negative than usual" in said
    assert "2031-04 1 0 25" not in said  # a month of one has no mean
    assert "51 statements from May 2030 to April 2031, 51 of them with a tone." in said
    assert "of 2 months" in page
    assert "tabindex" in page


def test_one_says_of_whom_a_person_spoke(written: Site) -> None:
    (about,) = written.query("spoken_about_by_a_speaker", speaker=FEXLEY)
    assert (about["about"], about["statements"], about["scored"]) == ("Norland", 1, 1)
    assert about["mean"] is None
    assert "Norland by month about Norland 1 1 0 0" in words(written.page(f"/-/people/{FEXLEY}"))


def test_the_mean_toward_somebody_is_of_the_latest_month_that_has_one(tmp_path: Path) -> None:
    month: dict[str, Any] = {"kind": "country", "target": "xw", "who": "xv-ilse-marrow"}
    month |= {"said_by": "speaker", "not_scored": 5, "negative": 1, "positive": 2}
    mean = {"n": 30, "mean": 0.25, "low": 0.1, "high": 0.4}
    tables = rows()
    tables["target_periods"] = [
        {**month, **mean, "period": "2031-01"},
        {**month, **mean, "mean": 0.5, "period": "2030-12"},
        {**month, "n": 3, "period": "2031-02"},
    ]
    site = open_site(build(tmp_path / "archive.db", tables))
    said = words(site.page("/-/people/xv-ilse-marrow"))
    assert "78 63 3 6 +0.25 (+0.10 to +0.40) in January 2031, n = 30" in said
    close(site)


def test_a_name_without_an_id_has_a_page_too(written: Site, small: Site) -> None:
    address = f'href="/-/people/{quote(SLASHED, safe="")}"'
    assert address in written.page("/-/people")
    page = written.page("/-/people/" + quote(SLASHED, safe=""))
    assert "Known by name only" in page
    assert "By name." in page
    assert "person.atom" not in page
    said = words(small.page(TARVEL))
    assert "more negative than usual" in said
    assert "suspect 6 March 2031 the page answered 404" in said
    assert "Quotations in the news" not in said


def test_what_became_of_a_persons_words(small: Site) -> None:
    page = small.page("/-/people/xv-ilse-marrow")
    said = words(page)
    silent, announced = said.index("silent wording"), said.index("announced number")
    assert silent < announced
    assert "further furthering" in said
    assert "1 altered" in said
    assert "We have opened the harbor" in said
    assert "n = 9 statements with a tone in between, none negative" in said
    assert "withdrawn" in said
    assert row_path(HARBOUR) in page
    assert "https://paper.example/harbour" in page
    assert 'href="https://social.example/@ilse"' in page


def test_who_is_spoken_about_is_linked_where_there_is_a_page(demo: Site) -> None:
    page = demo.page("/-/people/xo-kasimira-dolvet").split('id="about"')[1]
    assert '<a href="/-/people/xt-odran-fexley" dir="auto">Odran Fexley</a>' in page
    assert '<a href="/-/countries/no" dir="auto">Norway</a>' in page
    assert "<bdi>United Nations</bdi>" in page


def test_the_queries_give_what_the_pages_show(small: Site) -> None:
    ilse = {"speaker": "xv-ilse-marrow"}
    said = small.query("statements_of_a_speaker", **ilse)
    assert [row["statement_id"] for row in said] == ["xv_mod-harbour", "xv_mod-post/1"]
    edits = small.query("edits_of_a_speaker_or_an_office", **ilse, source="")
    assert [(row["revision"], row["edit"], row["before"]) for row in edits] == [
        *((2, "silent", "further"), (3, "announced", None)),
    ]
    assert small.query("edits_of_a_speaker_or_an_office", speaker="", source="xv_mod") == edits
    for who in ({"speaker": "Noé Tarvel", "source": ""}, {"speaker": "", "source": "xv_mfa"}):
        (gone,) = small.query("gone_of_a_speaker_or_an_office", **who)
        assert (gone["statement_id"], gone["since"]) == (LETTER, "2031-03-06T12:00:00Z")
    (printed,) = small.query("quotes_of_a_speaker", **ilse)
    assert (printed["verdict"], printed["publisher"]) == ("altered", "The Paper")
    (term,) = small.query("holders_of_an_office", source="xv_mod")
    assert (term["name"], term["since"], term["statements"]) == ("Ilse Marrow", "2030-01-01", 2)
    (speaker,) = small.query("speakers_of_an_office", source="xv_mod")
    assert (speaker["name"], speaker["statements"]) == ("Ilse Marrow", 2)
    (about,) = small.query("spoken_about_by_an_office", source="xv_mod")
    assert (about["about"], about["scored"], about["positive"]) == ("Norland", 1, 1)


def test_an_office_says_how_it_is_collected(small: Site, written: Site) -> None:
    said = words(small.page("/-/offices/xv_mod"))
    assert "Reuse with attribution" in said
    assert "Asia/Kolkata" in said
    assert "Last good crawl none yet" in said
    assert "5 March 2031, 12:00 UTC: crawl, faulty" in said
    assert "privileged harbour partnership" in said
    waiting = small.page("/-/offices/xv_mfa")
    assert "Waiting for a decision." in waiting
    assert row_path(LETTER) in waiting
    said = words(written.page("/-/offices/xa_mfa"))
    assert "Only the hash of a text stays" in said
    assert "every 6 hours" in said
    assert "No speaker named 1" in said


def test_what_is_still_to_be_counted_is_said(tmp_path: Path) -> None:
    """As after an upgrade that brought a summary."""
    path = tmp_path / "archive.db"
    due = [
        {"summary": summary, "who": who, "kind": "", "target": "", "period": "2031-03"}
        for summary, who in (("office_months", "xv_mod"), ("speaker_months", "xv-ilse-marrow"))
    ]
    site = open_site(build(path, rows()))
    counted = words(site.page("/-/offices/xv_mod"))
    assert "not counted yet" not in counted
    close(site)
    db = Database(path)
    for row in due:
        db.table("summary_due").insert(row, ignore=True)
    db.close()
    site = open_site(path)
    for page in ("/-/offices/xv_mod", "/-/people/xv-ilse-marrow"):
        said = words(site.page(page))
        assert "with a tone so far" in said
        assert "The tone of 1 month is not counted yet" in said
    close(site)


def test_an_office_counts_by_month(written: Site, demo: Site) -> None:
    months = written.query("months_of_an_office", source="xa_mfa")
    assert [{key: row[key] for key in ("month", "statements")} for row in months] == [
        {"month": "2031-04", "statements": 3},
        {"month": "2031-03", "statements": 25},
        {"month": "2030-05", "statements": 25},
    ]
    assert [row["mean"] is not None for row in months] == [False, True, True]
    assert months[1]["baseline_n"] == 25
    page = demo.page("/-/offices/xt_mod")
    said = words(page)
    assert "87 statements from October 2024 to October 2026" in said
    assert 'href="/-/coverage/xt_mod"' in page
    assert page.count('class="chart"') == 3  # terms, months and their tone
    assert "Mean tone of the months with 20 scored statements or more" in said
    assert len(re.findall(r"suspect \d+ \w+ \d{4} HTTP 404: not found", said)) == 4
    assert len(re.findall(r"gone \d+ \w+ \d{4} HTTP 404", said)) == 1
    assert "many gone: 4 statements at once" in said
    assert "Last good crawl none" not in said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("people/nobody", "Nobody who speaks in this archive has the id or the name “nobody”."),
        ("people/%3Cscript%3E", "“&lt;script&gt;”"),
        ("people/%FF%00", "Nobody"),
        ("offices/xz_mod", "No office of this archive has the name “xz_mod”."),
    ],
)
def test_who_is_not_there_is_not_found(demo: Site, path: str, said: str) -> None:
    answer = demo.get(f"/-/{path}")
    assert (answer.status_code, said in answer.text) == (404, True)


def test_an_empty_archive_has_nobody_yet(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", {}))
    said = words(site.page("/-/people"))
    assert "Nobody yet." in said
    assert "No office yet." in said
    assert site.get("/-/people/x").status_code == site.get("/-/offices/x").status_code == 404
    close(site)


def test_who_has_said_nothing_has_a_page(tmp_path: Path) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        name: rows()[name] for name in ("sources", "persons", "holders")
    }
    site = open_site(build(tmp_path / "archive.db", tables))
    for path, told in (
        ("people/xv-ilse-marrow", ["No statement with a month", "No mean", "No article"]),
        ("offices/xv_mod", ["No statement with a month", "Nothing to count", "No statement yet"]),
    ):
        said = words(site.page(f"/-/{path}"))
        assert [each for each in told if each not in said] == []
    close(site)


def test_markup_is_shown_and_never_live(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", spoil(rows())))
    people = site.page("/-/people")
    named = re.findall(r'href="(/-/people/[^"?]+)"', people)
    assert len(named) > 2
    pages = {path: site.page(path) for path in ("/-/people", "/-/people?name=" + quote(MARKUP))}
    pages |= {path: site.page(path) for path in {*named, "/-/people/xv-ilse-marrow"}}
    pages |= {path: site.page(path) for path in ("/-/offices/xv_mod", "/-/offices/xv_mfa")}
    for path, page in pages.items():
        assert "&lt;script&gt;" in page, path
        assert "alert(1)</script>" not in page, path
        found = Live()
        found.feed(page)
        assert found.live == [], path
        for address in re.findall(r'src="(/-/[^"]+/charts/\w+\.svg)"', page):
            drawn = Live()
            drawn.feed(site.page(address))
            assert drawn.live == [], address
        assert "style=" not in page.split("<main", 1)[1].split("</main>")[0], path
    close(site)


def test_headings_come_in_order(demo: Site, small: Site) -> None:
    for site, path in (
        (demo, "people"),
        (demo, "people/xo-kasimira-dolvet"),
        (small, "people/xv-ilse-marrow"),
        (small, "offices/xv_mod"),
        (demo, "offices/xo_mfa"),
    ):
        page = site.page(f"/-/{path}")
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels[0] == levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        ids = re.findall(r' id="([^"]+)"', page)
        assert sorted(set(ids)) == sorted(ids)
        assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize("name", OURS)
def test_no_query_reads_all_statements(name: str) -> None:
    db = Database(memory=True)
    migrations.apply(db)
    plan = [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + QUERIES[name]["sql"], OURS[name])]
    large = "statements|said_about|target_periods|revisions|edits|fates|quotes"
    assert [step for step in plan if re.match(rf"SCAN ({large}|[aemqrtf])\b", step)] == []


def test_how_often_is_said() -> None:
    spans = (60, 3600, 86400, 604800, 90, 5400, 0, None)
    assert [say_every(each) for each in spans] == [
        *("every minute", "every hour", "every day", "every week"),
        *("every 90 seconds", "every 90 minutes", "not declared", "not declared"),
    ]
