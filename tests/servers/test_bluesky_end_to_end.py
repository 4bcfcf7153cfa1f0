"""The bluesky channel against a real PDS: everything that happened is in the archive, once."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bluesky_source import EVERYTHING
from loopback import crawl, onrecord, rows, write_source
from pds import Account, Pds, Post

FEED = """\
  - channel: bluesky
    handle: {handle}
    resolver: {pds}
    plc: {plc}
"""
POSTS = 250


class Server(NamedTuple):
    """What the tests' own helpers need to know of a server."""

    host: str
    url: str


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


def look(cwd: Path, account: Account, options: str = "") -> dict[str, Any]:
    """Crawl an account that is known by its handle."""
    pds = account.pds
    feed = FEED.format(handle=account.handle, pds=pds.url, plc=pds.plc) + options
    host = pds.url.removeprefix("http://")
    write_source(cwd / "sources", Server(host, pds.url), feeds=feed)
    local = f"localhost:{host.partition(':')[2]}"  # as the account's own document names its server
    also = ["--allow-host", local, "--allow-host", pds.plc.removeprefix("http://")]
    return crawl(Server(host, pds.url), cwd, *also)


def asked(cwd: Path, sql: str) -> list[dict[str, Any]]:
    return rows(cwd / "archive.db", sql)


def statement(cwd: Path, post: Post) -> dict[str, Any]:
    (found,) = asked(cwd, f"SELECT * FROM statements WHERE native_id = '{post.uri}'")
    return found


def texts(cwd: Path, post: Post) -> list[str]:
    key = statement(cwd, post)["id"]
    sql = f"SELECT text FROM revisions WHERE statement_id = '{key}' ORDER BY revision"
    return [each["text"] for each in asked(cwd, sql)]


def check_rebuild(cwd: Path) -> None:
    again = onrecord("rebuild", "--sources", cwd / "sources", "--to", "again.db", cwd=cwd)
    assert again.returncode == 0, again.stderr
    for table, sql in EVERYTHING.items():
        assert rows(cwd / "again.db", sql) == asked(cwd, sql), table


@pytest.fixture(scope="module")
def days(pds: Pds, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Post 250 times, crawl, crawl again, then edit, delete and post, and crawl a third time."""
    kept: dict[str, Any] = {"cwd": tmp_path_factory.mktemp("lights")}
    account = kept["account"] = pds.account("lights")
    kept["posts"] = [
        account.post(f"Lamp {number} is lit tonight, and all ships may pass.", now())
        for number in range(POSTS)
    ]
    kept["first"] = look(kept["cwd"], account)
    kept["second"] = look(kept["cwd"], account)
    kept["edited"] = account.edit(kept["posts"][120], "We blame the keepers of lamp 120.")
    account.delete(kept["posts"][7])
    kept["new"] = account.post("A new lamp is lit.", now())
    kept["third"] = look(kept["cwd"], account)
    return kept


def test_every_post_is_in_the_archive_once(days: dict[str, Any]) -> None:
    first = days["first"]
    assert (first["listed"], first["new_statements"], first["faults"]) == (POSTS, POSTS, 0)
    found = asked(days["cwd"], "SELECT native_id FROM statements")
    expected = {each.uri for each in [*days["posts"], days["new"]]}
    assert len(found) == POSTS + 1
    assert {each["native_id"] for each in found} == expected


def test_a_second_crawl_of_what_has_not_moved_asks_nothing_more(days: dict[str, Any]) -> None:
    second = days["second"]
    assert (second["listed"], second["seen"], second["outcome"]) == (POSTS, 0, "finished")
    per_crawl = asked(
        days["cwd"], "SELECT sum(bytes) AS n FROM captures GROUP BY crawl_id ORDER BY crawl_id"
    )
    assert per_crawl[1]["n"] <= per_crawl[0]["n"] / 20


def test_an_edit_and_a_deletion_and_a_new_post_are_found(days: dict[str, Any]) -> None:
    third = days["third"]
    assert (third["new_statements"], third["new_revisions"], third["absent"]) == (1, 1, 1)
    assert (third["faults"], third["quarantined"]) == (0, 0)
    post = days["posts"][120]
    assert texts(days["cwd"], post) == [post.record["text"], "We blame the keepers of lamp 120."]
    hashes = "SELECT publisher_hash FROM revisions JOIN statements ON statement_id = id WHERE "
    found = asked(days["cwd"], f"{hashes} native_id = '{post.uri}' ORDER BY revisions.revision")
    assert [each["publisher_hash"] for each in found] == [post.cid, days["edited"].cid]
    gone = statement(days["cwd"], days["posts"][7])
    assert (gone["state"], gone["text"]) == ("suspect", days["posts"][7].record["text"])
    (look,) = asked(days["cwd"], "SELECT evidence FROM checks WHERE outcome = 'deleted'")
    assert "says RecordNotFound: Could not locate record" in look["evidence"]


def test_the_account_is_named_by_its_handle(days: dict[str, Any]) -> None:
    found = asked(days["cwd"], "SELECT DISTINCT account FROM statements")
    assert found == [{"account": f"bluesky/{days['account'].handle}"}]


def test_a_rebuild_makes_the_same_archive(days: dict[str, Any]) -> None:
    check_rebuild(days["cwd"])


def test_the_stream_proves_what_was_edited_and_deleted(pds: Pds, tmp_path: Path) -> None:
    account = pds.account("bells")
    stream = "    stream: true\n"
    bell = account.post("The bell at the reef rings again.", now())
    buoy = account.post("The buoy is at its place again.", now())
    first = look(tmp_path, account, stream)
    assert (first["new_statements"], first["faults"]) == (2, 0)
    time.sleep(1.1)
    edits = [account.edit(bell, f"The bell at the reef {what}.") for what in ("hums", "sings")]
    account.delete(buoy)
    slip = account.post("A slip of the hand.", now())
    account.delete(slip)
    second = look(tmp_path, account, stream)
    assert (second["new_statements"], second["new_revisions"], second["absent"]) == (1, 2, 2)
    assert (second["faults"], second["outcome"]) == (0, "finished")
    assert texts(tmp_path, bell) == [bell.record["text"], *(each.record["text"] for each in edits)]
    notes = asked(tmp_path, "SELECT publisher_changes FROM revisions WHERE revision > 1")
    assert f"prev {bell.cid} is the archived revision 1" in notes[0]["publisher_changes"]
    assert f"prev {edits[0].cid} is what event" in notes[1]["publisher_changes"]
    told = {
        each["native_id"]: each["evidence"]
        for each in asked(
            tmp_path,
            "SELECT native_id, evidence FROM checks JOIN statements ON statements.id = "
            "statement_id WHERE outcome = 'deleted'",
        )
    }
    assert f"delete; prev {buoy.cid} is the archived revision 1" in told[buoy.uri]
    assert f"delete; prev {slip.cid} is what event" in told[slip.uri]
    assert statement(tmp_path, slip)["text"] == "A slip of the hand."
    check_rebuild(tmp_path)


def test_an_account_that_is_deactivated_loses_nothing(pds: Pds, tmp_path: Path) -> None:
    account = pds.account("fogs")
    account.post("The fog is gone.", now())
    known = f"    did: {account.did}\n"
    look(tmp_path, account, known)
    made = pds.xrpc("com.atproto.server.deactivateAccount", token=account.token, sent={})
    assert made.status == 200, made.text
    summary = look(tmp_path, account, known)
    assert (summary["outcome"], summary["absent"]) == ("faulty", 0)
    (issue,) = asked(tmp_path, "SELECT message FROM issues WHERE level = 'error'")
    assert "answered 400: RepoDeactivated" in issue["message"]
    assert asked(tmp_path, "SELECT state FROM statements") == [{"state": "live"}]


def test_a_server_that_limits_us_is_read_to_the_end(limited_pds: Pds, tmp_path: Path) -> None:
    account = limited_pds.account("storms")
    posts = [account.post(f"Storm {number} is over.", now()) for number in range(120)]
    summary = look(tmp_path, account)
    assert (summary["new_statements"], summary["faults"]) == (120, 0)
    assert {each["native_id"] for each in asked(tmp_path, "SELECT native_id FROM statements")} == {
        each.uri for each in posts
    }
    waited = "SELECT count(*) AS n FROM captures WHERE not_before IS NOT NULL"
    assert asked(tmp_path, waited)[0]["n"] >= 1
    assert asked(tmp_path, "SELECT * FROM captures WHERE status = 429") == []
    check_rebuild(tmp_path)
