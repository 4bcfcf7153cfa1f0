"""Pages that are written by scripts: read with a browser, and only where one is asked for."""

import os
import socket
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest
from loopback import Answer, Site, crawl, listing, onrecord, release, rows, write_source
from rebuilt import assert_rebuilds_the_same
from scrapy.settings import Settings
from test_replay import SAME
from warcio.archiveiterator import ArchiveIterator

from spiders import browser
from spiders.browser import no_browser

CHROMIUM = os.environ.get("ONRECORD_CHROMIUM") or which("chromium")
WITH_BROWSER = pytest.mark.skipif(
    not (CHROMIUM and find_spec("scrapy_playwright")),
    reason="no browser: install the extra [js], and Chromium (Debian: apt-get install chromium)",
)
FEED = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    published: .day
    page: {{title: h1, text: .words}}
    javascript: true
"""
FALLBACK = """\
    fallback:
      - channel: listing
        urls: [{url}/plain]
        entry: li
        page: {{title: h1, text: .words}}
"""
WORDS = "We thank the keepers of the lighthouse."
SCRIPT = b"""
fetch("/words.json").then(answer => answer.json()).then(told => {
    document.body.innerHTML = `<h1>${told.title}</h1><div class="words">${told.words}</div>`;
});
"""


def written(html: str) -> str:
    """Write a page that a script writes."""
    return f"Loading<script>document.body.innerHTML = {html!r}</script>"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site() as site:
        write_source(tmp_path / "sources", site, feeds=FEED)
        site.html("/list", written(listing({"/pr/1": "02/03/2024"})))
        site.html("/pr/1", 'Loading<script src="/app.js"></script>')
        site.answers["/app.js"] = Answer(SCRIPT, content_type="text/javascript")
        told = f'{{"title": "A title", "words": "{WORDS}"}}'
        site.answers["/words.json"] = Answer(told.encode(), content_type="application/json")
        yield site


def statements(tmp_path: Path) -> list[tuple[str, str]]:
    found = rows(tmp_path / "archive.db", "SELECT title, text FROM statements")
    return [(row["title"], row["text"]) for row in found]


@pytest.mark.browser
@WITH_BROWSER
def test_a_page_that_scripts_write_becomes_a_statement(site: Site, tmp_path: Path) -> None:
    summary = crawl(site, tmp_path, "--js")
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 1)
    assert statements(tmp_path) == [("A title", WORDS)]
    assert site.asked == ["/robots.txt", "/list", "/pr/1", "/app.js", "/words.json"]
    again = crawl(site, tmp_path, "--js")
    assert (again["new_revisions"], again["quarantined"]) == (0, 0)


@pytest.mark.browser
@WITH_BROWSER
def test_what_a_browser_made_is_kept_beside_what_the_server_sent(
    site: Site, tmp_path: Path
) -> None:
    crawl(site, tmp_path, "--js")
    captures = rows(
        tmp_path / "archive.db",
        "SELECT made.id, sent.id AS page, made.warc_file FROM captures AS made "
        "JOIN captures AS sent ON sent.id = made.rendered_from "
        "JOIN statements ON statements.capture_id = made.id WHERE made.url LIKE '%/pr/1'",
    )
    (capture,) = captures
    records = {}
    with (tmp_path / "archive-warc" / capture["warc_file"]).open("rb") as file:
        for record in ArchiveIterator(file):
            name = record.rec_headers.get_header("WARC-Record-ID")
            records[name[10:-1]] = (
                record.rec_type,
                record.rec_headers,
                record.content_stream().read(),
            )
    kind, headers, html = records[capture["id"]]
    assert kind == "conversion"
    assert headers.get_header("WARC-Refers-To") == f"<urn:uuid:{capture['page']}>"
    assert headers.get_header("WARC-Rendered-By").startswith("Chromium ")
    assert WORDS in html.decode()
    assert (records[capture["page"]][0], WORDS in records[capture["page"]][2].decode()) == (
        "response",
        False,
    )


@pytest.mark.browser
@WITH_BROWSER
def test_a_rebuild_needs_no_browser(site: Site, tmp_path: Path) -> None:
    crawl(site, tmp_path, "--js")
    words = ["rebuild", "--to", "again.db", "--sources", "sources"]
    finished = onrecord(*words, cwd=tmp_path, ONRECORD_CHROMIUM="/nowhere")
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(tmp_path / "again.db", sql) == rows(tmp_path / "archive.db", sql), table
    assert len(rows(tmp_path / "again.db", "SELECT * FROM statements")) == 1


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """A port that must not be reached, over TCP or UDP, and what reached it."""
    reached: list[bytes] = []
    with (
        socket.socket() as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))

        def take(accept: object) -> None:
            try:
                while True:
                    reached.append(repr(accept()).encode())  # type: ignore[operator]
            except OSError:
                return

        for accept in (tcp.accept, lambda: udp.recvfrom(100)):
            threading.Thread(target=take, args=[accept], daemon=True).start()
        yield f"127.0.0.1:{port}", reached


EVERY_WAY_OUT = """
<link rel="prefetch" href="http://{trap}/1"><link rel="preconnect" href="http://{trap}/">
<link rel="stylesheet" href="http://{trap}/2"><img src="http://{trap}/3">
<iframe src="http://{trap}/4"></iframe><script src="http://{trap}/5"></script>
<script>
const tried = [], work = code => URL.createObjectURL(new Blob([code]));
function attempt(way) {{ try {{ way()?.catch?.(() => 0); }} catch {{}} tried.push("a way"); }}
attempt(() => fetch("http://{trap}/6"));
attempt(() => fetch("http://localhost:" + "{trap}".split(":")[1]));
attempt(() => fetch("/hop"));
attempt(() => navigator.sendBeacon("http://{trap}/7", "x"));
attempt(() => new WebSocket("ws://{trap}/8"));
attempt(() => new EventSource("http://{trap}/9"));
attempt(() => window.open("http://{trap}/10"));
attempt(() => window.open("/hop"));
attempt(() => new Worker(work("fetch('http://{trap}/11')")));
attempt(() => new SharedWorker(work("fetch('http://{trap}/12')")));
attempt(() => navigator.serviceWorker.register("/hop"));
attempt(() => new WebTransport("https://{trap}/13"));
attempt(() => {{
    const peer = new RTCPeerConnection({{iceServers: [
        {{urls: "stun:{trap}"}},
        {{urls: "turn:{trap}?transport=tcp", username: "a", credential: "b"}},
    ]}});
    peer.createDataChannel("x");
    return peer.createOffer().then(offer => peer.setLocalDescription(offer));
}});
attempt(() => {{
    const form = document.createElement("form");
    Object.assign(form, {{action: "http://{trap}/14", target: "_blank", method: "post"}});
    document.body.appendChild(form).submit();
}});
setTimeout(() => {{
    document.body.innerHTML = `<h1>A title</h1><div class="words">${{tried.length}} ways</div>`;
    location.href = "http://{trap}/15";
}}, 300);
</script>
"""


@pytest.mark.browser
@WITH_BROWSER
def test_a_page_reaches_nothing_but_its_own_host(
    site: Site, tmp_path: Path, trap: tuple[str, list[bytes]]
) -> None:
    address, reached = trap
    site.html("/pr/1", EVERY_WAY_OUT.format(trap=address))
    site.answers["/hop"] = Answer(b"", 302, {"Location": f"http://{address}/hopped"})
    crawl(site, tmp_path, "--js")
    assert statements(tmp_path) == [("A title", "14 ways")]
    assert reached == []
    assert site.asked == ["/robots.txt", "/list", "/pr/1", "/hop"]


@pytest.mark.browser
@WITH_BROWSER
def test_what_robots_may_not_ask_for_is_not_asked_for(site: Site, tmp_path: Path) -> None:
    site.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /words.json\n")
    summary = crawl(site, tmp_path, "--js")
    assert "/words.json" not in site.asked
    assert (summary["new_statements"], summary["quarantined"]) == (0, 1)


@pytest.mark.browser
@WITH_BROWSER
def test_a_page_that_never_rests_has_its_say_and_an_end(site: Site, tmp_path: Path) -> None:
    again = "setInterval(() => fetch('/words.json?' + Math.random()), 5)"
    page = f"{release(WORDS)}<script>{again}</script>"
    site.html("/pr/1", page)
    summary = crawl(site, tmp_path, "--js")
    assert summary["new_statements"] == 1
    assert len([path for path in site.asked if path.startswith("/words.json")]) == 50


@pytest.mark.browser
@WITH_BROWSER
def test_a_rebuild_tells_of_a_page_of_which_a_browser_made_nothing(
    site: Site, tmp_path: Path
) -> None:
    site.html("/pr/1", "<script>location.href = '/plan'</script>")
    site.answers["/plan"] = Answer(b"%PDF-1.4", content_type="application/octet-stream")
    assert crawl(site, tmp_path, "--js")["new_statements"] == 0
    (issue,) = rows(tmp_path / "archive.db", "SELECT message, capture_id FROM issues")
    assert "could not be read" in issue["message"]
    assert issue["capture_id"]
    assert_rebuilds_the_same(tmp_path)


def test_without_a_browser_the_next_route_is_taken_and_a_rebuild_takes_it_too(
    site: Site, tmp_path: Path
) -> None:
    write_source(tmp_path / "sources", site, feeds=FEED + FALLBACK)
    site.html("/plain", listing({"/pr/2": "02/03/2024"}))
    site.html("/pr/2", release(WORDS))
    summary = crawl(site, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 1)
    needs = "/list needs a browser: crawl it with --js - trying the next route"
    assert needs in summary["log"]
    assert site.asked == ["/robots.txt", "/plain", "/pr/2"]
    words = ["rebuild", "--to", "again.db", "--sources", "sources"]
    finished = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(tmp_path / "again.db", sql) == rows(tmp_path / "archive.db", sql), table


def test_without_a_browser_and_another_route_it_is_a_fault(site: Site, tmp_path: Path) -> None:
    summary = crawl(site, tmp_path)
    assert (summary["outcome"], summary["exit"]) == ("faulty", 1)
    assert "needs a browser: crawl it with --js" in summary["log"]
    assert site.asked == []


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(browser, "find_spec", lambda _: None)
    assert no_browser(Settings()) == "crawl it with --js"
    options = {"executable_path": str(tmp_path / "chromium")}
    wanted = Settings({"JAVASCRIPT": True, "PLAYWRIGHT_LAUNCH_OPTIONS": options})
    assert "pip install '.[js]'" in str(no_browser(wanted))
    monkeypatch.setattr(browser, "find_spec", lambda _: "there")
    assert "apt-get install chromium" in str(no_browser(wanted))
    (tmp_path / "chromium").touch(0o755)
    assert no_browser(wanted) is None
