"""Analyse: from an item as published to a statement with its date, language and tone."""

import logging
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.errors import DiskError
from spiders.extensions.keeping import Keeping
from spiders.items import AbsenceItem, FaultItem, StatementItem
from spiders.pipelines.analyst import Analyst, shared_analyst
from spiders.pipelines.worker import Refusal, analyse
from spiders.source import Source

logger = logging.getLogger(__name__)


class AnalyseStatement:
    """Turn statement items into statements; leave every other item alone."""

    def __init__(
        self,
        source: Source,
        keeping: Keeping,
        analyst: Analyst | None,
        folders: tuple[Path, ...] = (),
    ) -> None:
        self._source = source.model_copy(update={"feeds": ()})  # which know of channels and Scrapy
        self._keeping = keeping
        self._analyst = analyst
        self._folders = folders

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the crawled source's zone, date order, languages and corrections."""
        keeping = crawler.get_extension(Keeping)
        assert keeping is not None
        assert crawler.spider is not None
        analyst = shared_analyst() if crawler.settings.getbool("ANALYSIS_PROCESS") else None
        folders = tuple(map(Path, crawler.settings.getlist("SOURCE_FOLDERS")))
        if analyst:
            analyst.start(folders)
        return cls(crawler.spider.source, keeping, analyst, folders)  # type: ignore[attr-defined] # our own spider

    async def process_item(self, item: Any) -> Any:
        """Validate and score a statement, or drop it."""
        if not isinstance(item, StatementItem | AbsenceItem):
            return item
        if self._analyst:  # an absence must not overtake what was read before it
            found = await self._analyst.analyse(item, self._source)
        else:
            found = analyse(item, self._source, self._folders)
        if isinstance(found, Refusal) and found.is_of_disk:
            error = DiskError(found.reason)
            self._keeping.give_up(error)
            raise error
        if isinstance(found, Refusal):
            if found.trace:
                logger.error("%s: %s", item.native_id, found.trace)
            raise DropItem(found.reason)
        if isinstance(item, AbsenceItem) or isinstance(found, AbsenceItem):
            return item
        if item.published_raw and found.published_at is None:
            self._keeping.report(
                FaultItem(
                    level="warning",
                    message=f"{self._source.name}: the date {item.published_raw!r} cannot be read "
                    "for sure; the statement is kept undated",
                    url=item.url,
                    capture=item.capture,
                )
            )
        return found
