"""The demo, as a newcomer runs it."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import pytest
from browsing import close, open_site
from loopback import onrecord, rows


def test_the_demo_tells_its_story(demo_archive: Path) -> None:
    counts = rows(
        demo_archive,
        "SELECT count(*) AS statements, count(DISTINCT speaker) AS ministers, "
        "count(DISTINCT source) AS sources, count(DISTINCT language) AS languages, "
        "max(substr(published_at, 1, 4)) - min(substr(published_at, 1, 4)) AS years "
        "FROM statements",
    )[0]
    assert counts == {
        "statements": 194,
        "ministers": 4,
        "sources": 3,
        "languages": 2,
        "years": 2,
    }
    states = rows(demo_archive, "SELECT state, count(*) AS n FROM statements GROUP BY 1 ORDER BY 1")
    assert [tuple(row.values()) for row in states] == [("gone", 1), ("live", 188), ("suspect", 5)]
    edits = rows(demo_archive, "SELECT is_silent FROM revisions WHERE revision = 2")
    assert sorted((row["is_silent"] for row in edits), key=str) == [0, 0, None]
    assert rows(demo_archive, "SELECT * FROM issues") == []
    assert rows(demo_archive, "SELECT * FROM quarantine") == []


def test_what_vanishes_in_the_demo_is_gone_back_or_waits(demo_archive: Path) -> None:
    back = (
        "SELECT s.source, s.state, count(*) AS n FROM fates AS f JOIN statements AS s "
        "ON s.id = statement_id WHERE f.state = 'back' GROUP BY 1, 2"
    )
    assert rows(demo_archive, back) == [
        {"source": "xo_mfa", "state": "live", "n": 5},
        {"source": "xt_pm", "state": "live", "n": 1},
    ]
    assert rows(demo_archive, "SELECT source, state, statements FROM events ORDER BY source") == [
        {"source": "xo_mfa", "state": "dismissed", "statements": 5},
        {"source": "xt_mod", "state": "waiting", "statements": 4},
    ]
    days = "SELECT DISTINCT date(started_at) AS day FROM crawls ORDER BY 1"
    first, *_, last = (date.fromisoformat(row["day"]) for row in rows(demo_archive, days))
    assert timedelta(4) <= last - first <= timedelta(5)
    (clock,) = rows(
        demo_archive,
        "SELECT min(clock_ahead_seconds) AS least, max(clock_ahead_seconds) AS most FROM captures",
    )
    assert -60 < clock["least"] <= clock["most"] < 60


def test_the_demo_checks_an_article_as_the_readme_shows(demo_archive: Path) -> None:
    finished = onrecord(
        "check", "archive-article.txt", "--date", "2026-10-31", cwd=demo_archive.parent
    )
    counts = "4 quotations: 1 verbatim, 1 marked edits, 1 altered, 1 not on record"
    assert finished.stdout.endswith(f"{counts}\n")
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    block = readme.partition("$ onrecord check archive-article.txt")[2].partition("```")[0]
    shown = block.splitlines()[1:]
    assert len(shown) > 5
    assert set(shown) <= set(finished.stdout.splitlines())


QUOTED = (
    "SELECT a.title, a.published_on, q.speaker, q.verdict, q.severity, q.statement_id NOT NULL AS "
    "is_found FROM quotes AS q JOIN articles AS a ON a.id = q.article_id ORDER BY q.quote"
)


def test_the_demo_records_the_article_that_it_checks(demo_archive: Path) -> None:
    quotes = rows(demo_archive, QUOTED)
    assert {(row["title"], row["published_on"]) for row in quotes} == {
        ("archive-article.txt", "2026-10-31")
    }
    assert [tuple(row.values())[2:] for row in quotes] == [
        ("Kasimira Dolvet", "verbatim", "none", 1),
        ("Kasimira Dolvet", "altered", "meaning", 1),
        ("Kasimira Dolvet", "marked_edits", "none", 1),
        ("Anselm Thorvay", "not_on_record", "none", 0),
    ]


def test_the_pages_of_the_demo_show_what_the_news_made_of_its_words(demo_archive: Path) -> None:
    (row,) = rows(
        demo_archive, "SELECT DISTINCT statement_id FROM quotes WHERE statement_id NOTNULL"
    )
    opened = open_site(demo_archive)
    for path in (f"/archive/statements/{row['statement_id']}", "/-/people/xo-kasimira-dolvet"):
        page = opened.get(path)
        assert page.status_code == 200
        assert "It was the longest and one of the happiest conversations" in page.text
        assert "archive-article.txt" in page.text
    close(opened)


def test_the_recorded_article_is_there_after_a_rebuild(demo_archive: Path, tmp_path: Path) -> None:
    words = ["--db", str(demo_archive), "--sources", str(demo_archive.with_name("archive-sources"))]
    finished = onrecord("rebuild", "--to", "again.db", *words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert rows(tmp_path / "again.db", QUOTED) == rows(demo_archive, QUOTED)


def test_the_demo_holds_posts_and_a_pdf_file(demo_archive: Path) -> None:
    posts = rows(
        demo_archive,
        "SELECT speaker, substr(account, 1, 15) AS account, linked IS NOT NULL AS passed_on, "
        "count(*) AS n FROM statements WHERE kind = 'post' GROUP BY 1, 2, 3 ORDER BY 1, 3",
    )
    assert posts == [
        {"speaker": "Kasimira Dolvet", "account": "mastodon/dolvet", "passed_on": 0, "n": 78},
        {"speaker": "Kasimira Dolvet", "account": "mastodon/dolvet", "passed_on": 1, "n": 1},
        {"speaker": "Odran Fexley", "account": "mastodon/fexley", "passed_on": 0, "n": 72},
    ]
    wordings = rows(
        demo_archive,
        "SELECT r.revision, r.witness, instr(r.text, '1967') > 0 AS is_wrong "
        "FROM revisions AS r JOIN statements AS s ON s.id = r.statement_id "
        "WHERE s.kind = 'post' AND s.revision > 1 ORDER BY r.revision",
    )
    assert wordings == [
        {"revision": 1, "witness": "publisher", "is_wrong": 1},
        {"revision": 2, "witness": None, "is_wrong": 0},
    ]
    (plan,) = rows(
        demo_archive,
        "SELECT r.pages, s.speaker, s.holder_id, substr(s.published_at, 1, 10) AS day "
        "FROM revisions AS r JOIN statements AS s ON s.id = r.statement_id "
        "WHERE r.pages IS NOT NULL",
    )
    assert len(json.loads(plan["pages"])) == 2
    assert (plan["speaker"], plan["holder_id"], plan["day"]) == (
        None,
        "xt-ilsabet-corvane",
        "2025-01-14",
    )


def test_the_demo_withholds_a_post_for_whom_it_named(demo_archive: Path) -> None:
    (row,) = rows(
        demo_archive,
        "SELECT statement_id, reason, text FROM takedowns JOIN statements ON id = statement_id",
    )
    assert row["reason"].startswith("asked for by a private person")
    assert not row["text"]
    assert rows(demo_archive, "SELECT count(*) AS n FROM revisions WHERE text LIKE '%kite%'") == [
        {"n": 0}
    ]
    opened = open_site(demo_archive)
    page = opened.get(f"/archive/statements/{row['statement_id']}").text
    close(opened)
    assert row["reason"] in page
    assert "kite" not in page


def demo_on_a_terminal(cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run it where it could ask something, and would wait for an answer that nobody gives."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "onrecord", "demo", "--no-serve"]
    try:
        return subprocess.run(
            words, cwd=cwd, stdin=theirs, capture_output=True, text=True, timeout=240, check=False
        )
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_second_demo_replaces_the_first(demo_archive: Path) -> None:
    before = rows(demo_archive, "SELECT id FROM crawls")
    (statement,) = rows(demo_archive, "SELECT id FROM statements LIMIT 1")
    withheld = onrecord("takedown", statement["id"], "--reason", "a trial", cwd=demo_archive.parent)
    assert withheld.returncode == 0, withheld.stderr
    finished = demo_on_a_terminal(demo_archive.parent)
    assert finished.returncode == 0, finished.stderr
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("\nDay 3, as if 25 hours ago\n")[2].partition("```")[0].splitlines()
    assert len(shown) == 3
    assert set(shown) <= set(finished.stdout.splitlines())
    after = rows(demo_archive, "SELECT id FROM crawls")
    assert len(rows(demo_archive, QUOTED)) == 4
    assert len(after) == len(before) == 12
    assert {row["id"] for row in before}.isdisjoint(row["id"] for row in after)
    warcs = {path.name for path in (demo_archive.parent / "archive-warc").iterdir()}
    both = "SELECT warc_file FROM takedowns UNION SELECT warc_file FROM events"
    decided = {row["warc_file"] for row in rows(demo_archive, both)} - {None}
    assert warcs == decided | {f"{row['id']}.warc.gz" for row in after}


def test_an_archive_that_the_demo_did_not_make_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "posts.ndjson").write_text('{"native_id": "1", "text": "The lamp is lit."}\n')
    onrecord("import", "posts.ndjson", "--source", "gb_fcdo", cwd=tmp_path)
    before = (tmp_path / "archive.db").read_bytes()
    finished = onrecord("demo", "--no-serve", cwd=tmp_path)
    assert finished.returncode == 2
    assert "was not made by the demo" in finished.stderr
    assert (tmp_path / "archive.db").read_bytes() == before


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_in_use_is_told(demo_archive: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "archive.db").write_bytes(demo_archive.read_bytes())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finished = onrecord(command, "--port", str(port), cwd=tmp_path)
    assert finished.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in finished.stderr
    assert "Choose another --port" in finished.stderr


@pytest.mark.parametrize(
    "program",
    [
        ["-m", "onrecord", "serve", "--db", "{db}", "--port", "{port}"],
        ["-m", "datasette", "{db}", "-m", "{checkout}/metadata.yml", "--port", "{port}"],
    ],
)
def test_the_archive_is_browsed(demo_archive: Path, program: list[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    checkout = Path(__file__).resolve().parents[1]
    words = [word.format(db=demo_archive, port=port, checkout=checkout) for word in program]
    server = subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        page = _read(f"http://127.0.0.1:{port}/archive/statements?_search=Orquelle", server)
        assert "Lake Orquelle" in page
        assert "<a" in page
        sql = "SELECT id FROM statements WHERE state = 'suspect' AND source = 'xt_pm'"
        (row,) = rows(demo_archive, sql)
        page = _read(f"http://127.0.0.1:{port}/archive/statements/{row['id']}", server)
        assert "one look is no proof" in page
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=30)


def _read(url: str, server: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                page: str = answer.read().decode()
                return page
        except OSError:
            assert server.poll() is None, server.stdout and server.stdout.read()
            assert time.monotonic() < deadline
            time.sleep(0.1)
