"""Hosts: those that cannot prove their names, that forbid or fail, and what a crawl leaves open."""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from bad_certificates import BAD, servers
from loopback import Site, listing, release, rows, write_source
from loopback import crawl as crawl_site
from rebuilt import assert_rebuilds_the_same
from torture.hostile import RawSite, answer, crawl, texts, write_feeds

FEEDS = """\
  - channel: listing
    urls: [{url}/list]
    entry: li
    page: {{text: .words}}
"""
WORDS = "We thank the keepers of the old lighthouse for their long service."
PAGE = answer(f"<div class=words>{WORDS}</div>".encode())


def list_of(*addresses: str) -> bytes:
    links = "".join(f'<li><a href="{each}">A title</a></li>' for each in addresses)
    return answer(f"<ul>{links}</ul>".encode())


def test_a_certificate_that_proves_nothing_is_refused_or_marked(tmp_path: Path) -> None:
    with RawSite() as site, servers(tmp_path / "certificates") as (sites, authority):
        for each in sites.values():
            each.answers["/item"] = PAGE
        site.answers["/list"] = list_of(*(f"{each.url}/item" for each in sites.values()))
        hosts = [each.host for each in (site, *sites.values())]
        strict, lenient = tmp_path / "strict", tmp_path / "lenient"
        write_feeds(strict, site.url, FEEDS.format(url=site.url))
        first = crawl(strict, *hosts, SSL_CERT_FILE=str(authority))
        why = "tls: {unverified: the office knows}\n"
        write_feeds(lenient, site.url, FEEDS.format(url=site.url), why)
        second = crawl(lenient, *hosts, SSL_CERT_FILE=str(authority))
    assert (first.summary["new_statements"], first.crashes) == (1, 0), first.log
    sql = "SELECT DISTINCT tls FROM captures WHERE url LIKE 'https:%'"
    assert rows(first.archive, sql) == [{"tls": "verified"}]
    assert first.log.count("could not be read") == len(BAD)
    assert second.summary["new_statements"] == 1 + len(BAD), second.log
    assert rows(second.archive, sql) == [{"tls": "unverified"}]
    assert_rebuilds_the_same(lenient)


ALLOWED = {
    "none": answer(b"not here", "404 Not Found"),
    "refused": answer(b"Disallow: /", "403 Forbidden"),
    "empty": answer(b"", content_type="text/plain"),
    "allows": answer(b"User-agent: *\nAllow: /\n", content_type="text/plain"),
    "allows nobody else": answer(b"User-agent: *\nDisallow: /\n\nUser-agent: onrecord\nAllow: /\n"),
    "binary": answer(bytes(range(256)) * 40, content_type="text/plain"),
    "page": answer(b"<html><body>Disallow: nothing</body></html>"),
    "elsewhere": answer(b"User-agent: *\nDisallow: /private\n"),
    "mark": answer(b"\xef\xbb\xbfUser-agent: *\r\nAllow: /\r\n"),
    "other": answer(b"User-agent: greedybot\nDisallow: /\n"),
    "long": answer(b"User-agent: *\n" + b"Disallow: /private/x\n" * 40_000 + b"Disallow: /\n"),
    "moved": answer(b"", "302 Found", Location="/rules.txt"),
}
FORBIDDEN = {
    "all": answer(b"User-agent: *\nDisallow: /\n"),
    "us": answer(b"User-agent: onrecord\nDisallow: /\n"),
    "item": answer(b"User-agent: *\nDisallow: /it\n"),
    "pattern": answer(b"User-agent: *\nDisallow: /*em$\n"),
    "broken": answer(b"User-agent: *\nAllow: /\n", "500 Internal Server Error"),
    "busy": answer(b"", "503 Service Unavailable"),
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nUser-agent: *\nAllow: /\n",
    "silent": b"",
}


def test_robots_are_obeyed_and_where_there_is_no_telling_nothing_is_asked(tmp_path: Path) -> None:
    with ExitStack() as stack:
        site = stack.enter_context(RawSite())
        sites = {}
        for name, robots in (ALLOWED | FORBIDDEN).items():
            sites[name] = stack.enter_context(RawSite())
            sites[name].answers |= {"/robots.txt": robots, "/item": PAGE}
            sites[name].answers["/rules.txt"] = ALLOWED["allows"]
        assert len(sites) == 20
        site.answers["/list"] = list_of(*(f"{each.url}/item" for each in sites.values()))
        write_feeds(tmp_path, site.url, FEEDS.format(url=site.url))
        crawled = crawl(tmp_path, site.host, *(each.host for each in sites.values()))
    sql = "SELECT url FROM captures WHERE url LIKE '%/item'"
    asked = {row["url"].split("/")[2] for row in rows(crawled.archive, sql)}
    assert {name for name, each in sites.items() if each.host in asked} == set(ALLOWED)
    robots = rows(crawled.archive, "SELECT answer FROM captures WHERE url LIKE '%/robots.txt'")
    assert len(robots) >= 20  # what they said is kept
    assert "cannot be read (it answered 503), so nothing else is asked there" in crawled.log
    assert crawled.crashes == 0


def test_a_host_that_fails_again_and_again_is_left_alone(tmp_path: Path) -> None:
    paths = [f"/pr/{number}" for number in range(12)]
    with Site() as site, RawSite() as dead:
        write_source(tmp_path / "sources", site)
        links = {f"{dead.url}{path}": "02/09/2025" for path in paths}
        site.html("/list", listing(links | {"/good": "02/09/2025"}))
        site.html("/good", release(WORDS))
        dead.answers |= {path: answer(b"", "503 Service Unavailable") for path in paths}
        summary = crawl_site(site, tmp_path, "--allow-host", dead.host)
        connections = dead.connections
    assert (summary["new_statements"], summary["exit"]) == (1, 1)
    assert connections <= 1 + 12  # its robots.txt, and no page twice
    told = rows(tmp_path / "archive.db", "SELECT * FROM issues WHERE message LIKE '%left alone%'")
    assert len(told) == 1
    words = f"{dead.host} failed 10 times in a row, last because it answered 503"
    assert words in told[0]["message"]
    assert_rebuilds_the_same(tmp_path)
    again = rows(tmp_path / "rebuilt" / "again.db", "SELECT message FROM issues")
    assert told[0]["message"] in {row["message"] for row in again}


def test_a_crawl_listens_on_no_port(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        source = tmp_path / "sources" / "xa" / "xa_light.yml"
        source.write_text(source.read_text().replace("delay: 0", "delay: 1"))
        site.html("/list", listing({f"/pr/{each}": "02/09/2025" for each in range(30)}))
        words = ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host]
        running = subprocess.Popen([sys.executable, "-m", "onrecord", *words], cwd=tmp_path)
        try:
            deadline = time.monotonic() + 120
            while "/list" not in site.asked:
                assert running.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert _listening(running.pid) == []
        finally:
            running.terminate()
            running.wait()


def _listening(pid: int) -> list[str]:
    """Find the sockets on which a process waits for connections."""
    own = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            own.add(str(each.readlink()))
        except OSError:  # closed meanwhile
            continue
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in own:
                found.append(words[1])
    return found


@pytest.mark.parametrize("kind", ["drip", "endless", "headers"])
def test_an_answer_that_does_not_end_is_given_up(tmp_path: Path, kind: str) -> None:
    slow = {
        "drip": [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x", b""] * 100_000],
        "endless": [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65536] * 10_000],
        "headers": [b"HTTP/1.1 200 OK\r\n", *[b"X-Lamp: lit\r\n" * 1000] * 500],
    }
    with RawSite() as site:
        write_feeds(tmp_path, site.url, FEEDS.format(url=site.url))
        site.answers["/list"] = list_of("/bad", "/good")
        site.answers |= {"/bad": slow[kind], "/good": PAGE}
        words = [
            "-m",
            "scrapy",
            "crawl",
            "xa_light",
            "-s",
            "RETRY_TIMES=0",
            "-s",
            "LOG_LEVEL=ERROR",
        ]
        given = {"SOURCE_FOLDERS": "sources", "ALLOWED_HOSTS": site.host, "DOWNLOAD_TIMEOUT": "4"}
        words += [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
        env = {"SCRAPY_SETTINGS_MODULE": "spiders.settings", "PATH": "/usr/bin"}
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=env, check=False, timeout=240
        )
    assert done.returncode == 0
    assert texts(tmp_path / "archive.db") == {"/good": WORDS}
    issues = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert any("/bad could not be read" in row["message"] for row in issues), json.dumps(issues)
