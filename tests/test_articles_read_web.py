"""Articles from the web: what is fetched, what is refused, and what a reader is told."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site
from test_articles_read import page

CHECKOUT = Path(__file__).resolve().parents[1]
# Scrapy's reactor runs once in a process.
ONE = """
import json, resource, sys
from onrecord.checking.fetching import fetch_article
from spiders.articles import ArticleError
try:
    article, response = fetch_article(sys.argv[1], sys.argv[2:])
    told = {"title": article.title, "url": article.url, "status": response.status}
except ArticleError as error:
    told = {"error": str(error)}
told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(told))
"""
FEED = """
import json, sys
from onrecord.checking.fetching import fetch_feed
told = []
def take(one):
    told.append([one.url, one.article and str(one.article.published_on), str(one.error)])
links = fetch_feed(sys.argv[1], take, sys.argv[2:], lambda links: links[:-1])
print(json.dumps({"links": len(links), "told": told}))
"""
SEVERAL = """
import json, sys
from onrecord.checking.fetching import fetch_articles
told = []
fetch_articles(sys.argv[3:], lambda one: told.append([one.url, str(one.error)]), sys.argv[1:2])
print(json.dumps(told))
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        site.answers["/a"] = Answer(page("<p>“Noon”, she said.</p>"))
        yield site


def run(script: str, *arguments: str) -> Any:
    finished = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr
    return json.loads(finished.stdout)


def told(site: Site, path: str) -> str:
    error: str = run(ONE, site.url + path, site.host)["error"]
    return error.replace(site.url, "")


def test_an_article_is_fetched_with_its_answer(site: Site) -> None:
    site.answers["/old"] = Answer(status=301, headers={"Location": "/a"})
    found = run(ONE, f"{site.url}/old", site.host)
    assert (found["title"], found["url"], found["status"]) == ("Boats", f"{site.url}/a", 200)
    assert site.asked == ["/robots.txt", "/old", "/a"]


def test_robots_are_obeyed(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /a\n")
    assert told(site, "/a").startswith("/a was not fetched: the site's robots.txt does not allow")
    assert site.asked == ["/robots.txt"]


def test_a_site_whose_rules_cannot_be_read_is_not_asked(site: Site) -> None:
    site.answers["/robots.txt"] = Answer(b"", 503)
    why = told(site, "/a")
    assert "cannot be read (it answered 503), so nothing else is asked there now" in why
    assert "save the page from your browser" in why
    assert set(site.asked) == {"/robots.txt"}


def test_nothing_is_sent_to_a_private_address_unless_it_was_allowed(site: Site) -> None:
    error = run(ONE, f"{site.url}/a")["error"]
    assert "is not on the public internet" in error
    assert "--allow-host" in error
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_not_followed(site: Site) -> None:
    with Site() as inner:
        site.answers["/in"] = Answer(status=302, headers={"Location": f"{inner.url}/secret"})
        assert "is not on the public internet" in told(site, "/in")
        assert inner.asked == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"no", 404), "/x is not there (404)"),
        (Answer(b"no", 410), "/x is not there (410)"),
        (Answer(b"no", 403), "/x answered 403: the site does not show it to programs"),
        (Answer(b"no", 401), "/x answered 401: the site does not show it to programs"),
        (Answer(b"no", 451), "/x answered 451: the site does not show it to programs"),
        (Answer(b"no", 500), "/x answered 500, a fault of the site"),
        (Answer(status=204), "/x answered 204, and no page"),
        (Answer(b""), "/x is empty"),
        (Answer(b"<html></html>"), "/x shows no words"),
        (Answer(b"%PDF-1.4", content_type="application/pdf"), "/x is a PDF"),
        (Answer(b"{}", content_type="application/json"), "/x is application/json"),
        (Answer(status=302, headers={"Location": "/x"}), "/x could not be fetched: max redir"),
        (Answer(status=302, headers={"Location": "/consent/?u=x"}), "/x leads to /consent/?u=x"),
        (Answer(status=302, headers={"Location": "/login?next=x"}), "/x leads to /login?next=x"),
        (Answer(b"<rss version='2.0'/>", content_type="text/xml"), "/x is a news feed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_article_is_told(site: Site, answer: Answer, words: str) -> None:
    site.answers["/x"] = answer
    site.html("/consent/?u=x", "<p>We value your privacy.</p>")
    site.html("/login?next=x", "<p>Sign in.</p>")
    assert told(site, "/x").startswith(words)


@pytest.mark.parametrize("is_packed", [False, True])
def test_no_more_is_kept_of_an_answer_than_an_article_can_have(
    site: Site, *, is_packed: bool
) -> None:
    body = b"<p>x</p>" * 8_000_000
    packed = {"Content-Encoding": "gzip"} if is_packed else {"Content-Length": None}
    site.answers["/x"] = Answer(gzip.compress(body, 1) if is_packed else body, headers={**packed})
    found = run(ONE, f"{site.url}/x", site.host)
    assert "/x is larger than 5 MB" in found["error"]
    small = run(ONE, f"{site.url}/a", site.host)
    assert found["megabytes"] < small["megabytes"] + 40


@pytest.mark.parametrize("url", ["nonsense", "ftp://a.example/b", "file:///etc/passwd", "http://["])
def test_what_is_no_address_of_a_page_is_told(url: str) -> None:
    assert run(ONE, url)["error"].startswith(f"{url} is no address of a web page")


def test_a_host_that_does_not_answer_is_told(site: Site) -> None:
    host = "127.0.0.1:9"
    assert "could not be fetched" in run(ONE, f"http://{host}/a", host)["error"]
    del site


def test_the_articles_of_a_feed_are_fetched_one_by_one(site: Site) -> None:
    items = "".join(
        f"<item><title>{path}</title><link>{path}</link>"
        "<pubDate>Tue, 04 Mar 2031 08:00:00 GMT</pubDate></item>"
        for path in ("/a", "/gone", "/b", "/not-wanted")
    )
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>"
    site.answers["/feed"] = Answer(feed.encode(), content_type="application/rss+xml")
    dated = '<meta property="article:published_time" content="2031-03-03">'
    site.answers["/b"] = Answer(page("<p>“One”, she said.</p>", dated))
    found = run(FEED, f"{site.url}/feed", site.host)
    assert found["links"] == 4
    first, gone, last = found["told"]
    assert first == [f"{site.url}/a", "2031-03-04", "None"]
    assert gone[1] is None
    assert "is not there (404)" in gone[2]
    assert last == [f"{site.url}/b", "2031-03-03", "None"]
    assert site.asked == ["/robots.txt", "/feed", "/a", "/gone", "/b"]


def test_what_is_no_feed_ends_it(site: Site) -> None:
    script = FEED.replace(
        "links = ", "import pytest\nwith pytest.raises(Exception) as e:\n  links = "
    )
    script = script[: script.index("print(")] + "print(json.dumps(str(e.value)))"
    assert "is no RSS, Atom or RDF feed" in run(script, f"{site.url}/a", site.host)


def test_one_that_fails_does_not_stop_the_others(site: Site) -> None:
    urls = [f"{site.url}/gone", "nonsense", f"{site.url}/a"]
    found = run(SEVERAL, site.host, "--", *urls)
    assert [url for url, _ in found] == urls
    assert [error == "None" for _, error in found] == [False, False, True]
