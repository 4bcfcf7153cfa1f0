"""Records of Bluesky: each case a file, and real ones read without loss."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from bluesky_source import CAPTURE, DID, bluesky_source

from spiders.platforms import atproto
from spiders.platforms.bluesky import Origin, read_record
from spiders.source import Account

HERE = Path(__file__).parent / "bluesky"
CASES = sorted(HERE.glob("*.json"))
ORIGIN = Origin(
    source=bluesky_source(),
    did=DID,
    handle="lights.arvenna.example",
    pds="https://pds.arvenna.example",
    route="bluesky lights #1",
    capture=CAPTURE,
)
_THE_SAME = {"native_id", "kind", "account", "route", "capture", "publisher_hash"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_record_is_read_as_expected(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    assert read_case(case) == case["expected"]


def read_case(case: dict[str, Any]) -> Any:
    uri = atproto.AtUri.parse(case["uri"])
    try:
        item, notes = read_record(uri, "bafyreia", case["record"], ORIGIN)
    except ValueError as error:
        return {"error": str(error)}
    assert item.native_id == case["uri"]
    assert (item.kind, item.account) == ("post", "bluesky/lights.arvenna.example")
    assert item.publisher_hash == "bafyreia"
    fields = {
        n: v for n, v in asdict(item).items() if v not in (None, (), False) and n not in _THE_SAME
    }
    if item.linked:
        fields["linked"] = [
            {name: text for name, text in asdict(each).items() if text is not None}
            for each in item.linked
        ]
    return fields | ({"notes": notes} if notes else {})


def lines(shared_data: Path, name: str) -> list[str]:
    """Read the cases of a syntax file, which are its lines as they stand."""
    written = (shared_data / "api" / "bluesky" / name).read_text(encoding="utf-8")
    return [line for line in written.split("\n") if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("what", "is_it"),
    [
        ("datetime_syntax", atproto.is_datetime),
        ("did_syntax", atproto.is_did),
        ("handle_syntax", atproto.is_handle),
    ],
)
def test_the_protocols_own_cases_of_syntax(shared_data: Path, what: str, is_it: Any) -> None:
    valid, invalid = (
        lines(shared_data, f"{what}_valid.txt"),
        lines(shared_data, f"{what}_invalid.txt"),
    )
    assert len(valid) > 10
    assert len(invalid) > 10
    assert [line for line in valid if not is_it(line)] == []
    assert [line for line in invalid if is_it(line)] == []


def test_a_time_that_does_not_exist_is_none(shared_data: Path) -> None:
    cases = lines(shared_data, "datetime_parse_invalid.txt")
    assert len(cases) == 7
    assert [line for line in cases if atproto.is_datetime(line)] == []


def test_only_addresses_of_records_by_did_are_addresses_of_records(shared_data: Path) -> None:
    def is_record(line: str) -> bool:
        try:
            return str(atproto.AtUri.parse(line)) == line
        except ValueError:
            return False

    valid = lines(shared_data, "aturi_syntax_valid.txt")
    records = [line for line in valid if line.startswith("at://did:") and line.count("/") == 4]
    assert len(records) > 10
    assert [line for line in records if not is_record(line)] == []
    assert [line for line in valid if line not in records and is_record(line)] == []
    assert [
        line for line in lines(shared_data, "aturi_syntax_invalid.txt") if is_record(line)
    ] == []


def listed(value: Any) -> list[dict[str, Any]]:
    """Find every record with its address and CID in an answer, wherever it stands."""
    if isinstance(value, list):
        return [found for each in value for found in listed(each)]
    if not isinstance(value, dict):
        return []
    held = value.get("value") or value.get("record")
    own = [value | {"value": held}] if {"uri", "cid"} <= value.keys() and held else []
    return own + [found for each in value.values() for found in listed(each)]


def test_real_records_are_what_their_cids_stand_for(shared_data: Path) -> None:
    folder = shared_data / "api" / "bluesky"
    wrong, right = [], 0
    for path in sorted([*folder.glob("*.json"), *folder.glob("*/*.json")]):
        for each in listed(json.loads(path.read_text(encoding="utf-8"))):
            is_right = atproto.record_cid(each["value"]) == each["cid"]
            right += is_right
            wrong += [] if is_right else [path.name]
    assert right == 18
    assert wrong == ["custom_record.json"]  # made by hand from another record


def test_posts_of_real_answers_are_read_without_a_note(shared_data: Path) -> None:
    folder = shared_data / "api" / "bluesky"
    linked = 0
    for path in [*folder.glob("pds/list*.json"), *folder.glob("appview/*.json")]:
        for each in listed(json.loads(path.read_text(encoding="utf-8"))):
            uri = atproto.AtUri.parse(each["uri"])
            origin = Origin(source=ORIGIN.source, did=uri.did, route=ORIGIN.route, capture=CAPTURE)
            item, notes = read_record(uri, each["cid"], each["value"], origin)
            assert notes == []
            assert (item.text, item.language) == (each["value"]["text"], "en")
            assert item.published_raw == each["value"]["createdAt"]
            facets = [each["features"][0]["uri"] for each in each["value"].get("facets", [])]
            # These texts spell their links out, so that the bytes of a facet are its address.
            assert [(link.url, link.text) for link in item.linked] == [(uri, uri) for uri in facets]
            linked += len(facets)
    assert linked == 4


def test_an_account_bears_the_handle_that_it_had_on_the_day() -> None:
    def account(handle: str, **term: str) -> Account:
        told = {"platform": "bluesky", "handle": handle, "id": DID, **term}
        page = "https://arvenna.example/contact"
        return Account.model_validate(told | {"url": page, "proof": page})

    source = bluesky_source(
        accounts=[
            account("old.example", until="2024-05-31"),
            account("@new.example", since="2024-06-01"),
        ]
    )
    named = {}
    for day in ("2023-01-01", "2025-01-01"):
        record = {"$type": "app.bsky.feed.post", "text": "Lit.", "createdAt": f"{day}T10:00:00Z"}
        uri = atproto.AtUri(DID, "app.bsky.feed.post", "3n2wp2bkxxk2k")
        origin = Origin(source=source, did=DID, route="r #1", capture=CAPTURE, handle="now.example")
        named[day] = read_record(uri, "bafyreia", record, origin)[0].account
    assert named == {"2023-01-01": "bluesky/old.example", "2025-01-01": "bluesky/new.example"}


def test_a_revisions_key_holds_its_time() -> None:
    assert atproto.tid_time("3n2wp2bkxxk2k") == "2026-11-22T22:46:45Z"
    assert atproto.tid_time("3lmxjza3nva00") is None
    assert atproto.tid_time("self") is None
