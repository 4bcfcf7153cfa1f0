"""Repository streams in a crawl: where to go on, and what the events say of known posts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from scrapy.http import Response
from sqlite_utils import Database

from archive.last_looks import LastLook, last_etag, revision_with_hash
from spiders.items import AbsenceItem, FaultItem, PublisherChange, StatementItem
from spiders.platforms.atproto import AtUri
from spiders.platforms.atproto_events import Change, Log, read_frames, read_log
from spiders.platforms.bluesky import POST, REPOST, Origin, is_reply, read_record
from spiders.streams import TOLD

_WHOLE = {"up to now", "quiet"}


def stream_url(
    pds: str, did: str, *, archive: Database | None, source: str, captured: Sequence[str] | None
) -> str:
    """Name the stream from where the last capture of it ended; in a replay, as it was captured."""
    start = f"{pds}/xrpc/com.atproto.sync.subscribeRepos?cursor="
    end = f"#{did}"
    for url in captured or ():
        if url.startswith(start) and url.endswith(end):
            return url
    last = last_etag(archive, source, start, end) if archive is not None else None
    cursor = (last or "0").strip('"')
    return f"{start}{cursor}{end}"


class StreamReader:
    """Read the response that a stream has become."""

    def __init__(self, response: Response, origin: Origin, archive: Database | None) -> None:
        """Put the events in order.

        Raises:
            ValueError: the body is no sequence of frames.
        """
        self._origin = origin
        self._archive = archive
        self._url = response.url
        self._told = (response.headers.get(TOLD) or b"").decode("latin-1")
        self.log: Log = read_log(read_frames(response.body), origin.did)
        self._versions: dict[tuple[str, str], int] = {}
        """Path and CID of what the stream itself showed, to the number of the event."""

    def touched(self) -> set[str]:
        """Name the records that anything happened to."""
        return {f"at://{self._origin.did}/{change.path}" for change in self.log.changes}

    def deleted_since(self, looks: Mapping[str, LastLook]) -> set[str]:
        """Name the records whose last event, after our last look, is a deletion that is proved."""
        last = {f"at://{self._origin.did}/{each.path}": each for each in self.log.changes}
        return {
            uri
            for uri, change in last.items()
            if change.action == "delete"
            and change.prev
            and (uri not in looks or looks[uri].last_seen_at <= self._at(change))
        }

    def items(
        self, *, replies: bool, reposts: bool
    ) -> Iterator[StatementItem | AbsenceItem | FaultItem]:
        """Give earlier wordings and proved deletions, in the order in which they happened."""
        wanted = {POST, REPOST} if reposts else {POST}
        for change in self.log.changes:
            try:
                uri = AtUri.parse(f"at://{self._origin.did}/{change.path}")
            except ValueError as error:
                yield self._fault(str(error))
                continue
            if uri.collection not in wanted or (not replies and is_reply(change.record)):
                continue
            if change.action == "delete":
                yield from self._deletion(uri, change)
            else:
                yield from self._wording(uri, change)
                self._versions[change.path, str(change.cid)] = change.seq

    def faults(self, handle: str | None) -> Iterator[FaultItem]:
        """Report what a person should know of the account and of the stream."""
        is_first = "cursor=0#" in self._url
        for note in self.log.notes:
            if not (is_first and "OutdatedCursor" in note):  # a first look wants all there is
                yield self._fault(note)
        if self.log.handle and handle and self.log.handle.lower() != handle:
            yield self._fault(
                f"the account's handle was changed to {self.log.handle}: list it under 'accounts:'"
            )
        if self.log.passed_over:
            yield self._fault(
                f"{self.log.passed_over} events came twice, out of order or while the account was "
                "switched off, and were passed over"
            )
        unreadable = re.search(r"([1-9]\d*) unreadable", self._told)
        if unreadable:
            yield self._fault(f"{unreadable[1]} frames could not be read, whoever they are of")
        ended = self._told.rpartition("ended: ")[2]
        if ended not in _WHOLE:
            yield FaultItem(
                level="error",
                message=f"{self._origin.source.name}: the repository stream was not read to its "
                f"end ({ended}). The next crawl goes on there",
                url=self._url,
                capture=self._origin.capture,
            )

    def _deletion(self, uri: AtUri, change: Change) -> Iterator[AbsenceItem]:
        if change.prev is None:  # an older server: whether it is still there is asked for
            return
        yield AbsenceItem(
            native_id=str(uri),
            outcome="deleted",
            evidence=f"repository stream, event {change.seq}: delete; prev {change.prev} is "
            f"{self._what_it_was(uri, change)}",
            capture=self._origin.capture,
            at=self._at(change),
        )

    def _wording(self, uri: AtUri, change: Change) -> Iterator[StatementItem | FaultItem]:
        origin = replace(self._origin, witness="publisher", seen_at=self._at(change))
        if change.action == "update":
            note = f"repository stream, event {change.seq}: update"
            if change.prev:
                note += f"; prev {change.prev} is {self._what_it_was(uri, change)}"
            origin = replace(origin, changes=(PublisherChange(at=change.at or "", note=note),))
        try:
            item, notes = read_record(uri, str(change.cid), change.record, origin)
        except ValueError as error:
            yield self._fault(str(error))
            return
        yield item
        for note in notes:
            yield self._fault(note)

    def _what_it_was(self, uri: AtUri, change: Change) -> str:
        """Say what we hold of the version that an event replaced."""
        prev = str(change.prev)
        if self._archive is not None:
            source = self._origin.source.name
            revision = revision_with_hash(self._archive, source, str(uri), prev)
            if revision is not None:
                return f"the archived revision {revision}"
        seq = self._versions.get((change.path, prev))
        return f"what event {seq} wrote" if seq else "not archived"

    def _at(self, change: Change) -> str:
        """Give the time of an event; a server's clock may be ahead of ours."""
        captured_at = self._origin.capture.captured_at
        return min(change.at or captured_at, captured_at)

    def _fault(self, message: str) -> FaultItem:
        return FaultItem(
            level="warning",
            message=f"{self._origin.source.name}: {message}",
            url=self._url,
            capture=self._origin.capture,
        )
