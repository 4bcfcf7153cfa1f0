"""Archived captures: which are still to be asked for, and what an archive says of one."""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from scrapy.http import Response

from archive.clock import utc_text
from spiders.channels.entries import Entry

_MOST_TROUBLES = 3
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Memento:
    """An archived capture to ask for."""

    url: str
    entry: Entry
    hops: int = 0
    """How often the archive has led on since it was asked for the first time."""


class Queue:
    """The captures that one crawl asks for: each once, one at a time, and in order."""

    def __init__(self, is_news: Callable[[str], bool]) -> None:
        self._is_news = is_news
        self._waiting: deque[Memento] = deque()
        self._seen: set[str] = set()
        self._is_asking = False
        self._troubles = 0

    def __len__(self) -> int:
        """Count the captures that were asked for or will be."""
        return len(self._seen)

    def add(self, memento: Memento) -> None:
        """Put in a capture that is news; one that another led to goes before all others."""
        if memento.url not in self._seen and self._is_news(memento.url):
            self._seen.add(memento.url)
            self._waiting.insert(0 if memento.hops else len(self._waiting), memento)

    def take(self) -> Memento | None:
        """Give the next capture, unless the answer to another is still to come."""
        if self._is_asking or not self._waiting:
            return None
        self._is_asking = True
        return self._waiting.popleft()

    def answered(self) -> None:
        """Note an answer, whatever it was."""
        self._is_asking = False

    def is_well(self) -> None:
        """Note that the archive gives what it is asked for."""
        self._troubles = 0

    def is_in_trouble(self, *, is_told: bool) -> int | None:
        """Note that it does not; where it says so, or does so again and again, ask no more.

        Returns:
            How many captures are left to another day; None where the queue goes on.
        """
        self._troubles += _MOST_TROUBLES if is_told else 1
        if self._troubles < _MOST_TROUBLES:
            return None
        left = len(self._waiting)
        self._waiting.clear()
        return left


def memento_time(response: Response) -> str | None:
    """Read when an archived page was captured; None for a page that is the archive's own."""
    written = (response.headers.get("Memento-Datetime") or b"").decode("latin-1")
    try:
        return utc_text(parsedate_to_datetime(written))
    except (ValueError, TypeError):
        return None


def original_of(response: Response) -> str | None:
    """Read of which address an archived page is, where the archive says so."""
    links = b", ".join(response.headers.getlist("Link")).decode("latin-1")
    found = re.search(r'<([^<>]+)>;\s*rel="original"', links)
    return found[1] if found else None


def leads_to(response: Response) -> str | None:
    """Give the address that an answer leads on to; None where it does not."""
    if response.status not in _REDIRECTS:
        return None
    location = (response.headers.get("Location") or b"").decode("latin-1")
    try:
        return urljoin(response.url, location)
    except ValueError:
        return location


def captured_address(url: str, replay: str) -> tuple[str, str] | None:
    """Take an address in an archive apart: the time, and the address that was captured."""
    found = re.fullmatch(rf"{re.escape(replay)}/(\d{{14}})(?:[a-z]+_)?/(.+)", url)
    return (found[1], found[2]) if found else None
