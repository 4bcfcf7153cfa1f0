"""Replay and rebuild: the same archive from the WARC files alone."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from loopback import Answer, Site, crawl, listing, onrecord, release, rows, write_source
from warcio.archiveiterator import ArchiveIterator

SAME = {
    "statements": "SELECT * FROM statements ORDER BY id",
    "revisions": "SELECT * FROM revisions ORDER BY statement_id, revision",
    "tone": "SELECT * FROM tone ORDER BY text_sha256, language",
    "sentences": "SELECT * FROM sentences",
    "mentions": "SELECT * FROM mentions",
    "entities": "SELECT * FROM entities",
    "captures": "SELECT * FROM captures ORDER BY id",
    "crawls": "SELECT * FROM crawls ORDER BY id",
    "checks": "SELECT statement_id, capture_id, checked_at, outcome, revision, evidence "
    "FROM checks ORDER BY statement_id, checked_at",
    "quarantine": "SELECT native_id, reason, item FROM quarantine ORDER BY native_id",
}
LINES = [
    {"native_id": "p1", "text": "The lamp of the harbour is lit again tonight.", "kind": "post"},
    {"native_id": 9007199254740993, "text": "Nothing to report from the tower.", "speaker": "Ilse"},
    {"native_id": "p1", "text": "The lamp of the harbour is out tonight.", "kind": "post"},
]
FIRST = "We thank the keepers of the lighthouse for their service."


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crawl, import, crawl again: an edit, a vanished page and an unreadable one among it."""
    cwd = tmp_path_factory.mktemp("replay")
    with Site() as site:
        write_source(cwd / "sources", site)
        site.html("/list", listing(dict.fromkeys(["/pr/1", "/pr/2", "/pr/3"], "02/09/2025")))
        site.html("/pr/1", release(FIRST), headers={"Set-Cookie": "secret=1"})
        page = f"<html>{release('Packed, and kept as it came over the wire.')}</html>"
        site.answers["/pr/2"] = Answer(
            gzip.compress(page.encode()), headers={"Content-Encoding": "gzip"}
        )
        site.html("/pr/3", "<h1>No words</h1>")
        crawl(site, cwd)
        lines = "".join(json.dumps(line) + "\n" for line in LINES) + "this is no line\n"
        (cwd / "posts.ndjson").write_text(lines)
        imported = onrecord(
            "import", "posts.ndjson", "--source", "xa_light", "--sources", "sources", cwd=cwd
        )
        assert imported.returncode == 1, imported.stderr
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release(FIRST.replace("thank", "blame")))
        del site.answers["/pr/2"]
        crawl(site, cwd)
    return cwd


def rebuilt(kept: Path, tmp_path: Path, *words: str) -> Any:
    shutil.copytree(kept / "archive-warc", tmp_path / "archive-warc")
    shutil.copytree(kept / "sources", tmp_path / "sources")
    return onrecord("rebuild", "--to", "again.db", "--sources", "sources", *words, cwd=tmp_path)


def test_a_rebuild_makes_the_same_archive_without_the_database(kept: Path, tmp_path: Path) -> None:
    finished = rebuilt(kept, tmp_path)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(tmp_path / "again.db", sql) == rows(kept / "archive.db", sql), table
    assert len(rows(tmp_path / "again.db", "SELECT * FROM statements")) == 4
    left = {path.name for path in tmp_path.glob("again*")}
    assert left == {"again-warc", "again.db", "again.db.lock"}  # as every archive has one


def test_a_rebuild_that_was_cut_short_is_begun_again(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "again.db.building").write_bytes(b"half a rebuild")
    (tmp_path / "again.db.building-wal").write_bytes(b"and its log")
    finished = rebuilt(kept, tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert rows(tmp_path / "again.db", SAME["statements"]) == rows(
        kept / "archive.db", SAME["statements"]
    )
    assert not list(tmp_path.glob("*.building*"))


def test_a_rebuild_never_overwrites(kept: Path) -> None:
    before = (kept / "archive.db").read_bytes()
    finished = onrecord("rebuild", "--to", "archive.db", cwd=kept)
    assert finished.returncode == 2
    assert "exists already" in finished.stderr
    assert (kept / "archive.db").read_bytes() == before


def test_a_rebuild_names_the_source_that_is_missing(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "archive-warc", tmp_path / "archive-warc")
    finished = onrecord("rebuild", "--to", "again.db", cwd=tmp_path)
    assert finished.returncode == 1
    assert "no usable source is named 'xa_light'. Add it with --sources" in finished.stderr


def test_a_file_cut_short_gives_what_came_before_the_cut(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "archive-warc", tmp_path / "archive-warc")
    shutil.copytree(kept / "sources", tmp_path / "sources")
    first = min((tmp_path / "archive-warc").iterdir())
    last = rows(
        kept / "archive.db",
        f"SELECT max(warc_offset) AS at FROM captures WHERE warc_file = '{first.name}'",
    )[0]["at"]
    first.write_bytes(first.read_bytes()[: last + 40])
    finished = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path)
    assert "Traceback" not in finished.stderr
    assert rows(tmp_path / "again.db", "SELECT count(*) AS n FROM crawls")[0]["n"] == 3


def test_a_damaged_file_is_named_and_stops_no_other(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "archive-warc", tmp_path / "archive-warc")
    shutil.copytree(kept / "sources", tmp_path / "sources")
    first = min((tmp_path / "archive-warc").iterdir())
    at = rows(
        kept / "archive.db",
        f"SELECT warc_offset + warc_length / 2 AS at FROM captures WHERE url LIKE '%/pr/1' "
        f"AND warc_file = '{first.name}'",
    )[0]["at"]
    damaged = bytearray(first.read_bytes())
    damaged[at] ^= 0x10
    first.write_bytes(damaged)
    finished = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path)
    assert finished.returncode == 1
    assert f"{first.name} is damaged" in finished.stderr
    assert len(rows(tmp_path / "again.db", "SELECT * FROM statements")) == 3


def test_one_crawl_is_replayed_into_another_archive_and_only_once(
    kept: Path, tmp_path: Path
) -> None:
    first = min((kept / "archive-warc").iterdir())
    words = ["crawl", "xa_light", "--replay", first, "--sources", kept / "sources"]
    for _ in range(2):
        finished = onrecord(*words, "--db", tmp_path / "other.db", cwd=tmp_path)
        assert finished.returncode == 1  # one page of that crawl was set aside
    texts = rows(tmp_path / "other.db", "SELECT text, revision FROM statements ORDER BY text")
    assert texts == [
        {"text": "Packed, and kept as it came over the wire.", "revision": 1},
        {"text": FIRST, "revision": 1},
    ]
    assert (tmp_path / "other-warc" / first.name).samefile(first) or (
        tmp_path / "other-warc" / first.name
    ).read_bytes() == first.read_bytes()
    assert len(rows(tmp_path / "other.db", "SELECT * FROM quarantine")) == 1


def test_replaying_the_past_changes_nothing_in_a_later_archive(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "archive-warc", tmp_path / "archive-warc")
    shutil.copy(kept / "archive.db", tmp_path / "archive.db")
    first = min((tmp_path / "archive-warc").iterdir())
    onrecord("crawl", "xa_light", "--replay", first, "--sources", kept / "sources", cwd=tmp_path)
    for table, sql in SAME.items():
        assert rows(tmp_path / "archive.db", sql) == rows(kept / "archive.db", sql), table
    sql = "SELECT * FROM ledger"
    assert rows(tmp_path / "archive.db", sql) == rows(kept / "archive.db", sql)


def test_captures_of_another_source_are_refused(kept: Path, tmp_path: Path) -> None:
    first = min((kept / "archive-warc").iterdir())
    finished = onrecord("crawl", "gb_fcdo", "--replay", first, cwd=tmp_path)
    assert finished.returncode == 2
    assert "holds a crawl of xa_light, not of gb_fcdo" in finished.stderr


def test_what_is_no_warc_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.warc.gz").write_bytes(b"Dear sir or madam, ")
    finished = onrecord("crawl", "gb_fcdo", "--replay", "letter.warc.gz", cwd=tmp_path)
    assert finished.returncode == 2
    assert "is not a WARC file" in finished.stderr


def test_bodies_are_kept_as_they_came_and_secrets_are_not(kept: Path) -> None:
    bodies, headers = {}, ""
    for path in sorted((kept / "archive-warc").iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.http_headers:
                    headers += str(record.http_headers)
                if record.rec_type == "response":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    bodies.setdefault(url.rpartition("/")[2], record.raw_stream.read())
    assert gzip.decompress(bodies["2"]).decode().count("kept as it came") == 1
    assert "secret" not in headers
    assert "Content-Encoding" in headers
