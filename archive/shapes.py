"""Shapes: what a crawl's lists and texts looked like, and those of the good crawls before it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from typing import NamedTuple

from sqlite_utils import Database

MOST = 20
"""How many good crawls say what is usual."""


class Look(NamedTuple):
    """What was read of one statement: enough to see that it is read otherwise, and no words."""

    length: int
    """Characters of its text."""

    text: str
    """The begin of its text's hash."""

    title: str
    """The begin of its title's hash; empty where it has none."""

    published: str
    """When it was published, as read; empty where it is undated."""

    speaker: str
    """The begin of its speaker's hash; empty where nobody is named."""

    people: str
    """The begin of a hash of the people by whose list speakers are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one crawl found in one feed, in numbers."""

    crawl_id: str
    feed: str
    source: str
    at: str
    reading: str
    lists: int
    listed: int
    first_listed: int
    known_listed: int
    old_listed: int
    left_out: int
    statements: int
    refused: int
    length: int | None
    same_text: int
    dated: int
    titled: int
    spoken: int
    new_statements: int
    new_length: int | None
    new_dated: int
    new_titled: int
    new_spoken: int
    compared: int
    texts_changed: int
    texts_shrunk: int
    texts_lost: int
    titles_changed: int
    titles_lost: int
    dates_changed: int
    dates_lost: int
    speakers_changed: int
    speakers_lost: int


_COLUMNS = [field.name for field in fields(Shape)]


@dataclass(frozen=True, slots=True)
class Usual:
    """What the latest good crawls found in a feed before a moment, the latest first."""

    shapes: tuple[Shape, ...] = ()
    looks: Mapping[str, Look] | None = None
    """Native id to what the latest of them read."""

    reading: str = ""
    """How the latest of them read pages."""

    def read_by(self, reading: str) -> "Usual":
        """Give the same without what was read in another way, which cannot be compared."""
        return self if reading == self.reading else Usual(self.shapes, None, self.reading)


def usual_shapes(db: Database, source: str, feed: str, *, before: str, after: str = "") -> Usual:
    """Give what good crawls found in a feed before a moment, and after one where that is given."""
    rows = db.execute(
        f"SELECT {', '.join(_COLUMNS)}, looks FROM shapes "  # noqa: S608 - our own names
        "WHERE source = ? AND feed = ? AND at < ? AND at > ? "
        "AND (SELECT outcome FROM crawls WHERE id = shapes.crawl_id) = 'finished' "
        "ORDER BY at DESC LIMIT ?",
        [source, feed, before, after, MOST],
    ).fetchall()
    shapes = tuple(Shape(**dict(zip(_COLUMNS, row[:-1], strict=True))) for row in rows)
    looks, reading = next(
        ((row[-1], row[_COLUMNS.index("reading")]) for row in rows if row[-1]), ("", "")
    )
    told = {name: Look(*look) for name, look in json.loads(looks).items()} if looks else None
    return Usual(shapes, told, reading)


def keep_shape(
    db: Database, shape: Shape, *, alarms: Iterable[str], looks: Mapping[str, Look] | None
) -> None:
    """Write what a crawl found in a feed; the looks of earlier crawls are needed no longer."""
    told = list(alarms)
    row = dict(zip(_COLUMNS, astuple(shape), strict=True))
    row["alarms"] = json.dumps(told) if told else None
    row["looks"] = json.dumps(looks, ensure_ascii=False) if looks else None
    db.table("shapes").upsert(row, pk=("crawl_id", "feed"))
    if looks:
        db.execute(
            "UPDATE shapes SET looks = NULL WHERE source = ? AND feed = ? AND at < ? "
            "AND looks IS NOT NULL",
            [shape.source, shape.feed, shape.at],
        )
