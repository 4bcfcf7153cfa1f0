"""`onrecord sources try` as a command: the sites of the demo, what is asked for, and bad input."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from loopback import Answer, Site, listing, onrecord, release, rows, write_source
from trial import NOW, try_loopback

from analysis.normalise import normalise_text
from archive.errors import ArchiveError
from onrecord.demo.web import DemoWeb
from onrecord.trying.address import Tried
from onrecord.trying.drafting import load
from spiders.items import StatementItem
from spiders.offline import kept_response, open_channel

FIRST_TEXTS = (
    "SELECT url, r.text FROM revisions AS r JOIN statements AS s ON s.id = r.statement_id "
    "WHERE r.revision = 1 AND source = '{}'"
)
DEMO = {
    "/defence/": ("xt_mod", "listing", 5),
    "/foreign/": ("xo_mfa", "feed", 14),
    "/foreign/feed.xml": ("xo_mfa", "feed", 14),
    "/government/organisations/prime-ministers-office": ("xt_pm", "listing", 12),
}
"""Path to the demo's own source, the channel to suggest, and how many the list names."""


def drafted_texts(tried: Tried) -> dict[str, str]:
    """Read every item that the drafted file lists: path to words."""
    channel = open_channel(load(tried.name, tried.source))
    (url,) = channel.first_urls()
    found = {}
    for entry in channel.read_entries(fetch(url)):
        (item,) = channel.parse_item(fetch(channel.item_url(entry)), entry)
        assert isinstance(item, StatementItem), item
        found[urlsplit(item.url).path] = normalise_text(item.text)
    return found


def fetch(url: str) -> Any:
    import urllib.request

    with urllib.request.urlopen(url, timeout=10) as answer:
        kind = answer.headers["Content-Type"]
        return kept_response(url, answer.read(), {"Content-Type": kind}, NOW)


@pytest.mark.parametrize("path", DEMO)
def test_a_draft_reads_a_site_of_the_demo_as_its_own_file_does(
    demo_archive: Path, path: str
) -> None:
    name, channel, count = DEMO[path]
    with DemoWeb() as web:
        tried = try_loopback(web.base_url + path)
        texts = drafted_texts(tried)
    (feed,) = yaml.safe_load(tried.source)["feeds"]
    assert (feed["channel"], len(tried.reading.entries)) == (channel, count)
    kept = {
        urlsplit(row["url"]).path: row["text"]
        for row in rows(demo_archive, FIRST_TEXTS.format(name))
    }
    assert len(texts) == count
    assert texts == {path: kept[path] for path in texts}


def test_a_page_of_the_demo_that_lists_nothing_is_an_item() -> None:
    with DemoWeb() as web:
        listed = try_loopback(f"{web.base_url}/defence/")
        channel = open_channel(load(listed.name, listed.source))
        first = next(iter(channel.read_entries(fetch(f"{web.base_url}/defence/"))))
        tried = try_loopback(first.url)
    assert tried.kind == "page"
    assert tried.reading.text
    assert "no list was found" in tried.notes[-1]


def test_the_command_prints_the_file_and_says_what_it_reads(tmp_path: Path) -> None:
    with Site() as site:
        site.html("/list", listing({f"/pr/{n}": f"0{n}/09/2025" for n in range(1, 6)}))
        for number in range(1, 6):
            site.html(f"/pr/{number}", release("We thank the keepers of the lamp. " * 20))
        words = ["sources", "try", f"{site.url}/list", "--name", "xa_try"]
        finished = onrecord(*words, "--allow-host", site.host, cwd=tmp_path)
        asked = list(site.asked)
        path = tmp_path / "own" / "xa" / "xa_try.yml"
        path.parent.mkdir(parents=True)
        path.write_text(finished.stdout)
        words = ["sources", "check", "xa_try", "--sources", "own", "--allow-host", site.host]
        checked = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert asked == ["/robots.txt", "/list", "/robots.txt", "/sitemap.xml", "/pr/1"]
    assert "answered 200: a list" in finished.stderr
    assert "Read by xa/xa_try.yml as below: 5 entries" in finished.stderr
    assert "01/09/2025" in finished.stderr
    assert "We thank the keepers of the lamp." in finished.stderr
    assert "xa_try           works        5 listed" in checked.stdout


def test_the_command_gives_json(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "own", site)
        site.html("/list", listing({f"/pr/{n}": f"0{n}/09/2025" for n in range(1, 6)}))
        words = ["sources", "try", f"{site.url}/list", "--json", "--allow-host", site.host]
        told = json.loads(onrecord(*words, cwd=tmp_path).stdout)
    assert (told["kind"], told["status"], told["name"]) == ("list", 200, "xx_office")
    assert len(told["reading"]["entries"]) == 5
    assert yaml.safe_load(told["source"])["provenance"]["verified"] == "never"  # no item was read


@pytest.mark.parametrize(
    ("path", "answer", "told"),
    [
        ("/gone", Answer(b"gone", 410), "answered 410: there is nothing to look at"),
        ("/private/x", Answer(b"x"), "Forbidden by robots.txt"),
        ("/x.pdf", Answer(b"%PDF-1.7 x", content_type="application/pdf"), "is no page, feed,"),
        ("/x.json", Answer(b'{"a": 1}', content_type="application/json"), "is no page, feed,"),
    ],
)
def test_what_cannot_be_tried_is_told(tmp_path: Path, path: str, answer: Answer, told: str) -> None:
    with Site() as site:
        site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private/\n")
        site.answers[path] = answer
        words = ["sources", "try", f"{site.url}{path}", "--allow-host", site.host]
        finished = onrecord(*words, cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert told in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lights.example"], "is not a complete http:// or https:// address"),
        (["http://127.0.0.1:9/"], "allow it with --allow-host"),
        (["https://lights.example/", "--name", "lights"], "must be <country>_<office>"),
        (["https://lights.example/", "--name", "uk_lights"], "did you mean 'gb'?"),
    ],
)
def test_bad_words_are_told(tmp_path: Path, words: list[str], told: str) -> None:
    finished = onrecord("sources", "try", *words, cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert told in " ".join(finished.stderr.split())
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\x02",
        b"<html>",
        b"<a href='http://[::1'>x</a>" * 5,
        b"<ul>" + b"<li><a href='?'></a></li>" * 300,
        b"<ul>" + b"".join(b"<li><a href='/n/%d'></a></li>" % n for n in range(300)),
        b"<div>" * 400 + b"<a href='/x'>x</a>",
        "<html lang='xx-YY'><title>Ж</title>".encode("utf-16"),
        b"<!-- " + b"<li><a href='/a'>x</a>" * 50,
        b"<rss><channel></channel></rss>",
    ],
    ids=range(10),
)
def test_a_broken_page_ends_in_a_file_or_a_message(body: bytes) -> None:
    with Site() as site:
        site.answers["/x"] = Answer(body)
        try:
            tried = try_loopback(f"{site.url}/x")
        except ArchiveError as error:
            told = str(error)
            tried = None
    if tried is None:
        assert f"{site.url}/x is no page" in told
    else:
        assert load(tried.name, tried.source)
