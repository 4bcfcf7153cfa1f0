"""`onrecord sources check`: what each kind of answer is worth, and what becomes of it."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from loopback import LISTING, Answer, Site, listing, onrecord, release, rows, write_source

from archive.errors import SourceError
from archive.store import Archive
from onrecord.demo.sources import write_sources
from onrecord.demo.web import DemoWeb
from onrecord.verifying import mark_verified, writable_file
from spiders.sourcefiles import read_source

WORDS = "We thank the keepers of the lighthouse for another year of light. " * 5
LISTS = "  - {{channel: listing, urls: [{url}/%s], entry: li, title: a, published: .day"
ITEM = ", page: {{title: h1, text: .words}}}}\n"
TODAY = datetime.now(UTC).date().isoformat()


def one_list(path: str, more: str = "") -> str:
    return LISTS % path + ITEM + more


FEEDS = {
    "xa_works": one_list("two"),
    "xa_short": one_list("short"),
    "xa_undated": one_list("undated"),
    "xa_none": one_list("none"),
    "xa_gone": one_list("gone"),
    "xa_away": one_list("away"),
    "xa_login": one_list("login"),
    "xa_refused": one_list("private/list"),
    "xa_moved": one_list("moved"),
    "xa_few": one_list("two", "expect: {{min_listed: 3}}\n"),
    "xa_paged": LISTING.replace("/list", "/first") + "expect: {{min_listed: 3}}\n",
    "xa_old": one_list("old", "expect: {{newest_within: 30d}}\n"),
    "xa_backup": LISTS % "gone"
    + ", page: {{title: h1, text: .words}}, fallback: [{{channel: feed, urls: [{url}/rss]}}]}}\n",
    "xa_half": "  - {{channel: listing, urls: [{url}/two, {url}/gone], entry: li, title: a,\n"
    "     published: .day, page: {{text: .words}}}}\n",
    "xa_json": "  - {{channel: jsonlist, urls: [{url}/api], items: results,\n"
    "     fields: {{link: link, title: title, published: date}}, page: {{text: .words}}}}\n",
    "xa_map": "  - {{channel: sitemap, urls: [{url}/maps.xml], links: /pr/,\n"
    "     page: {{text: .words, published: .day}}}}\n",
    "xa_paid": "  - {{channel: x, account: light}}\n",
}
RSS = """<rss version="2.0"><channel><title>x</title><item><title>Lamps</title>
<link>/pr/1</link><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""
MAPS = (
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{url}/map.xml\
</loc></sitemap></sitemapindex>'
)
MAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{url}/pr/1</loc>\
<lastmod>2026-11-02</lastmod></url><url><loc>{url}/about</loc></url></urlset>'


def furnish(site: Site) -> None:
    """Put up a page for every way in which a source may answer."""
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private/\n")
    day = f'<p class="day">{TODAY}</p>'
    for number in (1, 2):
        site.html(f"/pr/{number}", release(WORDS) + day)
    site.html("/pr/short", release("Lamps."))
    site.html("/two", listing({"/pr/2": "01/11/2026", "/pr/1": TODAY}))
    site.html("/first", listing({"/pr/1": TODAY}, older="/two"))
    site.html("/short", listing({"/pr/short": TODAY}))
    site.html("/undated", listing({"/pr/1": "lately"}))
    site.html("/old", listing({"/pr/1": "01/02/2020"}))
    site.html("/none", "<p>Nothing</p>")
    site.html("/away", listing({"/pr/404": TODAY}))
    site.html("/login", '<form><input name="p" type="password"></form>')
    site.answers["/moved"] = Answer(b"", 301, {"Location": "/two"})
    site.answers["/rss"] = Answer(RSS.encode(), content_type="application/rss+xml")
    api = {"results": [{"link": "/pr/1", "title": "Lamps", "date": TODAY}]}
    site.answers["/api"] = Answer(json.dumps(api).encode(), content_type="application/json")
    site.answers["/maps.xml"] = Answer(MAPS.format(url=site.url).encode(), content_type="text/xml")
    site.answers["/map.xml"] = Answer(MAP.format(url=site.url).encode(), content_type="text/xml")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Check a source of every kind in one go."""
    folder = tmp_path_factory.mktemp("check")
    with Site() as site:
        furnish(site)
        for name, feeds in FEEDS.items():
            write_source(folder / "sources", site, name, feeds)
        words = ["sources", "check", *FEEDS, "--sources", "sources", "--allow-host", site.host]
        finished = onrecord(*words, "--json", cwd=folder)
        assert "Traceback" not in finished.stderr, finished.stderr
        told = json.loads(finished.stdout)
        yield (
            told
            | {"exit": finished.returncode, "log": finished.stderr, "asked": site.asked}
            | {
                "db": folder / "archive.db",
            }
        )


def probe(checked: dict[str, Any], name: str, *, preferred: bool = True) -> dict[str, Any]:
    (found,) = (
        each
        for each in checked["probes"]
        if each["source"] == name and each["is_preferred"] == preferred
    )
    return dict(found)


@pytest.mark.parametrize(
    ("name", "outcome", "listed", "status", "message"),
    [
        ("xa_works", "works", 2, 200, f"the newest is of {TODAY}"),
        ("xa_json", "works", 1, 200, f"the newest is of {TODAY}"),
        ("xa_map", "works", 1, 200, f"the newest is of {TODAY}"),
        ("xa_paged", "works", 1, 200, f"the newest is of {TODAY}"),
        ("xa_moved", "works", 2, 200, "/two"),
        ("xa_short", "doubtful", 1, 200, "only 6 characters of text"),
        ("xa_undated", "doubtful", 1, 200, "no date could be read ('lately')"),
        ("xa_away", "doubtful", 1, 200, "/pr/404"),
        ("xa_few", "doubtful", 2, 200, "only 2 listed, at least 3 expected"),
        ("xa_old", "doubtful", 1, 200, "the newest is of 2020-02-01, one within 30 days"),
        ("xa_half", "doubtful", 2, 404, "/gone answered 404"),
        ("xa_none", "fails", 0, 200, "lists nothing"),
        ("xa_gone", "fails", 0, 404, "answered 404"),
        ("xa_login", "fails", 0, 200, "asks for a password"),
        ("xa_refused", "fails", 0, None, "Forbidden by robots.txt"),
        ("xa_backup", "fails", 0, 404, "answered 404"),
    ],
)
def test_an_answer_is_judged(
    checked: dict[str, Any], name: str, outcome: str, listed: int, status: int | None, message: str
) -> None:
    found = probe(checked, name)
    assert (found["outcome"], found["listed"], found["status"]) == (outcome, listed, status)
    assert message in found["message"]


def test_a_fallback_is_tried_by_itself(checked: dict[str, Any]) -> None:
    found = probe(checked, "xa_backup", preferred=False)
    assert (found["outcome"], found["listed"]) == ("works", 1)
    assert "xa_backup" not in checked["verified"]


def test_what_works_may_be_called_verified(checked: dict[str, Any]) -> None:
    works = {"xa_works", "xa_json", "xa_map", "xa_paged", "xa_moved"}
    assert checked["verified"] == dict.fromkeys(works, f"verified: {TODAY}")


def test_what_costs_money_is_not_asked_for(checked: dict[str, Any]) -> None:
    assert "xa_paid" in checked["usable"]
    assert "xa_paid" not in {each["source"] for each in checked["probes"]}


def test_only_first_pages_and_one_item_are_asked_for(checked: dict[str, Any]) -> None:
    asked = checked["asked"]
    assert "/about" not in asked
    assert "/private/list" not in asked
    assert asked.count("/robots.txt") == 1
    # A list that leads on to /two counts as read; those of /two itself are five.
    assert asked.count("/two") == 4
    assert asked.count("/pr/2") == 0


def test_all_of_it_is_recorded_and_counted(checked: dict[str, Any]) -> None:
    kept = rows(checked["db"], "SELECT * FROM probes ORDER BY id")
    told = [
        {name: text for name, text in each.items() if name != "is_preferred"}
        for each in checked["probes"]
    ]
    assert [{**row, "id": 0} for row in kept] == [{"id": 0, **each} for each in told]
    (works,) = (row for row in kept if row["source"] == "xa_works")
    assert works["read"] > 300
    assert checked["exit"] == 1
    assert f"{len(FEEDS)} of {len(FEEDS)}: " in checked["log"]


def test_a_demo_of_every_channel_works_and_says_so(tmp_path: Path) -> None:
    with DemoWeb() as web:
        names = write_sources(tmp_path / "own", web.base_url)
        words = ["sources", "check", *names, "--sources", "own", "--allow-host", web.host]
        finished = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stdout
    assert finished.stdout.endswith("3 of 3 sources tried. Routes: 5 works, 0 doubtful, 0 fails\n")
    for name in names:
        assert f"{name}: write 'verified: {TODAY}' into its provenance" in finished.stdout


def test_write_puts_the_day_into_the_file_and_nothing_else(tmp_path: Path) -> None:
    with Site() as site:
        furnish(site)
        write_source(tmp_path / "own", site, "xa_works", FEEDS["xa_works"])
        write_source(tmp_path / "own", site, "xa_gone", FEEDS["xa_gone"])
        before = {path.stem: path.read_text() for path in tmp_path.glob("own/xa/*.yml")}
        words = ["sources", "check", "xa_works", "xa_gone", "--sources", "own", "--write"]
        finished = onrecord(*words, "--allow-host", site.host, cwd=tmp_path)
    assert finished.returncode == 1
    after = {path.stem: path.read_text() for path in tmp_path.glob("own/xa/*.yml")}
    assert after["xa_gone"] == before["xa_gone"]
    changed = before["xa_works"].replace("verified: never", f"verified: {TODAY}")
    assert after["xa_works"] == changed != before["xa_works"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "provenance:\n  from: x\n  verified: never # by nobody\n",
            "verified: 2026-11-24 # by nobody",
        ),
        ('provenance: {verified: "never", from: x}\n', "{verified: 2026-11-24, from: x}"),
        ("provenance: # of\r\n  verified: 2020-01-02\r\n  from: é\r\n", "verified: 2026-11-24\r\n"),
    ],
)
def test_a_day_is_written_whatever_the_style(tmp_path: Path, written: str, expected: str) -> None:
    path = tmp_path / "xa" / "xa_light.yml"
    path.parent.mkdir()
    head = "office: x # verified: never\ncountry: xa\npublisher: x\nurl: https://x.example/\n"
    head += "language: en\ntimezone: UTC\nfeeds: [{channel: feed, urls: ['https://x.example/f']}]\n"
    path.write_bytes((head + written).encode())
    assert mark_verified(path, date(2026, 11, 24))
    text = path.read_bytes().decode()
    assert text.startswith(head)
    assert expected in text
    assert read_source(path).provenance.verified == date(2026, 11, 24)
    assert not mark_verified(path, date(2026, 11, 24))


def test_a_file_without_the_key_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "xa_light.yml"
    path.write_text("provenance: {from: x}\n")
    with pytest.raises(SourceError, match="no 'verified:' was found"):
        mark_verified(path, date(2026, 11, 24))
    assert path.read_text() == "provenance: {from: x}\n"


def test_the_files_of_an_installed_program_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.verifying.BUILT_IN", tmp_path / "spiders" / "sources")
    assert writable_file("in_mod", []) is None
    own = tmp_path / "own" / "in" / "in_mod.yml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert writable_file("in_mod", [tmp_path / "own"]) == own


def test_without_a_network_every_probe_says_so(tmp_path: Path) -> None:
    with Site() as nobody:
        pass
    write_source(tmp_path / "own", nobody, "xa_works", FEEDS["xa_works"])
    write_source(tmp_path / "own", nobody, "xa_backup", FEEDS["xa_backup"])
    words = ["sources", "check", "xa_works", "xa_backup", "--sources", "own", "--json"]
    finished = onrecord(*words, "--allow-host", nobody.host, cwd=tmp_path)
    assert finished.returncode == 1
    probes = json.loads(finished.stdout)["probes"]
    assert [each["outcome"] for each in probes] == ["fails"] * 3
    assert all("could not be read (" in each["message"] for each in probes)
    assert all("refused" in each["message"] for each in probes)


def test_bad_files_are_named_and_the_others_checked(tmp_path: Path) -> None:
    with Site() as site:
        furnish(site)
        write_source(tmp_path / "own", site, "xa_works", FEEDS["xa_works"])
        (tmp_path / "own" / "xa" / "xa_bad.yml").write_text("office: x\n")
        words = ["sources", "check", "xa_works", "xa_bad", "xa_nobody", "--sources", "own"]
        finished = onrecord(*words, "--allow-host", site.host, cwd=tmp_path)
        offline = onrecord(*words, "--offline", cwd=tmp_path)
    assert finished.returncode == 1
    assert "xa_bad.yml line 1: missing key 'country'" in finished.stderr
    assert "xa_nobody: no usable source of that name" in finished.stderr
    assert "1 of 1 sources tried. Routes: 1 works" in finished.stdout
    assert offline.returncode == 2
    assert offline.stdout == "1 usable, 2 not\n"
    none = onrecord("sources", "check", "xa_nobody", cwd=tmp_path)
    assert (none.returncode, none.stdout) == (2, "0 usable, 1 not\n")


def test_an_archive_in_use_is_left_alone(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db"):
        finished = onrecord("sources", "check", "in_mod", cwd=tmp_path)
    assert finished.returncode == 75
    assert "being written by another process" in finished.stderr


class Slow(BaseHTTPRequestHandler):
    """Answer robots.txt at once and everything else hardly ever."""

    def do_GET(self) -> None:
        time.sleep(0 if self.path == "/robots.txt" else 6)
        try:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def slow() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"localhost:{server.server_port}"  # a host of its own, for pages are asked for in turn
    server.shutdown()
    server.server_close()


def test_a_slow_source_ends_at_its_limit(tmp_path: Path, slow: str) -> None:
    nobody = Site()
    nobody._server.server_close()
    write_source(tmp_path / "own", nobody, "xa_works", FEEDS["xa_works"])
    path = tmp_path / "own" / "xa" / "xa_works.yml"
    path.write_text(path.read_text().replace(nobody.host, slow))
    words = ["sources", "check", "xa_works", "--sources", "own", "--limit", "1.5", "--json"]
    finished = onrecord(*words, "--allow-host", slow, cwd=tmp_path)
    (found,) = json.loads(finished.stdout)["probes"]
    assert (found["outcome"], found["listed"]) == ("fails", 0)
    assert "not done within 1.5 seconds" in found["message"]
    assert "Traceback" not in finished.stderr


def test_a_stop_keeps_what_was_found(tmp_path: Path, slow: str) -> None:
    with Site() as site:
        furnish(site)
        write_source(tmp_path / "own", site, "xa_works", FEEDS["xa_works"])
        write_source(tmp_path / "own", site, "xa_gone", FEEDS["xa_gone"])
        path = tmp_path / "own" / "xa" / "xa_gone.yml"
        path.write_text(path.read_text().replace(site.host, slow))
        words = ["sources", "check", "xa_works", "xa_gone", "--sources", "own"]
        program = [sys.executable, "-m", "onrecord", *words]
        with subprocess.Popen(
            [*program, "--allow-host", site.host, "--allow-host", slow],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stderr
            assert running.stderr.readline() == "1 of 2: xa_works\n"
            running.send_signal(signal.SIGINT)
            told, log = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "Stopped. What was tried is kept" in log
    assert "1 of 2 sources tried" in told
    assert "Traceback" not in log
    kept = rows(tmp_path / "archive.db", "SELECT source, outcome FROM probes")
    assert kept == [{"source": "xa_works", "outcome": "works"}]
