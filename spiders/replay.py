"""Replay: the same spiders fed from WARC files instead of the network."""

from collections import defaultdict, deque
from pathlib import Path

from scrapy.exceptions import IgnoreRequest

from archive.clock import read_utc
from archive.errors import ReplayError
from archive.recording import Outcome, new_crawl_id
from archive.warc_reader import Kept, read_fields, read_record, read_records


class NotCapturedError(IgnoreRequest):
    """Say that a request has no answer in the replayed captures."""


class Replayed:
    """A WARC file to replay: its answers by address, each given once and in order."""

    def __init__(self, path: Path) -> None:
        """Index the file.

        Raises:
            ReplayError: it is missing, no WARC file, or holds no response.
        """
        self.path = path
        self._about = read_fields(path, "warcinfo")
        self._end = read_fields(path, "metadata")
        self._places: defaultdict[str, deque[int]] = defaultdict(deque)
        self.captures = [kept.capture for kept in read_records(path) if kept.kind == "response"]
        for capture in self.captures:
            self._places[capture.url].append(capture.warc_offset)
        times = [capture.captured_at for capture in self.captures]
        if not times and "crawl" not in self._about:
            raise ReplayError(f"{path} holds no response to replay")
        self.started_at = read_utc(self._about.get("started") or min(times))
        last = max(times, default=None)
        self.ended_at = read_utc(self._end.get("finished") or last or self._about["started"])

    @property
    def outcome(self) -> Outcome:
        """How the crawl ended that wrote the file; interrupted where it does not say."""
        told = self._end.get("outcome")
        return "finished" if told == "finished" else "faulty" if told == "faulty" else "interrupted"

    def crawl_id(self, source: str) -> str:
        """Name the crawl that wrote the file.

        Raises:
            ReplayError: it was a crawl of another source.
        """
        of_source = self._about.get("source", source)
        if of_source != source:
            raise ReplayError(f"{self.path} holds a crawl of {of_source}, not of {source}")
        return self._about.get("crawl") or new_crawl_id(source, self.started_at)

    def __contains__(self, url: str) -> bool:
        return bool(self._places.get(url))

    def take(self, url: str) -> Kept:
        """Take the next answer to an address, or raise NotCapturedError."""
        places = self._places.get(url)
        if not places:
            raise NotCapturedError(f"{url} is not in the captures")
        return read_record(self.path, places.popleft())
