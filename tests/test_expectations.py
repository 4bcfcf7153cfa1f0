"""What a source expects, and what is said when it does not come."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from loopback import Site, crawl, listing, release, write_source

from spiders.expectations import broken_expectations
from spiders.source import Source
from spiders.sourcefiles import read_source

NOW = datetime(2025, 9, 30, 12, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    with Site() as site:
        path = write_source(tmp_path, site) / "xa" / "xa_light.yml"
    path.write_text(path.read_text() + "expect: {min_listed: 3, newest_within: 7d}\n")
    return read_source(path)


@pytest.mark.parametrize(
    ("listed", "newest_at", "levels"),
    [
        (3, "2025-09-29", []),
        (3, "2025-09-23T12:00:00Z", []),
        (3, "2025-09-23", []),
        (3, "2025-09-22T12:00:00Z", ["warning"]),
        (3, None, []),
        (2, "2025-09-29", ["error"]),
        (0, "2025-01-01", ["error", "warning"]),
    ],
)
def test_what_is_missing_is_said(
    source: Source, listed: int, newest_at: str | None, levels: list[str]
) -> None:
    broken = list(broken_expectations(source, listed=listed, newest_at=newest_at, now=NOW))
    assert [fault.level for fault in broken] == levels


def test_a_crawl_that_lists_too_little_is_faulty(tmp_path: Path) -> None:
    with Site() as site:
        path = write_source(tmp_path / "sources", site) / "xa" / "xa_light.yml"
        path.write_text(path.read_text() + "expect: {min_listed: 3}\n")
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers of the lighthouse."))
        summary = crawl(site, tmp_path)
    assert (summary["outcome"], summary["new_statements"], summary["exit"]) == ("faulty", 1, 1)
    assert "only 1 listed, at least 3 expected" in summary["log"]
