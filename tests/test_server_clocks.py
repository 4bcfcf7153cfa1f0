"""How far our clock was from a server's is kept with each capture, and in a rebuild."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from loopback import Answer, Site, crawl, rows, write_source
from rebuilt import assert_rebuilds_the_same

from archive.clock import clock_ahead

NOON = "2026-03-02T12:00:00Z"


@pytest.mark.parametrize(
    ("told", "age", "ahead"),
    [
        ("Mon, 02 Mar 2026 11:59:00 GMT", None, 60),
        ("Mon, 02 Mar 2026 11:59:00 GMT", "50", 10),
        ("Mon, 02 Mar 2026 14:00:00 -0000", None, -7_200),
        ("Thu, 05 Mar 2026 12:00:00 GMT", "0", -259_200),
        ("Monday, 02-Mar-26 11:00:00 GMT", None, 3_600),
        ("Mon, 02 Mar 2026 11:59:00 GMT", "9" * 30, 60),
        ("Mon, 02 Mar 2026 11:59:00 GMT", "-5", 60),
        ("Mon, 99 Mar 2026 11:59:00 GMT", None, None),
        ("noon", None, None),
        ("", None, None),
        (None, "50", None),
    ],
)
def test_a_server_tells_its_time(told: str | None, age: str | None, ahead: int | None) -> None:
    assert clock_ahead(NOON, told, age) == ahead


def test_a_crawl_keeps_how_far_the_clocks_were_apart(tmp_path: Path) -> None:
    early = format_datetime(datetime.now(UTC) - timedelta(hours=3), usegmt=True)
    with Site() as site:
        site.answers["/list"] = Answer(
            b"<ul><li><a href='/pr/1'>A lamp is lit</a></li></ul>", 200, {"Date": early}
        )
        site.answers["/pr/1"] = Answer(
            b"<html><body><h1>A lamp is lit</h1><div class='body'><p>It burns since dusk.</p>"
            b"</div></body></html>",
            200,
            {"Date": None},
        )
        write_source(tmp_path / "sources", site)
        crawl(site, tmp_path)
    found = {
        row["url"].rpartition("/")[2]: row["clock_ahead_seconds"]
        for row in rows(tmp_path / "archive.db", "SELECT url, clock_ahead_seconds FROM captures")
    }
    assert abs(found["list"] - 3 * 3600) < 120
    assert found["1"] is None
    assert_rebuilds_the_same(tmp_path)
