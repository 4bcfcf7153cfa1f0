"""The index of passages: brought up to date step by step, and the same as made at once."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from imported import declare, post, write_lines
from loopback import onrecord
from shelf import FEXLEY, MARROW, Shelf, entries_of, shelf
from sqlite_utils import Database

from archive.passages import refreshing, volumes
from archive.passages.finding import find_candidates
from archive.passages.refreshing import index_state, rebuild, refresh
from archive.rows import keep_hash_only
from archive.schema import migrations
from archive.store import APPLICATION_ID, Archive, open_for_reading

FERRY = "The northern ferry will sail again from the first day of May, come fog or ice."


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Shelf]:
    with shelf(tmp_path / "archive.db") as made:
        yield made


def put_some(record: Shelf, first: int, count: int, chance: random.Random) -> None:
    for number in range(first, first + count):
        texts = [
            " ".join(f"w{int(chance.paretovariate(0.5)) % 5_000}" for _ in range(30))
            for _ in range(chance.choice([1, 1, 1, 2, 3]))
        ]
        if chance.random() < 0.1:
            texts[0] = chance.choice(["", "Fog.", "Three words only", "我々"])
        speaker = chance.choice([None, FEXLEY, MARROW])
        account = chance.choice([None, "x/fexley"])
        record.put(f"s{number}", *texts, speaker_id=speaker, account=account)


def change_some(record: Shelf, chance: random.Random) -> None:
    """Change what later looks can change."""
    keys = [row[0] for row in record.run("SELECT id FROM statements ORDER BY 1")]
    keep_hash_only(record.archive.db, chance.choice(keys))
    record.run("UPDATE statements SET speaker_id = ? WHERE id = ?", MARROW, chance.choice(keys))
    record.run("UPDATE statements SET account = 'x/m' WHERE id = ?", chance.choice(keys))
    record.run("UPDATE statements SET last_seen_at = 'later', speaker_id = speaker_id")
    (key,) = chance.choice(record.run("SELECT statement_id FROM revisions WHERE text IS NULL"))
    record.run("UPDATE revisions SET text = 'There again' WHERE statement_id = ?", key)
    keep_hash_only(record.archive.db, chance.choice(keys))


def test_step_by_step_gives_the_same_entries_as_at_once(
    record: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "FULL", 8_000)
    monkeypatch.setattr(refreshing, "_WORDS", 700)
    chance = random.Random(3)
    for step in range(5):
        put_some(record, step * 60, 60, chance)
        if step:
            change_some(record, chance)
        if step != 2:
            refresh(record.archive)
            assert index_state(record.archive.db).behind == 0
    stepwise = record.entries()
    held = record.run("SELECT sum(entries) FROM passage_volumes")[0][0]
    assert held == len(stepwise) > 10_000
    assert len(record.run("SELECT * FROM passage_volumes")) > 2
    rebuild(record.archive)
    assert record.entries() == stepwise


def test_an_unchanged_archive_is_not_written(record: Shelf) -> None:
    record.put("a", FERRY)
    seen: list[tuple[int, int]] = []
    assert refresh(record.archive, progress=lambda *told: seen.append(told)) == 1
    assert seen[-1] == (1, 1)
    before = record.archive.connection.total_changes
    assert refresh(record.archive) == 0
    assert record.archive.connection.total_changes == before


def test_the_state_tells_what_is_missing(record: Shelf) -> None:
    def state() -> tuple[bool, int, int]:
        now = index_state(record.archive.db)
        return now.is_there, now.texts, now.behind

    assert state() == (False, 0, 0)
    record.put("a", FERRY, f"{FERRY} Again.")
    assert state() == (False, 0, 2)
    refresh(record.archive)
    assert state() == (True, 2, 0)
    record.put("b", "Fog.")
    keep_hash_only(record.archive.db, "a")
    assert state() == (True, 2, 3)
    refresh(record.archive)
    assert state() == (True, 3, 0)


def test_what_is_withheld_is_not_found_and_leaves_the_index(record: Shelf) -> None:
    record.put("a", FERRY, FERRY.replace("May", "June"))
    record.put("b", "Fog on the northern coast.")
    refresh(record.archive)
    words_of_b = {each for each in record.entries() if each[1] == "b"}
    keep_hash_only(record.archive.db, "a")
    assert record.find(FERRY) == []
    assert refresh(record.archive) == 2
    assert record.entries() == words_of_b
    assert record.find("the northern coast")[0].statement_id == "b"


def test_what_comes_back_is_found_again(record: Shelf) -> None:
    record.put("a", FERRY)
    refresh(record.archive)
    before = record.entries()
    keep_hash_only(record.archive.db, "a")
    refresh(record.archive)
    record.run("UPDATE revisions SET text = ? WHERE statement_id = 'a'", FERRY)
    assert record.found(FERRY) == [("a", 1)]
    assert record.entries() == before


def test_what_is_deleted_leaves_the_index(record: Shelf) -> None:
    record.put("a", FERRY)
    record.put("b", "Fog.")
    refresh(record.archive)
    record.run("DELETE FROM revisions WHERE statement_id = 'b'")
    assert index_state(record.archive.db).behind == 1
    refresh(record.archive)
    assert {each[1] for each in record.entries()} == {"a"}


def test_a_gap_in_the_rows_stops_nothing(record: Shelf) -> None:
    record.put("a", FERRY)
    refresh(record.archive)
    record.put("b", "Fog on the northern coast.")
    record.run("UPDATE revisions SET rowid = 900000 WHERE statement_id = 'b'")
    record.put("c", "Ice on the northern coast.")
    assert {each[0] for each in record.found("on the northern coast")} >= {"b", "c"}


def test_another_version_of_the_words_makes_it_anew(record: Shelf) -> None:
    record.put("a", FERRY)
    refresh(record.archive)
    before = record.entries()
    record.run("UPDATE passage_volumes SET version = 0")
    assert not index_state(record.archive.db).is_there
    assert record.find(FERRY) == []
    refresh(record.archive)
    assert record.entries() == before


def test_a_cut_off_refresh_is_gone_on_with(record: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "_WORDS", 500)
    put_some(record, 0, 100, random.Random(4))

    def stop(done: int, _: int) -> None:
        if done > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(record.archive, progress=stop)
    assert 0 < index_state(record.archive.db).behind < index_state(record.archive.db).texts * 5
    refresh(record.archive)
    resumed = record.entries()
    rebuild(record.archive)
    assert record.entries() == resumed


IN_SMALL_STEPS = """
import sys
from archive.passages import refreshing
from archive.store import Archive
refreshing._WORDS = 200
with Archive.open(sys.argv[1]) as archive:
    refreshing.refresh(archive, progress=lambda done, _: print(done, flush=True))
"""


def test_a_killed_refresh_loses_nothing(tmp_path: Path) -> None:
    path, chance = tmp_path / "archive.db", random.Random(5)
    with shelf(path) as record:
        put_some(record, 0, 400, chance)
        for key in ("s7", "s8"):
            keep_hash_only(record.archive.db, key)
    for _ in range(3):
        running = subprocess.Popen(
            [sys.executable, "-c", IN_SMALL_STEPS, path], stdout=subprocess.PIPE, text=True
        )
        assert running.stdout
        for _ in range(chance.randrange(3, 8)):
            assert running.stdout.readline()
        time.sleep(chance.random() / 200)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
    with shelf(path) as record:
        assert record.run("PRAGMA integrity_check") == [("ok",)]
        assert index_state(record.archive.db).is_there
        refresh(record.archive)
        resumed = record.entries()
        rebuild(record.archive)
        assert record.entries() == resumed


def test_an_older_archive_gets_an_index(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    db = Database(path)
    migrations.apply(db, stop_before="passages")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.conn.commit()
    db.close()
    old = open_for_reading(path)
    assert not index_state(old).is_there
    assert find_candidates(old, FERRY) == []
    old.close()
    with shelf(path) as record:
        record.put("a", FERRY)
        assert record.found(FERRY) == [("a", 1)]


def test_imports_are_indexed_and_a_rebuild_gives_the_same(tmp_path: Path) -> None:
    declare(tmp_path)
    posts = [post(number) for number in range(40)]
    write_lines(tmp_path / "posts.ndjson", [*posts, post(7, text=FERRY)])
    words = ["import", "posts.ndjson", "--source", "xa_light", "--sources", "sources"]
    assert onrecord(*words, cwd=tmp_path).returncode == 0
    assert (
        onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=tmp_path).returncode
        == 0
    )
    with (
        Archive.open(tmp_path / "archive.db") as kept,
        Archive.open(tmp_path / "again.db") as again,
    ):
        assert index_state(kept.db).behind == index_state(again.db).behind == 0
        assert entries_of(kept.db) == entries_of(again.db)
        assert [each.revision for each in find_candidates(kept.db, FERRY)] == [2]


def test_an_import_that_is_not_scored_is_indexed_later(tmp_path: Path) -> None:
    declare(tmp_path)
    write_lines(tmp_path / "posts.ndjson", [post(number) for number in range(5)])
    words = ["import", "posts.ndjson", "--source", "xa_light", "--sources", "sources", "--no-tone"]
    assert onrecord(*words, cwd=tmp_path).returncode == 0
    db = open_for_reading(tmp_path / "archive.db")
    assert index_state(db).behind == 5
    assert onrecord("score", cwd=tmp_path).returncode == 0
    assert index_state(db).behind == 0
    db.close()
