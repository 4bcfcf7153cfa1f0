"""An archive's file: its lock, its migrations, what it refuses, and its search after VACUUM."""

import os
import re
import sqlite3
import tempfile
from pathlib import Path

import pytest
from loopback import onrecord
from sqlite_utils import Database

from archive.errors import (
    ArchiveBusyError,
    ArchiveReadOnlyError,
    NotAnArchiveError,
    SchemaTooNewError,
)
from archive.schema import migrations
from archive.store import APPLICATION_ID, Archive, open_for_reading


def test_an_archive_is_marked_and_durable(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        pragmas = {
            name: archive.db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {
        "application_id": APPLICATION_ID,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
    }


def test_opening_twice_in_a_process_gives_one_archive(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as first, Archive.open(tmp_path / "a.db") as second:
        assert first is second


def test_another_process_is_refused_while_one_writes(tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_text('{"native_id": "1", "text": "A lamp is lit."}\n')
    with Archive.open(tmp_path / "archive.db"):
        finished = onrecord("import", "x.ndjson", "--source", "gb_fcdo", cwd=tmp_path)
    assert finished.returncode == 75
    assert "is being written by another process" in finished.stderr
    assert onrecord("import", "x.ndjson", "--source", "gb_fcdo", cwd=tmp_path).returncode == 0


def test_the_lock_is_told_apart_from_other_faults(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        archive_lock = os.open(tmp_path / "archive.db.lock", os.O_RDWR)
        os.close(archive_lock)
        child = os.fork()
        if child == 0:
            from archive import store

            store._open_archives.clear()
            try:
                Archive.open(archive.path)
            except ArchiveBusyError:
                os._exit(75)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 75


def test_a_newer_schema_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    Archive.open(path).close()
    db = Database(path)
    newer = {"migration_set": "onrecord", "name": "of_next_year", "applied_at": "2027-01-01"}
    db.table("_sqlite_migrations").insert(newer)
    db.close()
    before = path.read_bytes()
    with pytest.raises(SchemaTooNewError, match=r"of_next_year.*Update On Record"):
        Archive.open(path)
    with pytest.raises(SchemaTooNewError):
        open_for_reading(path)
    assert path.read_bytes() == before


def test_an_archive_whose_making_was_cut_short_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(db: Database) -> None:
        migrations.ensure_migrations_table(db)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "apply", die)
        with pytest.raises(KeyboardInterrupt):
            Archive.open(tmp_path / "archive.db")
    with Archive.open(tmp_path / "archive.db") as archive:
        assert "statements" in archive.db.table_names()


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE books (title)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotAnArchiveError, match="another program"):
        Archive.open(path)
    assert path.read_bytes() == before
    after = sqlite3.connect(path)
    assert after.execute("SELECT name FROM sqlite_master").fetchall() == [("books",)]
    after.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    path.write_text("Dear diary, today I became no database. " * 100)
    with pytest.raises(NotAnArchiveError, match="not an SQLite file"):
        Archive.open(path)


def test_the_write_ahead_log_is_emptied_or_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("archive.store.WAL_ALARM", 50_000)
    log = tmp_path / "archive.db-wal"
    with Archive.open(tmp_path / "archive.db") as archive:
        reader = sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM crawls").fetchone()
        with Archive.open(tmp_path / "archive.db"):  # another crawl of the same process
            archive.db.execute("CREATE TABLE big AS SELECT randomblob(100000) AS words")
        assert log.stat().st_size > 100_000
        assert re.search(r"archive\.db-wal has grown to \d+ MB", caplog.text)
        with Archive.open(tmp_path / "archive.db"):
            archive.db.execute("INSERT INTO big VALUES (randomblob(100000))")
        (alarm,) = archive.db.query("SELECT * FROM log_alarms")
        assert (alarm["bytes"] > 200_000, alarm["ended_at"]) == (True, None)
        assert alarm["since"] <= alarm["last_at"]
        reader.execute("COMMIT")
        with Archive.open(tmp_path / "archive.db"):
            archive.db.execute("INSERT INTO big VALUES (1)")
        assert log.stat().st_size == 0
        (ended,) = archive.db.query("SELECT * FROM log_alarms")
        assert {**alarm, "ended_at": None} == {**ended, "ended_at": None}
        assert ended["ended_at"] >= alarm["last_at"]
        assert archive.db.execute("PRAGMA busy_timeout").fetchone() == (30_000,)
        reader.close()


@pytest.mark.parametrize(("mode", "words"), [(0o555, "cannot be written"), (0o000, "reached")])
def test_a_folder_that_cannot_be_written_is_told(mode: int, words: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        folder = Path(name) / "closed"
        folder.mkdir()
        folder.chmod(mode)
        child = os.fork()
        if child == 0:
            os._exit(_exit_code_as_nobody(folder / "archive.db", words))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def _exit_code_as_nobody(path: Path, words: str) -> int:
    """Root may write everywhere, so be somebody else."""
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        Archive.open(path)
    except ArchiveReadOnlyError as error:
        return error.exit_code if words in str(error) else 3
    except BaseException:  # noqa: BLE001 - a forked child must not return into pytest
        return 4
    return 0


def test_a_failed_transaction_leaves_nothing_and_an_inner_one_only_itself(tmp_path: Path) -> None:
    row = {"office": "o", "country": "xa", "publisher": "p", "url": "u", "language": "en"}
    row |= {"timezone": "UTC", "retention": "keep"}
    with Archive.open(tmp_path / "archive.db") as archive:
        with archive.transaction() as db:
            db.table("sources").insert({"name": "outer"} | row)
            with pytest.raises(sqlite3.IntegrityError):
                _insert_twice(archive, {"name": "inner"} | row)
        with pytest.raises(sqlite3.IntegrityError):
            _insert_twice(archive, {"name": "lost"} | row)
        assert [name for (name,) in archive.db.execute("SELECT name FROM sources")] == ["outer"]


def _insert_twice(archive: Archive, row: dict[str, str]) -> None:
    with archive.transaction() as db:
        db.table("sources").insert(row)
        db.table("sources").insert(row)


def test_search_is_right_after_vacuum(demo_archive: Path, tmp_path: Path) -> None:
    """SQLite does not promise that VACUUM keeps the row numbers that search rests on."""
    copy = tmp_path / "copy.db"
    copy.write_bytes(demo_archive.read_bytes())
    db = Database(copy)
    (deleted,) = db.execute("SELECT id FROM statements ORDER BY rowid LIMIT 1").fetchone()
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM statements WHERE id = ?", [deleted])
    db.conn.commit()
    query = (
        "SELECT statements.id FROM statements_fts JOIN statements ON statements.rowid = "
        "statements_fts.rowid WHERE statements_fts MATCH 'minister' ORDER BY 1"
    )
    before = db.execute(query).fetchall()
    db.vacuum()
    assert before
    assert db.execute(query).fetchall() == before
    db.execute("INSERT INTO statements_fts (statements_fts, rank) VALUES ('integrity-check', 1)")
    db.close()
