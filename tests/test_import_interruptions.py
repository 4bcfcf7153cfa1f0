"""Imports that are killed, interrupted, crowded or read from a file that changes."""

import gzip
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from imported import TakenIn, assert_sound, declare, post, write_lines
from loopback import onrecord, rows
from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.store import Archive
from onrecord import import_run, importing

COUNT = 12_000
IN_SMALL_GROUPS = (
    "from onrecord import import_run; import_run._RECORDS = 700; "
    "from spiders.formats import intake; intake._MOST = 300; "
    "from onrecord.cli import main; main()"
)
SLOWLY = (
    "import signal, time; from onrecord import import_run; whole = import_run.advance_import; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "  # ours may be started deaf to it
    "import_run.advance_import = lambda *a, **k: (time.sleep(0.3), whole(*a, **k)); "
)
WORDS = ["import", "--source", "xa_light", "--sources", "sources", "--no-tone", "--json"]


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


def start(cwd: Path, *words: str, manner: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", manner + IN_SMALL_GROUPS, *WORDS, *words],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def many(chance: random.Random) -> list[dict[str, Any] | str]:
    """Posts with edits and bad lines among them."""
    lines: list[dict[str, Any] | str] = [post(number) for number in range(COUNT)]
    for at in sorted(chance.sample(range(50, COUNT), 60), reverse=True):
        lines.insert(at, chance.choice(["no line", post(at - 50, text=f"Edited at {at}.")]))
    return lines


def records_done(cwd: Path) -> int:
    if not (cwd / "archive.db").exists():
        return 0
    try:
        found = rows(cwd / "archive.db", "SELECT max(records) AS n FROM imports")
    except Exception:  # noqa: BLE001 - the tables are being made
        return 0
    return found[0]["n"] or 0


def wait_until_done(cwd: Path, records: int, running: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while records_done(cwd) < records:
        if running.poll() is not None:
            raise AssertionError(f"it ended too early: {running.communicate()}")
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_killed_import_goes_on_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20251124)
    declare(tmp_path)
    lines = many(chance)
    write_lines(tmp_path / "posts.ndjson", lines)
    done = 0
    for aim in (0, 2_000, 4_000, 7_000):
        running = start(tmp_path, "posts.ndjson")
        if aim:
            wait_until_done(tmp_path, aim, running)
        time.sleep(chance.uniform(0, 0.05 if aim else 1))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert records_done(tmp_path) >= done
        done = records_done(tmp_path)
    last = start(tmp_path, "posts.ndjson")
    printed, log = last.communicate(timeout=240)
    told = json.loads(printed)
    assert (told["outcome"], told["resumed_at"], last.returncode) == ("finished", done, 1), log
    archive = tmp_path / "archive.db"
    assert_sound(archive)
    (tmp_path / "at-once").mkdir()
    at_once = TakenIn(tmp_path / "at-once", monkeypatch)
    expected = at_once(write_lines(tmp_path / "at-once" / "posts.ndjson", lines))
    for name in ("records", "new_statements", "new_revisions", "quarantined"):
        assert told[name] == getattr(expected, name), name
    for sql in (
        "SELECT rowid, id, text, revision FROM statements ORDER BY rowid",
        "SELECT statement_id, revision, text_sha256 FROM revisions ORDER BY 1, 2",
        "SELECT native_id, reason, item FROM quarantine ORDER BY id",
        "SELECT key FROM ledger WHERE kind = 'revision' ORDER BY seq",
        "SELECT listed, seen, new_revisions, quarantined FROM crawls WHERE outcome = 'finished'",
    ):
        assert rows(archive, sql) == at_once.rows(sql), sql
    assert len(list((tmp_path / "archive-warc").iterdir())) == len(
        rows(archive, "SELECT * FROM crawls")
    )


def test_an_interrupt_ends_in_order_and_the_next_run_goes_on(tmp_path: Path) -> None:
    declare(tmp_path)
    write_lines(tmp_path / "posts.ndjson", [post(number) for number in range(COUNT)])
    running = start(tmp_path, "posts.ndjson", manner=SLOWLY)
    wait_until_done(tmp_path, 1_000, running)
    running.send_signal(signal.SIGINT)
    printed, log = running.communicate(timeout=60)
    told = json.loads(printed)
    assert (told["outcome"], running.returncode) == ("interrupted", 1)
    assert "Traceback" not in log
    assert 1_000 <= told["records"] < COUNT
    found = rows(tmp_path / "archive.db", "SELECT outcome, finished_at, seen FROM crawls")
    assert found == [{"outcome": "interrupted", "finished_at": None, "seen": told["records"]}]
    again = onrecord(*WORDS, "posts.ndjson", cwd=tmp_path)
    done = json.loads(again.stdout)
    assert (done["outcome"], done["resumed_at"]) == ("finished", told["records"])
    assert (done["new_statements"], again.returncode) == (COUNT, 0)
    assert_sound(tmp_path / "archive.db")


def test_an_interrupt_just_after_a_commit_forgets_nothing_of_it(
    tmp_path: Path, take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(tmp_path)
    path = write_lines(tmp_path / "posts.ndjson", [post(number) for number in range(COUNT)])
    monkeypatch.setattr(import_run, "_RECORDS", 700)
    whole = Archive.transaction
    ended: list[int] = []

    @contextmanager
    def transaction(archive: Archive) -> Iterator[Database]:
        with whole(archive) as db:
            yield db
        (records,) = archive.connection.execute("SELECT max(records) FROM imports").fetchone()
        if records and not ended and not archive.connection.in_transaction:
            ended.append(records)
            raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(Archive, "transaction", transaction)
        told = take_in(path)
    assert (told.outcome, [told.records], told.new_statements) == ("interrupted", ended, *ended)
    done = take_in(path)
    assert (done.outcome, done.resumed_at, done.new_statements) == ("finished", *ended, COUNT)
    assert_sound(tmp_path / "archive.db")


def test_two_at_once_is_one_import_and_one_clear_refusal(tmp_path: Path) -> None:
    declare(tmp_path)
    write_lines(tmp_path / "posts.ndjson", [post(number) for number in range(COUNT)])
    running = start(tmp_path, "posts.ndjson", manner=SLOWLY)
    wait_until_done(tmp_path, 500, running)
    running.send_signal(signal.SIGSTOP)
    second = onrecord(*WORDS, "posts.ndjson", cwd=tmp_path)
    running.send_signal(signal.SIGCONT)
    running.communicate(timeout=240)
    assert (running.returncode, second.returncode) == (0, 75)
    assert "is being written by another process" in second.stderr
    assert rows(tmp_path / "archive.db", "SELECT count(*) AS n FROM statements") == [{"n": COUNT}]


def test_a_file_that_grows_while_it_is_read_is_refused(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "_RECORDS", 100)
    monkeypatch.setattr("spiders.formats.intake._MOST", 100)
    path = write_lines(take_in.folder / "posts.ndjson", [post(n) for n in range(1000)])
    watched = []

    def grow(records: int, read: int) -> None:
        watched.append((records, read))
        if records == 500:
            with path.open("a") as file:
                file.write(json.dumps(post(2000)) + "\n")

    wish = importing.Wish(is_scored=False)
    with pytest.raises(ArchiveError, match="was changed while it was read"):
        importing.import_path(path, take_in.source, take_in.archive, wish, grow)
    assert watched[-1][0] == 500
    assert len(take_in.rows("SELECT * FROM statements")) == 400
    assert take_in.rows("SELECT outcome FROM crawls") == [{"outcome": "interrupted"}]
    imported = take_in(path)
    assert (imported.new_statements, imported.unchanged, imported.resumed_at) == (601, 400, 0)
    assert_sound(take_in.archive)


def test_a_file_that_changes_while_it_is_copied_is_refused(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(take_in.folder / "posts.ndjson", [post(1)])
    digest_file = importing.digest_file

    def digest_and_change(path: Path) -> Any:
        digest = digest_file(path)
        path.write_text(path.read_text().replace("tower 1", "tower 2"))
        return digest

    monkeypatch.setattr(importing, "digest_file", digest_and_change)
    with pytest.raises(ArchiveError, match="was changed while it was read"):
        take_in(path)
    assert take_in.rows("SELECT * FROM statements") == []
    monkeypatch.undo()
    monkeypatch.setattr(importing, "start_reading", lambda: None)
    assert take_in(path).new_statements == 1


def test_what_was_killed_before_its_evidence_was_whole_begins_again(
    take_in: TakenIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(take_in.folder / "posts.ndjson", [post(1)])

    def cut(*_: Any) -> Any:
        name = f"{take_in.rows('SELECT crawl_id FROM imports')[0]['crawl_id']}.warc.gz"
        folder = take_in.folder / "archive-warc"
        folder.mkdir()
        (folder / name).write_bytes(b"half a record")
        raise KeyboardInterrupt

    keep_files = importing.keep_files
    monkeypatch.setattr(importing, "keep_files", cut)
    with pytest.raises(KeyboardInterrupt):
        take_in(path)
    monkeypatch.setattr(importing, "keep_files", keep_files)
    imported = take_in(path)
    assert (imported.outcome, imported.new_statements) == ("finished", 1)
    (kept,) = (take_in.folder / "archive-warc").iterdir()
    assert gzip.decompress(kept.read_bytes()).startswith(b"WARC/1.1")
    assert len(take_in.rows("SELECT * FROM crawls")) == 1


def test_a_reading_process_that_dies_is_said_and_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = TakenIn(tmp_path, monkeypatch)
    monkeypatch.setattr(importing, "start_reading", import_run.start_reading)
    monkeypatch.setattr(import_run, "_RECORDS", 2000)
    path = write_lines(tmp_path / "posts.ndjson", [post(number) for number in range(10_000)])
    started: list[Any] = []
    begin = import_run.start_reading

    def remember() -> Any:
        started.append(begin())
        return started[-1]

    monkeypatch.setattr(importing, "start_reading", remember)

    def kill(records: int, read: int) -> None:
        del read
        if records >= 4000:
            started[0]._process.kill()

    wish = importing.Wish(is_scored=False)
    with pytest.raises(ArchiveError, match="Import it again: it goes on where it stopped"):
        importing.import_path(path, take_in.source, take_in.archive, wish, kill)
    imported = importing.import_path(path, take_in.source, take_in.archive, wish)
    assert imported.resumed_at >= 2000
    assert imported.new_statements == 10_000
    assert_sound(take_in.archive)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_reader_is_not_in_the_way(take_in: TakenIn, *, is_new: bool) -> None:
    """Datasette holds the file open while an import writes, be the archive new or not."""
    from sqlite_utils import Database

    first = write_lines(take_in.folder / "first.ndjson", ["no line"] if is_new else [post(1)])
    if is_new:
        with Archive.open(take_in.archive):
            pass
    else:
        take_in(first)
    reader = Database(take_in.archive)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM statements").fetchone()
    imported = take_in(write_lines(take_in.folder / "b.ndjson", [post(n) for n in range(2, 900)]))
    assert reader.execute("SELECT count(*) FROM statements").fetchone() == before
    reader.close()
    assert (imported.outcome, imported.new_statements) == ("finished", 898)
    assert take_in.rows("PRAGMA journal_mode") == [{"journal_mode": "wal"}]
    assert_sound(take_in.archive)


def test_an_import_keeps_the_log_and_judges_what_rows_refer_to(take_in: TakenIn) -> None:
    settings = ("journal_mode", "synchronous", "foreign_keys", "ignore_check_constraints")
    found: set[tuple[object, ...]] = set()

    def look(records: int, read: int) -> None:
        del records, read
        with Archive.open(take_in.archive) as archive:
            run = archive.connection.execute
            found.add(tuple(run(f"PRAGMA {name}").fetchone()[0] for name in settings))

    path = write_lines(take_in.folder / "a.ndjson", [post(1)])
    wish = importing.Wish(is_scored=False)
    importing.import_path(path, take_in.source, take_in.archive, wish, look)
    assert found == {("wal", 2, 1, 1)}
    with Archive.open(take_in.archive) as archive:
        run = archive.connection.execute
        assert run("PRAGMA ignore_check_constraints").fetchone() == (0,)
