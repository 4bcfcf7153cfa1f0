"""A host that is left alone in a crawl that is killed: a rebuild from its WARC file says so too."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from loopback import Site, crawl, listing, onrecord, release, rows, write_source
from torture.hostile import RawSite, answer

WORDS = "We thank the keepers of the old lighthouse for their long service."
DEAD = [f"/pr/{number}" for number in range(12)]
ISSUES = (
    "SELECT crawl_id, capture_id, at, level, url, message FROM issues "
    "WHERE message LIKE '%left alone for the rest%'"
)
SAME = (
    ISSUES,
    "SELECT * FROM crawls ORDER BY id",
    "SELECT * FROM crawl_days",
    "SELECT * FROM shapes",
    "SELECT count(*) FROM issues",
)


def kill_when(cwd: Path, hosts: list[str], is_time: Callable[[], bool]) -> None:
    """Crawl, and end it without any warning when it is time."""
    words = ["crawl", "xa_light", "--sources", "sources"]
    words += [word for host in hosts for word in ("--allow-host", host)]
    running = subprocess.Popen(
        [sys.executable, "-m", "onrecord", *words], cwd=cwd, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while not is_time():
            assert running.poll() is None, "the crawl ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()


def is_told(archive: Path) -> bool:
    """Tell whether a host is left alone, of an archive that is only being made."""
    try:
        return archive.exists() and bool(rows(archive, ISSUES))
    except sqlite3.OperationalError:
        return False


def put_up(stack: ExitStack, cwd: Path, trouble: bytes) -> tuple[Site, list[str]]:
    """List a dozen items of a host in trouble, and one that takes so long that there is time."""
    site, dead, slow = (stack.enter_context(each) for each in (Site(), RawSite(), RawSite()))
    path = write_source(cwd / "sources", site) / "xa" / "xa_light.yml"
    path.write_text(path.read_text() + "expect: {min_listed: 50}\n")  # told at the end only
    links = {f"{dead.url}{path}": "02/09/2025" for path in DEAD}
    site.html("/list", listing(links | {f"{slow.url}/slow": "02/09/2025"}))
    dead.answers |= dict.fromkeys(DEAD, trouble)
    slow.answers["/slow"] = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x", 0.2] * 500]
    return site, [site.host, dead.host, slow.host]


@pytest.mark.parametrize(
    ("trouble", "words", "has_answer"),
    [
        (answer(b"", "503 Service Unavailable"), "because it answered 503", True),
        (b"", "last because", False),
    ],
)
def test_a_rebuild_knows_what_a_killed_crawl_left_alone(
    tmp_path: Path, trouble: bytes, words: str, *, has_answer: bool
) -> None:
    archive = tmp_path / "archive.db"
    with ExitStack() as stack:
        site, hosts = put_up(stack, tmp_path, trouble)
        kill_when(tmp_path, hosts, lambda: is_told(archive))
        site.html("/list", listing({"/good": "02/09/2025"}))
        site.html("/good", release(WORDS))
        crawl(site, tmp_path)
    (issue,) = rows(archive, ISSUES)
    assert words in str(issue["message"])
    assert (issue["capture_id"] is not None) == has_answer
    rebuilt = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path)
    assert rebuilt.returncode == 0, rebuilt.stderr
    for sql in SAME:
        assert rows(tmp_path / "again.db", sql) == rows(archive, sql), sql
