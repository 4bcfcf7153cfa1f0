"""Press-release lists of the United States Congress: every release found, and its date right."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysis.dates import read_date
from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.offline import kept_response, open_channel, read_listing
from spiders.sourcefiles import read_source

LISTS = sorted(path.parent for path in (Path(__file__).parent / "congress").glob("*/source.yml"))
AT = datetime(2026, 11, 1, tzinfo=UTC)
NEXT = {
    "butterfield": "https://butterfield.house.gov/media-center/press-releases?page=1",
    "nelson": "http://www.billnelson.senate.gov/newsroom/press-releases?page=2",
    "paul": "http://www.paul.senate.gov/news/press?PageNum_rs=2&",
    # The page escapes its & twice, and so would a browser that follows the link.
    "vitter": "http://www.vitter.senate.gov/newsroom/press?PageNum_rs=2&amp;year=2013",
    "walz": "https://walz.house.gov/media-center/press-releases?page=1",
}


class Captured:
    """A captured list, what is expected of it, and what its channel read."""

    def __init__(self, folder: Path, tmp_path: Path, shared_data: Path) -> None:
        self.expected: dict[str, Any] = json.loads(
            (folder / "expected.json").read_text(encoding="utf-8")
        )
        file = tmp_path / "us" / f"us_{folder.name}.yml"
        file.parent.mkdir()
        shutil.copy(folder / "source.yml", file)
        self.channel: Channel = open_channel(read_source(file))
        capture = self.expected["capture"]
        kind = "application/rss+xml" if capture.endswith(".xml") else "text/html"
        self.response = kept_response(
            self.expected["url"],
            (shared_data / "sites" / "us_congress" / capture).read_bytes(),
            {"Content-Type": kind},
            AT,
        )
        self.found = read_listing(self.channel, self.response)
        self.entries = [each for each in self.found if isinstance(each, Entry)]


def mark(title: str | None) -> str:
    """Stand in for words that are not ours to keep."""
    return hashlib.sha256((title or "").encode()).hexdigest()[:16]


@pytest.fixture(params=LISTS, ids=lambda folder: str(folder.name))
def captured(request: pytest.FixtureRequest, tmp_path: Path, shared_data: Path) -> Captured:
    return Captured(request.param, tmp_path, shared_data)


def test_every_capture_is_read(shared_data: Path) -> None:
    captures = {
        json.loads((folder / "expected.json").read_text(encoding="utf-8"))["capture"]
        for folder in LISTS
    }
    assert captures == {path.name for path in (shared_data / "sites" / "us_congress").iterdir()}


def test_every_release_is_found_and_none_else(captured: Captured) -> None:
    expected = [(each["url"], each["title_sha256"]) for each in captured.expected["releases"]]
    assert [(entry.url, mark(entry.title)) for entry in captured.entries] == expected
    assert [each for each in captured.found if not isinstance(each, Entry)] == []
    assert len({entry.native_id for entry in captured.entries}) == len(expected)


def published_at(entry: Entry, channel: Channel) -> str | None:
    source = channel.source
    if entry.published_raw is None:
        return None
    published = read_date(
        entry.published_raw,
        timezone=source.timezone,
        order=source.date_order,
        languages=(source.language,),
        now=AT,
    )
    return published.at if published else f"unread: {entry.published_raw}"


def test_every_date_is_right(captured: Captured) -> None:
    read = [published_at(entry, captured.channel) for entry in captured.entries]
    assert read == [each["published_at"] for each in captured.expected["releases"]]


def test_the_way_to_older_releases_is_found(captured: Captured) -> None:
    name = captured.channel.source.name.removeprefix("us_")
    assert captured.channel.next_url(captured.response, 1) == NEXT.get(name)
