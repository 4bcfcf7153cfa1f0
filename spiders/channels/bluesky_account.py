"""The account behind a bluesky feed: whose a handle is, and which server holds its repository."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode

from pydantic import AfterValidator, Field, model_validator
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.last_looks import ids_of_route
from archive.records import Capture
from spiders.channels.base import Channel
from spiders.channels.bluesky_answers import document_url, read_did, read_document, refusal
from spiders.channels.entries import Found
from spiders.channels.options import FeedOptions, Kind
from spiders.items import FaultItem
from spiders.platforms.atproto import is_did, is_handle
from spiders.replay import NotCapturedError

_OK = 200


def check_handle(handle: str) -> str:
    """Accept a handle, with or without its @."""
    if not is_handle(handle.removeprefix("@")):
        raise ValueError(f"is no handle like minister.arvenna.example: '{handle}'")
    return handle.removeprefix("@").lower()


def check_did(did: str) -> str:
    """Accept a DID of the two kinds that are in use."""
    if not (is_did(did) and did.startswith(("did:plc:", "did:web:"))):
        raise ValueError(f"is no did:plc:... or did:web:...: '{did}'")
    return did


class BlueskyOptions(FeedOptions):
    """Whose posts to read, and where to ask who and where that is."""

    kind: Kind = "post"
    pages: int = Field(default=1000, ge=1, le=10_000)
    handle: Annotated[str, AfterValidator(check_handle)] | None = None
    did: Annotated[str, AfterValidator(check_did)] | None = None
    pds: str | None = None
    resolver: str = "https://public.api.bsky.app"
    plc: str = "https://plc.directory"
    replies: bool = True
    reposts: bool = False
    stream: bool = False

    @model_validator(mode="after")
    def _names_an_account(self) -> Self:
        if self.handle is None and self.did is None:
            raise ValueError("needs 'did' (it stays), 'handle' (it may change), or both")
        return self


class AccountChannel(Channel):
    """Find out who and where the account is, then ask how its repository stands."""

    Options = BlueskyOptions

    def __init__(self, spider: Any, feed: Any) -> None:
        super().__init__(spider, feed)
        self._did = self.options.did
        self._pds = self.options.pds and self.options.pds.rstrip("/")
        self._handle = self.options.handle
        self._reasons: list[str] = []
        """Why those who were asked did not tell whose the handle is."""

    @property
    def options(self) -> BlueskyOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, BlueskyOptions)
        return self.feed.options

    @property
    def place(self) -> str:
        """Name the account as the source file does, the DID before the handle."""
        return self.options.did or self.options.handle or ""

    def start(self) -> Iterator[Found]:
        """Ask whose the handle is, where that account lives, and how its repository stands."""
        if self._did and self._pds:
            asked = urlencode({"did": self._did})
            url = f"{self._pds}/xrpc/com.atproto.sync.getLatestCommit?{asked}"
            yield self._ask(url, self._read_commit)
        elif self._did:
            yield self._ask(self._who_url(), self._read_document)
        else:
            yield self._ask(self._who_url(), self._read_handle, errback=self._handle_failed)

    def words_of(self, response: Response) -> str | None:
        """Give the server's own words on an answer that is not what was asked for."""
        told = refusal(response)
        return f"{told.error} {told.message}".strip() or None

    def _who_url(self) -> str:
        """Name where to ask next who the account is."""
        if self._did:
            return document_url(self._did, self.options.plc.rstrip("/"))
        asked = urlencode({"handle": self._handle})
        resolver = self.options.resolver.rstrip("/")
        return f"{resolver}/xrpc/com.atproto.identity.resolveHandle?{asked}"

    def _read_handle(self, response: Response) -> Iterator[Found]:
        """Learn the DID of a handle; what the resolver does not know, the handle's site may."""
        where = response.url, response.meta["capture"]
        try:
            did = check_did(read_did(self._good(response)))
        except ValueError as error:
            yield from self._ask_the_site(str(error), *where)
            return
        archive, name = self.spider.archive, f"{self.options.channel} {self.place}"
        known = ids_of_route(archive, self.source.name, name) if archive is not None else []
        others = {uri.split("/")[2] for uri in known if uri.startswith("at://")} - {did}
        if others:
            reason = (
                f"the handle {self._handle} was of {', '.join(sorted(others))} and is of {did} "
                "now. If it is still the same office, write the DID into the feed as 'did:'"
            )
            yield from self.fail(reason, 1, *where)
            return
        self._did = did
        yield from self.start()

    def _ask_the_site(
        self, reason: str, url: str, capture: Capture | None = None
    ) -> Iterator[Found]:
        """Ask the handle's own web site, once, after the resolver."""
        site = f"https://{self._handle}/.well-known/atproto-did"
        self._reasons.append(reason)
        if url == site:
            told = "; ".join(self._reasons)
            yield from self.fail(f"nobody tells whose {self._handle} is: {told}", 1, url, capture)
        else:
            yield self._ask(site, self._read_handle, errback=self._handle_failed)

    def _handle_failed(self, failure: Failure) -> Iterator[Found]:
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        if not (isinstance(failure.value, NotCapturedError) and "/.well-known/" in request.url):
            yield from self._ask_the_site(failure.getErrorMessage(), request.url)

    def _read_document(self, response: Response) -> Iterator[Found]:
        """Learn where an account lives, and whether its handle is its own."""
        where = 1, response.url, response.meta["capture"]
        try:
            document = read_document(self._good(response), str(self._did))
            pds = document.pds
        except ValueError as error:
            yield from self.fail(str(error), *where)
            return
        if self._handle and self._handle not in document.handles:
            now = ", ".join(document.handles) or "none"
            reason = f"{self._did} does not call itself {self._handle}; its handle is {now}"
            if self.options.did is None:
                yield from self.fail(reason, *where)
                return
            advice = "Change 'handle:', and list both under 'accounts:'"
            yield self._fault(f"{reason}. {advice}", response)
        self._pds = pds
        self._handle = next(iter(document.handles), self._handle)
        yield from self.start()

    def _read_commit(self, response: Response) -> Iterator[Found]:
        """Learn how the repository stands."""
        raise NotImplementedError

    def _good(self, response: Response) -> Response:
        """Give a response that is an answer; ValueError for a refusal."""
        if response.status != _OK:
            raise ValueError(f"{response.url} answered {self._answer(response)}")
        return response

    def _ask(self, url: str, callback: Any, errback: Any = None, **rest: Any) -> Request:
        errback = errback or self._asking_failed
        return self.request(url, callback=callback, errback=errback, priority=10, **rest)

    def _asking_failed(self, failure: Failure) -> Iterator[Found]:
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        if not isinstance(failure.value, NotCapturedError):
            reason = f"{request.url} could not be read ({failure.getErrorMessage()})"
            yield from self.fail(reason, 1, request.url)

    def _fault(
        self, message: str, response: Response, level: Literal["warning", "error"] = "warning"
    ) -> FaultItem:
        return FaultItem(
            level=level,
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )
