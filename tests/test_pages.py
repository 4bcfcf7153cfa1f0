"""Item pages: captured ones with and without selectors, and pages that are not what they say."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from marks import begins, ends, mark, tokens_of
from scrapy.http import Response

from analysis.dates import read_date
from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.channels.options import PageSelectors
from spiders.identity import native_id
from spiders.items import AbsenceItem, FaultItem, StatementItem, UnreadableItem
from spiders.offline import kept_response, open_channel, read_item
from spiders.pages import Page, declared_charset, page_html, read_page
from spiders.selectors import SelectorError, pick
from spiders.sourcefiles import read_source

AT = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://tides.example/news/ferry"


def answer(
    body: str | bytes, content_type: str = "text/html; charset=utf-8", url: str = URL
) -> Response:
    raw = body.encode() if isinstance(body, str) else body
    return kept_response(url, raw, {"Content-Type": content_type}, AT)


def read(body: str, **selectors: Any) -> Page:
    page = read_page(answer(body), PageSelectors.model_validate(selectors), "xa_tides")
    assert page is not None
    return page


# Captured pages.


@dataclass(frozen=True)
class Captured:
    path: str
    title: str
    published_on: str
    begins: str
    ends: str
    selectors: dict[str, str] = field(default_factory=dict)
    navigation: tuple[str, ...] = ()


CAPTURED = [
    Captured(
        "de_at_gov/auswaertiges-amt.de-Italien.html",
        "4 words 1c17b4b194bbeb5c",
        "2021-11-12",
        "8 words e4ca1edd84ad1a58",
        "6 words 1e21419948b82d15",
        {"title": "h1.heading__title"},
        ("Willkommen auf den Seiten", "Startseite", "Cookie"),
    ),
    Captured(
        "de_at_gov/bundeskanzleramt.gv.at-bundesminsterin.html",
        "11 words ab1dadccc443be79",
        "2022-02-01",
        "8 words 2ae6e72b8f00ab60",
        "5 words ee05d40b628a5334",
        {
            "title": "h1 .title",
            "published": "h1 time::attr(datetime)",
            "text": "#content",
            "remove": "h1",
        },
        ("Impressum", "Suche einblenden", "1. Februar 2022"),
    ),
    Captured(
        "de_at_gov/bundespraesident.de.20030331.html",
        "10 words d75b1e41af0b8430",
        "2003-03-31",
        "8 words 7082f673159e2c6b",
        "7 words 0afa52c47bda2ec0",
        {"title": "h1.isFirstInSlot"},
        ("Navigation und Service", "Impressum", "Sitemap"),
    ),
    Captured(
        "de_at_gov/bundesrat.de-erinnerungen.html",
        "6 words ef5e4e9b69cc3ab2",
        "2022-01-27",
        "8 words b11254d4adc603ab",
        "9 words 12a3c7c8b3aa61da",
        {"published": ".updated"},
        ("Haupt-Navigations", "Zur Startseite", "Stand 27.01.2022"),
    ),
    Captured(
        "other_gov/jis.gov.jm-investment.html",
        "8 words 36206ad122224e15",
        "2022-04-26",
        "7 words 534640b09997855e",
        "13 words a6f172a7d2b1fea3",
        {"title": "h1.entry-title", "published": ".entry-meta .date", "text": ".entry-content"},
        ("Written by", "Date Range", "Skip to content"),
    ),
]


def captured_page(captured: Captured, shared_data: Path, selectors: dict[str, str]) -> Page:
    body = (shared_data / "sites" / captured.path).read_bytes()
    page = read_page(answer(body), PageSelectors.model_validate(selectors), "xa_tides")
    assert page is not None
    return page


@pytest.mark.parametrize("with_selectors", [False, True], ids=["found", "selected"])
@pytest.mark.parametrize("captured", CAPTURED, ids=lambda each: Path(each.path).stem)
def test_a_captured_page_gives_title_date_and_text(
    captured: Captured, with_selectors: bool, shared_data: Path
) -> None:
    selectors = captured.selectors if with_selectors else {}
    page = captured_page(captured, shared_data, selectors)
    assert mark(tokens_of(page.title or "")) == captured.title
    assert page.published_raw
    published = read_date(
        page.published_raw, timezone="Europe/Berlin", order="DMY", languages=("de", "en"), now=AT
    )
    assert published
    assert published.at[:10] == captured.published_on
    assert begins(page.text, captured.begins)
    assert ends(page.text, captured.ends)
    assert [words for words in captured.navigation if words in page.text] == []
    assert page.missed == ()


@pytest.mark.parametrize(
    "captured",
    [each for each in CAPTURED if "text" in each.selectors],
    ids=lambda each: Path(each.path).stem,
)
def test_selectors_and_trafilatura_agree_on_the_words(
    captured: Captured, shared_data: Path
) -> None:
    selected = captured_page(captured, shared_data, captured.selectors)
    assert captured_page(captured, shared_data, {}).text.split() == selected.text.split()


# Selectors.

PAGE = """<html><head><title>Ferry | Ministry of Tides</title></head><body>
<nav>Home News</nav><h1>Ferry <em>talks</em> end</h1><p class="by">Ilse Marrant</p>
<time datetime="2025-09-02T10:40">2 September</time>
<div class="body"><p>The talks ended.</p><div class="body"><p>The ferry sails.</p></div>
<p class="share">Share this</p></div><div class="body"><p>Nine times a day.</p></div>
<p class="office">Ministry of Tides</p></body></html>"""


def test_selectors_read_the_parts() -> None:
    page = read(
        PAGE,
        title="h1",
        text=".body",
        published="time::attr(datetime)",
        speaker=".by",
        remove=".share",
    )
    assert page.title == "Ferry talks end"
    assert page.published_raw == "2025-09-02T10:40"
    assert page.speaker == "Ilse Marrant"
    assert page.missed == ()


def test_matches_inside_matches_come_once() -> None:
    page = read(PAGE, text=".body, .body p", remove=".share")
    assert page.text.split("\n\n") == ["The talks ended.", "The ferry sails.", "Nine times a day."]


def test_a_text_selector_that_matches_nothing_says_where_and_what() -> None:
    with pytest.raises(SelectorError) as caught:
        read(PAGE, text=".story")
    assert str(caught.value) == (
        f"xa_tides: page.text '.story' matched nothing at {URL}. Has the page changed?"
    )


@pytest.mark.parametrize("body", ["<div class=body></div>", "<div class=body><script>1</script>"])
def test_a_text_selector_that_matches_no_words_is_no_success(body: str) -> None:
    with pytest.raises(SelectorError, match=re.escape("page.text '.body' matched nothing")):
        read(body, text=".body")


def test_lesser_selectors_that_match_nothing_are_told_and_cost_nothing() -> None:
    page = read(PAGE, text=".body", title="h2", published=".when", speaker=".who")
    assert page.missed == ("page.title 'h2'", "page.published '.when'")
    assert (page.title, page.published_raw, page.speaker) == (None, None, None)
    assert page.text.startswith("The talks ended.")


def test_a_string_is_read_or_is_not_there() -> None:
    from parsel import Selector

    root = Selector(PAGE)
    assert pick(root, "h1") == "Ferry talks end"
    assert pick(root, "h2") is None


@pytest.mark.parametrize(
    ("css", "matches", "is_ours"),
    [
        (".office", "^Ministry of Tides$", True),
        (".office", "(?i)tides|harbours", True),
        (".office", "^Ministry of Harbours", False),
        (".bureau", "Tides", False),
    ],
)
def test_only_the_sources_own_pages_are_taken(css: str, matches: str, is_ours: bool) -> None:
    selectors = PageSelectors.model_validate(
        {"text": ".body", "only": {"css": css, "matches": matches}}
    )
    assert (read_page(answer(PAGE), selectors, "xa_tides") is not None) == is_ours


# What a page is labelled as.

WORDS = "Die Fähre fährt über den Sund — „pünktlich“, sagt die Ministerin für Gezeiten."


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "text/html; charset=utf-8", '<meta charset="windows-1252">'),
        ("utf-8-sig", "text/html", ""),
        ("cp1252", "text/html; charset=utf-8", '<meta charset="windows-1252">'),
        ("cp1252", 'TEXT/HTML; Charset="Windows-1252"', ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_a_wrong_charset_label_does_not_change_the_words(
    encoding: str, content_type: str, meta: str
) -> None:
    body = f"<html><head>{meta}</head><body><p>{WORDS}</p></body></html>".encode(encoding)
    assert WORDS in page_html(answer(body, content_type))


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"%PDF-1.7 words", "application/pdf", "application/pdf"),
        (b"%PDF-1.7 words", "text/html", "application/pdf"),
        (b"\x89PNG", "image/png; name=a", "image/png"),
        (b"PK\x03\x04", "application/octet-stream", "application/octet-stream"),
    ],
)
def test_what_is_no_page_of_text_is_told(body: bytes, content_type: str, kind: str) -> None:
    with pytest.raises(ValueError, match=f"^{URL} is {kind}, not a page of text$"):
        page_html(answer(body, content_type))


@pytest.mark.parametrize(
    "content_type", ["", "text/html", "application/xhtml+xml", "TEXT/PLAIN", "application/xml"]
)
def test_pages_of_text_are_read(content_type: str) -> None:
    assert page_html(answer("<p>Tides</p>", content_type)) == "<p>Tides</p>"


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ("text/html;Charset = 'ISO-8859-1'; x=y", "ISO-8859-1"),
        ('text/html; charset="koi8-r"', "koi8-r"),
        ("text/html", None),
        ("", None),
    ],
)
def test_the_declared_charset(content_type: str, charset: str | None) -> None:
    assert declared_charset(answer("", content_type)) == charset


# Where a page is answered from.

SOURCE = """\
office: Ministry of Tides
country: xa
publisher: Government of Arvenna
url: https://tides.example/
language: en
timezone: Europe/Vienna
feeds:
  - channel: listing
    urls: ["https://tides.example/news"]
    entry: li
    page: {title: h1, text: .body, published: .when}
provenance: {from: the ministry's own list of feeds, verified: never}
"""


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    path = tmp_path / "xa" / "xa_tides.yml"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    return open_channel(read_source(path))


def found_at(answered: str, channel: Channel, body: str = PAGE, *, known: bool) -> Any:
    entry = Entry(native_id=native_id(URL), url=URL, title="Ferry", published_raw="02/09/2025")
    channel.spider.known = {entry.native_id: URL} if known else {}
    return read_item(channel, answer(body, url=answered), entry)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("answered", [URL, "https://www.tides.example/2025/ferry"])
def test_the_page_asked_for_is_a_statement(answered: str, known: bool, channel: Channel) -> None:
    missed, found = found_at(answered, channel, known=known)
    assert isinstance(found, StatementItem)
    assert (found.native_id, found.url) == ("tides.example/news/ferry", URL)
    assert (found.title, found.published_raw) == ("Ferry talks end", "02/09/2025")
    assert isinstance(missed, FaultItem)
    assert "page.published '.when' matched nothing" in missed.message


@pytest.mark.parametrize("answered", ["https://tides.example/", "https://tides.example/error.htm"])
def test_the_home_page_is_no_statement(answered: str, channel: Channel) -> None:
    (known,) = found_at(answered, channel, known=True)
    assert isinstance(known, AbsenceItem)
    assert (known.outcome, known.evidence) == ("redirected", f"redirected to {answered}")
    (unknown,) = found_at(answered, channel, known=False)
    assert isinstance(unknown, FaultItem)
    assert f"redirected to {answered}" in unknown.message


def test_a_detour_is_taken_once_and_not_from_what_is_known(channel: Channel) -> None:
    other = "https://tides.example/releases/2025/nine-sailings"
    assert isinstance(found_at(other, channel, known=False)[-1], StatementItem)
    (known,) = found_at(other, channel, known=True)
    assert isinstance(known, AbsenceItem)


def test_a_page_that_cannot_be_read_is_set_aside_with_its_reason(channel: Channel) -> None:
    (found,) = found_at(URL, channel, "<p>We have a new site.</p>", known=False)
    assert isinstance(found, UnreadableItem)
    assert found.reason.startswith("xa_tides: page.text '.body' matched nothing at https://tides")
