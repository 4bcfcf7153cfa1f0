"""Crashes and crowds: kill -9 in the middle, two at once, an interrupt from the keyboard."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from loopback import Site, crawl, listing, onrecord, release, rows, write_source

COUNT = 60


def publish(site: Site) -> None:
    pages = [f"/pr/{number}" for number in range(COUNT)]
    for at in range(0, COUNT, 10):
        older = f"/list?page={at // 10 + 1}" if at + 10 < COUNT else ""
        path = f"/list?page={at // 10}" if at else "/list"
        site.html(path, listing(dict.fromkeys(pages[at : at + 10], "02/09/2025"), older))
    for path in pages:
        site.html(path, release(f"We thank the keepers of the lighthouse at {path} again."))


def start_crawl(site: Site, cwd: Path) -> subprocess.Popen[str]:
    words = ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host]
    return subprocess.Popen(
        [sys.executable, "-m", "onrecord", *words],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_asked(site: Site, count: int, running: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while len(site.asked) < count:
        assert running.poll() is None, "the crawl ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.002)


def site_of_many_pages(tmp_path: Path, site: Site) -> None:
    folder = write_source(tmp_path / "sources", site)
    source = folder / "xa" / "xa_light.yml"
    source.write_text(source.read_text().replace("pages: 5", "pages: 99"))
    publish(site)


def test_a_killed_crawl_loses_nothing_and_the_next_one_finishes_it(tmp_path: Path) -> None:
    chance = random.Random(20250902)
    with Site() as site:
        site_of_many_pages(tmp_path, site)
        for _ in range(3):
            site.asked.clear()
            running = start_crawl(site, tmp_path)
            wait_until_asked(site, chance.randrange(5, COUNT), running)
            running.send_signal(signal.SIGKILL)
            running.communicate()
            if (tmp_path / "archive.db").exists():
                kept = rows(tmp_path / "archive.db", "SELECT * FROM captures")
                for capture in kept:
                    file = tmp_path / "archive-warc" / capture["warc_file"]
                    assert file.stat().st_size >= capture["warc_offset"] + capture["warc_length"]
        summary = crawl(site, tmp_path)
    assert (summary["outcome"], summary["exit"]) == ("finished", 0)
    archive = tmp_path / "archive.db"
    assert rows(archive, "SELECT count(*) AS n FROM statements") == [{"n": COUNT}]
    assert rows(archive, "SELECT count(*) AS n FROM revisions") == [{"n": COUNT}]
    assert rows(archive, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert rows(archive, "PRAGMA foreign_key_check") == []
    outcomes = {row["outcome"] for row in rows(archive, "SELECT outcome FROM crawls")}
    assert outcomes == {"finished", "interrupted"}
    rebuilt = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path)
    assert rebuilt.returncode == 0, rebuilt.stderr
    sql = "SELECT id, revision, text, published_at, textblob_polarity FROM statements ORDER BY id"
    assert rows(tmp_path / "again.db", sql) == rows(archive, sql)


def test_an_interrupt_ends_in_order(tmp_path: Path) -> None:
    with Site() as site:
        site_of_many_pages(tmp_path, site)
        running = start_crawl(site, tmp_path)
        wait_until_asked(site, 20, running)
        running.send_signal(signal.SIGINT)
        printed, log = running.communicate(timeout=60)
    assert "Traceback" not in log
    assert running.returncode == 1
    assert "xa_light: interrupted" in printed
    found = rows(tmp_path / "archive.db", "SELECT outcome, finished_at FROM crawls")
    assert [row["outcome"] for row in found] == ["interrupted"]
    assert found[0]["finished_at"] is not None


def test_two_at_once_is_one_crawl_and_one_clear_refusal(tmp_path: Path) -> None:
    with Site() as site:
        site_of_many_pages(tmp_path, site)
        source = tmp_path / "sources" / "xa" / "xa_light.yml"
        source.write_text(source.read_text().replace("delay: 0", "delay: 0.2"))
        running = start_crawl(site, tmp_path)
        wait_until_asked(site, 3, running)
        words = ["crawl", "xa_light", "--due", "--sources", "sources", "--allow-host", site.host]
        second = onrecord(*words, cwd=tmp_path)
        running.communicate(timeout=120)
    assert (running.returncode, second.returncode) == (0, 75)
    assert "is being written by another process" in second.stderr
    assert rows(tmp_path / "archive.db", "SELECT count(*) AS n FROM crawls") == [{"n": 1}]


def test_a_reader_is_not_in_the_way(tmp_path: Path) -> None:
    """Datasette holds the file open while a crawl writes."""
    from sqlite_utils import Database

    with Site() as site:
        site_of_many_pages(tmp_path, site)
        crawl(site, tmp_path)
        reader = Database(tmp_path / "archive.db")
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM checks").fetchone()
        schema = rows(tmp_path / "archive.db", "PRAGMA schema_version")
        site.html("/pr/1", release("We thank the keepers of the lighthouse once more."))
        summary = crawl(site, tmp_path)
        after = reader.execute("SELECT count(*) FROM checks").fetchone()
        reader.close()
    assert summary["outcome"] == "finished"
    assert before == after
    assert rows(tmp_path / "archive.db", "PRAGMA schema_version") == schema  # else searches fail
