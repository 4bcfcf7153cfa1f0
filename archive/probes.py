"""Probes: what a check of the live sources found, for people to see how each source fares."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from archive.register import SourceRow, keep_source
from archive.store import Archive
from archive.warc import Proof

Verdict = Literal["works", "doubtful", "fails"]
"""What a route is worth; doubtful: it answered, but not as its source file expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one look at one route of a source found."""

    route: str
    """The route, as statements name it."""

    at: str
    """When it was tried, in UTC."""

    outcome: Verdict
    """What it is worth."""

    status: int | None
    """The HTTP status of its first page, if there was an answer."""

    listed: int
    """How many entries its first page lists."""

    read: int
    """How many characters were read of the one item that was looked at."""

    message: str
    """What was found, in words."""

    tls: Proof | None = None
    """Whether its server proved its name; None where nothing was encrypted, or nothing came."""


def record_probes(archive: Archive, source: SourceRow, probes: Sequence[Probe]) -> None:
    """Write what the probes of one source found, all or nothing; earlier ones stay."""
    with archive.transaction() as db:
        keep_source(db, source)
        db.table("probes").insert_all({"source": source.name, **asdict(each)} for each in probes)
