"""Grouped commits: one poisonous write spoils nothing, and what is acknowledged is on disk."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from looked import SOURCE as LIGHT

from archive.recording import Recorder
from archive.records import Capture, Statement, ToneScore
from archive.store import Archive
from spiders.grouping import MOMENT, MOST, Grouping

NOW = datetime(2025, 9, 2, 8, 0, tzinfo=UTC)
TABLES = [
    "sources",
    "persons",
    "holders",
    "crawls",
    "captures",
    "statements",
    "revisions",
    "tone",
    "checks",
    "quarantine",
    "issues",
    "ledger",
]


def capture(number: int) -> Capture:
    return Capture(
        id=f"capture-{number}",
        url=f"https://light.example/{number}",
        captured_at="2025-09-02T08:00:00Z",
        status=200,
        content_type="text/html",
        bytes=100,
        sha256="a" * 64,
        warc_file="xa_light.warc.gz",
        warc_offset=number * 100,
        warc_length=100,
        warc_sha256="b" * 64,
    )


def statement(number: int, text: str = "We thank the keepers of the lighthouse.") -> Statement:
    return Statement(
        source="xa_light",
        native_id=str(number),
        url=f"https://light.example/{number}",
        kind="speech",
        title=f"Speech {number}",
        text=text,
        text_sha256=f"{hash(text):x}",
        language="en",
        published_at="2025-09-01",
        published_raw="1 September 2025",
        published_precision="date",
        delivered_on=None,
        speaker="Ilse Marrant",
        office="Ministry of Lighthouses",
        country="xa",
        publisher_updated_at=None,
        publisher_changes=None,
        corrections=None,
        route="listing http://ministry.example/list",
        withdrawn=None,
        capture=capture(number),
        tone=ToneScore(
            language="en", tone_model="a model", textblob_version="1", tone_status="scored"
        ),
    )


def open_recorder(archive: Archive, sync: Callable[[], None] = lambda: None) -> Recorder:
    recorder = Recorder(
        archive, LIGHT, crawl_id="xa_light-1", started_at=NOW, software="test", sync=sync
    )
    for number in range(200):
        recorder.keep_capture(capture(number))
    return recorder


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def outside(archive: Archive, sql: str) -> list[Any]:
    """Ask as another process would: only what is committed is seen."""
    connection = sqlite3.connect(archive.path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def kept(archive: Archive) -> list[int]:
    return sorted(int(row[0]) for row in outside(archive, "SELECT native_id FROM statements"))


def everything(archive: Archive) -> dict[str, list[Any]]:
    return {table: outside(archive, f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}


async def record_all(recorder: Recorder, statements: list[Statement]) -> list[Any]:
    grouping = Grouping(recorder)
    return await asyncio.gather(
        *(grouping.add(lambda each=each: recorder.record(each)) for each in statements),  # type: ignore[misc]
        return_exceptions=True,
    )


POISON = {
    "half of a surrogate pair": replace(statement(7), title="\ud800"),
    "no text where one must be": replace(statement(7), kind=None),  # type: ignore[arg-type]
    "a number of 65 bits": replace(statement(7), speaker=2**65),  # type: ignore[arg-type]
    "an unknown capture": replace(statement(7), capture=capture(999)),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_poisonous_statement_takes_no_neighbour_with_it(
    archive: Archive, poison: Statement
) -> None:
    recorder = open_recorder(archive)
    statements = [statement(number) for number in range(12)]
    statements[7] = poison
    outcomes = asyncio.run(record_all(recorder, statements))
    assert isinstance(outcomes.pop(7), Exception)
    assert outcomes == ["new"] * 11
    assert kept(archive) == [number for number in range(12) if number != 7]
    assert recorder.counts["new_statements"] == recorder.counts["seen"] == 11
    for table in ("revisions", "checks", "ledger"):
        assert outside(archive, f"SELECT count(*) FROM {table}") == [(11,)]
    assert outside(archive, "SELECT count(*) FROM tone") == [(1,)]  # all say the same words


def test_a_write_that_costs_the_whole_transaction_is_found_and_left_out(archive: Archive) -> None:
    archive.connection.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.revisions WHEN new.title = 'Speech 5' "
        "BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END"
    )
    recorder = open_recorder(archive)
    recorder.record(statement(99))
    outcomes = asyncio.run(record_all(recorder, [statement(number) for number in range(10)]))
    assert isinstance(outcomes.pop(5), sqlite3.Error)
    assert outcomes == ["new"] * 9
    assert kept(archive) == [0, 1, 2, 3, 4, 6, 7, 8, 9, 99]
    assert recorder.counts["new_statements"] == 10
    assert outside(archive, "SELECT count(*) FROM captures") == [(200,)]


def test_nothing_is_acknowledged_before_it_is_on_disk(archive: Archive) -> None:
    recorder = open_recorder(archive)

    async def crawl() -> list[list[int]]:
        grouping = Grouping(recorder)
        first = grouping.add(lambda: recorder.record(statement(1)))
        second = grouping.add(lambda: recorder.record(statement(2)))
        assert not first.done()
        assert kept(archive) == []
        await first
        assert second.done()
        return [kept(archive)]

    assert asyncio.run(crawl()) == [[1, 2]]


def test_captures_are_durable_before_any_row_and_once_in_a_group(archive: Archive) -> None:
    seen: list[int] = []
    recorder = open_recorder(archive, sync=lambda: seen.append(len(kept(archive))))
    asyncio.run(record_all(recorder, [statement(number) for number in range(10)]))
    assert seen == [0]
    assert len(kept(archive)) == 10


def test_a_disk_that_fails_leaves_nobody_waiting(archive: Archive) -> None:
    disk: list[bool] = []

    def sync() -> None:
        if not disk:
            raise OSError("no space left on device")

    recorder = open_recorder(archive, sync)
    statements = [statement(number) for number in range(3)]
    outcomes = asyncio.run(record_all(recorder, statements))
    assert [str(outcome) for outcome in outcomes] == ["no space left on device"] * 3
    assert recorder.counts["seen"] == 0
    assert kept(archive) == []
    disk.append(True)
    assert asyncio.run(record_all(recorder, statements)) == ["new"] * 3


def test_a_commit_that_fails_leaves_no_transaction_open(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = open_recorder(archive)
    connection = archive.connection

    class Failing:
        """A connection whose first COMMIT fails."""

        has_failed = False

        def __getattr__(self, name: str) -> Any:
            return getattr(connection, name)

        def execute(self, sql: str, *rest: Any) -> Any:
            if sql == "COMMIT" and not self.has_failed:
                self.has_failed = True
                raise sqlite3.OperationalError("disk I/O error")
            return connection.execute(sql, *rest)

    monkeypatch.setattr(archive, "connection", Failing())
    outcomes = asyncio.run(record_all(recorder, [statement(number) for number in range(3)]))
    assert outcomes == ["new"] * 3
    assert kept(archive) == [0, 1, 2]
    assert recorder.counts["seen"] == 3


def test_a_lone_write_waits_a_moment_and_a_crowd_does_not(archive: Archive) -> None:
    recorder = open_recorder(archive)

    async def crawl() -> None:
        grouping = Grouping(recorder)
        started = time.perf_counter()
        await grouping.add(lambda: recorder.record(statement(0)))
        assert time.perf_counter() - started >= MOMENT
        many = [grouping.add(lambda n=n: recorder.record(statement(n))) for n in range(MOST)]  # type: ignore[misc]
        assert all(written.done() for written in many)

    asyncio.run(crawl())


def test_an_error_that_nobody_awaits_is_told(archive: Archive) -> None:
    recorder = open_recorder(archive)
    told: list[str] = []

    async def crawl() -> None:
        grouping = Grouping(recorder)
        grouping.add(lambda: 1 / 0, lambda error: told.append(str(error)))
        grouping.flush()

    asyncio.run(crawl())
    assert told == ["division by zero"]


def test_a_group_makes_the_rows_that_single_commits_make(tmp_path: Path) -> None:
    looks = [statement(number % 20) for number in range(30)]
    looks[25] = replace(statement(5, "We blame the keepers."), capture=capture(105))
    looks[26] = replace(statement(6), capture=capture(106), withdrawn="Superseded")
    tables = []
    for name in ("single", "group"):
        with Archive.open(tmp_path / f"{name}.db") as archive:
            recorder = open_recorder(archive)
            if name == "single":
                for look in looks:
                    recorder.record(look)
            else:
                asyncio.run(record_all(recorder, looks))
            recorder.finish("finished", at=NOW, listed=30)
            tables.append(everything(archive))
    assert len(tables[0]["statements"]) == 20
    assert len(tables[0]["revisions"]) == 21
    assert tables[0] == tables[1]


CRASHING = """
import asyncio, sys
from pathlib import Path
from test_grouping import Archive, Grouping, open_recorder, statement

async def crawl():
    with Archive.open(Path(sys.argv[1])) as archive:
        recorder = open_recorder(archive)
        grouping = Grouping(recorder)
        async def one(number):
            await asyncio.sleep(number / 200)
            await grouping.add(lambda: recorder.record(statement(number)))
            print(number, flush=True)
        await asyncio.gather(*(one(number) for number in range(200)))

asyncio.run(crawl())
"""


@pytest.mark.parametrize("acknowledged", [1, 40, 90])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "archive.db"
    tests = Path(__file__).parent
    running = subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": f"{tests}:{tests.parent}"},
    )
    assert running.stdout
    told = [int(running.stdout.readline()) for _ in range(acknowledged)]
    running.send_signal(signal.SIGKILL)
    told += [
        int(line) for line in running.communicate()[0].splitlines(keepends=True) if "\n" in line
    ]
    with Archive.open(path) as archive:
        assert set(told) <= set(kept(archive))
        halves = (
            "SELECT count(*) FROM statements "
            "WHERE text_sha256 NOT IN (SELECT text_sha256 FROM tone)"
        )
        assert outside(archive, halves) == [(0,)]
        assert outside(archive, "PRAGMA integrity_check") == [("ok",)]
