"""Articles from invented pages: their words, marks, block quotes, posts, and what is not read."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.normalise import normalise_text
from analysis.quotes import extract_quotes
from spiders.articles import Article, ArticleError, article_of_html

PAGES = sorted(path.parent for path in Path(__file__).parent.glob("article_pages/*/page.html"))
MARKS = [
    "“{}”",
    "‘{}’",
    "„{}“",
    "»{}«",
    "«{}»",
    "« {} »",
    "‹{}›",
    '"{}"',
    "'{}'",
    "「{}」",
    "『{}』",
]
PROSE = (
    "<p>The minister of harbours spoke for an hour in the old hall of Port Ode on Tuesday.</p>" * 3
)


def page(inner: str, head: str = "") -> bytes:
    start = f'<html lang="en"><head><meta charset="utf-8"><title>Boats</title>{head}</head>'
    return f"{start}<body><article><h1>Boats</h1>{PROSE}{inner}</article></body></html>".encode()


def read(inner: str, head: str = "", url: str | None = "https://news.example/a") -> Article:
    return article_of_html(page(inner, head), url, "text/html")


def seen(article: Article) -> dict[str, Any]:
    day = article.published_on
    return {
        "url": article.url,
        "title": article.title,
        "published_on": day.isoformat() if day else None,
        "publisher": article.publisher,
        "language": article.language,
        "author": article.author,
        "text": article.text.split("\n\n"),
        "blocks": [article.text[slice(*block)] for block in article.blocks],
        "posts": [
            {
                "url": post.url,
                "account": post.account,
                "text": post.text,
                "published_on": post.published_on.isoformat() if post.published_on else None,
            }
            for post in article.posts
        ],
    }


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_a_page_becomes_its_article(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    url = expected.pop("read_from")
    body = (folder / "page.html").read_bytes()
    if "error" in expected:
        with pytest.raises(ArticleError) as refused:
            article_of_html(body, url, "text/html")
        assert str(refused.value).startswith(f"{url} {expected['error']}")
        return
    article = article_of_html(body, url, "text/html")
    assert seen(article) == expected
    assert normalise_text(article.text) == article.text
    for post in article.posts:
        assert post.text == ("" if post.span is None else article.text[slice(*post.span)])


def test_there_are_pages_of_many_kinds() -> None:
    assert len(PAGES) >= 20


@pytest.mark.parametrize("marks", MARKS)
def test_marks_of_every_kind_are_kept(marks: str) -> None:
    words = marks.format("we sail at noon")
    assert f"She said: {words}, and left." in read(f"<p>She said: {words}, and left.</p>").text


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("&ldquo;we sail&rdquo;", "“we sail”"),
        ("&#8222;we sail&#8220;", "„we sail“"),
        ("&#147;we sail&#148;", "“we sail”"),
        ("&#x93;we sail&#x94;", "“we sail”"),
        ("&laquo;&nbsp;we sail&nbsp;&raquo;", "« we sail »"),
        ("<q>we sail</q>", "“we sail”"),
        ("<q>we <q>sail</q></q>", "“we ‘sail’”"),
        ("<q>“we sail”</q>", "“we sail”"),
        ("“<q>we sail</q>”", "“we sail”"),
        ("“we <b>sa</b>il”", "“we sail”"),
        ("“we sa&shy;il”", "“we sail”"),
        ("“we sa&#8203;il”", "“we sail”"),
        ("“we sa<wbr>il”", "“we sail”"),
        ("“we<br>sail”", "“we\nsail”"),
        ("“we <!-- never --> sail”", "“we sail”"),
        ("“we <script>x()</script> sail”", "“we sail”"),
        ("“we sail <img class='emoji' alt='⛵'>”", "“we sail ⛵”"),
        ("“we sail <img alt='A boat at noon'>”", "“we sail ”"),
        ("“we sail” cafe\u0301", "“we sail” café"),
    ],
)
def test_what_is_written_is_printed(written: str, printed: str) -> None:
    assert f"She said: {printed}, and left." in read(f"<p>She said: {written}, and left.</p>").text


@pytest.mark.parametrize(
    "rest",
    [
        "<figure><img src=a.png><figcaption>NEVER “said”, he said.</figcaption></figure>",
        "<div class='related-articles'><p>NEVER “said”, he said on Monday in the hall.</p></div>",
        "<div id='comments'><p>NEVER “said”, he said on Monday in the hall.</p></div>",
        "<aside><p>NEVER “said”, he said on Monday in the hall.</p></aside>",
        "<nav><a href=/>NEVER “said”</a></nav>",
        "<p><a href=/b>NEVER “said”, he said on Monday in the hall.</a></p>",
        "<p><b>Read more:</b> <a href=/b>NEVER “said”, he said on Monday in the hall.</a></p>",
        "<p hidden>NEVER “said”, he said on Monday in the hall.</p>",
        "<p style='display: none'>NEVER “said”, he said on Monday in the hall.</p>",
        "<div class='newsletterSignup'><p>NEVER “said”, he said on Monday in the hall.</p></div>",
        "<noscript><p>NEVER “said”, he said on Monday in the hall.</p></noscript>",
        "<template><p>NEVER “said”, he said on Monday in the hall.</p></template>",
        "<form><p>NEVER “said”, he said on Monday in the hall.</p></form>",
        "<blockquote><a href=/b>NEVER “said”, he said on Monday in the hall.</a></blockquote>",
    ],
)
def test_what_is_not_the_article_is_not_read(rest: str) -> None:
    assert "NEVER" not in read(f"{rest}<p>She left the hall by the back door.</p>").text


def blocks_of(inner: str) -> list[str]:
    article = read(inner + PROSE)
    return [article.text[slice(*block)] for block in article.blocks]


@pytest.mark.parametrize(
    ("inner", "blocks"),
    [
        ("<blockquote>We sail at noon.</blockquote>", ["We sail at noon."]),
        ("<blockquote><p>We sail.</p><p>At noon.</p></blockquote>", ["We sail.\n\nAt noon."]),
        ("<blockquote>We sail.<br><br>At noon.</blockquote>", ["We sail.\n\nAt noon."]),
        ("<blockquote><p>We sail.</p><p>— Mara Ode</p></blockquote>", ["We sail."]),
        ("<blockquote><p>We sail.</p><footer>Ode</footer></blockquote>", ["We sail."]),
        ("<blockquote><p>We sail. <cite>Ode</cite></p></blockquote>", ["We sail."]),
        ("<blockquote>I read <cite>Sea</cite> often.</blockquote>", ["I read Sea often."]),
        ("<blockquote>He said “go” and we went.</blockquote>", ["He said “go” and we went."]),
        ("<div class='blockquote'>We sail at noon.</div>", ["We sail at noon."]),
        ("<blockquote>“We sail at noon.”</blockquote>", []),
        ("<blockquote>«We sail at noon»</blockquote>", []),
        ("<blockquote>Ode said: “We all sail at noon, and not later.”</blockquote>", []),
        ("<p>“We sail at noon,” she said.</p><blockquote>We sail at noon</blockquote>", []),
        ("<blockquote>We sail at noon</blockquote><p>“We sail at noon,” she said.</p>", []),
        ("<blockquote>We … noon</blockquote><p>“We sail at noon,” she said.</p>", []),
        (
            "<blockquote>We sail.</blockquote><p>So.</p><blockquote>We sail!</blockquote>",
            ["We sail!"],
        ),
    ],
)
def test_block_quotes_without_marks_are_places(inner: str, blocks: list[str]) -> None:
    assert blocks_of(inner) == blocks


def test_a_pull_quote_is_printed_once() -> None:
    inner = "<p>“We sail at noon,” she said.</p><blockquote>We sail at noon</blockquote>"
    assert read(inner).text.count("We sail at noon") == 1


def test_an_article_set_as_one_block_quote_is_no_quotation() -> None:
    inner = "<blockquote>" + "<p>Nobody in Port Ode wanted to sail on such a day.</p>" * 60
    assert not read(inner + "</blockquote>").blocks


def test_places_are_what_quotations_are_read_from() -> None:
    folder = next(each for each in PAGES if each.name == "block_quotes")
    article = article_of_html((folder / "page.html").read_bytes(), None, None)
    quotes = extract_quotes(article.text, article.blocks)
    assert quotes[0].text.startswith("You have waited longer")
    assert quotes[0].text.endswith("I can give you my word.")
    assert [quote.speaker for quote in quotes[:2]] == ["Mara Ode", "Jon Vik"]


def test_a_line_that_a_page_marks_as_the_source_names_the_speaker() -> None:
    folder = next(each for each in PAGES if each.name == "block_quotes")
    article = article_of_html((folder / "page.html").read_bytes(), None, None)
    (source,) = article.signatures
    assert article.text[slice(*source)] == "Mara Ode, 2029"
    told, untold = (
        next(
            quote
            for quote in extract_quotes(article.text, article.blocks, signatures)
            if quote.text.startswith("The sea gives")
        )
        for signatures in (article.signatures, ())
    )
    assert (told.speaker, told.how) == ("Mara Ode", "signed")
    assert untold.speaker == "Tomas Lund"  # who only read it out
