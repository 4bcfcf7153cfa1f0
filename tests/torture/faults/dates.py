"""Dates: no line is read as an instant that it does not state, in the zone of any source."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from spiders.items import StatementItem
from spiders.offline import unkept_capture
from spiders.pipelines.validate import QuarantineError, validated
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources
from torture.date_lines import Line, Place, lines
from torture.figure import Figure, Trial

_SOURCES = 30
_LINES = 300
_NOW = datetime(2026, 11, 30, tzinfo=UTC)
_READ = 0.97
"""The least share of plain lines that are read to the time, so that none is refused out of fear."""

_CAPTURE = unkept_capture("https://light.example/1", b"", 200, None, _NOW)


def _sources() -> list[Source]:
    """Choose sources that differ in zone, order and language."""
    found: dict[tuple[str, str, str], Source] = {}
    for source in sorted(find_sources([BUILT_IN])[0].values(), key=lambda each: each.name):
        found.setdefault((source.timezone, source.date_order, source.language), source)
    rare = Counter(key[2] for key in found), Counter(key[1] for key in found)
    chosen = sorted(found, key=lambda key: (rare[0][key[2]] + rare[1][key[1]], key))
    return [found[key] for key in chosen[:_SOURCES]]


def _item(raw: str) -> StatementItem:
    return StatementItem(
        native_id="1",
        url="https://light.example/1",
        kind="speech",
        text="The lamps of the coast are lit.",
        route="listing x #1",
        capture=_CAPTURE,
        published_raw=raw,
        language="en",
        is_language_told=True,
    )


@contextmanager
def _ready(folder: Path) -> Iterator[Trial]:
    del folder
    sources = _sources()

    def trial(number: int, chance: random.Random) -> Mapping[str, float]:
        source = sources[number]
        place = Place(ZoneInfo(source.timezone), source.date_order, source.language)
        counts: Counter[str] = Counter(sources=1)
        for line in lines(place, chance, _LINES):
            counts.update(_judge(source, line))
        return {**counts, **_of_no_time(source)}

    yield trial


def _judge(source: Source, line: Line) -> Counter[str]:
    counts = Counter(lines=1, plain=int(line.is_plain))
    try:
        read = validated(_item(line.raw), source)
    except QuarantineError:
        counts["refused"] += 1
        return counts
    counts["raw_lost"] += read["published_raw"] != line.raw
    at, precision = read["published_at"], read["published_precision"]
    if precision == "time":
        stated = {f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in line.instants}
        is_right = len(stated) == 1 and at in stated
        counts["right_instants"] += is_right
        counts["wrong_instants"] += not is_right
        counts["plain_read"] += line.is_plain
    elif precision:
        counts["wrong_days"] += bool(line.days) and not any(
            each.startswith(at) for each in line.days
        )
    return counts


def _of_no_time(source: Source) -> Mapping[str, float]:
    """Count what is set aside of dates that cannot be right, and of those that just can."""
    earliest = source.dates.earliest
    too_old = earliest - timedelta(days=2)
    wrong = [
        f"{_NOW + timedelta(hours=49):%Y-%m-%dT%H:%M:%SZ}",
        f"{too_old}",
        f"{too_old.year - 9}",
    ]
    right = [f"{_NOW + timedelta(hours=47):%Y-%m-%dT%H:%M:%SZ}", f"{earliest}", f"{earliest.year}"]
    return {
        "of_no_time": len(wrong),
        "set_aside": sum(_is_refused(source, raw) for raw in wrong),
        "set_aside_wrongly": sum(_is_refused(source, raw) for raw in right),
    }


def _is_refused(source: Source, raw: str) -> bool:
    try:
        validated(_item(raw), source)
    except QuarantineError:
        return True
    return False


def _broken(counts: Mapping[str, float]) -> list[str]:
    told = {name: counts.get(name, 0) for name in (*_NEVER, "set_aside", "of_no_time")}
    found = [f"{name} is {told[name]:g} and not 0" for name in _NEVER if told[name]]
    if told["set_aside"] != told["of_no_time"]:
        found.append(f"{told['set_aside']:g} of {told['of_no_time']:g} dates were set aside")
    if counts.get("plain_read", 0) < _READ * counts.get("plain", 0):
        found.append(f"only {counts.get('plain_read', 0):g} of {counts['plain']:g} plain lines")
    return found


_NEVER = ("wrong_instants", "wrong_days", "raw_lost", "set_aside_wrongly")

FIGURE = Figure(
    promise="no date line is read as an instant that it does not state",
    trials=_SOURCES,
    quick=3,
    ready=_ready,
    broken=_broken,
)
