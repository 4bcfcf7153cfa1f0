"""Events of repository streams: real sequences give create, edit and delete exactly."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fake_pds import FakePds, frame
from libipld import decode_multibase, encode_dag_cbor

from spiders.platforms.atproto import record_cid
from spiders.platforms.atproto_events import Log, read_frames, read_log
from spiders.streams import Reading

DID = "did:plc:44ybard66vv44zksje25o7dz"
LIKE, POST = "app.bsky.feed.like", "app.bsky.feed.post"


def from_json(value: Any) -> Any:
    """Turn the sequences' JSON into what the frames held."""
    if isinstance(value, list):
        return [from_json(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$bytes"}:
        return base64.b64decode(value["$bytes"] + "=" * (-len(value["$bytes"]) % 4))
    if set(value) == {"$link"}:
        return decode_multibase(value["$link"])[1]
    return {name: from_json(each) for name, each in value.items()}


def sequence(shared_data: Path, name: str) -> tuple[list[bytes], list[bool]]:
    """Give a sequence's frames, and which of them are not to be believed."""
    path = shared_data / "api" / "bluesky" / f"{name}.json"
    messages = json.loads(path.read_text(encoding="utf-8"))["messages"]
    frames = [
        encode_dag_cbor(each["frame"]["header"]) + encode_dag_cbor(from_json(each["frame"]["body"]))
        for each in messages
    ]
    return frames, [each["drop"] or each["invalid"] for each in messages]


def told(log: Log) -> list[tuple[str, str, str | None, str | None]]:
    return [(each.action, each.path, _end(each.cid), _end(each.prev)) for each in log.changes]


def _end(cid: str | None) -> str | None:
    return cid and cid[-6:]


LIFE = [
    ("create", f"{LIKE}/3lmxjza3h2i27", "gubhwy", None),
    ("delete", f"{LIKE}/3lmxjza3h2i27", None, "gubhwy"),
    ("create", f"{POST}/3lmxjzlexp22k", "r2kk2i", None),
    ("delete", f"{POST}/3lmxjzlexp22k", None, "r2kk2i"),
    ("update", "app.bsky.actor.profile/self", "cx7dda", "wk5224"),
    ("create", f"{POST}/3lmxk35znys2k", "zczxpq", None),
    ("create", "app.bsky.feed.threadgate/3lmxk35znys2k", "omcgza", None),
    ("create", "app.bsky.feed.postgate/3lmxk35znys2k", "k34ybm", None),
]
OLD_LIFE = [
    ("create", f"{LIKE}/3llpyftcvih2r", "5lzrci", None),
    ("create", f"{POST}/3llxv7pnd3s2q", "lh45km", None),
    ("create", f"{LIKE}/3llxva3wc7x22", "5dwrz4", None),
    ("delete", f"{LIKE}/3llxva3wc7x22", None, None),
    ("create", "app.bsky.feed.threadgate/3llxv7pnd3s2q", "wsmd7i", None),
    ("delete", f"{POST}/3llxv7pnd3s2q", None, None),
]
SEQUENCES = {
    "post_lifecycle": LIFE,
    "post_lifecycle_legacy": OLD_LIFE,
    "deactivation": [each for each in OLD_LIFE if each[2] != "lh45km"],
    "legacy": OLD_LIFE[:1],
    "rev_ordering": LIFE[:2],
    "seq_ordering": OLD_LIFE[:1],
    "account_lifecycle": [],
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_real_sequence_gives_its_changes_exactly(shared_data: Path, name: str) -> None:
    frames, dropped = sequence(shared_data, name)
    read = read_frames(b"".join(frames))
    log = read_log(read, read[0].did or "")
    assert len(read) == len(frames)
    assert told(log) == SEQUENCES[name]
    assert log.passed_over == sum(dropped)
    for each in log.changes:
        assert (each.record is None) == (each.action == "delete")


def test_an_account_that_is_switched_off_is_told_of(shared_data: Path) -> None:
    off = read_log(read_frames(b"".join(sequence(shared_data, "deactivation")[0])), DID)
    assert off.notes == ["the account was deactivated (event 101 of 2025-04-01T04:01:31Z)"]
    did = "did:plc:vvpy7d6y2li5yo73cgbszibl"
    gone = read_log(read_frames(b"".join(sequence(shared_data, "account_lifecycle")[0])), did)
    assert gone.notes == ["the account was deleted (event 140 of 2025-04-16T23:41:33Z)"]
    assert gone.handle == "pengua.bsky.social"


def test_the_frames_of_a_real_server_prove_an_edit_and_a_deletion(shared_data: Path) -> None:
    path = shared_data / "api" / "bluesky" / "pds" / "subscribeRepos_frames.hex.json"
    packed = [bytes.fromhex(each) for each in json.loads(path.read_text(encoding="utf-8"))]
    log = read_log(read_frames(b"".join(packed)), "did:plc:kg6cakv4x2wss76by6xsayk4")
    assert [each.action for each in log.changes] == ["create"] * 3 + ["update", "delete"]
    first, _, third, edit, deletion = log.changes
    assert (edit.path, edit.prev) == (first.path, first.cid)
    assert (deletion.path, deletion.prev) == (third.path, third.cid)
    assert [each.seq for each in log.changes] == [5, 6, 7, 8, 9]
    assert edit.at == "2026-11-22T22:13:24Z"
    assert log.rev == "3n2wn6myoz223"
    for each in log.changes[:4]:
        assert record_cid(each.record) == each.cid


def test_a_change_that_the_trees_root_does_not_bear_out_is_not_believed() -> None:
    pds = FakePds()
    kept, lost = pds.post("Lit."), pds.post("Out.")
    (body,) = (each.body for each in read_frames(pds.frames[1]))
    for op in (
        {"action": "delete", "path": kept, "cid": None},
        {"action": "update", "path": lost, "cid": body["commit"]},
        {"action": "create", "path": "app.bsky.feed.post/3n2wp2bh5vc2k", "cid": body["commit"]},
    ):
        log = read_log(read_frames(frame("#commit", dict(body) | {"ops": [op]})), pds.did)
        assert log.changes == []
        assert "the tree of the commit does not show it (event 2" in log.notes[0]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"blocks": b""}, "does not begin as a CAR file"),
        ({"blocks": None}, "does not begin as a CAR file"),
        ({"rev": "3zzzzzzzzzz2k"}, "its blocks are of another commit"),
        ({"tooBig": True}, "too big to be told"),
        ({"ops": [7]}, "a change of an unknown kind"),
    ],
)
def test_a_frame_that_is_not_right_is_told_of(wrong: dict[str, Any], reason: str) -> None:
    pds = FakePds()
    pds.post("Lit.")
    (body,) = (each.body for each in read_frames(pds.frames[0]))
    log = read_log(read_frames(frame("#commit", dict(body) | wrong)), pds.did)
    assert reason in log.notes[0]
    assert "event 1" in log.notes[0]


def test_frames_that_are_none_are_refused() -> None:
    for packed in (b"\x01", encode_dag_cbor({}), encode_dag_cbor([]) * 2, b"\xff\xff"):
        with pytest.raises(ValueError, match=r"\w"):
            read_frames(packed)


def reading(did: str, until_rev: str = "", cursor: int = 0) -> Reading:
    return Reading(did, until_rev, cursor, "2026-11-24T10:00:00Z")


def test_of_a_stream_only_the_accounts_frames_are_kept_and_the_last_number() -> None:
    mine, other = FakePds(), FakePds(did="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    mine.post("Lit.")
    other.post("Nothing of ours.")
    other.say("#identity", did=other.did)
    took = reading(mine.did)
    assert not any(took.add(each) for each in [*mine.frames, *other.frames])
    assert bytes(took.kept) == mine.frames[0]
    assert (took.cursor, took.frames) == (2, 3)
    took.add("text")
    took.add(b"\xff")
    assert (took.unreadable, took.cursor) == (2, 2)


def test_a_stream_has_told_all_at_the_revision_that_was_asked_for_or_at_what_is_new() -> None:
    pds = FakePds()
    pds.post("Lit.")
    pds.post("Out.")
    took = reading(pds.did, until_rev=pds.rev)
    assert [took.add(each) for each in pds.frames] == [False, True]
    late = FakePds(time="2026-11-24T10:00:01.000Z")
    late.post("Of now.")
    assert reading("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa").add(late.frames[0])


def test_a_server_that_counts_anew_is_read_from_the_start_next_time() -> None:
    took = reading("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", cursor=900)
    took.add(frame("error", {"error": "FutureCursor", "message": "not yet"}))
    assert took.cursor == 0
    assert read_log(read_frames(bytes(took.kept)), "x").notes == [
        "the server says FutureCursor: not yet"
    ]
