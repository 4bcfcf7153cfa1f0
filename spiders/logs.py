"""Log lines that name an item instead of printing its whole text."""

import logging
from typing import Any

from scrapy import logformatter
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.errors import ArchiveError


class QuietItems(logformatter.LogFormatter):
    """Say what happened to an item in one line."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Any) -> Any:
        """Name what was recorded, at debug level."""
        del response, spider
        return _line(logging.DEBUG, "Recorded %(item)s", item)

    def dropped(
        self, item: Any, exception: Any, response: Response | Failure | None, spider: Any
    ) -> Any:
        """Name what was set aside, and why."""
        del response, spider
        return _line(logging.WARNING, "Set aside %(item)s", item, exception)

    def item_error(
        self, item: Any, exception: Any, response: Response | Failure | None, spider: Any
    ) -> Any:
        """Name what could not be processed."""
        del response, spider
        if isinstance(exception, ArchiveError):  # which is told once, and not of each item
            return _line(logging.DEBUG, "Not recorded: %(item)s", item, exception)
        return _line(logging.ERROR, "Set aside %(item)s", item, exception)


def _line(level: int, message: str, item: Any, why: Any = "") -> dict[str, Any]:
    name = f"{type(item).__name__} {getattr(item, 'native_id', '') or getattr(item, 'url', '')}"
    return {
        "level": level,
        "msg": f"{message}%(why)s",
        "args": {"item": name, "why": f": {why}" if why else ""},
    }
