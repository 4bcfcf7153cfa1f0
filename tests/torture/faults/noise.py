"""Noise: pages that say the same in another dress are no revisions; one sign that changed is."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.recording import Recorded, Recorder
from archive.records import Capture
from archive.store import Archive
from spiders.channels.base import Channel
from spiders.channels.entries import Entry
from spiders.declaration import source_row
from spiders.editing import read_edit
from spiders.identity import native_id
from spiders.items import StatementItem
from spiders.offline import kept_response, open_channel, read_item
from spiders.pipelines.validate import validate
from spiders.source import Source
from spiders.sourcefiles import read_source
from torture.figure import Figure, Trial, unless
from torture.noisy_pages import Words, edited, page_of, words_of

_LOOKS = 20
_TRIALS = 500
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_SELECTORS = """
    page:
      title: h1::text
      text: .body
      remove: .ad"""
_SOURCE = """
office: Ministry of Lighthouses
country: xa
publisher: Government of Arvenna
url: https://light.example/
language: en
languages: [fr, hi, el, vi]
timezone: UTC
feeds:
  - channel: listing
    kind: press_release
    urls: [https://light.example/news]
    links: /news/{page}
provenance: {{from: the torture, verified: never}}
"""


class _Desk:
    """A source whose pages are read and recorded as a crawl does it."""

    def __init__(self, archive: Archive, source: Source) -> None:
        self.archive, self.source = archive, source
        self.channel: Channel = open_channel(source)
        self.recorder = Recorder(
            archive,
            source_row(source),
            crawl_id=f"{source.name}-1",
            started_at=_BEGAN,
            software="the torture",
            read_edit=read_edit,
        )

    def look(self, words: Words, number: int, day: int, chance: random.Random) -> Recorded:
        """Read a page on a day."""
        query = chance.choice(["", f"?utm_source=a{chance.random()}", "?fbclid=1&gclid=2", "#top"])
        url = f"https://light.example/news/{number}{query}"
        kind = chance.choice(["text/html", "text/html; charset=utf-8", "TEXT/HTML;charset=UTF-8"])
        at = _BEGAN + timedelta(days=day)
        response = kept_response(url, page_of(words, chance), {"Content-Type": kind}, at)
        entry = Entry(native_id=native_id(url), url=url, title=None)
        (item,) = read_item(self.channel, response, entry)
        assert isinstance(item, StatementItem), item
        statement = validate(item, self.source)
        capture: Capture = response.meta["capture"]
        self.recorder.keep_capture(capture)
        return self.recorder.record(statement)


def _source(folder: Path, name: str, page: str) -> Source:
    path = folder / "xa" / f"{name}.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(_SOURCE.format(page="\\d+" + page), encoding="utf-8")
    return read_source(path)


@contextmanager
def _ready(folder: Path) -> Iterator[Trial]:
    with Archive.open(folder / "archive.db") as archive:
        archive.db.execute("PRAGMA synchronous = OFF")
        desks = [
            _Desk(archive, _source(folder, "xa_light", _SELECTORS)),
            _Desk(archive, _source(folder, "xa_lamps", "")),
        ]

        def trial(number: int, chance: random.Random) -> Mapping[str, float]:
            return _try(desks[number % 4 == 0], number, chance)

        yield trial


def _try(desk: _Desk, number: int, chance: random.Random) -> Mapping[str, float]:
    words = words_of(chance)
    assert desk.look(words, number, 0, chance) == "new"
    looks = Counter(desk.look(words, number, day + 1, chance) for day in range(_LOOKS))
    found = desk.look(edited(words, chance), number, _LOOKS + 1, chance)
    told = desk.archive.db.execute(
        "SELECT count(*) FROM edits WHERE statement_id = (SELECT id FROM statements "
        "WHERE source = ? AND native_id LIKE ?) AND differences > 0",
        [desk.source.name, f"%/{number}"],
    ).fetchone()[0]
    return {
        "recrawls": _LOOKS,
        "false_revisions": looks["revised"],
        "unseen": _LOOKS - looks["seen"] - looks["revised"],
        "edits": 1,
        "edits_found": found == "revised",
        "edits_explained": told,
    }


def _broken(counts: Mapping[str, float]) -> list[str]:
    edits = counts.get("edits", 0)
    return unless(false_revisions=0, unseen=0, edits_found=edits, edits_explained=edits)({**counts})


FIGURE = Figure(
    promise="unchanged pages under noise are never a revision, an edit of one sign always is one",
    trials=_TRIALS,
    quick=8,
    ready=_ready,
    broken=_broken,
)
