"""Imports in groups: the same rows as one after another, in an archive that is sound."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imported import TakenIn, assert_sound, post, write_lines
from loopback import rows

from archive.bulk import pack, unpack
from archive.ledger import canonical_json, imported_leaf
from archive.records import Capture, Statement, ToneScore, fields_of, statement_id
from onrecord import import_run

SAME = (
    "SELECT rowid, * FROM statements ORDER BY rowid",
    "SELECT * FROM revisions ORDER BY statement_id, revision",
    "SELECT * FROM tone ORDER BY text_sha256, language",
    "SELECT * FROM sentences",
    "SELECT * FROM mentions",
    "SELECT seq, kind, key, leaf FROM ledger WHERE kind = 'revision' ORDER BY seq",
    "SELECT native_id, reason, item FROM quarantine ORDER BY id",
    "SELECT level, message FROM issues ORDER BY id",
    "SELECT listed, seen, new_statements, new_revisions, quarantined, faults FROM crawls",
    "SELECT * FROM checks",
)


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


def mixed_lines(chance: random.Random) -> list[dict[str, Any] | str]:
    """New posts, edits, reversions, repetitions, undated ones and bad lines, in any order."""
    lines: list[dict[str, Any] | str] = []
    for number in range(400):
        lines.append(post(number))
        if chance.random() < 0.2:
            lines.append(post(number, text=f"The lamp of tower {number} is out.", title="Out"))
        if chance.random() < 0.1:
            lines.append(post(number))
        if chance.random() < 0.1:
            lines.append(post(number + 1000, published_at="one fine day", language=None))
        if chance.random() < 0.1:
            lines.append(chance.choice(["{", "[]", '{"native_id": "x"}']))
    chance.shuffle(lines)
    return [post(5000), *lines]


@pytest.mark.parametrize("is_scored", [False, True])
def test_both_ways_record_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_scored: bool
) -> None:
    found = []
    for way in ("groups", "alone"):
        (tmp_path / way).mkdir()
        with monkeypatch.context() as patch:
            take_in = TakenIn(tmp_path / way, patch)
            patch.setattr(import_run, "_RECORDS", 100)
            if way == "alone":
                begin = import_run.ImportRun.__init__

                def careful(self: Any, *words: Any, begin: Any = begin, **rest: Any) -> None:
                    begin(self, *words, **rest)
                    self._is_careful = True

                patch.setattr(import_run.ImportRun, "__init__", careful)
            patch.setattr(
                "onrecord.importing.utc_now", lambda: import_run.read_utc("2026-01-02T03:04:05Z")
            )
            patch.setattr("uuid.uuid4", lambda: "00000000-0000-4000-8000-000000000000")
            path = write_lines(tmp_path / way / "posts.ndjson", mixed_lines(random.Random(7)))
            imported = take_in(path, is_scored=is_scored)
        assert imported.outcome == "finished"
        assert imported.quarantined > 10
        assert imported.new_revisions > 10
        assert imported.unchanged > 10
        assert_sound(take_in.archive)
        found.append({sql: rows(take_in.archive, sql) for sql in SAME} | {"told": imported})
    groups, alone = found
    for what, expected in alone.items():
        assert groups[what] == expected, what


def test_a_statement_known_from_a_crawl_keeps_its_state(take_in: TakenIn) -> None:
    from sqlite_utils import Database

    take_in(write_lines(take_in.folder / "a.ndjson", [post(1)]))
    db = Database(take_in.archive)
    db.execute("UPDATE statements SET state = 'live'")
    db.conn.commit()
    db.close()
    lines = [post(2), post(1, text="The lamp is out."), post(3)]
    imported = take_in(write_lines(take_in.folder / "b.ndjson", lines))
    assert (imported.new_statements, imported.new_revisions) == (2, 1)
    first, *_ = take_in.rows("SELECT state, text, revision FROM statements ORDER BY rowid")
    assert first == {"state": "live", "text": post(1)["text"], "revision": 1}
    assert len(take_in.rows("SELECT * FROM revisions")) == 4
    assert_sound(take_in.archive)


def test_what_is_imported_is_found_by_its_words(take_in: TakenIn) -> None:
    take_in(write_lines(take_in.folder / "a.ndjson", [post(1), post(2, text="Herring quota.")]))
    take_in(write_lines(take_in.folder / "b.ndjson", [post(2, text="Mackerel quota."), post(3)]))
    sql = "SELECT count(*) AS n FROM statements_fts WHERE statements_fts MATCH '{}'"
    for words, count in {"tower": 2, "mackerel": 1, "herring": 0, "quota": 1}.items():
        assert take_in.rows(sql.format(words)) == [{"n": count}], words


def test_a_large_import_leaves_the_schema_alone_for_those_who_search(take_in: TakenIn) -> None:
    take_in(write_lines(take_in.folder / "a.ndjson", [post(1)]))
    before = take_in.rows("PRAGMA schema_version")
    take_in(write_lines(take_in.folder / "b.ndjson", map(post, range(2, 1002))))
    sql = "SELECT count(*) AS n FROM statements_fts WHERE statements_fts MATCH 'tower'"
    assert take_in.rows(sql) == [{"n": 1001}]
    assert take_in.rows("PRAGMA schema_version") == before
    assert_sound(take_in.archive)


def test_a_statement_that_no_table_takes_is_set_aside_alone(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spiders.formats.intake._check_storable", lambda _: None)
    monkeypatch.setattr(import_run, "start_reading", lambda: None)
    monkeypatch.setattr(import_run, "_RECORDS", 10)
    lines = [post(n, speaker="Half a sign \ud83d") if n == 17 else post(n) for n in range(40)]
    imported = take_in(write_lines(take_in.folder / "a.ndjson", lines))
    assert (imported.new_statements, imported.quarantined, imported.records) == (39, 1, 40)
    assert len(take_in.rows("SELECT * FROM statements")) == 39
    assert_sound(take_in.archive)


def test_a_hundred_doubtful_dates_are_listed_and_the_rest_is_said(take_in: TakenIn) -> None:
    lines = [post(n, published_at="some day") for n in range(150)]
    imported = take_in(write_lines(take_in.folder / "a.ndjson", lines))
    assert (imported.new_statements, imported.quarantined) == (150, 0)
    issues = [row["message"] for row in take_in.rows("SELECT message FROM issues ORDER BY id")]
    assert len(issues) == 101
    assert "line 100: the date 'some day' cannot be read" in issues[99]
    assert "more than 100 dates" in issues[100]


CAPTURE = Capture(
    id="c1",
    url="urn:x",
    captured_at="2026-01-02T03:04:05Z",
    status=200,
    content_type=None,
    bytes=0,
    sha256="",
    warc_file="w",
    warc_offset=0,
    warc_length=0,
    warc_sha256="ff",
)
SOME_TEXT = st.none() | st.text(max_size=10)


@given(
    st.text(min_size=1, max_size=30),
    SOME_TEXT,
    SOME_TEXT,
    st.sampled_from(["", "2020-02-02T02:02:02Z"]),
    st.booleans(),
)
def test_a_packed_statement_is_whole_again_and_its_leaf_is_canonical(
    native_id: str, raw: str | None, digest: str | None, seen_at: str, is_scored: object
) -> None:
    tone = ToneScore(language="en", tone_model="m", textblob_version="1", tone_status="scored")
    statement = Statement(
        **dict.fromkeys(("url", "title", "language", "published_at", "published_precision")),
        **dict.fromkeys(("delivered_on", "speaker", "speaker_id", "holder_id", "account")),
        **dict.fromkeys(("publisher_updated_at", "publisher_changes", "corrections", "withdrawn")),
        source="xa_light",
        native_id=native_id,
        kind="post",
        text="Words.",
        text_sha256="ab",
        published_raw=raw,
        office="o",
        country="xa",
        route="r",
        capture=CAPTURE,
        publisher_hash=digest,
        witness="import",
        seen_at=seen_at,
        tone=tone if is_scored else None,
    )
    if any("\ud800" <= sign <= "\udfff" for sign in native_id):
        return
    packed = pack(fields_of(statement), statement.tone, "crawl")
    assert unpack(packed, {"c1": CAPTURE}) == statement
    leaf = imported_leaf(fields_of(statement), statement.id, 3)
    told = json.loads(leaf)
    assert leaf == canonical_json(told)
    assert (told["capture"], told["native_id"], told["revision"]) == ("c1", native_id, 3)
    assert told.get("published_raw") == raw
    assert told.get("publisher_hash") == digest
    assert ("seen_at" in told) == bool(seen_at)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(codec="utf-8")))
def test_an_id_is_base32_of_a_hash(source: str, native_id: str) -> None:
    import base64
    import hashlib

    digest = hashlib.sha256(f"{source}\n{native_id}".encode()).digest()
    expected = base64.b32encode(digest[:10]).decode().lower()
    assert statement_id(source, native_id) == f"{source}-{expected}"
