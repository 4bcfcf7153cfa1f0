"""Declared sources as Scrapy spiders: what `scrapy list` and `scrapy crawl` find."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from spiders.channels import channel_class
from spiders.reader import SourceSpider
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

_FEW = 8
logger = logging.getLogger(__name__)


class SourceLoader:
    """Make a spider of every source file that can be used; report the others.

    Nothing is read before Scrapy asks for it, and then no more than that.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Look into the built-in folder and those of the setting SOURCE_FOLDERS."""
        return cls([Path(folder) for folder in settings.getlist("SOURCE_FOLDERS")])

    def list(self) -> list[str]:
        """Name the spiders."""
        return sorted(self._find())

    def load(self, spider_name: str) -> type[Spider]:
        """Give a source's spider; KeyError where there is no such source."""
        try:
            return spider_class(self._find([spider_name])[spider_name])
        except KeyError:
            raise KeyError(f"Spider not found: {spider_name}") from None

    def find_by_request(self, request: Request) -> Sequence[str]:
        """Name the sources of a request's host."""
        host = request.url.split("/")[2]
        return [name for name, source in self._find().items() if host in source.url]

    def _find(self, names: Iterable[str] | None = None) -> dict[str, Source]:
        sources, errors = find_sources([BUILT_IN, *self._folders], names)
        for error in errors:
            logger.error("%s", error)
        return sources


def spider_class(source: Source) -> type[SourceSpider]:
    """Make the Scrapy spider of one source."""
    settings: dict[str, float] = {"DOWNLOAD_DELAY": source.crawl.delay}
    if source.crawl.delay == 0:
        settings["AUTOTHROTTLE_ENABLED"] = False
    if not source.tls.is_demanded:
        settings["DOWNLOAD_VERIFY_CERTIFICATES"] = False
    feeds = [each for feed in source.feeds for each in (feed, *feed.fallback)]
    if all(channel_class(feed.options.channel).is_one_an_answer for feed in feeds):
        settings["CONCURRENT_ITEMS"] = _FEW  # Scrapy starts as many tasks for every answer
    return type(
        source.name,
        (SourceSpider,),
        {"name": source.name, "source": source, "custom_settings": settings},
    )
