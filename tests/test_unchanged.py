"""A site that has not changed costs next to nothing, and what was kept of it stays whole."""

import gzip
import hashlib
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, listing, release, rows, write_source
from rebuilt import assert_rebuilds_the_same
from warcio.archiveiterator import ArchiveIterator

COUNT = 60
CHANCE = random.Random(7)
WORDS = ["".join(CHANCE.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(6000)]
PAGES = [
    "</p><p>".join(" ".join(CHANCE.choices(WORDS, k=90)) for _ in range(30)) for _ in range(COUNT)
]


def packed(html: str, **headers: str | None) -> Answer:
    body = gzip.compress(f"<html><body>{html}</body></html>".encode(), mtime=0)
    return Answer(body, headers={"Content-Encoding": "gzip", **headers})


def publish(site: Site, count: int = COUNT) -> None:
    site.answers["/list"] = packed(listing({f"/pr/{n}": "02/09/2025" for n in range(count)}))
    for number in range(count):
        site.answers[f"/pr/{number}"] = packed(release(PAGES[number], title=f"Lamp {number}"))


def measured(site: Site, cwd: Path) -> dict[str, Any]:
    """Crawl, and measure what the server sent and what the WARC file takes."""
    site.sent = 0
    summary = crawl(site, cwd)
    latest = max((cwd / "archive-warc").iterdir())
    return summary | {"sent": site.sent, "stored": latest.stat().st_size, "warc": latest}


def kinds(warc: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    with warc.open("rb") as file:
        for record in ArchiveIterator(file):
            counts[record.rec_type] = counts.get(record.rec_type, 0) + 1
    return counts


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Crawl a site of ETags twice, and once more when one page has changed."""
    cwd = tmp_path_factory.mktemp("unchanged")
    with Site() as site:
        site.has_etags = True
        write_source(cwd / "sources", site)
        publish(site)
        first, second = measured(site, cwd), measured(site, cwd)
        site.answers["/pr/7"] = packed(release("The lamp of harbour 7 is out.", title="Lamp 7"))
        third = measured(site, cwd)
    return {"cwd": cwd, "first": first, "second": second, "third": third}


def test_a_second_crawl_transfers_at_most_a_twentieth(twice: dict[str, Any]) -> None:
    assert twice["first"]["sent"] > 60 * 10_000
    assert twice["second"]["sent"] <= 0.05 * twice["first"]["sent"]


def test_a_second_crawl_stores_at_most_a_twentieth(twice: dict[str, Any]) -> None:
    assert twice["second"]["stored"] <= 0.05 * twice["first"]["stored"]


def test_what_has_not_changed_was_seen_again_on_its_own_evidence(twice: dict[str, Any]) -> None:
    assert twice["second"]["seen"] == COUNT
    assert twice["second"]["new_revisions"] == twice["second"]["faults"] == 0
    looks = rows(
        twice["cwd"] / "archive.db",
        "SELECT status, count(*) AS n FROM checks JOIN captures ON captures.id = capture_id "
        "GROUP BY crawl_id, status ORDER BY crawl_id, status",
    )
    assert looks == [
        {"status": 200, "n": COUNT},
        {"status": 304, "n": COUNT},
        {"status": 200, "n": 1},
        {"status": 304, "n": COUNT - 1},
    ]


def test_a_page_that_did_change_is_noticed(twice: dict[str, Any]) -> None:
    assert (twice["third"]["new_revisions"], twice["third"]["seen"]) == (1, COUNT)
    sql = "SELECT text, revision FROM statements WHERE url LIKE '%/pr/7'"
    assert rows(twice["cwd"] / "archive.db", sql) == [
        {"text": "The lamp of harbour 7 is out.", "revision": 2}
    ]


def test_every_304_names_the_capture_that_holds_the_bytes(twice: dict[str, Any]) -> None:
    sql = (
        "SELECT whole.status, whole.url = told.url AS is_same FROM captures AS told "
        "JOIN captures AS whole ON whole.id = told.refers_to WHERE told.status = 304"
    )
    found = rows(twice["cwd"] / "archive.db", sql)
    assert len(found) == 2 * (COUNT + 2) - 1  # with the list and robots.txt
    assert {(row["status"], row["is_same"]) for row in found} == {(200, 1)}
    assert kinds(twice["second"]["warc"])["revisit"] == COUNT + 2


def test_other_programs_accept_the_files(twice: dict[str, Any]) -> None:
    warcs = sorted((twice["cwd"] / "archive-warc").iterdir())
    words = [sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, warcs)]
    checked = subprocess.run(words, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    with warcs[1].open("rb") as file:
        revisits = [each for each in ArchiveIterator(file) if each.rec_type == "revisit"]
        told = [each.rec_headers for each in revisits]
    assert {each.get_header("WARC-Profile") for each in told} == {
        "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    }
    for header in ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date"):
        assert all(each.get_header(header) for each in told)


def test_a_rebuild_reads_the_kept_bytes_again(twice: dict[str, Any]) -> None:
    assert_rebuilds_the_same(twice["cwd"])


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        publish(site, 3)
        yield site


def test_the_same_bytes_are_stored_once_where_a_server_has_no_validators(
    site: Site, tmp_path: Path
) -> None:
    write_source(tmp_path / "sources", site)
    first, second = measured(site, tmp_path), measured(site, tmp_path)
    assert second["sent"] == first["sent"]
    assert second["stored"] < 0.15 * first["stored"]
    assert kinds(second["warc"])["revisit"] == 3
    same = rows(
        tmp_path / "archive.db",
        "SELECT told.sha256 = whole.sha256 AND told.bytes = whole.bytes AS is_same "
        "FROM captures AS told JOIN captures AS whole ON whole.id = told.refers_to",
    )
    assert same == [{"is_same": 1}] * 3
    words = [sys.executable, "-m", "warcio.cli", "check", str(second["warc"])]
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0
    assert_rebuilds_the_same(tmp_path)


@pytest.mark.parametrize("is_packed", [True, False], ids=["in its packing", "at its end"])
def test_what_was_cut_short_is_asked_for_whole(is_packed: bool, site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site)
    site.has_etags = True
    whole = site.answers["/pr/1"]
    if not is_packed:
        whole = Answer(gzip.decompress(whole.body))
    etag = f'"{hashlib.sha256(whole.body).hexdigest()[:16]}"'
    length = None if not is_packed else str(len(whole.body) // 2)
    cut = {"ETag": etag, "Content-Length": length}
    site.answers["/pr/1"] = Answer(whole.body[: len(whole.body) // 2], headers=whole.headers | cut)
    assert measured(site, tmp_path)["new_statements"] == 2
    site.answers["/pr/1"] = whole
    assert measured(site, tmp_path)["new_statements"] == 1
    assert measured(site, tmp_path)["seen"] == 3
    statuses = rows(
        tmp_path / "archive.db",
        "SELECT status FROM captures WHERE url LIKE '%/pr/1' ORDER BY captured_at, rowid",
    )
    assert [row["status"] for row in statuses][-2:] == [200, 304]


def test_a_304_without_an_etag_is_still_asked_for_by_the_one_before(
    site: Site, tmp_path: Path
) -> None:
    write_source(tmp_path / "sources", site)
    site.has_etags = site.is_terse = True
    first = measured(site, tmp_path)
    for _ in range(2):
        assert measured(site, tmp_path)["sent"] < 0.1 * first["sent"]
    assert_rebuilds_the_same(tmp_path)


def test_a_page_whose_bytes_were_moved_away_is_asked_for_whole(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site)
    site.has_etags = True
    first = measured(site, tmp_path)
    shutil.move(first["warc"], tmp_path)
    second = measured(site, tmp_path)
    assert (second["seen"], second["exit"], second["sent"]) == (3, 0, first["sent"])


def test_a_304_that_nobody_asked_for_is_no_page(site: Site, tmp_path: Path) -> None:
    write_source(tmp_path / "sources", site)
    site.answers["/pr/1"] = Answer(status=304)
    summary = measured(site, tmp_path)
    assert (summary["new_statements"], summary["exit"]) == (2, 1)
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert "/pr/1 could not be read" in issue["message"]


def test_a_page_off_the_list_is_asked_only_whether_it_has_changed(tmp_path: Path) -> None:
    with Site() as site:
        site.has_etags = True
        write_source(tmp_path / "sources", site)
        publish(site, 4)
        crawl(site, tmp_path)
        site.answers["/list"] = packed(listing({f"/pr/{n}": "02/09/2025" for n in range(3)}))
        time.sleep(1.1)  # the archive counts in seconds
        site.asked.clear()
        assert crawl(site, tmp_path)["outcome"] == "finished"
    assert site.asked.count("/pr/3") == 1
    found = rows(
        tmp_path / "archive.db",
        "SELECT status FROM captures WHERE url LIKE '%/pr/3' ORDER BY captured_at",
    )
    assert [each["status"] for each in found] == [200, 304]
    assert rows(tmp_path / "archive.db", "SELECT count(*) AS n FROM revisions") == [{"n": 4}]
