"""Patience: when a server asks to be left alone, nothing is sent before the time it names."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopback import Answer, Site, crawl, listing, release, rows, write_source

from spiders.patience import LONGEST, asked_to_wait

NOW = datetime(2031, 3, 5, 12, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "120"}, 120),
        (503, {"retry-after": "120"}, 120),
        (429, {"retry-after": "Wed, 05 Mar 2031 12:02:00 GMT"}, 120),
        (429, {"retry-after": "Wed, 05 Mar 2031 13:02:00 +0100"}, 120),
        (429, {"x-rate-limit-reset": str(EPOCH + 900)}, 901),
        (429, {"ratelimit-limit": "3000", "ratelimit-reset": str(EPOCH + 30)}, 31),
        (429, {"ratelimit-reset": "30"}, 30),
        (429, {"x-ratelimit-reset": "2031-03-05T12:05:00.123Z"}, 300.123),
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2031-03-05T12:05:00Z"}, 300),
        (200, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(EPOCH + 60)}, 61),
        (429, {}, 60),
        (429, {"retry-after": "soon"}, 60),
        (429, {"retry-after": "-5"}, 60),
        (429, {"retry-after": "nan"}, 60),
        (429, {"retry-after": "99999999999"}, LONGEST.total_seconds()),
        (429, {"retry-after": "1e400"}, 60),
        (429, {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST.total_seconds()),
        (200, {"x-ratelimit-remaining": "12", "x-ratelimit-reset": "30"}, None),
        (200, {"retry-after": "120"}, None),
        (503, {}, None),
        (429, {"retry-after": "Mon, 05 Mar 2001 12:02:00 GMT"}, None),
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "tomorrow"}, None),
    ],
)
def test_what_a_server_asks_for(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    until = asked_to_wait(status, headers, NOW)
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert until == expected


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site() as opened:
        write_source(tmp_path / "sources", opened)
        opened.html("/list", listing({f"/{n}": "2 March 2026" for n in range(4)}))
        for n in range(4):
            opened.html(f"/{n}", release(f"The lamp of harbour number {n} was lit at dusk."))
        yield opened


def test_nothing_is_sent_before_the_time_has_passed(site: Site, tmp_path: Path) -> None:
    asked_at: list[tuple[str, float]] = []
    first_answers = site.answers["/1"]

    class Once(dict[str, Answer]):
        def get(self, path: str, default: Answer) -> Answer:  # type: ignore[override]
            asked_at.append((path, time.monotonic()))
            if path == "/1" and [each for each, _ in asked_at].count("/1") == 1:
                return Answer(b"slow down", 429, {"Retry-After": "2"})
            return super().get(path, default)

    site.answers = Once(site.answers)
    summary = crawl(site, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 4)
    assert first_answers.status == 200
    refused = next(at for path, at in asked_at if path == "/1")
    after = [at for _, at in asked_at if at > refused]
    assert after
    assert min(after) - refused >= 2, asked_at
    (capture,) = rows(tmp_path / "archive.db", "SELECT * FROM captures WHERE status = 429")
    assert capture["not_before"] > capture["captured_at"]


def test_a_long_wait_is_left_to_a_later_crawl_and_kept_until_then(
    site: Site, tmp_path: Path
) -> None:
    site.answers["/list"] = Answer(b"slow down", 429, {"Retry-After": "7200"})
    first = crawl(site, tmp_path)
    assert (first["outcome"], first["exit"]) == ("faulty", 1)
    asked = len(site.asked)
    assert site.asked.count("/list") == 1
    second = crawl(site, tmp_path)
    assert second["outcome"] == "faulty"
    assert len(site.asked) == asked, "not even robots.txt may be asked for"
    told = rows(tmp_path / "archive.db", "SELECT message FROM issues")
    assert any("asked to be left alone until" in each["message"] for each in told)
    states = rows(tmp_path / "archive.db", "SELECT DISTINCT state FROM statements")
    assert json.dumps(states) == "[]"
