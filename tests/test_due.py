"""What is due by each source's `every:`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopback import Site, write_source

from archive.recording import Outcome, Recorder
from archive.store import Archive
from onrecord.due import due_sources
from spiders.declaration import source_row
from spiders.source import Source
from spiders.sourcefiles import read_source

NOON = datetime(2025, 9, 2, 12, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    with Site() as site:
        return read_source(write_source(tmp_path, site) / "xa" / "xa_light.yml")


def test_a_source_never_crawled_is_due(tmp_path: Path, source: Source) -> None:
    assert due_sources([source], tmp_path / "none.db") == [source]


def crawled(path: Path, source: Source, outcome: Outcome | None) -> None:
    with Archive.open(path) as archive:
        row = source_row(source)
        recorder = Recorder(archive, row, crawl_id="one", started_at=NOON, software="test")
        if outcome:
            recorder.finish(outcome, at=NOON, listed=1)


@pytest.mark.parametrize("outcome", ["finished", "faulty"])
@pytest.mark.parametrize(("hours", "is_due"), [(0, False), (23, False), (24, True), (48, True)])
def test_a_source_is_due_when_its_time_has_passed(
    tmp_path: Path, source: Source, hours: int, is_due: bool, outcome: Outcome
) -> None:
    crawled(tmp_path / "archive.db", source, outcome)
    now = NOON + timedelta(hours=hours)
    assert due_sources([source], tmp_path / "archive.db", now=now) == ([source] if is_due else [])


@pytest.mark.parametrize("outcome", ["interrupted", None])
def test_a_crawl_that_was_cut_short_is_due_at_once(
    tmp_path: Path, source: Source, outcome: Outcome | None
) -> None:
    crawled(tmp_path / "archive.db", source, outcome)
    assert due_sources([source], tmp_path / "archive.db", now=NOON) == [source]
