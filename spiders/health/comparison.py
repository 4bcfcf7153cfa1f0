"""Comparison: a crawl's feeds against the good crawls before it, in words a person can act on."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from archive.clock import utc_text
from archive.shapes import Shape, Usual, keep_shape, usual_shapes
from spiders.health.judging import Alarm, alarms
from spiders.health.watch import Seen, looks_to_keep, shape_of
from spiders.items import FaultItem

if TYPE_CHECKING:
    from sqlite_utils import Database

    from spiders.reader import SourceSpider


class Comparison:
    """Compare what a crawl has found so far, and in the end keep it for later crawls."""

    def __init__(
        self, spider: "SourceSpider", db: "Database", *, crawl_id: str, started_at: datetime
    ) -> None:
        self._spider = spider
        self._db = db
        self._crawl = {"crawl_id": crawl_id, "at": utc_text(started_at)}
        self._told: dict[str, list[Alarm]] = {}

    def faults(self) -> Iterator[FaultItem]:
        """Say what is not as it was, each once."""
        source = self._spider.source
        for feed, seen in self._feeds():
            told = self._told.setdefault(feed, [])
            kinds = {alarm.kind for alarm in told}
            shape, usual = self._shape(feed, seen)
            news = [
                alarm
                for alarm in alarms(shape, usual, lists_all=self._lists_all(feed))
                if alarm.kind not in kinds
            ]
            told.extend(news)
            for alarm in news:
                yield FaultItem(
                    level="error",
                    message=f"{source.name}: {feed}: {alarm.words}. Has the site been redesigned? "
                    "Nothing that is missing in this crawl counts as gone. Compare the page with "
                    f"the source file (`onrecord sources check {source.name}`) and mend that; if "
                    "the site is read well as it is now, write "
                    f"`redesigned: {self._crawl['at'][:10]}` under `expect:`",
                    url=source.url,
                )

    def keep(self, *, is_good: bool) -> None:
        """Write the shape of each feed; only of a good crawl it is kept what each text was like."""
        for feed, seen in self._feeds():
            shape, usual = self._shape(feed, seen)
            words = (alarm.words for alarm in self._told.get(feed, ()))
            looks = looks_to_keep(seen, usual) if is_good else None
            keep_shape(self._db, shape, alarms=words, looks=looks)

    def _feeds(self) -> list[tuple[str, Seen]]:
        """Name the feeds that were read, unless somebody had to ask for it."""
        asked = {
            channel.feed_name
            for channel in self._spider.channels
            if channel.feed.options.when == "asked"
        }
        every = self._spider.watch.feeds.items()
        return [(name, seen) for name, seen in every if name not in asked and not seen.has_failed]

    def _shape(self, feed: str, seen: Seen) -> tuple[Shape, Usual]:
        source, at = self._spider.source, self._crawl["at"]
        redesigned = source.expect.redesigned
        after = f"{redesigned}T24" if redesigned and redesigned.isoformat() <= at[:10] else ""
        usual = usual_shapes(self._db, source.name, feed, before=at, after=after)
        reading = self._spider.watch.reading
        comparable = usual.read_by(reading)
        about = {**self._crawl, "source": source.name, "reading": reading}
        return shape_of(seen, comparable, self._spider.settled, feed=feed, crawl=about), usual

    def _lists_all(self, feed: str) -> bool:
        channels = self._spider.channels
        return all(each.lists_all for each in channels if each.feed_name == feed)
