"""An archive of a small invented world, made as if its sources had been crawled.

A world is a folder with `sources/`, declared as any source, and `record.ndjson`, one statement
a line with its texts in the order in which they were captured.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.normalise import normalise_text, text_sha256
from archive.clock import read_utc
from archive.recording import Recorder
from archive.records import Capture, Statement, statement_id
from archive.register import keep_source
from archive.store import Archive
from spiders.declaration import source_row
from spiders.source import Source
from spiders.sourcefiles import find_sources

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """One text of a statement as it was captured."""

    line: Line
    number: int
    text: str
    captured_at: str

    @property
    def source(self) -> str:
        return str(self.line["source"])


def record_world(folder: Path, db_path: Path) -> None:
    """Record a world in a new archive: a crawl for each source and day on which it was captured.

    Texts are normalised as a crawl normalises them, and statements have the ids that a crawl gives
    them: `statement_id(source, id)`, with the line's `id` as native id.
    """
    sources = world_sources(folder)
    looks = sorted(_looks(folder), key=lambda look: (look.captured_at[:10], look.source))
    with Archive.open(db_path) as archive:
        archive.db.execute("PRAGMA synchronous = OFF")
        with archive.transaction() as db:
            for source in sources.values():
                keep_source(db, source_row(source))
        days = groupby(looks, key=lambda look: (look.captured_at[:10], look.source))
        for (day, name), group in days:
            _crawl(archive, sources[name], day, sorted(group, key=lambda look: look.captured_at))
        for line in _lines(folder):
            if line["state"] == "gone":
                key = statement_id(line["source"], line["id"])
                archive.db.table("statements").update(key, {"state": "gone"})


def world_sources(folder: Path) -> dict[str, Source]:
    """Read the sources of a world, which may stand in folders by country or in one."""
    with tempfile.TemporaryDirectory() as place:
        for path in sorted((folder / "sources").rglob("*.yml")):
            target = Path(place) / path.stem[:2] / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
        sources, errors = find_sources([Path(place)])
    assert not errors, "\n".join(map(str, errors))
    return sources


def _lines(folder: Path) -> Iterator[Line]:
    for line in (folder / "record.ndjson").read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _looks(folder: Path) -> Iterator[Look]:
    for line in _lines(folder):
        for number, each in enumerate(line["texts"], 1):
            yield Look(line, number, normalise_text(each["text"]), each["captured_at"])


def _crawl(archive: Archive, source: Source, day: str, looks: list[Look]) -> None:
    recorder = Recorder(
        archive,
        source_row(source),
        crawl_id=f"{source.name}-{day}",
        started_at=read_utc(looks[0].captured_at),
        software="On Record test",
        warc_file=f"{source.name}-{day}.warc.gz",
    )
    for look in looks:
        recorder.keep_capture(_capture(source, look))
    with recorder.together():
        for look in looks:
            recorder.record(_statement(source, look))
        ended = read_utc(looks[-1].captured_at)
        recorder.finish("finished", at=ended, listed=len(looks))


def _statement(source: Source, look: Look) -> Statement:
    line = look.line
    published = line["published_at"]
    day = date.fromisoformat(published[:10]) if published else None
    holder = source.holder_on(day) if day else None
    is_withdrawn = line["state"] == "withdrawn" and look.number == len(line["texts"])
    return Statement(
        source=source.name,
        native_id=line["id"],
        url=line["url"],
        kind=line["kind"],
        title=line["title"],
        text=look.text,
        text_sha256=text_sha256(look.text),
        language=line["language"],
        published_at=published,
        published_raw=published,
        published_precision=("time" if "T" in published else "date") if published else None,
        delivered_on=None,
        speaker=line["speaker"],
        speaker_id=line["speaker_id"],
        holder_id=holder.id if holder else None,
        account=line.get("account"),
        office=source.office,
        country=source.country,
        publisher_updated_at=None,
        publisher_changes=None,
        corrections=None,
        withdrawn="says that it is withdrawn" if is_withdrawn else None,
        route=source.feeds[0].options.channel,
        capture=_capture(source, look),
        linked=_linked(line),
    )


def _linked(line: Line) -> str | None:
    told = []
    if line.get("repost_of"):
        told.append({"relation": "repost", "text": line["repost_of"]})
    if line.get("translation_of"):
        told.append({"relation": "translation", "id": line["translation_of"]})
    return json.dumps(told, ensure_ascii=False) if told else None


def _capture(source: Source, look: Look) -> Capture:
    body = look.text.encode()
    name = hashlib.sha256(f"{source.name}\n{look.line['id']}\n{look.number}".encode()).hexdigest()
    sha256 = hashlib.sha256(body).hexdigest()
    return Capture(
        id=name[:32],
        url=look.line["url"],
        captured_at=look.captured_at,
        status=200,
        content_type="text/html",
        bytes=len(body),
        sha256=sha256,
        warc_file=f"{source.name}-{look.captured_at[:10]}.warc.gz",
        warc_offset=0,
        warc_length=len(body),
        warc_sha256=sha256,
    )
