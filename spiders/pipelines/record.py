"""Record: the end of a statement's way in, and of everything else that a channel yields."""

from typing import Any, Self

from scrapy.crawler import Crawler

from archive.records import Statement
from spiders.extensions.keeping import Keeping
from spiders.items import AbsenceItem, AnswerItem, FaultItem, ReadsItem, UnreadableItem


class RecordStatement:
    """Hand items to the crawl's recorder, and let go of them when they are on disk."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the crawl's recorder."""
        keeping = crawler.get_extension(Keeping)
        assert keeping is not None
        return cls(keeping)

    async def process_item(self, item: Any) -> Any:
        """Record an item by its kind."""
        match item:
            case Statement():
                self._keeping.watch.read(item)
                await self._keeping.write(lambda recorder: recorder.record(item))
            case AbsenceItem():
                await self._keeping.write(
                    lambda recorder: recorder.record_absence(
                        item.native_id,
                        item.outcome,
                        item.evidence,
                        item.capture,
                        item.at,
                        item.retention,
                        moved_to=item.moved_to,
                    )
                )
            case ReadsItem():
                await self._keeping.write(
                    lambda recorder: recorder.record_reads(
                        item.capture, item.platform, item.posts, item.users
                    )
                )
            case AnswerItem():
                await self._keeping.write(
                    lambda recorder: recorder.note_answer(item.capture, item.answer, item.reason)
                )
            case UnreadableItem():
                await self._keeping.set_aside(item.reason, item)
            case FaultItem():
                await self._keeping.report(item)
        return item
