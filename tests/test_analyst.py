"""The second process: the same answers in the same order, whatever becomes of either process."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from loopback import Site, crawl, listing, release, rows, write_source

from archive.records import Capture, Statement
from spiders.items import StatementItem
from spiders.pipelines.analyst import Analyst
from spiders.pipelines.worker import Refusal, analyse
from spiders.source import Source
from spiders.sourcefiles import read_source

TEXTS = (
    "We thank the keepers of the lighthouse for a wonderful year.",
    "Wir danken den Leuten vom Leuchtturm für ein gutes Jahr auf See.",
    "A terrible storm has broken the lamp, and nobody was hurt.",
    "",
    "Merci à tous les gardiens du phare pour cette année difficile.",
    "The lamp burns again.\x00",
)


def item(number: int) -> StatementItem:
    capture = Capture(
        id=f"capture-{number}",
        url=f"https://light.example/{number}",
        captured_at="2025-09-02T08:00:00Z",
        status=200,
        content_type="text/html",
        bytes=100,
        sha256="a" * 64,
        warc_file="xa_light.warc.gz",
        warc_offset=0,
        warc_length=100,
        warc_sha256="b" * 64,
    )
    return StatementItem(
        native_id=str(number),
        url=capture.url,
        kind="speech",
        text=TEXTS[number % 6],
        route="listing https://light.example/list",
        capture=capture,
        published_raw="1881-02-27" if number == 8 else "1 September 2025",
    )


@pytest.fixture
def source(tmp_path: Path) -> Source:
    with Site() as site:
        folder = write_source(tmp_path / "sources", site)
    return read_source(folder / "xa" / "xa_light.yml").model_copy(update={"feeds": ()})


@pytest.fixture
def analyst() -> Iterator[Analyst]:
    made = Analyst()
    yield made
    made.close()


async def analyse_all(
    analyst: Analyst, items: list[StatementItem], source: Source
) -> list[Statement | Refusal]:
    return await asyncio.gather(*(analyst.analyse(each, source) for each in items))


def reasons(found: list[Any]) -> list[Any]:
    """Leave out the traceback, whose last frames are another process's."""
    return [each.reason if isinstance(each, Refusal) else each for each in found]


def pid(analyst: Analyst) -> int:
    assert analyst._worker
    return analyst._worker._process.pid


def test_the_second_process_gives_the_same_answers_in_the_same_order(
    analyst: Analyst, source: Source
) -> None:
    items = [item(number) for number in range(100)]
    found = asyncio.run(analyse_all(analyst, items, source))
    assert analyst._worker
    assert reasons(found) == reasons([analyse(each, source) for each in items])
    statements = [each for each in found if isinstance(each, Statement)]
    assert {each.language for each in statements} == {"en", "de", "fr"}
    assert {each.tone.tone_status for each in statements if each.tone} > {"scored"}


def test_one_item_that_cannot_be_analysed_is_refused_alone(
    analyst: Analyst, source: Source
) -> None:
    items = [item(number) for number in (0, 3, 5, 8, 2)]
    first, empty, broken, old, last = asyncio.run(analyse_all(analyst, items, source))
    assert isinstance(first, Statement)
    assert isinstance(last, Statement)
    assert isinstance(empty, Refusal)
    assert "no text at https://light.example/3" in empty.reason
    assert empty.trace is None
    assert isinstance(broken, Refusal)
    assert broken.reason.startswith("character 21 of the text is U+0000")
    assert broken.trace is None
    assert isinstance(old, Refusal)
    assert old.reason.startswith("published before 1990")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_item_is_lost_when_the_second_process_dies(
    analyst: Analyst, source: Source, number: signal.Signals
) -> None:
    items = [item(number) for number in range(60)]

    async def crawl_on() -> list[Statement | Refusal]:
        before = await analyse_all(analyst, items[:5], source)
        owed = asyncio.gather(*(analyst.analyse(each, source) for each in items[5:40]))
        await asyncio.sleep(0)
        os.kill(pid(analyst), number)
        between = await owed
        return [*before, *between, *await analyse_all(analyst, items[40:], source)]

    found = asyncio.run(crawl_on())
    assert reasons(found) == reasons([analyse(each, source) for each in items])
    assert analyst._worker is None


def test_a_second_process_that_cannot_start_is_done_without(
    analyst: Analyst, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    found = asyncio.run(analyse_all(analyst, [item(0), item(1)], source))
    assert all(isinstance(each, Statement) for each in found)
    assert analyst._worker is None


def test_ctrl_c_does_not_reach_the_second_process(analyst: Analyst, source: Source) -> None:
    async def crawl_on() -> Statement | Refusal:
        await analyst.analyse(item(0), source)
        os.kill(pid(analyst), signal.SIGINT)
        await asyncio.sleep(0.2)
        return await analyst.analyse(item(2), source)

    assert isinstance(asyncio.run(crawl_on()), Statement)
    assert os.getpgid(pid(analyst)) != os.getpgid(0)


PARENT = """
import asyncio, sys
from spiders.pipelines.analyst import Analyst

analyst = Analyst()
analyst.start()
if sys.argv[1] == "ready":
    analyst._worker.pipe.recv()
print(analyst._worker._process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("state", ["starting", "ready"])
def test_the_second_process_dies_with_a_killed_crawl(state: str) -> None:
    # Both processes hold the pipe of standard error: it ends when both are gone.
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert parent.stdout
    worker = int(parent.stdout.readline())
    assert Path(f"/proc/{worker}").exists()
    parent.send_signal(signal.SIGKILL)
    _, said = parent.communicate(timeout=30)
    assert said == b""


def test_the_crawl_itself_loads_no_analyser(source: Source) -> None:
    del source
    program = (
        "import sys, spiders.pipelines.analyse, spiders.pipelines.record, spiders.loader; "
        "print([name for name in ('textblob', 'nltk', 'py3langid', 'dateparser') "
        "if name in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert finished.stdout == "[]\n"


@pytest.mark.parametrize("is_wanted", [True, False])
def test_it_starts_early_only_where_the_settings_want_it(*, is_wanted: bool) -> None:
    program = (
        "from spiders import settings; from spiders.pipelines.analyst import *; "
        f"settings.ANALYSIS_PROCESS = {is_wanted}; start_early(); "
        "print(shared_analyst()._worker is not None)"
    )
    finished = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert (finished.stdout, finished.stderr) == (f"{is_wanted}\n", "")


SAME = {
    "statements": "SELECT * FROM statements ORDER BY id",
    "revisions": "SELECT * FROM revisions ORDER BY statement_id, revision",
    "tone": "SELECT * FROM tone ORDER BY text_sha256, language",
    "sentences": "SELECT * FROM sentences",
    "mentions": "SELECT * FROM mentions",
    "entities": "SELECT * FROM entities",
    "checks": "SELECT statement_id, capture_id, checked_at, outcome, revision, evidence "
    "FROM checks ORDER BY statement_id",
    "quarantine": "SELECT source, capture_id, url, native_id, reason, item FROM quarantine "
    "ORDER BY native_id",
    "issues": "SELECT source, capture_id, level, url, message FROM issues ORDER BY url, message",
    "ledger": "SELECT kind, key, leaf FROM ledger ORDER BY key",
    "captures": "SELECT * FROM captures ORDER BY warc_offset",
    "crawls": "SELECT * FROM crawls",
}


ALONE = """
from spiders import settings
settings.ANALYSIS_PROCESS = False
from onrecord.cli import main
main()
"""


def test_a_crawl_with_and_one_without_it_make_the_same_archive(tmp_path: Path) -> None:
    """Thirty pages crawled, and their WARC file read again with all work in one process."""
    with Site() as site:
        write_source(tmp_path / "sources", site)
        days = {f"/pr/{number}": "02/09/2025" for number in range(28)}
        site.html("/list", listing(days | {"/pr/28": "1881", "/pr/29": "no day at all"}))
        for number in range(30):
            words = TEXTS[number % 6].replace("\x00", "")
            site.html(f"/pr/{number}", release(f"{words} {number}" if words else ""))
        summary = crawl(site, tmp_path)
        assert summary["quarantined"] > 0
        assert summary["new_statements"] + summary["quarantined"] == 30
        (warc,) = (tmp_path / "archive-warc").iterdir()
        again = tmp_path / "again"
        again.mkdir()
        order = ["crawl", "xa_light", "--sources", "sources", "--replay", str(warc)]
        order += ["--db", "again/archive.db"]
        subprocess.run(
            [sys.executable, "-c", ALONE, *order],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
            check=False,
            capture_output=True,
        )
    for table, sql in SAME.items():
        assert rows(tmp_path / "archive.db", sql) == rows(again / "archive.db", sql), table
