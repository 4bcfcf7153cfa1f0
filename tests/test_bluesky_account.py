"""Who a Bluesky account is and where it lives; and listings that are not as they should be."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bluesky_source import DID, bluesky_source
from fake_pds import FEED, POST, FakePds
from loopback import crawl, onrecord, rows, write_source
from scrapy import Request

from spiders.channels.bluesky import BlueskyChannel
from spiders.channels.bluesky_account import BlueskyOptions
from spiders.channels.bluesky_answers import document_url
from spiders.items import AbsenceItem, FaultItem, StatementItem
from spiders.offline import kept_response, open_channel, read_item, read_listing

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
PDS = "https://pds.arvenna.example"
HANDLE = "lights.arvenna.example"
OTHER = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
RESOLVED = f"https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle={HANDLE}"
SITE = f"https://{HANDLE}/.well-known/atproto-did"


def channel(**options: Any) -> BlueskyChannel:
    opened = open_channel(bluesky_source(**options))
    assert isinstance(opened, BlueskyChannel)
    return opened


def answer(asked: Request, body: object, status: int = 200) -> list[Any]:
    """Answer a request as its server would, and give what the channel makes of it."""
    packed = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = kept_response(asked.url, packed, {"Content-Type": "application/json"}, AT, status)
    assert asked.callback is not None
    return list(asked.callback(response, **asked.cb_kwargs))


def only(found: Iterator[Any] | list[Any]) -> Any:
    (one,) = found
    return one


def document(**other: Any) -> dict[str, Any]:
    service = {"id": f"{DID}#atproto_pds", "type": "AtprotoPersonalDataServer"}
    return {
        "id": DID,
        "alsoKnownAs": [f"at://{HANDLE}"],
        "service": [{"id": "#other"}, service | {"serviceEndpoint": PDS}],
    } | other


def test_a_handle_leads_to_its_did_to_its_server_to_its_repository() -> None:
    asked = only(channel().start())
    assert asked.url == RESOLVED
    asked = only(answer(asked, {"did": DID}))
    assert asked.url == f"https://plc.directory/{DID}"
    asked = only(answer(asked, document()))
    assert asked.url == f"{PDS}/xrpc/com.atproto.sync.getLatestCommit?did=did%3Aplc%3A{DID[8:]}"
    asked = only(answer(asked, {"cid": "bafyreia", "rev": "3n2wp2bkxxk2k"}))
    words = f"repo=did%3Aplc%3A{DID[8:]}&collection={POST}&limit=100"
    assert asked.url == f"{PDS}/xrpc/com.atproto.repo.listRecords?{words}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": "InvalidRequest", "message": "Unable to resolve handle"}, 400),
        ({"did": "nobody"}, 200),
        ({"did": "did:key:zQ3sh"}, 200),
        (b"<html>", 200),
        (b"", 503),
    ],
)
def test_what_the_resolver_does_not_know_the_handles_own_site_is_asked(
    body: Any, status: int
) -> None:
    asked = only(answer(only(channel().start()), body, status))
    assert asked.url == SITE
    assert only(answer(asked, f"{DID}\n".encode())).url == f"https://plc.directory/{DID}"
    fault = only(answer(asked, b"<html>404", 404))
    assert fault.level == "error"
    assert f"nobody tells whose {HANDLE} is: {RESOLVED}" in fault.message or status == 200
    assert f"; {SITE} answered 404" in fault.message


def test_with_a_did_nobody_is_asked_whose_the_handle_is() -> None:
    assert only(channel(did=DID).start()).url == f"https://plc.directory/{DID}"
    asked = only(channel(did="did:web:light.arvenna.example").start())
    assert asked.url == "https://light.arvenna.example/.well-known/did.json"
    asked = only(channel(did=DID, pds=f"{PDS}/").start())
    assert asked.url.startswith(f"{PDS}/xrpc/com.atproto.sync.getLatestCommit?did=")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (document(id=OTHER), 200, f"is the document of {OTHER}"),
        (document(service=[]), 200, "names no server that holds its repository"),
        (
            document(service=[document()["service"][1] | {"serviceEndpoint": "ftp://pds"}]),
            200,
            "not a complete http",
        ),
        (b"<html>", 200, "not the JSON that was expected"),
        ({"message": "DID not registered"}, 404, "answered 404"),
        ({"message": "DID not available"}, 410, "answered 410"),
    ],
)
def test_a_document_that_leads_nowhere_is_an_error(body: Any, status: int, reason: str) -> None:
    fault = only(answer(only(channel(did=DID).start()), body, status))
    assert (fault.level, reason in fault.message) == ("error", True), fault.message


def test_a_handle_that_the_account_does_not_claim_is_not_believed() -> None:
    asked = only(answer(only(channel().start()), {"did": DID}))
    fault = only(answer(asked, document(alsoKnownAs=["at://new.arvenna.example"])))
    assert fault.level == "error"
    assert (
        f"{DID} does not call itself {HANDLE}; its handle is new.arvenna.example" in fault.message
    )


def test_an_account_with_a_did_may_change_its_handle_and_that_is_told() -> None:
    renamed = channel(did=DID)
    fault, asked = answer(
        only(renamed.start()), document(alsoKnownAs=["at://new.arvenna.example", 7])
    )
    assert (fault.level, "Change 'handle:'" in fault.message) == ("warning", True)
    assert "getLatestCommit" in asked.url
    assert renamed.place == DID


@pytest.mark.parametrize(
    "error", ["RepoTakendown", "RepoSuspended", "RepoDeactivated", "RepoNotFound"]
)
def test_of_an_account_that_is_not_available_nothing_is_read(error: str) -> None:
    asked = only(channel(did=DID, pds=PDS).start())
    fault = only(answer(asked, {"error": error, "message": "gone"}, 400))
    assert fault.level == "error"
    assert f"answered 400: {error} gone. Nothing is taken for deleted" in fault.message


def test_options_that_name_no_account_are_refused() -> None:
    for wrong in ({}, {"handle": "no handle"}, {"did": "did:key:abc"}, {"did": "bafy"}):
        with pytest.raises(ValueError, match=r"needs 'did'|is no handle|is no did:plc"):
            BlueskyOptions.model_validate({"channel": "bluesky"} | wrong)
    assert BlueskyOptions(channel="bluesky", handle="@Lights.Example").handle == "lights.example"


@pytest.mark.parametrize("did", ["did:web:a.example:path", "did:key:z", "did:web:localhost.x!"])
def test_a_did_of_another_kind_has_no_document(did: str) -> None:
    with pytest.raises(ValueError, match="neither a did:plc nor a did:web"):
        document_url(did, "https://plc.directory")


def listed(pds: FakePds, *others: object, **rest: Any) -> list[Any]:
    """Read a page of an account's records and others, by a channel with some options."""
    opened = channel(did=pds.did, pds=PDS, **rest)
    url = next(iter(opened.first_urls()))
    records = [*(pds._listed(path) for path in sorted(pds.records)), *others]
    body = json.dumps({"records": records}).encode()
    return read_listing(opened, kept_response(url, body, {}, AT))


def test_a_record_that_is_not_understood_is_told_of_and_spoils_no_other() -> None:
    pds = FakePds()
    pds.post("Lit.")
    odd = pds._listed(next(iter(pds.records)))
    found = listed(
        pds,
        odd | {"value": odd["value"] | {"$type": "app.bsky.feed.lighthousePost"}},
        odd | {"uri": f"at://{OTHER}/{POST}/3n2wp2bh5vc2k"},
        odd | {"uri": "at://lights.arvenna.example/posts"},
        {"uri": odd["uri"]},
        7,
    )
    entry, *faults = found
    assert entry.item.text == "Lit."
    assert [each.level for each in faults] == ["warning"] * 5
    reasons = ("unknown kind", f"not a record of {DID}", "no at:// address", "cid", "dict")
    for fault, reason in zip(faults, reasons, strict=True):
        assert reason in fault.message


def test_a_record_that_is_not_what_its_cid_says_is_told_of() -> None:
    pds = FakePds()
    path = pds.post("Lit.")
    told = pds._listed(path)
    changed = told | {"value": told["value"] | {"text": "Out."}}
    pds.records.clear()
    entry, fault = listed(pds, changed)
    assert entry.item.text == "Out."
    assert f"its content is not what its CID {told['cid']} stands for" in fault.message


def test_replies_and_reposts_are_choices() -> None:
    pds = FakePds()
    parent = {"uri": f"at://{OTHER}/{POST}/3n2wp2bh5vc2k", "cid": "bafyreia"}
    pds.post("We agree.", reply={"parent": parent, "root": parent})
    pds.post("Lit.")
    assert [each.item.text for each in listed(pds)] == ["We agree.", "Lit."]
    assert [each.item.text for each in listed(pds, replies=False)] == ["Lit."]
    urls = list(channel(did=DID, pds=PDS, reposts=True).first_urls())
    assert [each.partition("collection=")[2].partition("&")[0] for each in urls] == [
        "app.bsky.feed.post",
        "app.bsky.feed.repost",
    ]


def test_one_record_is_read_by_its_own_address() -> None:
    pds = FakePds()
    path = pds.post("Lit.")
    opened = channel(did=DID, pds=PDS)
    words = f"repo={DID}&collection={POST}&rkey={path.partition('/')[2]}"
    url = f"{PDS}/xrpc/com.atproto.repo.getRecord?{words}"
    body = json.dumps(pds._listed(path)).encode()
    item = only(read_item(opened, kept_response(url, body, {}, AT)))
    assert isinstance(item, StatementItem)
    assert (item.native_id, item.text) == (pds.uri(path), "Lit.")
    opened.spider.known = {pds.uri(path): item.url}
    for status in (401, 403, 404, 410, 429, 502):
        fault = only(read_item(opened, kept_response(url, b"{}", {}, AT, status)))
        assert isinstance(fault, FaultItem)
        assert f"answered {status}" in fault.message
    wrong = json.dumps({"error": "InvalidRequest", "message": "Could not find repo"}).encode()
    fault = only(read_item(opened, kept_response(url, wrong, {}, AT, 400)))
    assert isinstance(fault, FaultItem)
    gone = json.dumps({"error": "RecordNotFound", "message": "Could not locate record"}).encode()
    absence = only(read_item(opened, kept_response(url, gone, {}, AT, 400)))
    assert isinstance(absence, AbsenceItem)
    assert (absence.outcome, absence.native_id) == ("deleted", pds.uri(path))


def crawled(tmp_path: Path, pds: FakePds, rest: str = "") -> dict[str, Any]:
    write_source(tmp_path / "sources", pds, feeds=f"{FEED}{rest}")
    return crawl(pds, tmp_path)


def messages(tmp_path: Path) -> list[str]:
    found = rows(tmp_path / "archive.db", "SELECT level || ': ' || message AS told FROM issues")
    return [each["told"] for each in found]


def test_a_handle_that_passes_to_another_account_stops_the_crawl(tmp_path: Path) -> None:
    with FakePds() as pds:
        pds.post("Lit.")
        assert crawled(tmp_path, pds)["new_statements"] == 1
        pds.did = OTHER
        summary = crawled(tmp_path, pds)
    assert (summary["outcome"], summary["listed"], summary["absent"]) == ("faulty", 0, 0)
    (told,) = messages(tmp_path)
    assert f"was of {DID} and is of {OTHER} now" in told


def test_many_records_gone_at_once_are_an_event_to_look_into(tmp_path: Path) -> None:
    with FakePds() as pds:
        for number in range(15):
            pds.post(f"Lamp {number} is lit tonight, as it was before.")
        reposted = pds.repost(f"at://{OTHER}/{POST}/3n2wp2bh5vc2k")
        first = crawled(tmp_path, pds, "    reposts: true\n")
        for path in sorted(pds.records)[:12]:
            pds.delete(path)
        second = crawled(tmp_path, pds, "    reposts: true\n")
    assert (first["new_statements"], second["listed"], second["absent"]) == (16, 4, 12)
    (told,) = messages(tmp_path)
    assert told.startswith("warning: xa_light: 12 of 15 known records")
    sql = f"SELECT * FROM statements WHERE native_id = '{pds.uri(reposted)}'"
    (row,) = rows(tmp_path / "archive.db", sql)
    assert (row["text"], row["state"]) == ("", "live")
    assert json.loads(row["linked"])[0]["relation"] == "repost"


def test_more_pages_than_are_wanted_prove_nothing_missing(tmp_path: Path) -> None:
    with FakePds() as pds:
        for number in range(101):
            pds.post(f"Lamp {number} is lit tonight.")
        summary = crawled(tmp_path, pds, "    pages: 1\n")
    assert (summary["listed"], summary["outcome"]) == (100, "faulty")
    (told,) = messages(tmp_path)
    assert "is page 1 and not the last one: raise 'pages:'" in told


def test_an_imported_repository_and_a_crawl_are_of_one_piece(tmp_path: Path) -> None:
    with FakePds() as pds:
        lamp = pds.post("The lamp at the north harbour is lit again tonight.")
        ferry = pds.post("The ferry sails at noon on every day of the week.")
        bell = pds.post("The bell at the reef rings again.")
        (tmp_path / "lights.car").write_bytes(pds.exported())
        pds.edit(lamp, "The lamp at the north harbour is out tonight.")
        pds.delete(bell)
        write_source(tmp_path / "sources", pds, feeds=FEED)
        words = ("import", "lights.car", "--source", "xa_light", "--sources", "sources")
        imported = onrecord(*words, cwd=tmp_path)
        assert (imported.returncode, "3 new" in imported.stdout) == (0, True), imported.stderr
        summary = crawl(pds, tmp_path)
    assert (summary["new_statements"], summary["new_revisions"], summary["absent"]) == (0, 1, 1)
    assert messages(tmp_path) == []
    sql = "SELECT native_id, state, revision FROM statements ORDER BY native_id"
    assert rows(tmp_path / "archive.db", sql) == [
        {"native_id": pds.uri(lamp), "state": "live", "revision": 2},
        {"native_id": pds.uri(ferry), "state": "live", "revision": 1},
        {"native_id": pds.uri(bell), "state": "suspect", "revision": 1},
    ]


def test_a_trial_of_a_source_looks_at_the_newest_posts(tmp_path: Path) -> None:
    with FakePds() as pds:
        for number in range(101):
            pds.post(f"Lamp {number} is lit.", created="2019-11-20T10:00:00.000Z")
        pds.post("A new lamp is lit.", created="2026-11-21T10:00:00.000Z")
        write_source(tmp_path / "sources", pds, feeds=FEED)
        words = ("sources", "check", "xa_light", "--sources", "sources", "--allow-host", pds.host)
        tried = onrecord(*words, cwd=tmp_path)
    assert (tried.returncode, "the newest is of 2026-11-21" in tried.stdout) == (0, True), tried
