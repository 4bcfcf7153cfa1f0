"""What is due: sources whose last whole crawl began longer ago than their `every:` says."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from archive.clock import read_utc, utc_now
from archive.memory import last_started
from archive.store import open_for_reading
from spiders.source import Source

_SLACK = timedelta(minutes=1)
"""A timer that fires a little early must not skip a whole turn."""


def due_sources(
    sources: Iterable[Source], archive: Path, *, now: datetime | None = None
) -> list[Source]:
    """Choose the sources that are due, the longest waiting first."""
    now = now or utc_now()
    if not archive.exists():
        return list(sources)
    db = open_for_reading(archive)
    try:
        last = {source.name: last_started(db, source.name) for source in sources}
    finally:
        db.close()
    due = [
        source
        for source in sources
        if (started := last[source.name]) is None
        or read_utc(started) + source.every <= now + _SLACK
    ]
    return sorted(due, key=lambda source: last[source.name] or "")
