"""Meetings: which statements are set side by side, why, and what only one of them says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import MARKUP, Site, build, close, open_site
from meetings_told import (
    CONSULATE,
    EBBING,
    FRENCH,
    LATER,
    MARROW,
    NORLAND,
    RECEIVED,
    SKATING,
    VELDMARK,
    VISITED,
    WITHHELD,
    add,
    build_told,
    told,
)

from onrecord.browse import meetings
from onrecord.browse.country_names import Names
from onrecord.browse.meetings import say_why


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = open_site(build_told(tmp_path_factory.mktemp("told") / "archive.db"))
    yield site
    close(site)


def pairs(site: Site, **parameters: str) -> list[tuple[str, str]]:
    rows = site.query("accounts_of_one_meeting", **parameters)
    return [(row["statement_id"], row["other_id"]) for row in rows]


def test_two_accounts_of_a_meeting_are_a_pair_and_other_matters_of_the_week_are_not(
    site: Site,
) -> None:
    found = pairs(site, since="2025-05-01", until="2025-06-01")
    assert found == [(RECEIVED, VISITED)]
    assert not [pair for pair in found if CONSULATE in pair or SKATING in pair or LATER in pair]


def test_the_day_of_a_speech_is_that_on_which_it_was_given(site: Site) -> None:
    (pair,) = site.query("accounts_of_one_meeting", one="xw", other="XV ", until="2025-06-01")
    assert (pair["one_day"], pair["other_day"]) == ("2025-05-12", "2025-05-13")
    assert (pair["signs"], pair["word"], pair["other_word"], pair["common"]) == (
        *(6, "receives", "visit"),
        2,
    )


@pytest.mark.parametrize(
    "asked",
    [{"one": "xv", "other": "xu"}, {"one": "xx"}, {"until": "2025-05-01"}, {"since": "2025-05-14"}],
)
def test_other_countries_and_other_days_have_no_pair(site: Site, asked: dict[str, str]) -> None:
    assert pairs(site, **asked) == []


def test_a_sign_on_one_side_alone_is_none(tmp_path: Path) -> None:
    tables = told()
    tables |= {"statements": [], "said_about": [], "mentions": []}
    add(tables, "xv_mfa-a", "Norland.", "2025-05-12", [NORLAND], title="Fishing")
    add(
        tables,
        "xw_mfa-b",
        "Veldmark. Ilse Marrow.",
        "2025-05-12",
        [VELDMARK, MARROW],
        title="Talks",
    )
    site = open_site(build(tmp_path / "archive.db", tables))
    assert pairs(site) == []
    close(site)


def test_two_others_whom_both_mention_are_a_sign(tmp_path: Path) -> None:
    tables = told()
    tables |= {"statements": [], "said_about": [], "mentions": []}
    others = [("country", "xu", "Sorrel Islands"), ("organisation", "leag", "League of Harbours")]
    add(tables, "xv_mfa-a", "Norland", "2025-05-12", [NORLAND, *others], title="Fishing")
    add(tables, "xw_mfa-b", "Veldmark", "2025-05-14", [VELDMARK, *others], title="Boats")
    add(tables, "xw_mfa-c", "Veldmark", "2025-05-14", [VELDMARK, others[0]], title="Nets")
    site = open_site(build(tmp_path / "archive.db", tables))
    assert pairs(site) == [("xv_mfa-a", "xw_mfa-b")]
    close(site)


def test_the_page_lists_pairs_and_says_why(site: Site) -> None:
    page = site.page("/-/meetings?one=xv&other=xw")
    assert f"/-/meetings?a={RECEIVED}&amp;b={VISITED}" in page
    for reason in (
        "one day apart",
        "Veldmark names Tomas Ebbing, who speaks for Norland",
        "Norland names Ilse Marrow, who speaks for Veldmark",
        "“receives” and “visit” in the title",
        "2 others whom both mention",
    ):
        assert reason in page
    assert "nothing here proves it" in page


def test_where_nothing_is_found_older_days_are_searched(site: Site) -> None:
    page = site.page("/-/meetings?until=2026-01-01")
    assert f"a={RECEIVED}" in page
    assert "No pair was found" in site.page("/-/meetings?since=2025-12-01&until=2026-01-01")


@pytest.mark.parametrize("asked", ["", "&one=xv"])
def test_older_days_are_searched_while_they_hold_few_statements(
    site: Site, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    path = f"/-/meetings?until=2026-01-01{asked}"
    assert f"a={RECEIVED}" in site.page(path)
    monkeypatch.setattr(meetings, "_MOST", 0)
    page = site.get(path, cookies={"lamp": "lit"}).text  # Who has a cookie shares no answer.
    since = "1 October 2025" if asked else "1 December 2025"
    assert f"No pair was found from {since} to 1 January 2026." in page
    assert ">Before " in page
    assert f"a={RECEIVED}" in site.page(f"{path}&since=2025-01-01"), "whoever asks gets them"


def test_accounts_stand_side_by_side(site: Site) -> None:
    page = site.page(f"/-/meetings?a={RECEIVED}&b={VISITED}")
    assert "it may be the same meeting" in page
    assert page.count('class="accounts block both"') == 4
    assert page.count("Veldmark, only here") == page.count("Norland, only here") + 1 == 2
    for mark in ("12 May", "three", "two", "2.5 million"):
        assert f'in this account only">{mark}</mark>' in page
    assert "Both name: <bdi>Ilse Marrow</bdi>, <bdi>Tomas Ebbing</bdi>" in page


def test_a_name_is_only_there_if_the_other_text_has_it_in_no_words(site: Site) -> None:
    page = site.page(f"/-/meetings?a={RECEIVED}&b={VISITED}")
    only = page[page.index('id="only"') : page.index('id="told"')]
    assert "<bdi>Veldmark</bdi> <span" in only
    assert "<bdi>Norland</bdi> <span" not in only  # it is named there, though not as a mention
    assert "Marrow" not in only


def test_nothing_is_claimed_of_statements_that_are_far_apart(site: Site) -> None:
    page = site.page(f"/-/meetings?a={SKATING}&b={FRENCH}")
    assert "It is not known whether they tell of one meeting" in page
    assert "it may be the same meeting" not in page
    assert "859 days apart" in page
    assert "Both come from one office" in page
    assert "two languages" in page
    assert 'class="accounts block both"' not in page


def test_words_that_are_not_kept_cannot_be_compared(site: Site) -> None:
    page = site.page(f"/-/meetings?a={RECEIVED}&b={WITHHELD}")
    assert "are not kept here" in page
    assert "The day of one of them is not known" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"a={RECEIVED}&b=nobody", "No statement has the id"),
        (f"a={RECEIVED}&b={RECEIVED}", "Two different statements"),
        (f"a={RECEIVED}", "No statement has the id"),
        ("one=xv&other=xv", "two offices of one country"),
        ("until=yesterday", "A day is written such as"),
    ],
)
def test_what_cannot_be_shown_is_said(site: Site, path: str, said: str) -> None:
    answer = site.get(f"/-/meetings?{path}")
    assert (answer.status_code, said in answer.text) == (404, True), answer.text


def test_archived_words_never_become_markup(tmp_path: Path) -> None:
    tables = told()
    for row in tables["statements"]:
        row |= {"title": f"Talks {MARKUP}", "text": f"{row['text']} {MARKUP}", "speaker": MARKUP}
    for row in tables["entities"] + tables["persons"]:
        row["name"] = MARKUP
    site = open_site(build(tmp_path / "archive.db", tables))
    for path in ("meetings", f"meetings?a={RECEIVED}&b={VISITED}", f"meetings?one={MARKUP}"):
        page = site.page(f"/-/{path}")
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<svg onload" not in page
        assert "{{7*7}}" in page or "one=" in path
    close(site)


def test_a_pair_without_names_says_whom_each_names() -> None:
    row = {
        "one": "xv",
        "other": "xw",
        "one_day": "2025-05-12",
        "other_day": "2025-05-12",
        "names": None,
        "other_names": EBBING[1],
        "word": None,
        "other_word": "talks",
        "common": 1,
    }
    assert say_why(row, Names(xv="Veldmark"), {EBBING[1]: "Tomas Ebbing"}) == [
        "of the same day",
        "Veldmark names XW",
        "XW names Tomas Ebbing, who speaks for Veldmark",
        "“talks” in the title",
        "1 other that both mention",
    ]


def test_the_demo_has_two_accounts_of_one_meeting(demo_archive: Path) -> None:
    site = open_site(demo_archive)
    rows = site.query("accounts_of_one_meeting", since="2025-01-01")
    titles = [(row["title"], row["other_title"]) for row in rows]
    assert titles[0] == (
        "Minister Dolvet receives the Minister of Defence of Tessaune",
        "Minister of Defence leaves for talks in Marvesk",
    )
    assert {title for pair in titles for title in pair} >= {
        "Entretien téléphonique de la ministre avec le Premier ministre de Tessaune",
        "Talks with Ostramere: written statement by the Prime Minister",
    }
    page = site.page(f"/-/meetings?a={rows[0]['statement_id']}&b={rows[0]['other_id']}")
    assert "the return of nets and equipment seized since December" in page
    close(site)
