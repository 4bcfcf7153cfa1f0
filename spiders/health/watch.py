"""Watch: notes in each feed what a crawl lists and reads, for the comparison at its end."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from archive.clock import read_utc, utc_text
from archive.records import Statement
from archive.shapes import Look, Shape, Usual

if TYPE_CHECKING:
    from spiders.source import Source

_READING = frozenset({"feeds", "timezone", "date_order", "language", "languages", "id", "fix"})
_SHRUNK = 0.6
_MOST_LOOKS = 200
_A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Seen:
    """What was found in one feed so far."""

    lists: int = 0
    listed: dict[str, None] = field(default_factory=dict)
    first_listed: int = 0
    looks: dict[str, Look] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    has_failed: bool = False


class Watch:
    """Note what is listed, read and refused, feed by feed."""

    def __init__(self, source: "Source") -> None:
        self.feeds: dict[str, Seen] = {}
        self.reading = _short(source.model_dump_json(include=set(_READING)))
        self._people = _short(source.model_dump_json(include={"holders", "accounts", "speaker"}))

    def listing(self, feed: str, page: int, native_ids: Iterable[str]) -> None:
        """Note what one page of a list has that no earlier page had."""
        seen = self._of(feed)
        ids = dict.fromkeys(native_ids)
        seen.lists += 1
        seen.listed |= ids
        seen.first_listed += len(ids) if page == 1 else 0

    def failed(self, feed: str) -> None:
        """Note that a feed could not be read, which is told without any comparison."""
        self._of(feed).has_failed = True

    def read(self, statement: Statement) -> None:
        """Note what was read of a statement, unless somebody else saw it at another time."""
        if statement.witness is None:
            look = Look(
                len(statement.text or ""),
                statement.text_sha256[:8] if statement.text else "",
                _short(statement.title),
                statement.published_at or "",
                _short(statement.speaker),
                self._people,
            )
            self._of(feed_of(statement.route)).looks[statement.native_id] = look

    def refuse(self, item: Any) -> None:
        """Note that no statement could be made of what stands at an item's address."""
        native_id, route = getattr(item, "native_id", None), getattr(item, "route", None)
        if native_id is None or getattr(item, "witness", None):
            return
        listing = (name for name, seen in self.feeds.items() if native_id in seen.listed)
        feed = feed_of(route) if route else next(listing, None)
        if feed:
            self._of(feed).refused.add(native_id)

    def _of(self, feed: str) -> Seen:
        return self.feeds.setdefault(feed, Seen())


def feed_of(route: str) -> str:
    """Name the feed of a route, however it reads."""
    return route.partition(" #")[0]


def shape_of(
    seen: Seen, usual: Usual, known: frozenset[str], *, feed: str, crawl: Mapping[str, Any]
) -> Shape:
    """Put what was found into numbers, given what is usual and what good crawls have seen."""
    since = usual.shapes[0].at if usual.shapes else ""
    before = utc_text(read_utc(since) - _A_DAY) if since else ""
    fresh = {name: look for name, look in seen.looks.items() if name not in known}
    unknown = [name for name in seen.listed if name not in known]
    texts = Counter(look.text for look in seen.looks.values() if look.text)
    return Shape(
        **crawl,
        feed=feed,
        lists=seen.lists,
        listed=len(seen.listed),
        first_listed=seen.first_listed,
        known_listed=len(seen.listed) - len(unknown),
        old_listed=_old((seen.looks.get(name) for name in unknown), before),
        left_out=_left_out(seen, usual),
        statements=len(seen.looks),
        refused=len(seen.refused - seen.looks.keys()),
        length=_middle(look.length for look in seen.looks.values()),
        same_text=max(texts.values(), default=0),
        dated=sum(bool(look.published) for look in seen.looks.values()),
        titled=sum(bool(look.title) for look in seen.looks.values()),
        spoken=sum(bool(look.speaker) for look in seen.looks.values()),
        new_statements=len(fresh),
        new_length=_middle(look.length for look in fresh.values()),
        new_dated=sum(bool(look.published) for look in fresh.values()),
        new_titled=sum(bool(look.title) for look in fresh.values()),
        new_spoken=sum(bool(look.speaker) for look in fresh.values()),
        **_compared(seen, usual),
    )


def looks_to_keep(seen: Seen, usual: Usual) -> dict[str, Look]:
    """Give what the next crawl is compared with: what was read now, then what was before."""
    every = seen.looks | {
        name: look for name, look in (usual.looks or {}).items() if name not in seen.looks
    }
    return dict(list(every.items())[:_MOST_LOOKS])


def _compared(seen: Seen, usual: Usual) -> dict[str, Any]:
    """Count how many statements are read otherwise than in the latest good crawl."""
    before = usual.looks or {}
    pairs = [(before[name], look) for name, look in seen.looks.items() if name in before]
    lost = len((seen.refused - seen.looks.keys()) & before.keys())

    def changed(part: str) -> int:
        return sum(
            bool(getattr(was, part)) and getattr(was, part) != getattr(now, part) != ""
            for was, now in pairs
            if part != "speaker" or was.people == now.people
        )

    def gone(part: str) -> int:
        return sum(bool(getattr(was, part)) and not getattr(now, part) for was, now in pairs)

    return {
        "compared": len(pairs) + lost,
        "texts_changed": changed("text"),
        "texts_shrunk": sum(now.length < _SHRUNK * was.length for was, now in pairs),
        "texts_lost": lost + gone("text"),
        "titles_changed": changed("title"),
        "titles_lost": gone("title"),
        "dates_changed": changed("published"),
        "dates_lost": gone("published"),
        "speakers_changed": changed("speaker"),
        "speakers_lost": gone("speaker"),
    }


def _left_out(seen: Seen, usual: Usual) -> int:
    """Count what the last good crawl read and is not listed, though not the oldest."""
    if not usual.shapes or not usual.looks:
        return 0
    last = dict(list(usual.looks.items())[: usual.shapes[0].statements])
    listed = (look.published for name, look in last.items() if name in seen.listed)
    oldest = min((day for day in listed if day), default="")
    left = (look.published for name, look in last.items() if name not in seen.listed)
    return sum(not day or day > oldest for day in left)


def _old(looks: Iterable[Look | None], before: str) -> int:
    """Count what is listed as news and is of before the last crawl.

    The dated ones tell it of the others; where none is dated, nothing shows that they are news.
    """
    every = list(looks)
    dated = [look.published for look in every if look and look.published]
    old = sum(day < before[: len(day)] for day in dated)
    return len(every) if old * 2 >= len(dated) else old


def _middle(lengths: Iterable[int]) -> int | None:
    every = list(lengths)
    return round(median(every)) if every else None


def _short(words: str | None) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:8] if words else ""
