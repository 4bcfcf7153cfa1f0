"""The page of searches, over a small archive."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsing import HARBOUR, LETTER, MARKUP, Site, build, close, open_site, row_path, rows

from onrecord.browse import search_page
from onrecord.browse.search_words import match_of


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(build(tmp_path_factory.mktemp("search") / "archive.db", rows()))
    yield opened
    close(opened)


def ask(site: Site, **asked: str) -> str:
    return html.unescape(site.page(f"/-/search?{urlencode(asked)}"))


def found(page: str) -> list[str]:
    return re.findall(r'class="found-head"><a href="([^"]+)"', page)


def test_without_words_the_form_and_examples_are_shown(site: Site) -> None:
    for path in ("/-/search", "/-/search?q=", "/-/search?q=+"):
        page = html.unescape(site.page(path))
        assert 'q=negotiat%2A">negotiat*</a>' in page
        assert 'name="q" value=""' in page
        assert found(page) == []
        assert "search.atom" not in page


def test_what_holds_the_words_is_shown_with_the_words_marked(site: Site) -> None:
    page = ask(site, q="harbour")
    assert row_path(HARBOUR) in found(page)
    assert "<mark>harbour</mark>" in page
    assert "the <mark>harbour</mark></a>" in page
    assert 'name="q" value="harbour"' in page
    assert '<link rel="alternate" type="application/atom+xml" title="Search: harbour"' in page
    assert 'href="/-/feeds/search.atom?q=harbour">Atom feed' in page
    assert "/archive/statements?_search=harbour" in page
    feed = site.get("/-/feeds/search.atom?q=harbour").text
    assert "/-/search?q=harbour" in feed


def test_accents_phrases_and_beginnings(site: Site) -> None:
    assert found(ask(site, q="amitie")) == [row_path(LETTER)]
    assert found(ask(site, q='"harbour at Tolva"'))
    assert not found(ask(site, q='"Tolva at harbour"'))
    assert row_path(HARBOUR) in found(ask(site, q="harb*"))
    assert not found(ask(site, q="harb"))
    assert "_search=" not in ask(site, q="harb*").partition("<h1>")[2]


def test_where_nothing_is_found_a_sentence_says_so(site: Site) -> None:
    page = ask(site, q="zzzzz")
    assert "No statement holds <bdi>zzzzz</bdi>" in page
    assert not found(page)


@pytest.mark.parametrize(
    "words",
    ['"', "AND", "a OR b", "(", "title:", "^x", "-", "NEAR(", "\x00x", "é ü", "'", "*", "a*", "%"],
)
def test_no_character_is_special(site: Site, words: str) -> None:
    page = ask(site, q=words)
    assert "could not be read" not in page
    assert "statement" in page


def test_what_cannot_be_read_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Give at most 500 characters" in ask(site, q="x" * 501)
    monkeypatch.setattr(search_page, "match_of", lambda _words: '"')
    assert "could not be read" in ask(site, q="x")


def test_countries_and_sources_narrow_it_down(site: Site) -> None:
    everything = found(ask(site, q="the"))
    assert everything
    assert found(ask(site, q="the", source="xv_mod")) == everything
    assert found(ask(site, q="the", country="xv")) == everything
    assert not found(ask(site, q="the", source="xv_mfa"))
    page = ask(site, q="the", country="zz")
    assert not found(page)
    assert "None of them is of the country and source" in page


def test_pages_follow_each_other_to_the_first_recorded(tmp_path: Path) -> None:
    tables = rows()
    (like,) = (each for each in tables["statements"] if each["id"] == HARBOUR)
    for number in range(45):
        row = like | {"id": f"n{number}", "native_id": f"n{number}", "title": f"Lanterns {number}"}
        tables["statements"].append(row)
    site = open_site(build(tmp_path / "archive.db", tables))
    path, seen = "/-/search?q=lanterns", []
    while path:
        page = html.unescape(site.page(path))
        seen += re.findall(r"<mark>Lanterns</mark> (\d+)", page)
        assert "45 statements hold" in page
        links = re.findall(r'href="([^"]+)" rel="next">', page)
        path = links[0] if links else ""
    assert seen == [str(number) for number in reversed(range(45))]
    assert "None of them is here" in ask(site, q="lanterns", before="1")
    close(site)


def test_many_are_counted_to_a_limit_and_looked_through_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_page, "MOST_COUNTED", 2)
    monkeypatch.setattr(search_page, "LOOKED_THROUGH", 2)
    tables = rows()
    (like,) = (each for each in tables["statements"] if each["id"] == LETTER)
    for number in range(5):
        row = like | {"id": f"n{number}", "native_id": f"n{number}", "title": "Harbour lanterns"}
        tables["statements"].append(row)
    site = open_site(build(tmp_path / "archive.db", tables))
    path, pages = "/-/search?q=harbour&source=xv_mod", []
    while path:
        pages.append(html.unescape(site.page(path)))
        links = re.findall(r'href="([^"]+)" rel="next">', pages[-1])
        path = links[0] if links else ""
    assert "More than 2 statements hold" in pages[0]
    assert "the 2 recorded last were looked through" in pages[0]
    assert "_search=" not in pages[0]  # Datasette would sort them all by date.
    assert row_path(HARBOUR) in [each for page in pages for each in found(page)]
    close(site)


def test_what_a_person_took_down_shows_no_words(tmp_path: Path) -> None:
    tables = rows()
    tables["takedowns"] = [
        {"statement_id": HARBOUR, "at": "2031-01-01T00:00:00Z", "reason": "asked for"}
    ]
    site = open_site(build(tmp_path / "archive.db", tables))
    page = ask(site, q="harbour", source="xv_mod")
    item = page[page.index(row_path(HARBOUR)) :].partition("</li>")[0]
    assert "withheld since 1 January 2031" in item
    assert "<mark>" not in item
    close(site)


def test_markup_stays_text(tmp_path: Path) -> None:
    tables = rows()
    for row in tables["statements"]:
        row |= {"title": f"lanterns {MARKUP}", "text": f"\ue000{MARKUP} lanterns \ue001 \ue001"}
        row |= {"speaker": MARKUP, "office": MARKUP}
    for row in tables["sources"]:
        row["office"] = MARKUP
    site = open_site(build(tmp_path / "archive.db", tables))
    for words in ("lanterns", MARKUP):
        page = site.page(f"/-/search?{urlencode({'q': words})}")
        main = page[page.index("<main") : page.index("</main>")]
        assert "<script>" not in main
        assert "<img" not in main
        assert "<svg" not in main
        assert '"><script' not in page
    assert "<mark>lanterns</mark>" in site.page("/-/search?q=lanterns")
    close(site)


def test_who_may_not_see_statements_sees_nothing_found(tmp_path: Path) -> None:
    closed = {"databases": {"archive": {"tables": {"statements": {"allow": False}}}}}
    site = open_site(build(tmp_path / "archive.db", rows()), metadata=closed)
    answer = site.get("/-/search?q=harbour")
    assert answer.status_code == 403
    assert "Opening" not in answer.text
    close(site)


def test_every_page_searches_there(site: Site) -> None:
    for path in ("/", "/-/people", "/archive/statements"):
        page = site.page(path)
        assert '<form class="room-search" action="/-/search"' in page
        assert 'id="room-search" name="q"' in page


def test_words_are_written_for_the_search() -> None:
    assert match_of("") == '""'
    assert match_of('odd "quote') == '"odd" "quote"'
