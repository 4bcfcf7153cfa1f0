"""Crawls of one Bluesky account whose repository moves from day to day."""

import shutil
from pathlib import Path
from random import Random
from typing import Any

import pytest
from bluesky_source import EVERYTHING
from fake_pds import FEED, FakePds
from loopback import crawl, onrecord, rows, write_source

WORDS = ("lamp", "keeper", "harbour", "fog", "bell", "mirror", "night", "ship", "coast", "storm")
LAST_WARC = "SELECT warc_file FROM crawls ORDER BY id DESC LIMIT 1"


def prose(number: int) -> str:
    """Write a post that nobody else has written."""
    chance = Random(number)
    made = " ".join(f"{chance.choice(WORDS)}{chance.randrange(1000)}" for _ in range(36))
    return f"Today we report of {made}."


def card(number: int) -> dict[str, Any]:
    """Link a page of the ministry, as most of such posts do."""
    chance = Random(-number)
    told = " ".join(f"{chance.choice(WORDS)}{chance.randrange(1000)}" for _ in range(16))
    page = {"uri": f"https://light.arvenna.example/news/{number}", "title": told[:60]}
    return {"$type": "app.bsky.embed.external", "external": page | {"description": told}}


def day(kept: dict[str, Any], name: str, pds: FakePds) -> None:
    """Crawl, and keep what was asked, what was sent and how the archive was then."""
    pds.asked.clear()
    pds.sent = 0
    kept[f"{name} summary"] = crawl(pds, kept["cwd"])
    kept[f"{name} asked"] = [each for each in pds.asked if "robots" not in each]
    kept[f"{name} sent"] = pds.sent
    (warc,) = rows(kept["cwd"] / "archive.db", LAST_WARC)
    kept[f"{name} warc"] = (kept["cwd"] / "archive-warc" / warc["warc_file"]).stat().st_size
    kept[name] = shutil.copy(kept["cwd"] / "archive.db", kept["cwd"] / f"{name}.db")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    kept: dict[str, Any] = {"cwd": tmp_path_factory.mktemp("bluesky")}
    with FakePds() as pds:
        write_source(kept["cwd"] / "sources", pds, feeds=f"{FEED}    did: {pds.did}\n")
        kept["pds"] = pds
        kept["paths"] = [pds.post(prose(number), embed=card(number)) for number in range(250)]
        first, second = kept["paths"][150], kept["paths"][240]
        day(kept, "first", pds)
        day(kept, "unchanged", pds)
        pds.edit(second, "We blame the keepers of the lighthouse.")
        kept["lost"] = pds.records[first]
        pds.delete(first)
        kept["new"] = pds.post("A new lamp is lit.")
        pds.too_many = 2
        day(kept, "moved", pds)
        pds.refusal = "RepoTakendown"
        day(kept, "takedown", pds)
        pds.refusal = ""
        day(kept, "suspect", pds)
        pds._put(first, kept["lost"])
        day(kept, "back", pds)
        kept["rebuilt"] = onrecord(
            "rebuild", "--sources", kept["cwd"] / "sources", "--to", "again.db", cwd=kept["cwd"]
        )
    return kept


def one(archive: Path, pds: FakePds, path: str) -> dict[str, Any]:
    (found,) = rows(archive, f"SELECT * FROM statements WHERE native_id = '{pds.uri(path)}'")
    return found


def count(archive: Path, table: str, where: str = "1") -> int:
    return int(rows(archive, f"SELECT count(*) AS n FROM {table} WHERE {where}")[0]["n"])


def test_every_post_of_every_page_is_in_the_archive_once(days: dict[str, Any]) -> None:
    summary = days["first summary"]
    assert summary["listed"] == summary["new_statements"] == 250
    assert (summary["exit"], summary["outcome"], summary["faults"]) == (0, "finished", 0)
    listings = [each for each in days["first asked"] if "listRecords" in each]
    assert len(listings) == len(set(listings)) == 4
    texts = {row["text"] for row in rows(days["first"], "SELECT text FROM statements")}
    assert texts == {prose(number) for number in range(250)}


def test_a_statement_has_what_its_record_says(days: dict[str, Any]) -> None:
    row = one(days["first"], days["pds"], days["paths"][7])
    did, rkey = days["pds"].did, days["paths"][7].partition("/")[2]
    assert row["url"] == f"https://bsky.app/profile/{did}/post/{rkey}"
    assert (row["text"], row["kind"], row["language"]) == (prose(7), "post", "en")
    assert (row["published_at"], row["published_raw"]) == (
        "2026-11-20T10:00:00Z",
        "2026-11-20T10:00:00.000Z",
    )
    assert (row["account"], row["state"]) == ("bluesky/lights.arvenna.example", "live")
    assert row["route"].startswith(f"bluesky {did} #")
    (revision,) = rows(days["first"], f"SELECT * FROM revisions WHERE statement_id = '{row['id']}'")
    assert revision["publisher_hash"] == days["pds"].cid(days["paths"][7])


def test_nothing_more_is_asked_of_a_repository_that_has_not_moved(days: dict[str, Any]) -> None:
    methods = [each.partition("?")[0].rpartition("/")[2] for each in days["unchanged asked"]]
    assert methods == [days["pds"].did, "com.atproto.sync.getLatestCommit"]
    summary = days["unchanged summary"]
    assert (summary["listed"], summary["seen"], summary["outcome"]) == (250, 0, "finished")


def test_a_second_crawl_of_an_unchanged_account_is_small(days: dict[str, Any]) -> None:
    assert days["unchanged sent"] <= days["first sent"] / 20
    assert days["unchanged warc"] <= days["first warc"] / 20


def test_pages_that_have_not_changed_are_not_sent_again(days: dict[str, Any]) -> None:
    assert days["moved sent"] < days["first sent"] * 0.7
    changed = rows(
        days["moved"],
        "SELECT url FROM captures WHERE url LIKE '%listRecords%' AND refers_to IS NULL "
        "AND crawl_id = (SELECT max(id) FROM crawls)",
    )
    assert len(changed) == 3  # the second page, the third, and the empty one behind it
    looks = "capture_id IN (SELECT id FROM captures WHERE crawl_id = (SELECT max(id) FROM crawls))"
    assert count(days["moved"], "checks", looks) == 99 + 51 + 1


def test_an_edit_is_one_revision_and_its_cid_is_kept(days: dict[str, Any]) -> None:
    assert days["moved summary"]["new_revisions"] == 1
    row = one(days["moved"], days["pds"], days["paths"][240])
    assert (row["revision"], row["text"]) == (2, "We blame the keepers of the lighthouse.")
    hashes = rows(
        days["moved"],
        "SELECT publisher_hash FROM revisions "
        f"WHERE statement_id = '{row['id']}' ORDER BY revision",
    )
    assert hashes[1]["publisher_hash"] == days["pds"].cid(days["paths"][240])
    assert hashes[0]["publisher_hash"] != hashes[1]["publisher_hash"]


def test_a_new_post_is_found(days: dict[str, Any]) -> None:
    assert days["moved summary"]["new_statements"] == 1
    assert one(days["moved"], days["pds"], days["new"])["text"] == "A new lamp is lit."


def test_a_deletion_is_what_the_server_says_of_that_very_record(days: dict[str, Any]) -> None:
    row = one(days["moved"], days["pds"], days["paths"][150])
    assert (row["state"], row["text"]) == ("suspect", prose(150))
    (look,) = rows(days["moved"], "SELECT * FROM checks WHERE outcome != 'seen'")
    assert (look["statement_id"], look["outcome"]) == (row["id"], "deleted")
    uri = days["pds"].uri(days["paths"][150])
    assert look["evidence"] == (
        f"the account's server says RecordNotFound: Could not locate record: {uri}"
    )
    lookups = [each for each in days["moved asked"] if "getRecord" in each]
    assert len(lookups) == 1


def test_a_server_that_is_asked_too_often_is_waited_for(days: dict[str, Any]) -> None:
    summary = days["moved summary"]
    assert (summary["faults"], summary["outcome"]) == (0, "finished")
    assert count(days["moved"], "captures", "status = 429") == 2


def test_a_takedown_of_the_account_says_nothing_of_its_posts(days: dict[str, Any]) -> None:
    summary = days["takedown summary"]
    assert (summary["exit"], summary["outcome"], summary["absent"]) == (1, "faulty", 0)
    (issue,) = rows(days["takedown"], "SELECT * FROM issues WHERE level = 'error'")
    assert "400: RepoTakendown not now" in issue["message"]
    assert "Nothing is taken for deleted" in issue["message"]
    assert count(days["takedown"], "statements", "state = 'suspect'") == 1
    assert not [each for each in days["takedown asked"] if "getRecord" in each]


def test_a_suspect_is_asked_for_again_though_nothing_has_moved(days: dict[str, Any]) -> None:
    asked = days["suspect asked"]
    assert [each for each in asked if "getRecord" in each] == [asked[-1]]
    assert days["suspect summary"]["absent"] == 1


def test_a_post_that_is_there_again_is_live_again(days: dict[str, Any]) -> None:
    row = one(days["back"], days["pds"], days["paths"][150])
    assert (row["state"], row["revision"]) == ("live", 1)
    assert count(days["back"], "statements", "state = 'live'") == 251


def test_a_rebuild_makes_the_same_archive(days: dict[str, Any]) -> None:
    assert days["rebuilt"].returncode == 0, days["rebuilt"].stderr
    for table, sql in EVERYTHING.items():
        assert rows(days["cwd"] / "again.db", sql) == rows(days["back"], sql), table
