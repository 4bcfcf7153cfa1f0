"""The bluesky channel: an account's own server, listed whole whenever its repository has moved."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import ValidationError
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.last_looks import LastLook, captured_among, last_looks
from archive.memory import Remembered, is_as_at_last_whole_crawl
from archive.records import Capture
from spiders.channels.bluesky_account import AccountChannel
from spiders.channels.bluesky_answers import LatestCommit, Listed, Listing, refusal
from spiders.channels.bluesky_stream import StreamReader, stream_url
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.govuk_documents import first_problem, read_answer
from spiders.items import FaultItem, StatementItem
from spiders.platforms.atproto import AtUri, record_cid
from spiders.platforms.bluesky import POST, READING, REPOST, Origin, is_reply, read_record
from spiders.replay import NotCapturedError

_OK = 200
_REFUSED = 400
_PAGE = 100
"""Records asked for at once: a server refuses more."""

_A_LOT = 10
_MOST_LOOKS = 100
"""How many records that vanished from the listing are asked for, one by one, in a crawl."""


class BlueskyChannel(AccountChannel):
    """Read an account's posts from the server that holds its repository."""

    evidence = Evidence(
        identity="the record's at:// address by DID, which outlives handles and servers",
        edits="the record's CID, a hash of its content, changes at the same address; with "
        "`stream: true` the repository stream names the CID that was replaced",
        deletions="the repository stream names the CID that was deleted, or the account's own "
        "server says RecordNotFound of a record that its complete listing no longer holds; it "
        "says the same where the server's operator took the record down. An account that is "
        "deactivated, suspended or taken down proves nothing of its posts",
    )

    def __init__(self, spider: Any, feed: Any) -> None:
        super().__init__(spider, feed)
        self._rev = ""
        self._looks: dict[str, LastLook] = {}
        self._whole: set[str] = set()
        """The collections that are known to hold nothing else than what is listed."""

        self._touched: set[str] = set()
        """The records of which the stream tells."""

        self._proved: set[str] = set()
        """Those of them whose deletion it proves."""

    @property
    def reading(self) -> str:
        """Name how records are read, the same as for an import of them."""
        return READING

    @property
    def collections(self) -> tuple[str, ...]:
        """The kinds of records that are listed."""
        return (POST, REPOST) if self.options.reposts else (POST,)

    def first_urls(self) -> Iterable[str]:
        """Name the first listings where the account's server is known, else who to ask for it."""
        if self._did and self._pds:
            yield from (self._listing_url(each) for each in self.collections)
        else:
            yield self._who_url()

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read a page of records; one that is not understood is reported."""
        listing = read_answer(Listing, response)
        origin = self._origin(response)
        notes: list[str] = []
        for each in listing.records:
            try:
                found = self._read_listed(each, origin)
            except ValidationError as error:
                yield self._fault(f"a record of {response.url}: {first_problem(error)}", response)
            except ValueError as error:
                yield self._fault(str(error), response)
            else:
                if found:
                    notes += found[1]
                    yield Entry(native_id=found[0].native_id, url=found[0].url, item=found[0])
        if notes:
            others = f" ({len(notes) - 1} more such notes)" if notes[1:] else ""
            yield self._fault(notes[0] + others, response)

    def next_url(self, response: Response, page: int) -> str | None:
        """Go on behind the last record that was listed."""
        del page
        listing = read_answer(Listing, response)
        if not (listing.records and listing.cursor):
            return None
        collection = _asked(response.url, "collection")
        if len(listing.records) == _PAGE:
            keys = [str(each.get("uri")).rpartition("/")[2] for each in _mappings(listing)]
            asked_before = self._asked_before([self._listing_url(collection, key) for key in keys])
            if asked_before:
                return asked_before
        return self._listing_url(collection, listing.cursor)

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read one record."""
        listed = read_answer(Listed, response)
        if listed.uri != entry.native_id:
            raise ValueError(f"{response.url} is {listed.uri}, not {entry.native_id}")
        found = self._read_listed(listed.model_dump(), self._origin(response))
        if found:
            yield found[0]
            for note in found[1]:
                yield self._fault(note, response)

    def parse_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge what the server says of one record: there, deleted, or it does not say."""
        told = refusal(response)
        if response.status == _OK:
            yield from super().parse_item(response, entry)
        elif response.status == _REFUSED and told.error == "RecordNotFound":
            words = f"the account's server says {told.error}: {told.message}"
            yield self._missing(entry, "deleted", words, response.meta["capture"])
        else:
            yield self._fault(f"{response.url} answered {self._answer(response)}", response)

    def item_url(self, entry: Entry) -> str:
        """Name the address of a record on the account's server."""
        uri = AtUri.parse(entry.native_id)
        asked = urlencode({"repo": uri.did, "collection": uri.collection, "rkey": uri.rkey})
        return f"{self._pds}/xrpc/com.atproto.repo.getRecord?{asked}"

    def native_id(self, url: str) -> str:
        """Name the record that an address asks for."""
        parts = [_asked(url, name) for name in ("repo", "collection", "rkey")]
        return f"at://{'/'.join(parts)}" if all(parts) else super().native_id(url)

    def rechecks(self, known: Sequence[Remembered]) -> Iterator[Request]:
        """Ask again for suspects, and for what no complete listing of this crawl speaks for."""
        for each in known:
            if not (self._pds and each.native_id.startswith(f"at://{self._did}/")):
                continue
            look = self._looks.get(each.native_id)
            is_suspect = look is not None and look.state == "suspect"
            is_spoken_for = AtUri.parse(each.native_id).collection in self._whole
            if self.spider.is_replay or is_suspect or not is_spoken_for:
                yield from filter(None, [self.recheck(each)])

    def _read_commit(self, response: Response) -> Iterator[Found]:
        """Learn how the repository stands; where it has not moved, nothing is to be read."""
        capture: Capture = response.meta["capture"]
        try:
            self._rev = read_answer(LatestCommit, self._good(response)).rev
        except ValueError as error:
            reason = f"{self._did}: {error}. Nothing is taken for deleted"
            yield from self.fail(reason, 1, response.url, capture)
            return
        archive, source = self.spider.archive, self.source.name
        if archive is not None:
            self._looks = last_looks(archive, source, f"at://{self._did}/", capture.captured_at)
        if self._has_not_moved(capture):
            self._whole |= set(self.collections)
            self.spider.listed += sum(look.state == "live" for look in self._looks.values())
        elif self.options.stream:
            yield self._stream_request()
        else:
            yield from self._list()

    def _has_not_moved(self, capture: Capture) -> bool:
        """Tell whether the last whole crawl saw the repository as it is; in a replay, as then."""
        if self.spider.is_replay:
            return self.spider.captured.count(self._listing_url(POST)) == 0
        archive, source = self.spider.archive, self.source.name
        return archive is not None and is_as_at_last_whole_crawl(archive, source, capture)

    def _stream_request(self) -> Request:
        url = stream_url(
            *(str(self._pds), str(self._did)),
            archive=self.spider.archive,
            source=self.source.name,
            captured=self.spider.captured if self.spider.is_replay else None,
        )
        return self._ask(
            *(url, self._read_stream, self._stream_failed),
            headers={"Upgrade": "websocket"},
            meta={"until_rev": self._rev},
            dont_filter=True,  # which does not see the account behind the #
        )

    def _read_stream(self, response: Response) -> Iterator[Found]:
        """Read what happened since, then list what there is."""
        try:
            reader = StreamReader(self._good(response), self._origin(response), self.spider.archive)
        except ValueError as error:
            yield self._fault(f"the repository stream is not readable: {error}", response, "error")
        else:
            self._touched, self._proved = reader.touched(), reader.deleted_since(self._looks)
            yield from reader.items(replies=self.options.replies, reposts=self.options.reposts)
            yield from reader.faults(self._handle)
        yield from self._list()

    def _stream_failed(self, failure: Failure) -> Iterator[Found]:
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        if not isinstance(failure.value, NotCapturedError):
            why = failure.getErrorMessage()
            message = f"{self.source.name}: {request.url} could not be read ({why})"
            yield FaultItem(level="error", message=message, url=request.url)
        yield from self._list()

    def _list(self) -> Iterator[Found]:
        for collection in self.collections:
            yield self._listing_request(self._listing_url(collection), 1)

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Record what a page lists, and page on to the end; then ask for what is missing."""
        where = page, response.url, response.meta["capture"]
        try:
            listed = _uris(read_answer(Listing, self._good(response))) - self._listed
            found = list(self.read_entries(response))
        except ValueError as error:
            yield from self.fail(str(error), *where)
            return
        self._listed |= listed
        self.spider.listed += len(listed)
        self.spider.watch.listing(self.feed_name, page, listed)
        for each in found:
            if isinstance(each, FaultItem):
                yield each
            elif each.native_id in listed and each.item and not self._is_as_seen(each.item):
                yield each.item
        following = self.next_url(response, page)
        if following is None:
            yield from self._ask_for_missing(_asked(response.url, "collection"), response)
        elif not listed:
            yield from self.fail(f"{response.url} lists nothing new: its paging has no end", *where)
        elif page >= self.options.pages:
            told = f"{response.url} is page {page} and not the last one: raise 'pages:'"
            yield self._fault(told, response, "error")
        else:
            yield self._listing_request(following, page + 1)

    def _asked_before(self, urls: Sequence[str]) -> str | None:
        """Name the last of some pages that was asked for before.

        Where a deletion has moved the records up, the pages behind it stay the same so.
        """
        known = self.spider.captured
        if not self.spider.is_replay:
            archive = self.spider.archive
            known = sorted(captured_among(archive, urls)) if archive is not None else ()
        return next((url for url in reversed(urls) if url in known), None)

    def _is_as_seen(self, item: StatementItem) -> bool:
        """Tell whether a page that has not changed shows a record just as it was last seen.

        Such a look is not recorded again: an account of thousands would add as many rows a day.
        """
        look = self._looks.get(item.native_id)
        return (
            item.capture.refers_to is not None
            and item.native_id not in self._touched
            and look is not None
            and (look.state, look.route) == ("live", item.route)
            and look.publisher_hash == item.publisher_hash
        )

    def _ask_for_missing(self, collection: str, response: Response) -> Iterator[Found]:
        """Ask for each record that was known and is no longer in the complete listing."""
        self._whole.add(collection)
        prefix = f"at://{self._did}/{collection}/"
        known = {uri: look for uri, look in self._looks.items() if uri.startswith(prefix)}
        missing = [
            uri
            for uri, look in known.items()
            if uri not in self._listed | self._proved
            and (look.state not in {"suspect", "gone"} or self.spider.is_replay)
        ]
        asked = missing if self.spider.is_replay else missing[:_MOST_LOOKS]
        if len(missing) > _A_LOT:
            yield self._fault(
                f"{len(missing)} of {len(known)} known records of {prefix} are no longer listed. "
                f"So many at once are an event to look into; {len(asked)} of them are asked for",
                response,
                "warning" if len(asked) == len(missing) else "error",
            )
        for uri in asked:
            yield self._item_request(Entry(native_id=uri, url=self.spider.known.get(uri, "")))

    def _read_listed(self, given: object, origin: Origin) -> tuple[StatementItem, list[str]] | None:
        """Read a record of a listing; None for a reply where replies are not wanted.

        Raises:
            ValueError: it is none.
        """
        listed = Listed.model_validate(given)
        uri = AtUri.parse(listed.uri)
        if is_reply(listed.value) and not self.options.replies:
            return None
        item, notes = read_record(uri, listed.cid, listed.value, origin)
        if record_cid(listed.value) != listed.cid:
            notes.append(f"{uri}: its content is not what its CID {listed.cid} stands for")
        return item, notes

    def _origin(self, response: Response) -> Origin:
        """Say whose records an answer holds, by what was asked."""
        return Origin(
            source=self.source,
            did=self._did or _asked(response.url, "repo"),
            handle=self._handle,
            pds=self._pds or response.url.partition("/xrpc/")[0],
            kind=self.options.kind,
            route=self.route,
            capture=response.meta["capture"],
        )

    def _is_answer_about(self, response: Response, entry: Entry) -> bool:
        """Leave the judgement to the record's own address."""
        del response, entry
        return True

    def _listing_url(self, collection: str, cursor: str | None = None) -> str:
        """Name a page, the oldest first, so that full pages stay as they are.

        A trial outside a crawl reads one page, and wants the newest.
        """
        asked = {"repo": self._did, "collection": collection, "limit": _PAGE}
        order = {"reverse": "true"} if self.spider.archive is not None else {}
        words = urlencode(asked | order | ({"cursor": cursor} if cursor else {}))
        return f"{self._pds}/xrpc/com.atproto.repo.listRecords?{words}"


def _asked(url: str, name: str) -> str:
    """Read a parameter out of an address."""
    return parse_qs(urlsplit(url).query).get(name, [""])[0]


def _uris(listing: Listing) -> set[str]:
    """Name all that a page lists, read or not."""
    return {str(each.get("uri")) for each in _mappings(listing)}


def _mappings(listing: Listing) -> list[dict[str, Any]]:
    return [each for each in listing.records if isinstance(each, dict)]


CHANNEL = BlueskyChannel
