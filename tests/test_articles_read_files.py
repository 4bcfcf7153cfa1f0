"""Articles from files and pasted text, and the lists of news feeds."""

import json
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from test_articles_read import page

from spiders.articles import (
    Article,
    ArticleError,
    FeedLink,
    article_of_bytes,
    article_of_file,
    article_of_text,
    feed_links,
)

WORDS = "Ode: “We sail”\n\nThe minister said on Tuesday that they sail.\n\n> We sail at noon."
FEED = "https://news.example/feeds/all.xml"


def test_a_text_is_itself() -> None:
    assert article_of_text(WORDS) == Article(WORDS, language="en")


def test_a_text_is_normalised_as_all_texts_are() -> None:
    assert (
        article_of_text("\ufeffa\u00a0b\r\n\r\n\r\ncafe\u0301 sa\u00adil ").text
        == "a b\n\ncafé sail"
    )


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "a\x00b", "a\ud83d", "cal\ufffd"])
def test_a_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ArticleError, match=r"^the text is (?:empty|damaged)"):
        article_of_text(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_text_file_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(WORDS.encode(encoding))
    assert article_of_file(path).text == WORDS


def test_a_page_is_told_from_a_text_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "article"
    path.write_bytes(page("<p>“Noon”, she said.</p>"))
    assert article_of_file(path).title == "Boats"
    path.write_text("Use the <p> of HTML, said Ode.", encoding="utf-8")
    assert article_of_file(path).text == "Use the <p> of HTML, said Ode."


def test_a_page_saved_as_mhtml_is_read_with_its_address(tmp_path: Path) -> None:
    quoted = (
        page("<p>“Noon”, she said.</p>").replace(b"=", b"=3D").replace("“".encode(), b"=E2=80=9C")
    )
    saved = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://news.example/2031/03/04/a\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="--x"\r\n\r\n----x\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quoted
        + b"\r\n----x--\r\n"
    )
    path = tmp_path / "a.mhtml"
    path.write_bytes(saved)
    article = article_of_file(path)
    assert "“Noon”, she said." in article.text
    assert article.url == "https://news.example/2031/03/04/a"
    assert article.published_on == date(2031, 3, 4)
    path.write_bytes(saved.replace(b"Content-Type: text/html", b"Content-Type: image/png"))
    with pytest.raises(ArticleError, match="without any HTML"):
        article_of_file(path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        (b"PK\x03\x04\x14\x00", "is a Word, EPUB or ZIP file"),
        (b"{\\rtf1 Noon}", "is in Rich Text Format"),
        (b"\x00\x01\x02", "is no text"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "is a news feed"),
        (b"<?xml version='1.0'?><a/>", "is XML"),
        (b'[{"a": 1}]', "is JSON"),
        (b"\xff\xd8\xff\xe0", "is an image"),
    ],
)
def test_other_files_are_told_by_their_bytes(tmp_path: Path, body: bytes, words: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(body)
    with pytest.raises(ArticleError) as refused:
        article_of_file(path)
    assert str(refused.value).startswith(f"{path} {words}")


def test_no_more_is_read_of_a_file_than_an_article_can_have(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<p>x</p>" * 2_600_000)
    tracemalloc.start()
    with pytest.raises(ArticleError, match="larger than 5 MB"):
        article_of_file(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 12 * 1024 * 1024


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="No such file"):
        article_of_file(tmp_path / "a")
    with pytest.raises(ArticleError, match="Is a directory"):
        article_of_file(tmp_path)


def test_what_was_pasted_is_named_as_such() -> None:
    assert article_of_bytes(WORDS.encode(), "standard input").text == WORDS
    with pytest.raises(ArticleError, match=r"^standard input is a PDF"):
        article_of_bytes(b"%PDF-1.7", "standard input")


RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Courier</title>
<item><title>Ode: &amp;quot;We sail&amp;quot; &amp;amp; go</title><link>https://news.example/a#top</link>
<pubDate>Tue, 04 Mar 2031 23:30:00 GMT</pubDate></item>
<item><title><![CDATA[<b>Lund</b> stays]]></title><link>../b?x=1&amp;y=2</link></item>
<item><title>Again</title><link>https://news.example/a</link></item>
<item><title>Mail</title><link>mailto:ode@news.example</link></item>
<item><title>Script</title><link>javascript:alert(1)</link></item>
<item><title>None</title></item></channel></rss>"""


def test_rss_is_read() -> None:
    assert feed_links(RSS.encode(), FEED) == [
        FeedLink("https://news.example/a", 'Ode: "We sail" & go', date(2031, 3, 4)),
        FeedLink("https://news.example/b?x=1&y=2", "Lund stays", None),
    ]


def test_atom_is_read_and_a_change_is_no_publication() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>'
        '<entry><title>A</title><link rel="alternate" href="/a"/><id>1</id>'
        "<published>2031-03-04T23:30:00+05:00</published><updated>2031-03-09T00:00:00Z</updated>"
        '</entry><entry><title>B</title><link href="b"/><updated>2031-03-09T00:00:00Z</updated>'
        "</entry></feed>"
    )
    assert feed_links(atom.encode(), FEED) == [
        FeedLink("https://news.example/a", "A", date(2031, 3, 4)),
        FeedLink("https://news.example/feeds/b", "B", None),
    ]


def test_rdf_is_read() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="x"><title>x</title></channel><item rdf:about="https://news.example/a">'
        "<title>A</title><link>https://news.example/a</link><dc:date>2031-03-04</dc:date>"
        "</item></rdf:RDF>"
    )
    assert feed_links(rdf.encode(), FEED) == [
        FeedLink("https://news.example/a", "A", date(2031, 3, 4))
    ]


def test_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/a", "title": "A", "date_published": "2031-03-04T10:00:00Z"},
            {"id": "2", "external_url": "https://other.example/b"},
            {"id": "3"},
            "nonsense",
        ],
    }
    assert feed_links(json.dumps(feed).encode(), FEED) == [
        FeedLink("https://news.example/a", "A", date(2031, 3, 4)),
        FeedLink("https://other.example/b", None, None),
    ]


def test_a_feed_cut_short_gives_what_is_before_the_cut() -> None:
    cut = RSS[: RSS.index("<item><title>Again")]
    assert len(feed_links(cut.encode(), FEED)) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>No</body></html>", b"{}", b'{"version": 1}', b"{" * 100_000, b"\x00\x01"],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(ArticleError) as refused:
        feed_links(body, FEED)
    assert str(refused.value).startswith(FEED)


def test_a_feed_that_is_too_large_is_refused() -> None:
    with pytest.raises(ArticleError, match="larger than 5 MB"):
        feed_links(b"<rss>" + b" " * 6_000_000, FEED)


def test_an_empty_feed_lists_nothing() -> None:
    assert feed_links(b"<rss version='2.0'><channel></channel></rss>", FEED) == []
