"""Bad input: a clear message, an exit code, and the neighbours kept."""

from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, listing, onrecord, release, rows, write_source

GOOD = "We thank the keepers of the old lighthouse for their long service."
CYRILLIC = "Мы благодарим смотрителей маяка за их долгую и верную службу возле моря."
MEBIBYTE = 1024 * 1024

PAGES: dict[str, Answer | str] = {
    "/good/1": release(GOOD),
    "/huge": Answer(b"<html>" + b"x" * (40 * MEBIBYTE)),
    "/mislabelled": Answer(
        f"<html><body>{release(CYRILLIC)}</body></html>".encode(),
        content_type="text/html; charset=iso-8859-1",
    ),
    "/garbled": Answer(b"<html><h1>x</h1><div class=words>\x81\x8d\xfe\xff \x00</div></html>"),
    "/pdf": Answer(b"%PDF-1.7 ...", content_type="application/pdf"),
    "/no-words": "<h1>Nothing here</h1><div class='other'>The words are elsewhere.</div>",
    "/empty-words": "<h1>Nothing here</h1><div class='words'> </div>",
    "/missing": Answer(b"not here", 404),
    "/broken": Answer(b"oops", 500),
    "/home-again": Answer(b"", 302, {"Location": "/"}),
    "/inside": Answer(b"", 302, {"Location": "http://127.0.0.1:9/secret"}),
    "/undated": release(GOOD, title="Undated"),
    "/future": release(GOOD, title="Future"),
    "/ancient": release(GOOD, title="Ancient"),
    "/good/2": release(GOOD),
}
DATES = {"/undated": "one fine day", "/future": "01/09/2199", "/ancient": "01/09/1789"}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Crawl one site with every fault beside two good pages."""
    cwd = tmp_path_factory.mktemp("bad")
    with Site() as site:
        write_source(cwd / "sources", site)
        site.html("/list", listing({path: DATES.get(path, "02/09/2025") for path in PAGES}))
        for path, page in PAGES.items():
            if isinstance(page, Answer):
                site.answers[path] = page
            else:
                site.html(path, page)
        summary = crawl(site, cwd)
    return summary | {"db": cwd / "archive.db"}


def issue(crawled: dict[str, Any], path: str) -> dict[str, Any]:
    found = rows(crawled["db"], f"SELECT * FROM issues WHERE message LIKE '%{path}%'")
    assert found, f"no issue names {path}"
    return found[0]


def test_good_neighbours_are_kept_and_the_exit_code_tells(crawled: dict[str, Any]) -> None:
    kept = rows(crawled["db"], "SELECT url FROM statements WHERE url LIKE '%/good/%'")
    assert len(kept) == 2
    assert (crawled["exit"], crawled["outcome"]) == (1, "faulty")
    assert "Traceback" not in crawled["log"]


@pytest.mark.parametrize(
    ("path", "level", "words"),
    [
        ("/huge", "error", "could not be read"),
        ("/broken", "error", "answered 500"),
        ("/missing", "warning", "HTTP 404"),
        ("127.0.0.1:9/secret", "error", "--allow-host"),
        ("one fine day", "warning", "kept undated"),
    ],
)
def test_a_fault_is_reported(crawled: dict[str, Any], path: str, level: str, words: str) -> None:
    found = issue(crawled, path)
    assert found["level"] == level
    assert words in found["message"]
    assert found["message"].startswith("xa_light: ")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/no-words", "page.text '.words' matched nothing"),
        ("/empty-words", "page.text '.words' matched nothing"),
        ("/pdf", "is a PDF that cannot be read"),
        ("/garbled", ""),
        ("/future", "published in the future: '01/09/2199'"),
        ("/ancient", "published before 1990-01-01: '01/09/1789'"),
    ],
)
def test_what_cannot_be_recorded_is_set_aside_with_its_capture(
    crawled: dict[str, Any], path: str, reason: str
) -> None:
    found = rows(crawled["db"], f"SELECT * FROM quarantine WHERE url LIKE '%{path}'")
    assert len(found) == 1
    assert reason in found[0]["reason"]
    capture = rows(crawled["db"], f"SELECT url FROM captures WHERE id = '{found[0]['capture_id']}'")
    assert capture[0]["url"].endswith(path)
    assert not rows(crawled["db"], f"SELECT 1 FROM statements WHERE url LIKE '%{path}'")


def test_a_wrong_charset_label_does_no_harm(crawled: dict[str, Any]) -> None:
    found = rows(crawled["db"], "SELECT text, language FROM statements WHERE url LIKE '%label%'")
    assert found == [{"text": CYRILLIC, "language": "ru"}]


def test_an_unreadable_date_leaves_the_statement_undated(crawled: dict[str, Any]) -> None:
    sql = "SELECT published_at, published_raw, published_precision FROM statements WHERE url LIKE "
    assert rows(crawled["db"], sql + "'%/undated'") == [
        {"published_at": None, "published_raw": "one fine day", "published_precision": None}
    ]


def test_a_page_that_leads_home_is_not_a_statement(crawled: dict[str, Any]) -> None:
    assert not rows(crawled["db"], "SELECT 1 FROM statements WHERE url LIKE '%home-again'")


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>One</title><link>{url}/1</link><description>The first lamp is lit.</description>
<pubDate>Tue, 02 Sep 2025 10:40:00 +0200</pubDate></item>
<item><title>Two</title><link>{url}/2</link><description>The second lamp is lit.</description>
<pubDate>Wed, 03 Sep 2025 10:40:00 +0200</pubDate></item>
<item><title>Three</title><link>{url}/3</link><description>The third la"""
ROUTES = """\
  - channel: listing
    urls: [{url}/moved-away]
    entry: li
    page: {{text: .words}}
    fallback:
      - {{channel: feed, urls: [{url}/feed], text: entry}}
"""


def test_a_feed_cut_in_half_keeps_what_came_before_and_a_dead_route_is_replaced(
    tmp_path: Path,
) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=ROUTES)
        feed = FEED.format(url=site.url).encode()
        site.answers["/feed"] = Answer(feed, content_type="application/rss+xml")
        summary = crawl(site, tmp_path)
    found = rows(tmp_path / "archive.db", "SELECT title, published_at FROM statements ORDER BY 1")
    assert {"title": "One", "published_at": "2025-09-02T08:40:00Z"} in found
    assert {"title": "Two", "published_at": "2025-09-03T08:40:00Z"} in found
    messages = [row["message"] for row in rows(tmp_path / "archive.db", "SELECT * FROM issues")]
    assert any("answered 404 - trying the next route" in message for message in messages)
    assert any("not well-formed" in message for message in messages)
    assert summary["faults"] == 1  # what the cut took away may have been statements


def test_a_listing_that_matches_nothing_is_a_fault_and_no_quiet_day(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", "<table><tr><td>We have redesigned our site.</td></tr></table>")
        summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["outcome"], summary["faults"]) == (1, "faulty", 1)
    assert "lists nothing" in summary["log"]


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
def test_an_outage_marks_nothing(tmp_path: Path, status: int) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release(GOOD))
        crawl(site, tmp_path)
        site.answers["/list"] = site.answers["/pr/1"] = Answer(b"not here", status)
        site.asked.clear()
        summary = crawl(site, tmp_path)
        assert "/pr/1" not in site.asked
    assert (summary["absent"], summary["outcome"]) == (0, "faulty")
    assert rows(tmp_path / "archive.db", "SELECT state FROM statements") == [{"state": "live"}]


def test_a_site_that_cannot_be_reached_is_told_once_and_plainly(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
    summary = crawl(site, tmp_path)
    assert (summary["exit"], summary["faults"], summary["absent"]) == (1, 1, 0)
    assert summary["log"].count("could not be read") == 1
    assert len(summary["log"].strip().splitlines()) == 1
    assert summary["log"].startswith("ERROR: xa_light: ")


def test_a_bad_source_file_is_told_and_stops_nobody(tmp_path: Path) -> None:
    with Site() as site:
        folder = write_source(tmp_path / "sources", site)
        (folder / "xa" / "xa_bad.yml").write_text("office: 'Ministry of Quotes\ncountry: xa\n")
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release(GOOD))
        summary = crawl(site, tmp_path)
    assert summary["new_statements"] == 1
    assert "xa_bad.yml line " in summary["log"]
    checked = onrecord("sources", "check", "--offline", "--sources", folder, cwd=tmp_path)
    assert checked.returncode == 2
    assert "xa_bad.yml line " in checked.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["crawl"], "name the sources to crawl"),
        (["crawl", "xa_lihgt"], "no usable source is named 'xa_lihgt'"),
        (["crawl", "gb_fcdoo"], "did you mean 'gb_fcdo'?"),
        (["crawl", "gb_fcdo", "--db", "nowhere/archive.db"], "is not a folder"),
        (["crawl", "gb_fcdo", "--replay", "none.warc.gz"], "none.warc.gz does not exist"),
        (["serve", "--db", "none.db"], "none.db does not exist"),
        (["rebuild", "--to", "other.db"], "holds no WARC files"),
        (["import", "none.ndjson", "--source", "gb_fcdo"], "none.ndjson does not exist"),
        (["schedule", "tomorrow"], "'tomorrow' is not one of"),
    ],
)
def test_a_wrong_command_says_what_to_do(tmp_path: Path, words: list[str], message: str) -> None:
    finished = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 2
    assert message in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not list(tmp_path.glob("*.db"))
