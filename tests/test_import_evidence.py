"""The evidence of imports: kept or referred to, rebuilt from, and never taken in twice."""

import gzip
import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from imported import TakenIn, assert_sound, declare, post, write_lines
from loopback import onrecord, rows
from warcio.archiveiterator import ArchiveIterator

from onrecord import importing

SAME = (
    "SELECT rowid, * FROM statements ORDER BY rowid",
    "SELECT * FROM revisions ORDER BY statement_id, revision",
    "SELECT * FROM tone ORDER BY text_sha256, language",
    "SELECT * FROM sentences",
    "SELECT * FROM mentions",
    "SELECT * FROM captures ORDER BY id",
    "SELECT * FROM crawls ORDER BY id",
    "SELECT * FROM imports ORDER BY crawl_id",
    "SELECT * FROM ledger ORDER BY seq",
    "SELECT * FROM quarantine ORDER BY id",
    "SELECT * FROM issues ORDER BY id",
)
CSV = "nr;body;day\n1;The lamp is lit.;02/09/2025\n2;;\n3;The lamp is out.;some day\n"


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


def rebuild(cwd: Path, *words: str) -> tuple[Path, Any]:
    """Rebuild the archive of a folder elsewhere, from its WARC files and sources alone."""
    again = cwd / "rebuilt"
    shutil.rmtree(again, ignore_errors=True)
    shutil.copytree(cwd / "archive-warc", again / "archive-warc")
    words = ("rebuild", "--to", "again.db", "--sources", str(cwd / "sources"), *words)
    return again / "again.db", onrecord(*words, cwd=again)


def test_imports_of_several_formats_are_rebuilt_as_they_were(take_in: TakenIn) -> None:
    folder = take_in.folder
    take_in(write_lines(folder / "posts.ndjson", [post(1), "no line", post(2)]), is_scored=True)
    table = folder / "table.csv"
    table.write_text(CSV)
    columns = {"native_id": "nr", "text": "body", "published_at": "day"}
    take_in(table, columns=columns)
    months = folder / "months"
    months.mkdir()
    for month in (1, 2):
        write_lines(months / f"{month}.ndjson", [post(month * 10), post(1, text=f"In {month}.")])
    (months / "readme.txt").write_text("About these files, in some words.")
    told = take_in(months)
    assert (told.records, told.new_statements, told.new_revisions) == (4, 2, 2)
    packed = folder / "Packed & quoted ü.ndjson.gz"
    packed.write_bytes(gzip.compress(json.dumps(post(9)).encode()))
    take_in(packed)
    assert len(take_in.rows("SELECT * FROM quarantine")) == 2
    assert len(take_in.rows("SELECT * FROM issues")) == 1
    again, finished = rebuild(folder)
    assert finished.returncode == 0, finished.stderr
    for sql in SAME:
        assert rows(again, sql) == take_in.rows(sql), sql
    assert_sound(again)


def test_a_file_is_kept_as_it_was(take_in: TakenIn) -> None:
    path = write_lines(take_in.folder / "posts.ndjson", [post(n) for n in range(500)])
    told = take_in(path)
    (capture,) = take_in.rows("SELECT * FROM captures")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (capture["sha256"], told.sha256, told.is_kept) == (digest, digest, True)
    warc = take_in.folder / "archive-warc" / capture["warc_file"]
    assert warc.stat().st_size < path.stat().st_size / 2
    stored = warc.read_bytes()[capture["warc_offset"] :][: capture["warc_length"]]
    assert hashlib.sha256(stored).hexdigest() == capture["warc_sha256"]
    with warc.open("rb") as file:
        about, kept = list(records(file))
    assert about[0] == "warcinfo"
    assert kept == ("resource", "urn:onrecord:import:posts.ndjson", path.read_bytes())


def records(file: Any) -> Any:
    for record in ArchiveIterator(file, check_digests="raise"):
        address = record.rec_headers.get_header("WARC-Target-URI")
        yield record.rec_type, address, record.raw_stream.read()


def test_a_large_file_is_only_referred_to_unless_it_is_asked_for(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LARGEST_KEPT", 1000)
    large = write_lines(take_in.folder / "large.ndjson", [post(n) for n in range(9)])
    small = write_lines(take_in.folder / "small.ndjson", [post(10)])
    asked = write_lines(take_in.folder / "asked.ndjson", [post(n) for n in range(20, 29)])
    spared = write_lines(take_in.folder / "spared.ndjson", [post(30)])
    for path, evidence, is_kept in (
        (large, "auto", False),
        (small, "auto", True),
        (asked, "keep", True),
        (spared, "reference", False),
    ):
        told = take_in(path, evidence=evidence)
        assert told.is_kept is is_kept, path.name
        sql = f"SELECT bytes, sha256 FROM captures WHERE url LIKE '%{path.name}'"
        expected = {"bytes": path.stat().st_size, "sha256": told.sha256}
        assert take_in.rows(sql) == [expected]
    sizes = [each.stat().st_size for each in (take_in.folder / "archive-warc").iterdir()]
    assert sorted(sizes)[1] < 1500
    assert len(take_in.rows("SELECT * FROM statements")) == 20


def test_a_rebuild_asks_for_what_is_not_kept_and_takes_it_by_its_hash(take_in: TakenIn) -> None:
    folder = take_in.folder
    path = write_lines(folder / "posts.ndjson", [post(1), post(2)])
    told = take_in(path, evidence="reference")
    take_in(write_lines(folder / "kept.ndjson", [post(3)]))
    again, finished = rebuild(folder)
    assert finished.returncode == 1
    for words in ("posts.ndjson", told.sha256, f"({path.stat().st_size} bytes", "--imports"):
        assert words in finished.stderr, words
    assert "Traceback" not in finished.stderr
    assert len(rows(again, "SELECT * FROM statements")) == 1
    files = folder / "elsewhere" / "deep"
    files.mkdir(parents=True)
    (files / "other.ndjson").write_bytes(b"x" * path.stat().st_size)
    path.rename(files / "renamed.ndjson")
    again, finished = rebuild(folder, "--imports", str(files.parent))
    assert finished.returncode == 0, finished.stderr
    for sql in SAME:
        assert rows(again, sql) == take_in.rows(sql), sql


def test_the_same_file_is_taken_in_once_whatever_its_name(take_in: TakenIn) -> None:
    path = write_lines(take_in.folder / "a.ndjson", [post(1), "no line"])
    first = take_in(path)
    assert (first.outcome, first.is_clean, first.quarantined) == ("finished", False, 1)
    copy = take_in.folder / "b.ndjson"
    shutil.copy(path, copy)
    second = take_in(copy)
    assert (second.outcome, second.new_statements, second.unchanged) == ("unchanged", 0, 1)
    assert (second.crawl_id, second.is_clean) == (first.crawl_id, True)
    assert len(take_in.rows("SELECT * FROM crawls")) == 1
    third = take_in(copy, is_again=True)
    assert (third.outcome, third.new_statements, third.unchanged) == ("finished", 0, 1)
    assert len(take_in.rows("SELECT * FROM crawls")) == 2
    other_columns = take_in(path, columns={"title": "kind"})
    assert (other_columns.outcome, other_columns.new_revisions) == ("finished", 1)


def test_the_same_file_for_another_source_is_another_import(take_in: TakenIn) -> None:
    path = write_lines(take_in.folder / "a.ndjson", [post(1)])
    take_in(path)
    take_in.source = declare(take_in.folder).model_copy(update={"name": "xa_dark"})
    assert take_in(path).new_statements == 1


def test_tone_is_scored_unless_it_is_not_asked_for(take_in: TakenIn) -> None:
    take_in(write_lines(take_in.folder / "a.ndjson", [post(1, text="A very good lamp.")]))
    scored = post(2, text="A very good lamp, again.")
    take_in(write_lines(take_in.folder / "b.ndjson", [scored]), is_scored=True)
    bare, told = take_in.rows("SELECT * FROM statements ORDER BY rowid")
    assert (bare["textblob_polarity"], bare["tone_status"]) == (None, "not scored: not asked for")
    assert told["textblob_polarity"] > 0.5
    assert len(take_in.rows("SELECT * FROM tone")) == 1


def test_an_interrupted_import_goes_on_as_it_was_begun(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.import_run._RECORDS", 10)
    monkeypatch.setattr("spiders.formats.intake._MOST", 10)
    path = write_lines(take_in.folder / "a.ndjson", [post(n) for n in range(50)])

    def stop(records: int, read: int) -> None:
        del read
        if records == 30:
            raise KeyboardInterrupt

    wish = importing.Wish(is_scored=False, evidence="reference")
    told = importing.import_path(path, take_in.source, take_in.archive, wish, stop)
    assert (told.outcome, told.records) == ("interrupted", 20)
    done = take_in(path, is_scored=True, evidence="keep")
    assert (done.outcome, done.resumed_at, done.is_kept) == ("finished", 20, False)
    statuses = take_in.rows("SELECT DISTINCT tone_status FROM statements")
    assert statuses == [{"tone_status": "not scored: not asked for"}]


def test_imports_of_one_second_are_rebuilt_in_their_order(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"This is wording {number}." for number in range(3)]
    for number, text in enumerate(texts):
        at = datetime(2031, 3, 5, 10, 0, 0, (3 * number + 1) * 100_000, tzinfo=UTC)
        monkeypatch.setattr(importing, "utc_now", lambda at=at: at)
        path = write_lines(take_in.folder / f"{number}.ndjson", [post(1, text=text)])
        with monkeypatch.context() as patch:
            patch.setattr("onrecord.import_evidence.WarcFile.add_file", stop)
            with pytest.raises(KeyboardInterrupt):
                take_in(path)
        with monkeypatch.context() as patch:
            patch.setattr("onrecord.import_run.ImportRun._to_the_end", stop)
            assert take_in(path).outcome == "interrupted"
        assert take_in(path).outcome == "finished"
    again, finished = rebuild(take_in.folder)
    assert finished.returncode == 0, finished.stderr
    found = rows(again, "SELECT text FROM revisions ORDER BY revision")
    assert [row["text"] for row in found] == texts
    for sql in SAME:
        assert rows(again, sql) == take_in.rows(sql), sql


def stop(*_: object) -> None:
    raise KeyboardInterrupt
