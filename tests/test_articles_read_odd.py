"""Odd inputs: what is damaged, huge, deep or no page is told in words, and in time."""
# ruff: noqa: RUF001 - the marks of all languages are the point here.

import random
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_articles_read import PROSE, page, read

from analysis.normalise import normalise_text
from spiders.articles import ArticleError, article_of_html

SAID = "<p>The sea is calm, he said on Tuesday.</p>"
SECONDS = 20
"""Many times what was measured: the machine may be busy."""


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS


def refusal(body: bytes, content_type: str | None = "text/html") -> str:
    with pytest.raises(ArticleError) as refused:
        article_of_html(body, "https://news.example/a", content_type)
    words = str(refused.value)
    assert words.startswith("https://news.example/a")
    return words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<p>x</p>" * 2_600_000, "20,312 kB"),
        (b"<div>" * 10_000 + PROSE.encode() + b"</div>" * 10_000, "nested deeper"),
        (page("<ul><li>" * 1_000 + PROSE), "nested deeper"),
        (page(SAID * 100_000), "more parts than any article"),
        (page("<p>" + "<span>sea </span>" * 100_000), "more parts than any article"),
        (page("").replace(b"hall", b"ha\x00ll"), "is no text"),
        (random.Random(1).randbytes(300_000), "is no text"),
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"<!-- nothing -->", "is empty"),
        (b"<html><body></body></html>", "shows no words"),
        (b"<p>Hello.</p>", "holds no article"),
        (b"<!-- --> " * 3_000, "is empty"),
        (b"<?xml version='1.0'?><note><to>x</to></note>", "is XML"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "is a news feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "is a news feed"),
        (b'{"a": [1]}', "is JSON"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04...", "is a Word, EPUB or ZIP file"),
        (b"\x89PNG....", "is an image"),
        (page("<p>The sea is cal\ufffd, he said.</p>"), "is damaged"),
        (page("<p>The sea &#xD83D; is calm, he said.</p>"), "is damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_told(body: bytes, words: str) -> None:
    assert words in refusal(body)


def test_a_type_that_is_no_page_is_told() -> None:
    assert "is video/mp4" in refusal(b"abc", "video/mp4")
    assert "is application/pdf" in refusal(b"abc", "application/pdf; x=y")


def test_plain_text_from_a_server_is_text() -> None:
    article = article_of_html("“Noon”, she said.".encode(), None, "text/plain; charset=utf-8")
    assert article.text == "“Noon”, she said."


@pytest.mark.parametrize("times", [3_000, 15_000])
def test_a_very_long_article_is_read_whole(times: int) -> None:
    assert read(SAID * times).text.count("he said on Tuesday") == times


def test_very_many_block_quotes_are_read_in_time() -> None:
    inner = "".join(f"<blockquote>The sea was calm {i}.</blockquote>" for i in range(5_000))
    assert len(read(PROSE * 1_000 + inner).blocks) == 5_000


def test_elements_that_are_never_closed_are_read() -> None:
    body = b'<html><h1>Boats<p>The minister <b>said on <i>Tuesday</b> that </i>boats go.<p>"We go'
    body += b'", he said.</div></td><p>And so it was, said the mi<blockq' + PROSE.encode()
    article = article_of_html(body, None, None)
    assert '"We go", he said.' in article.text
    assert "said on Tuesday that boats go." in article.text


def test_damage_beside_the_article_does_not_matter() -> None:
    mended = page("").replace(b"</article>", "</article><footer>caf\ufffd</footer>".encode())
    assert article_of_html(mended, None, None).text
    cut = page("<p>“Là-bas, à côté”, dit-elle: «élan», «été», “où ça?” – “là.”</p>" * 3)
    assert article_of_html(cut + b"<p>\xe9", None, None).text


def test_an_encoding_that_cannot_be_told_is_told() -> None:
    body = page("<p>Er sagte X, das geht.</p>").decode().replace("X", "\xe0").replace("utf-8", "x")
    assert "in which encoding" in refusal(body.encode("latin-1"))


def test_utf_16_is_read() -> None:
    body = b"\xff\xfe" + page("<p>“Noon”, she said.</p>").decode().encode("utf-16-le")
    assert "“Noon”, she said." in article_of_html(body, None, None).text


def test_signs_that_nobody_sees_are_no_words() -> None:
    text = read("<p>a\x0bb &#11; &#1; \x1f c\ue0f0\ue0f3\ue0f1, he said on Tuesday.</p>").text
    assert normalise_text(text) == text
    assert ", he said on Tuesday." in text


def test_json_that_is_nested_without_end_is_left_alone() -> None:
    head = '<script type="application/ld+json">' + "[" * 200_000 + "</script>"
    assert read("", head).text


_TAGS = ["p", "div", "blockquote", "q", "li", "ul", "br", "b", "a", "cite", "footer", "h1", "h2"]
_TAGS += ["td", "table", "figure", "figcaption", "pre", "aside", "article", "iframe", "script"]
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
    st.sampled_from(["<blockquote class='twitter-tweet'>", "<div class='related'>", "“", "”", '"']),
    st.sampled_from(["<a href='https://x.com/ode/status/1675915000000000000'>", PROSE, SAID]),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_whatever_a_page_holds_places_are_in_the_text(inner: str) -> None:
    body = page("").replace(b"</article>", inner.encode("utf-8", "replace") + b"</article>")
    try:
        article = article_of_html(body, None, None)
    except ArticleError:
        return
    assert normalise_text(article.text) == article.text
    for start, end in article.blocks:
        assert article.text[start:end].strip() == article.text[start:end] != ""
    for post in article.posts:
        assert post.span is None or article.text[slice(*post.span)] == post.text != ""
