"""From HTML to words: nothing lost, nothing added, nothing moved."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from marks import holds, mark, tokens_of
from parsel import Selector

from spiders.prose import element_text, main_text

FRAGMENTS = sorted((Path(__file__).parent / "prose").glob("*.html"))
SITES = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "sites"
SPEECHES = sorted((SITES / "gov_uk" / "speech").glob("*.json"))
REMOVE = re.compile(r"<!-- remove: (.*?) -->\n")


def page(path: str) -> str:
    file = SITES / path
    if not file.exists():
        pytest.skip(f"no captured page at {file}")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.stem)
def test_a_fragment_becomes_its_words(fragment: Path) -> None:
    source = fragment.read_text(encoding="utf-8")
    remove = REMOVE.match(source)
    expected = fragment.with_suffix(".txt").read_text(encoding="utf-8").strip()
    assert element_text(source, remove[1] if remove else None) == expected


def test_thirteen_speeches_are_there() -> None:
    if not SITES.exists():
        pytest.skip(f"no captured pages at {SITES}")
    assert len(SPEECHES) == 13


@pytest.mark.parametrize("speech", SPEECHES, ids=lambda path: path.stem)
def test_a_speech_keeps_every_word_in_order_and_no_other(speech: Path) -> None:
    body = json.loads(speech.read_text(encoding="utf-8"))["details"]["body"]
    text = element_text(body)
    apart = re.sub(r"(<br\s*/?>|</(?:p|h\d|li|ul|ol|t[dhr]|div|blockquote)>)", r"\1 ", body)
    assert text.split() == html.fromstring(apart).text_content().split()
    paragraphs = html.fromstring(body).xpath("//p[not(ancestor::li)]")
    assert len(paragraphs) > 2
    for paragraph in paragraphs:
        assert " ".join(paragraph.text_content().split()) in text.split("\n\n")


@pytest.mark.parametrize(
    "nothing", ["", "  \n", "<div></div>", "<!-- only this -->", "<p>\u00a0</p>"]
)
def test_no_words_are_no_text(nothing: str) -> None:
    assert element_text(nothing).strip() == ""


def test_plain_text_is_itself() -> None:
    assert element_text("Just words & more") == "Just words & more"


def test_a_declared_encoding_in_the_markup_means_nothing_any_more() -> None:
    declared = '<?xml version="1.0" encoding="latin-1"?><meta charset="koi8-r"><p>Çà et là</p>'
    assert element_text(declared) == "Çà et là"


@pytest.mark.parametrize("broken", ["<p>a\x00b</p>", "<p>a\ud83db</p>"])
def test_what_no_text_holds_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"U\+0000|surrogate"):
        element_text(broken)


def test_words_too_deep_to_reach_are_not_lost_in_silence() -> None:
    assert element_text("<div>" * 1000 + "deep" + "</div>" * 1000) == "deep"
    with pytest.raises(ValueError, match="nested deeper"):
        element_text("<div>" * 300_000 + "deep" + "</div>" * 300_000)


INLINE = st.sampled_from(["b", "i", "em", "span", "a", "abbr", "sup"])
BLOCK = st.sampled_from(["p", "div", "li", "h2", "blockquote", "section"])
WORDS = st.lists(st.text("abcé.,न", min_size=1, max_size=6), min_size=1, max_size=6)


@given(st.lists(st.tuples(BLOCK, INLINE, WORDS), max_size=6))
def test_markup_never_changes_the_words(blocks: list[tuple[str, str, list[str]]]) -> None:
    source = "".join(
        f"<{block}>" + " ".join(f"{w[:1]}<{tag}>{w[1:]}</{tag}>" for w in words) + f"</{block}>"
        for block, tag, words in blocks
    )
    assert element_text(source).split() == [w for _, _, words in blocks for w in words]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200))
def test_no_markup_raises(source: str) -> None:
    element_text(source)
    main_text(source, "https://ministry.example/1")


MAIN = {
    "de_at_gov/auswaertiges-amt.de-Italien.html": (
        "4 words 1c17b4b194bbeb5c",
        "2021-11-12",
        [
            "6 words b42a703d9bc5eaf7",
            "6 words 2db918bb66509c0c",
            "5 words af499354585db443",
            "10 words 8cebba2494fe5af8",
            "7 words 887145c8ea3d9567",
        ],
        ["Sprachauswahl", "Willkommen auf den Seiten", "Impressum", "Aashti"],
    ),
    "de_at_gov/bundeskanzleramt.gv.at-bundesminsterin.html": (
        "11 words ab1dadccc443be79",
        "2022-02-01",
        [
            "8 words 2ae6e72b8f00ab60",
            "9 words 66fb6030a75d8f96",
            "8 words 2d962fa3e44dedab",
            "8 words 24dda2752a1d01f1",
        ],
        ["Suche einblenden", "Navigation", "Impressum", "Frauenservice", "APCIP"],
    ),
    "de_at_gov/bundespraesident.de.20030331.html": (
        "10 words d75b1e41af0b8430",
        "2003-03-31",
        [
            "11 words 8567d50ffbdc87c1",
            "5 words 38280142db2d8a20",
            "3 words 170ad7cc18d3a4bb",
            "2 words 4a5c43cd0416ed8a",
        ],
        ["Navigation und Service", "Impressum", "Sitemap", "Suche"],
    ),
    "de_at_gov/bundesrat.de-erinnerungen.html": (
        "6 words ef5e4e9b69cc3ab2",
        "2022-01-27",
        [
            "10 words 1b4f705122949143",
            "7 words 444cb9216996d162",
            "9 words 3637ddb3f104bf9f",
            "9 words 12a3c7c8b3aa61da",
        ],
        ["Unternavigationsmenü", "Stellenangebote", "Sie sind hier", "Feedbacks", "Kontakt"],
    ),
    "other_gov/jis.gov.jm-investment.html": (
        "8 words 36206ad122224e15",
        "2022-04-26",
        [
            "11 words 5b90bc463c1a96ec",
            "13 words 8db33c3a56537aeb",
            "9 words 3e900943272651dd",
            "13 words a6f172a7d2b1fea3",
        ],
        ["Returning Residents", "Newcastle", "Content Type", "Deaf and Hard of Hearing", "PAHO"],
    ),
}


@pytest.mark.parametrize("path", MAIN, ids=lambda path: Path(path).stem)
def test_a_real_page_gives_its_main_text_without_navigation(path: str) -> None:
    title, published, wanted, unwanted = MAIN[path]
    found = main_text(page(path), f"https://ministry.example/{Path(path).name}")
    assert mark(tokens_of(found.title or "")) == title
    assert found.published_raw == published
    assert [marked for marked in wanted if not holds(found.text, marked)] == []
    assert [words for words in unwanted if words in found.text] == []
    assert found.title not in found.text.split("\n\n")[:3]
    long = [text for text in found.text.split("\n\n") if len(text) > 150]
    assert len(long) == len(set(long))


PAGE = """<!doctype html><html><head><title>Ferry talks end | Ministry of Tides</title>{head}</head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<main><article><h1>Ferry talks end</h1>{meta}
<p class="lead">The talks on the ferry across the sound of Ost ended tonight in Ostbay.</p>
<div class="body">
<p>“We agreed on nine sailings a day,” the minister of tides said after the talks.</p>
<p>The first boat will leave on a Monday, and tickets will cost no more than they do now.</p>
<p>Fishing boats keep their berths, as the two towns had asked for in their letter of spring.</p>
</div></article></main><footer><p>Contact the press office at Quay Street any day.</p></footer>
</body></html>"""


def test_main_text_of_a_plain_page() -> None:
    found = main_text(PAGE.format(head="", meta=""), "https://tides.example/1")
    assert found.title == "Ferry talks end"
    assert found.text.startswith("The talks on the ferry across the sound")
    assert found.text.endswith("in their letter of spring.")
    assert found.text.count("\n\n") == 3


@pytest.mark.parametrize(
    ("head", "meta", "published"),
    [
        (
            '<meta property="article:published_time" content="2020-09-02T10:40:00+05:30">',
            "",
            "2020-09-02T10:40:00+05:30",
        ),
        ('<meta name="DCTERMS.issued" content="2 September 2020">', "", "2 September 2020"),
        (
            '<script type="application/ld+json">{"datePublished": "2020-09-02T05:10Z"}</script>',
            "",
            "2020-09-02T05:10Z",
        ),
        ("", '<time datetime="2020-09-02T10:40">today</time>', "2020-09-02T10:40"),
    ],
)
def test_the_date_is_the_one_the_markup_states(head: str, meta: str, published: str) -> None:
    found = main_text(PAGE.format(head=head, meta=meta), "https://tides.example/1")
    assert found.published_raw == published


def test_a_page_of_nothing_has_no_main_text() -> None:
    found = main_text("<html><body></body></html>", "https://tides.example/1")
    assert (found.title, found.text, found.published_raw) == (None, "", None)


@pytest.mark.parametrize("css", ["div.words", "p", "span", "p.unseen", "li"])
def test_an_element_of_a_page_reads_as_its_html_does_and_is_left_alone(css: str) -> None:
    page = Selector(
        "<div class='words'><p>The <b>lamp</b>.</p> tail <ul><li>one<li>two</ul>"
        "<p class='unseen' hidden>Not <i>this</i>.</p><p><span>Nor</span> dark</p></div> after"
    )
    before = page.get()
    for match in page.css(css):
        assert element_text(match.root) == element_text(match.get())
    assert page.get() == before
