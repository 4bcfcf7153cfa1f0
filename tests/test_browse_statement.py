"""A statement's page: what moved its tone, its texts side by side, who quotes it, what it is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import HARBOUR, LETTER, MARKUP, Rows, Site, build, close, open_site, row_path, rows

from analysis.worddiff import compare_words
from onrecord.browse.side_by_side import side_by_side
from onrecord.browse.tone_places import find_tone_words
from onrecord.browse.tone_words import ToneWord

PAGE = row_path(HARBOUR)


def statement(tables: Rows, key: str = HARBOUR) -> dict[str, Any]:
    return next(row for row in tables["statements"] if row["id"] == key)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("statement") / "archive.db", rows()))
    yield opened
    close(opened)


def prose(page: str) -> str:
    return page[page.index('class="prose"') : page.index('id="quotes"')]


def section(page: str, name: str) -> str:
    start = page.index(f'id="{name}"')
    return page[start : page.index("</section>", start)]


# What moved the tone


def places(text: str, *words: str, names: tuple[tuple[int, int], ...] = ()) -> list[str]:
    found = find_tone_words(text, [ToneWord(each, -0.1, 1) for each in words], names)
    assert [each.start for each in found] == sorted(each.start for each in found)
    return [text[each.start : each.end] for each in found]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Good and good, goodness.", ("good",), ["Good", "good"]),
        ("No excuse; no\nexcuse.", ("no excuse", "no"), ["No excuse", "no\nexcuse"]),
        ("no\n\nexcuse", ("no excuse",), []),
        ("a well-good #good @good good.example good/bad", ("good",), []),
        ("isn't, isn\u2019t", ("isn", "t"), []),
        ("He said: \u201cThis is a very good day for all of us.\u201d Good.", ("good",), ["Good"]),
        ("1976, !", ("1976,", "!", "(baseline)", "(all other words)"), []),
        ("baseline", ("(baseline)",), []),
        ("L\u2019\u00e9t\u00e9", ("\u00e9t\u00e9",), []),
        ("", ("good",), []),
        ("good", (), []),
    ],
)
def test_words_are_marked_only_where_they_stand(
    text: str, words: tuple[str, ...], found: list[str]
) -> None:
    assert places(text, *words) == found


def test_words_of_a_name_are_not_marked() -> None:
    text = "Good Harbour is good."
    assert places(text, "good", names=((0, 12),)) == ["good"]
    assert places(text, "good", names=((16, 30),)) == ["Good"]


def test_the_text_shows_what_moved_its_tone_beside_whom_it_names(site: Site) -> None:
    shown = prose(site.page(PAGE))
    assert '<span class="moved moved-up">great</span>' in shown
    assert shown.count('class="moved moved-down"') == 1  # in the legend: "quite bad" is not there
    assert '<a class="mention mention-country" href="/-/countries/xw"' in shown
    assert "words that moved the tone" in shown
    assert "words that moved" not in site.page(row_path(LETTER))


def test_a_text_keeps_every_letter_when_it_is_marked(site: Site) -> None:
    shown = re.findall(r'<p dir="auto">(.*?)</p>', prose(site.page(PAGE)), re.DOTALL)
    plain = "\n\n".join(re.sub(r"<[^>]+>", "", each) for each in shown)
    assert plain == statement(rows())["text"]


# Texts side by side


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("One.\n\nTwo three.", "One.\n\nTwo four."),
        ("One.\n\nTwo.", "One."),
        ("One.", "One.\n\nTwo.\n\nThree."),
        ("a b c\n\nd", "c b a\n\nd\n\ne"),
        ("\u0627\u0628 \u062a", "\u0627\u0628 \u062b"),
    ],
)
def test_both_texts_can_be_read_side_by_side(before: str, after: str) -> None:
    rows_beside = side_by_side(before, after)
    assert rows_beside
    for side, text in (("before", before), ("after", after)):
        left = text.split("\n\n")
        for row in rows_beside:
            read = "".join(piece.text for piece in getattr(row, side)).split("\n\n")
            count = row.unchanged or (len(read) if read != [""] else 0)
            if not row.unchanged:
                assert " ".join(read).split() == " ".join(left[:count]).split()
            del left[:count]
        assert left == []
    marks = {piece.kind for row in rows_beside for piece in (*row.before, *row.after)}
    assert marks <= {"same", "gone", "new"}
    assert all(piece.kind != "new" for row in rows_beside for piece in row.before)
    assert all(piece.kind != "gone" for row in rows_beside for piece in row.after)


def test_texts_that_differ_in_blanks_only_are_not_laid_side_by_side() -> None:
    assert side_by_side("one two", "one  two") == []
    assert compare_words("one two", "one  two")


def test_each_text_stands_beside_the_one_before_it(site: Site) -> None:
    shown = section(site.page(PAGE), "revisions")
    assert shown.count('<table class="beside"') == 2
    assert "Before (revision 2)" in shown
    assert "After (revision 3)" in shown
    cells = re.findall(r'<td dir="auto">(.*?)</td>', shown)
    assert cells[:2] == [
        "The next meeting is on <del>4</del> May.",
        "The next meeting is on <ins>6</ins> May.",
    ]


def test_any_two_texts_are_laid_side_by_side(site: Site) -> None:
    page = site.page(f"{PAGE}?from=1&to=3")
    shown = section(page, "chosen")
    assert shown.startswith('id="chosen">Revisions 1 and 3 side by side')
    assert re.findall(r"<del>(.*?)</del>", shown) == ["further", "4"]
    assert re.findall(r"<ins>(.*?)</ins>", shown) == ["furthering", "6"]
    assert "Revision 2, first captured on 5 March 2031, 18:00 UTC: Changed silently" in shown
    assert "What changed: a number or date, a typing error." in shown
    assert shown.index("Revision 2,") < shown.index("Revision 3,")
    assert 'id="chosen"' not in site.page(PAGE)
    assert '<a href="?from=1&amp;to=3#chosen"' in section(site.page(PAGE), "revisions")


def test_texts_can_be_compared_backwards(site: Site) -> None:
    shown = section(site.page(f"{PAGE}?from=3&to=1"), "chosen")
    assert re.findall(r"<ins>(.*?)</ins>", shown) == ["further", "4"]


@pytest.mark.parametrize(
    "asked", ["revision=9", "revision=0", "revision=x", "revision=-1", "from=1&to=77", "from=&to=1"]
)
def test_a_text_that_is_not_there_is_not_found(site: Site, asked: str) -> None:
    assert site.get(f"{PAGE}?{asked}").status_code == 404


# One text for good


def test_an_address_shows_exactly_one_text(site: Site) -> None:
    page = site.page(f"{PAGE}?revision=1")
    shown = prose(page)
    assert "forward to further this" in shown
    assert "on 4 May" in shown
    assert "furthering" not in shown
    assert "This page shows revision 1 of the archive's 3" in page
    assert f'href="{PAGE}">Read the latest</a>' in page
    assert 'href="?from=1&amp;to=3#chosen"' in page
    assert f"http://localhost{PAGE}?revision=1</a>" in section(page, "cite")
    assert "Text as of revision 1, first captured on 5 March 2031, 12:00 UTC" in page


def test_the_latest_text_has_such_an_address_too(site: Site) -> None:
    page = site.page(f"{PAGE}?revision=3")
    assert "on 6 May" in prose(page)
    assert "Not the latest text" not in page
    assert f"http://localhost{PAGE}?revision=3</a>" in section(site.page(PAGE), "cite")


def test_an_earlier_text_has_its_own_tone_or_none(tmp_path: Path) -> None:
    tables = rows()
    tables["tone"].append(
        {"text_sha256": "1" * 64, "language": "en", "tone_model": "m", "tone": -0.4}
        | {"textblob_version": "0"}
        | {"tone_label": "negative", "tone_confidence": 0.9, "tone_status": "scored"}
        | {"tone_evidence": '[["thank", -0.3], ["(baseline)", -0.1]]'}
    )
    tables["revisions"][1]["text_sha256"] = "2" * 64
    site = open_site(build(tmp_path / "archive.db", tables))
    first = site.page(f"{PAGE}?revision=1")
    assert "<b>-0.40</b>" in section(first, "tone")
    assert '<span class="moved moved-down">thank</span>' in first
    assert "mention-country" not in first
    second = site.page(f"{PAGE}?revision=2")
    assert "Not scored: nobody has asked for it" in section(second, "tone")
    assert "+0.55" not in second
    close(site)


# Who quotes it


def test_quotations_in_the_news_are_shown(site: Site) -> None:
    shown = section(site.page(PAGE), "quotes")
    for part in (
        ">altered</span>",
        'href="https://paper.example/harbour"',
        "The harbour is open again</a>",
        "The Paper</bdi>, 6 March 2031",
        "<bdi>We have opened the harbor</bdi>",
        "The words differ from those of the record, and nothing marks it.",
        "/archive/quotes_of_a_statement?statement=xv_mod-harbour",
    ):
        assert part in shown
    assert 'id="quotes"' in site.page(row_path(LETTER))


@pytest.mark.parametrize("table", ["quotes", "articles", "quote_others", "quoted"])
def test_quotations_are_left_out_where_their_tables_are_closed(tmp_path: Path, table: str) -> None:
    closed = {"databases": {"archive": {"tables": {table: {"allow": False}}}}}
    site = open_site(build(tmp_path / "archive.db", rows()), metadata=closed)
    assert "We have opened" not in site.page(PAGE)
    close(site)


# What it is linked with


def test_links_lead_to_people_offices_countries_and_captures(site: Site) -> None:
    page = site.page(PAGE)
    for address in (
        "/-/people/xv-ilse-marrow",
        "/-/offices/xv_mod",
        "/-/countries/xv",
        "/-/captures/c2.warc.gz",
    ):
        assert f'href="{address}"' in page
    assert 'class="speaker" href' not in site.page(row_path(LETTER))


def test_language_versions_lead_to_the_statements_that_they_are(tmp_path: Path) -> None:
    tables = rows()
    named = {"relation": "version", "url": "https://ministry.example/fr", "id": "lettre"}
    captured = {"relation": "mirror", "url": "https://ministry.example/c1"}
    unknown = {"relation": "translation", "url": "https://ministry.example/none", "text": "de"}
    answer = {"relation": "reply_to", "id": "bayan"}
    statement(tables)["linked"] = json.dumps([named, captured, unknown, answer])
    statement(tables, LETTER)["url"] = "https://ministry.example/c1"
    site = open_site(build(tmp_path / "archive.db", tables))
    page = site.page(PAGE)
    versions = section(page, "versions")
    assert versions.count(f'href="{row_path(LETTER)}" dir="auto" lang="fr"') == 2
    assert "https://ministry.example/none</a>" in versions
    assert "not in this archive" in versions
    assert 'href="/archive/statements/xv_mfa-bayan"' in section(page, "linked")
    close(site)


def test_a_script_is_never_linked_to(tmp_path: Path) -> None:
    tables = rows()
    linked = {"relation": "version", "url": "javascript:alert(1)", "id": "lettre", "text": MARKUP}
    statement(tables)["linked"] = json.dumps([linked, linked | {"id": MARKUP}])
    tables["articles"][0]["url"] = "javascript:alert(2)"
    tables["quotes"][0]["words"] = tables["articles"][0]["title"] = MARKUP
    site = open_site(build(tmp_path / "archive.db", tables))
    page = site.page(PAGE)
    assert 'href="javascript' not in page
    assert "<script>alert" not in page
    close(site)


# Words that are withheld


@pytest.mark.parametrize("asked", ["", "?revision=1", "?revision=3", "?from=1&to=3"])
def test_withheld_words_are_nowhere_on_the_page(tmp_path: Path, asked: str) -> None:
    """Not even where something that was read out of them is still kept."""
    tables = rows()
    tables["takedowns"].append(
        {"statement_id": HARBOUR, "at": "2031-03-07T12:00:00Z", "reason": "a court said so"}
        | {"warc_file": "d.warc.gz"}
    )
    site = open_site(build(tmp_path / "archive.db", tables))
    page = site.page(PAGE + asked)
    main = page[page.index("<main") : page.index("</main>")]
    assert "The words are withheld since 7 March 2031" in main
    said = re.sub(r"<[^>]+>", " ", main)
    for words in (
        "Opening of",
        "Tolva",
        "great",
        "further",
        "neighbours",
        "May",
        "harbor",
        "Marow",
    ):
        assert words not in said, words
    for words in ("<ins>", "<del>", "moved-up", "Corrected the date", "The harbour is open"):
        assert words not in main, words
    assert "1" * 64 in main
    assert '<a href="https://paper.example/harbour"' in main
    close(site)
