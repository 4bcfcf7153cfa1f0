"""Replay: the same spiders fed from WARC files instead of the network."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from scrapy.exceptions import IgnoreRequest

from archive.clock import read_utc
from archive.errors import ReplayError
from archive.recording import Outcome, new_crawl_id
from archive.records import Capture
from archive.warc_reader import Kept, Note, read_about, read_notes, read_record, read_records

Judge = Callable[[Kept, Callable[[Capture], Kept | None]], Capture]
"""Judges an answer, given how to find the bytes that it refers to in the same file."""


class NotCapturedError(IgnoreRequest):
    """Say that a request has no answer in the replayed captures."""


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A host that a crawl left alone."""

    capture: Capture | None
    """The last answer it had; None where it could not even connect."""

    at: datetime
    message: str


class Replayed:
    """A WARC file to replay: its answers by what was asked, each given once and in order."""

    def __init__(self, path: Path, judge: Judge = lambda kept, _: kept.capture) -> None:
        """Index the file; `judge` says in each capture of what kind its answer is.

        Raises:
            ReplayError: it is missing, no WARC file, or holds no response.
        """
        self.path = path
        self._about = read_about(path)
        self._end: dict[str, str] = {}
        failures = []
        for note in read_notes(path):
            if "failed" in note.fields:
                failures.append(note)
            else:
                self._end = note.fields
        self._answers: defaultdict[tuple[str, str | None], deque[Capture]] = defaultdict(deque)
        self._failures: defaultdict[tuple[str, str | None], deque[Note]] = defaultdict(deque)
        self._not_rendered = {}
        for note in failures:
            if page := note.fields.get("page"):
                self._not_rendered[page] = note
            else:
                self._failures[note.url, note.fields.get("sent-sha256")].append(note)
        self._by_id: dict[str, Capture] = {}
        self._asked: dict[str, str | None] = {}
        self.captures = []
        for kept in read_records(path):
            if kept.kind != "resource":
                self._by_id[kept.capture.id] = kept.capture
                self._asked[kept.capture.id] = kept.asked
                self.captures.append(judge(kept, self._original))
        self._renderings = {each.rendered_from: each for each in self.captures}
        for capture in self.captures:
            if capture.rendered_from is None:
                self._answers[capture.url, capture.request_sha256].append(capture)
        times = [capture.captured_at for capture in self.captures]
        if not times and "crawl" not in self._about:
            raise ReplayError(f"{path} holds no response to replay")
        self.started_at = read_utc(self._about.get("started") or min(times))
        last = max(times, default=None)
        self.ended_at = read_utc(self._end.get("finished") or last or self._about["started"])

    @property
    def left_alone(self) -> list[LeftAlone]:
        """Which hosts the crawl left alone, as far as it got."""
        by_id = {each.id: each for each in self.captures}
        found = []
        for name, told in self._end.items():
            if name.startswith("left-alone-"):
                last, _, message = told.partition(" ")
                capture = by_id.get(last)
                earlier = self.ended_at if last == "-" else None  # as it was written once
                at = earlier or read_utc(capture.captured_at if capture else last)
                found.append(LeftAlone(capture, at, message))
        return found

    def _original(self, capture: Capture) -> Kept | None:
        """Give the record of this file that holds a capture's bytes; None if another one does."""
        whole = self._by_id.get(capture.refers_to) if capture.refers_to else None
        return read_record(self.path, whole.warc_offset) if whole else None

    @property
    def outcome(self) -> Outcome:
        """How the crawl ended that wrote the file; interrupted where it does not say."""
        told = self._end.get("outcome")
        return "finished" if told == "finished" else "faulty" if told == "faulty" else "interrupted"

    @property
    def was_killed(self) -> bool:
        """Tell whether it is a file of ours whose crawl could not write how it ended."""
        return "crawl" in self._about and "outcome" not in self._end

    @property
    def had_browser(self) -> bool:
        """Tell whether the crawl ran the scripts of pages that need it."""
        return self._about.get("javascript") == "yes"

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
        return bool(self._answers.get((url, None)))

    def take(
        self, url: str, request_sha256: str | None = None, asked: str | None = None
    ) -> Kept | Note:
        """Take the next answer of an address to what is sent, or the note that it had none.

        Of those to which several addresses were redirected, it is the one that `asked` led to.

        Raises:
            NotCapturedError: there is neither.
        """
        answers = self._answers.get((url, request_sha256))
        failures = self._failures.get((url, request_sha256))
        if failures and not (answers and answers[0].warc_offset < failures[0].offset):
            return failures.popleft()
        if not answers:
            raise NotCapturedError(f"{url} is not in the captures")
        same = (each for each in answers if self._asked.get(each.id) == asked)
        capture = next(same, answers[0])
        answers.remove(capture)
        return replace(read_record(self.path, capture.warc_offset), capture=capture)

    def take_rendering(self, page: Capture) -> Kept | Note:
        """Give what a browser made of a page, or the note that it made nothing.

        Raises:
            NotCapturedError: there is neither.
        """
        capture = self._renderings.get(page.id)
        if capture is None and page.id in self._not_rendered:
            return self._not_rendered[page.id]
        if capture is None:
            raise NotCapturedError(f"no browser has made a page of {page.url}")
        return replace(read_record(self.path, capture.warc_offset), capture=capture)
