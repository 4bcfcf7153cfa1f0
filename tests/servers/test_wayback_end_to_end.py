"""Our own WARC files, replayed by pywb, and filled back from there into a second archive."""

import gzip
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, listing, onrecord, release, rows, write_source
from wayback import COLLECTION, Wayback

pytestmark = pytest.mark.servers

FILLER = "".join(f"<i>{sha256(bytes([n])).hexdigest()}</i>" for n in range(20))
BACKFILL = """\
  - channel: wayback
    match: ["{{url}}/pr/*"]
    links: '/pr/\\d+$'
    page: {{{{title: h1, text: .words, speaker: .by}}}}
    cdx: {cdx}
    replay: {replay}
"""
TEXTS = (
    "SELECT native_id, r.title, r.text, first_captured_at FROM revisions AS r "
    "JOIN statements ON statement_id = id ORDER BY native_id, first_captured_at"
)


@dataclass
class Replayed:
    site: Site
    cwd: Path
    wayback: Wayback


def page(words: str) -> Answer:
    """Write a page that is worth not to be kept twice."""
    html = f"<html><body>{release(words)}{FILLER}</body></html>"
    return Answer(gzip.compress(html.encode(), mtime=0), headers={"Content-Encoding": "gzip"})


@pytest.fixture
def replayed(tmp_path: Path, replay: Callable[[Sequence[Path]], Wayback]) -> Any:
    """Crawl three times: /pr/1 is edited at the third, /pr/2 says 304, /pr/3 has the same bytes."""
    cwd = tmp_path / "ours"
    with Site() as site:
        write_source(cwd / "sources", site)
        site.html("/list", listing(dict.fromkeys(["/pr/1", "/pr/2", "/pr/3"], "02/09/2025")))
        for path in ("/pr/1", "/pr/2", "/pr/3"):
            site.answers[path] = page(f"We thank the keepers of the lighthouse at {path}.")
        for turn in range(3):
            site.has_etags = turn < 2
            if turn == 2:
                site.answers["/pr/1"] = page("We blame the keepers of the lighthouse at /pr/1.")
            assert crawl(site, cwd)["outcome"] == "finished"
            time.sleep(1)  # an index knows no parts of a second
        yield Replayed(site, cwd, replay(sorted((cwd / "archive-warc").iterdir())))


def test_every_text_comes_back_at_the_time_of_its_first_capture(
    replayed: Replayed, tmp_path: Path
) -> None:
    site, wayback = replayed.site, replayed.wayback
    cwd = tmp_path / "theirs"
    feeds = BACKFILL.format(cdx=wayback.cdx_url, replay=f"{wayback.url}/{COLLECTION}")
    write_source(cwd / "sources", site, feeds=feeds)
    words = ["--allow-host", wayback.url.removeprefix("http://"), "--backfill"]
    site.asked.clear()
    summary = crawl(site, cwd, *words)
    assert (summary["outcome"], summary["quarantined"], summary["exit"]) == ("finished", 0, 0)
    assert site.asked == []
    ours = rows(replayed.cwd / "archive.db", TEXTS)
    assert len(ours) == 4
    assert rows(cwd / "archive.db", TEXTS) == ours
    assert rows(cwd / "archive.db", "SELECT DISTINCT state FROM statements") == [
        {"state": "unchecked"}
    ]
    again = crawl(site, cwd, *words)
    assert (again["new_statements"], again["new_revisions"], again["captures"]) == (0, 0, 1)
    rebuilt = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=cwd)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert rows(cwd / "again.db", TEXTS) == ours


def captures(replayed: Replayed, where: str) -> list[dict[str, Any]]:
    return rows(
        replayed.cwd / "archive.db",
        "SELECT url, captured_at, etag FROM captures WHERE refers_to IS NOT NULL "
        f"AND url LIKE '%/pr/%' AND {where}",
    )


def test_a_page_that_was_not_kept_twice_is_replayed_whole(replayed: Replayed) -> None:
    again = captures(replayed, "status = 200")
    assert len(again) == 2
    for capture in again:
        timestamp = "".join(filter(str.isdigit, capture["captured_at"]))
        path = capture["url"].removeprefix(replayed.site.url)
        reply = replayed.wayback.raw(timestamp, capture["url"])
        assert reply.status == 200
        words = f"We thank the keepers of the lighthouse at {path}."
        assert words in reply.text
        period = {"from": timestamp, "to": timestamp}
        (line,) = replayed.wayback.cdx(capture["url"], **period)
        assert line["mime"] == "warc/revisit"


def test_a_304_is_replayed_as_the_answer_that_it_was(replayed: Replayed) -> None:
    """This pywb resolves no revisit whose status begins with 3, as a redirect's does."""
    unchanged = captures(replayed, "status = 304")
    assert len(unchanged) == 3
    for capture in unchanged:
        timestamp = "".join(filter(str.isdigit, capture["captured_at"]))
        reply = replayed.wayback.raw(timestamp, capture["url"])
        assert (reply.status, reply.headers["X-Archive-Orig-Etag"]) == (304, capture["etag"])
