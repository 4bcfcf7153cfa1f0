"""Declared sources as Scrapy spiders: what `scrapy list` and `scrapy crawl` find."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from spiders.reader import SourceSpider
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

logger = logging.getLogger(__name__)


class SourceLoader:
    """Make a spider of every source file that can be used; report the others."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._sources, errors = find_sources([BUILT_IN, *folders])
        for error in errors:
            logger.error("%s", error)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Look into the built-in folder and those of the setting SOURCE_FOLDERS."""
        return cls([Path(folder) for folder in settings.getlist("SOURCE_FOLDERS")])

    def list(self) -> list[str]:
        """Name the spiders."""
        return sorted(self._sources)

    def load(self, spider_name: str) -> type[Spider]:
        """Give a source's spider; KeyError where there is no such source."""
        try:
            return spider_class(self._sources[spider_name])
        except KeyError:
            raise KeyError(f"Spider not found: {spider_name}") from None

    def find_by_request(self, request: Request) -> Sequence[str]:
        """Name the sources of a request's host."""
        host = request.url.split("/")[2]
        return [name for name, source in self._sources.items() if host in source.url]


def spider_class(source: Source) -> type[SourceSpider]:
    """Make the Scrapy spider of one source."""
    settings = {"DOWNLOAD_DELAY": source.crawl.delay}
    if source.crawl.delay == 0:
        settings["AUTOTHROTTLE_ENABLED"] = False
    return type(
        source.name,
        (SourceSpider,),
        {"name": source.name, "source": source, "custom_settings": settings},
    )
