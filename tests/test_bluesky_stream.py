"""The repository stream in crawls: edits and deletions proved, once, and again from the WARC."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from bluesky_source import EVERYTHING
from fake_pds import FEED, FakePds
from loopback import crawl, onrecord, rows, write_source

REVISIONS = (
    "SELECT revisions.* FROM revisions JOIN statements ON statement_id = id "
    "WHERE native_id = '{uri}' ORDER BY revision"
)
CHECKS = (
    "SELECT checks.* FROM checks JOIN statements ON statement_id = statements.id "
    "WHERE native_id = '{uri}' AND outcome != 'seen' ORDER BY checks.id"
)


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def set_up(cwd: Path, pds: FakePds) -> None:
    write_source(cwd / "sources", pds, feeds=f"{FEED}    stream: true\n")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    kept: dict[str, Any] = {"cwd": tmp_path_factory.mktemp("stream")}
    with FakePds() as pds:
        kept["pds"] = pds
        set_up(kept["cwd"], pds)
        pds.say("#identity", did=pds.did, handle=pds.handle)
        pds.say("#account", did="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", active=True)
        kept["lamp"] = pds.post("The lamp at the north harbour is lit again tonight.")
        kept["ferry"] = pds.post("The ferry sails at noon on every day of the week.")
        kept["cids"] = {name: pds.cid(kept[name]) for name in ("lamp", "ferry")}
        kept["first"] = crawl(pds, kept["cwd"])
        kept["first asked"] = list(pds.asked)
        time.sleep(1.1)  # an event of the second of our look could be before it
        pds.time = now()
        pds.say("#identity", did=pds.did, handle="new.arvenna.example")
        pds.edit(kept["lamp"], "The lamp at the north harbour is broken.")
        kept["cids"]["broken"] = pds.cid(kept["lamp"])
        pds.edit(kept["lamp"], "The lamp at the north harbour is mended.")
        pds.delete(kept["ferry"])
        kept["slip"] = pds.post("A slip of the hand, and soon taken away.")
        pds.delete(kept["slip"])
        pds.asked.clear()
        kept["second"] = crawl(pds, kept["cwd"])
        kept["second asked"] = list(pds.asked)
        pds.asked.clear()
        kept["third"] = crawl(pds, kept["cwd"])
        kept["third asked"] = list(pds.asked)
        kept["rebuilt"] = onrecord(
            "rebuild", "--sources", kept["cwd"] / "sources", "--to", "again.db", cwd=kept["cwd"]
        )
    return kept


def asked(days: dict[str, Any], name: str, sql: str) -> list[dict[str, Any]]:
    return rows(days["cwd"] / "archive.db", sql.format(uri=days["pds"].uri(days[name])))


def test_the_stream_is_read_from_its_beginning_and_on_from_where_it_ended(
    days: dict[str, Any],
) -> None:
    method = "/xrpc/com.atproto.sync.subscribeRepos?cursor="
    found = {
        name: [each for each in days[f"{name} asked"] if "subscribe" in each]
        for name in ("first", "second", "third")
    }
    assert found == {"first": [f"{method}0"], "second": [f"{method}4"], "third": []}
    assert (days["first"]["outcome"], days["first"]["new_statements"]) == ("finished", 2)


def test_every_wording_between_two_looks_is_a_revision_once(days: dict[str, Any]) -> None:
    found = asked(days, "lamp", REVISIONS)
    assert [each["text"].rpartition(" ")[2] for each in found] == ["tonight.", "broken.", "mended."]
    assert [each["witness"] for each in found] == ["publisher"] * 3
    assert days["second"]["new_revisions"] == 2
    (row,) = asked(days, "lamp", "SELECT * FROM statements WHERE native_id = '{uri}'")
    assert (row["revision"], row["state"]) == (3, "live")
    assert row["text"] == found[2]["text"]


def test_an_edit_names_the_archived_version_that_it_replaced(days: dict[str, Any]) -> None:
    first, *edits = [
        json.loads(each["publisher_changes"] or "[]") for each in asked(days, "lamp", REVISIONS)
    ]
    cids = days["cids"]
    assert first == []
    assert [each[0]["note"] for each in edits] == [
        f"repository stream, event 6: update; prev {cids['lamp']} is the archived revision 1",
        f"repository stream, event 7: update; prev {cids['broken']} is what event 6 wrote",
    ]


def test_a_deletion_is_proved_against_the_archived_version(days: dict[str, Any]) -> None:
    look, again = asked(days, "ferry", CHECKS)
    assert (look["outcome"], look["checked_at"]) == ("deleted", days["pds"].time[:19] + "Z")
    assert look["evidence"] == (
        f"repository stream, event 8: delete; prev {days['cids']['ferry']} "
        "is the archived revision 1"
    )
    assert not [each for each in days["second asked"] if "getRecord" in each]
    assert again["evidence"].startswith("the account's server says RecordNotFound")


def test_what_was_posted_and_deleted_between_two_looks_is_kept(days: dict[str, Any]) -> None:
    (row,) = asked(days, "slip", "SELECT * FROM statements WHERE native_id = '{uri}'")
    assert (row["text"], row["state"]) == ("A slip of the hand, and soon taken away.", "suspect")
    look, _ = asked(days, "slip", CHECKS)
    assert look["evidence"].endswith("is what event 9 wrote")


def test_a_new_handle_is_told_of(days: dict[str, Any]) -> None:
    found = rows(days["cwd"] / "archive.db", "SELECT level, message FROM issues")
    assert [each["level"] for each in found] == ["warning"]
    assert "handle was changed to new.arvenna.example" in found[0]["message"]


def test_the_stream_is_captured_as_it_came(days: dict[str, Any]) -> None:
    found = rows(
        days["cwd"] / "archive.db",
        "SELECT * FROM captures WHERE url LIKE '%subscribeRepos%' ORDER BY captured_at",
    )
    pds = days["pds"]
    assert [each["etag"] for each in found] == ['"4"', '"10"']
    assert [each["content_type"] for each in found] == ["application/cbor-seq"] * 2
    assert [each["url"].partition("#")[2] for each in found] == [pds.did] * 2
    own = [pds.frames[0], *pds.frames[2:4]]
    assert found[0]["bytes"] == sum(map(len, own))


def test_a_rebuild_makes_the_same_archive(days: dict[str, Any]) -> None:
    assert days["rebuilt"].returncode == 0, days["rebuilt"].stderr
    for table, sql in EVERYTHING.items():
        again = rows(days["cwd"] / "again.db", sql)
        assert again == rows(days["cwd"] / "archive.db", sql), table


def test_without_prev_a_deletion_is_asked_for(tmp_path: Path) -> None:
    with FakePds(tells_prev=False) as pds:
        set_up(tmp_path, pds)
        lamp, ferry = pds.post("The lamp is lit."), pds.post("The ferry sails.")
        crawl(pds, tmp_path)
        time.sleep(1.1)
        pds.time = now()
        pds.edit(lamp, "The lamp is out.")
        pds.delete(ferry)
        summary = crawl(pds, tmp_path)
    archive = tmp_path / "archive.db"
    assert (summary["new_revisions"], summary["absent"]) == (1, 1)
    (look,) = rows(archive, CHECKS.format(uri=pds.uri(ferry)))
    assert look["evidence"].startswith("the account's server says RecordNotFound")
    changes = rows(archive, REVISIONS.format(uri=pds.uri(lamp)))[1]["publisher_changes"]
    assert json.loads(changes)[0]["note"] == "repository stream, event 3: update"


def test_a_server_that_counts_anew_is_told_of_and_read_from_the_start(tmp_path: Path) -> None:
    with FakePds() as pds:
        set_up(tmp_path, pds)
        pds.post("The lamp is lit.")
        pds.post("The ferry sails.")
        crawl(pds, tmp_path)
        pds.frames, pds.seq = [], 0
        pds.post("The bell rings.")
        second = crawl(pds, tmp_path)
        pds.post("The fog is gone.")
        pds.asked.clear()
        third = crawl(pds, tmp_path)
    assert (second["outcome"], second["new_statements"]) == ("faulty", 1)
    assert (third["outcome"], third["new_statements"]) == ("finished", 1)
    assert any(each.endswith("cursor=0") for each in pds.asked)
    found = rows(tmp_path / "archive.db", "SELECT message FROM issues ORDER BY message")
    assert "the repository stream was not read to its end (closed" in found[0]["message"]
    assert "the server says FutureCursor" in found[1]["message"]


def test_a_server_without_a_stream_is_read_by_its_listing(tmp_path: Path) -> None:
    with FakePds(has_stream=False) as pds:
        set_up(tmp_path, pds)
        pds.post("The lamp is lit.")
        summary = crawl(pds, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("faulty", 1)
    (issue,) = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert "answered 404" in issue["message"]
