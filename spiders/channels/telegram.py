"""The telegram channel: a public channel by the preview that Telegram shows on the web."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector
from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from archive.memory import Remembered, has_been_told
from archive.records import Capture
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.options import FeedOptions, Kind
from spiders.items import AbsenceItem, FaultItem
from spiders.pages import page_html
from spiders.platforms.telegram import (
    READING,
    Message,
    Reading,
    messages_of,
    missing_numbers,
    read_message,
    say_ranges,
)

_OK = 200
_NOT_FOUND = "post not found"


class TelegramOptions(FeedOptions):
    """Which channel to read."""

    kind: Kind = "post"
    pages: int = Field(default=1000, ge=1, le=10_000)
    handle: str = Field(pattern=r"^@?[A-Za-z]\w{2,63}$")
    base: str = "https://t.me"


class TelegramChannel(Channel):
    """Read a channel's messages, newest first, page by page."""

    Options = TelegramOptions
    ids = "rising"
    evidence = Evidence(
        identity="the channel's name and the message's number",
        edits="the words differ; the preview marks a message as edited, but not when or how often",
        deletions='the message\'s own page says "Post not found": suspect, which is no proof; a '
        "number that never appeared is noted, and may have been a service message or a picture "
        "of an album",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._numbers: set[int] = set()
        """All ids that were seen in this crawl."""

    @property
    def options(self) -> TelegramOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, TelegramOptions)
        return self.feed.options

    @property
    def handle(self) -> str:
        """The channel's name."""
        return self.options.handle.lstrip("@")

    @property
    def base(self) -> str:
        """The address of Telegram's pages."""
        return self.options.base.rstrip("/")

    @property
    def place(self) -> str:
        """Name the channel, in which upper and lower case are the same."""
        return f"{self.base}/s/{self.handle.lower()}"

    @property
    def reading(self) -> str:
        """Say how words are taken from a message, which no option changes."""
        return READING

    def first_urls(self) -> Iterable[str]:
        """Name the newest page of the preview."""
        yield f"{self.base}/s/{self.handle}"

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Read a page of messages; behind the last one, note which ids never appeared."""
        goes_on = False
        for found in super().parse_listing(response, page):
            if isinstance(found, Request) and found.cb_kwargs.get("page") == page + 1:
                if self.spider.is_replay and found.url not in self.spider.captured:
                    continue
                goes_on = True
            yield found
        if not goes_on and self._numbers and not self._has_failed:
            yield from self._gaps(response)

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read a page of messages; one that cannot be read is reported."""
        page = Selector(page_html(response))
        messages = messages_of(page)
        if not messages and not page.css(".tgme_channel_history, .tme_no_messages_found"):
            raise ValueError(
                f"{response.url} shows no messages: the preview of {self.handle} is off, or there "
                "is no such channel. Nothing can be told of its messages; import an export of it"
            )
        how = self._how(response)
        for place, element in enumerate(messages, start=1):
            try:
                message = read_message(element, how)
            except ValueError as error:
                yield self._fault(f"message {place} of {response.url} {error}", response)
                continue
            self._numbers |= message.numbers
            if message.hidden:
                yield from self._hidden(message, response)
            yield Entry(
                native_id=f"{self.handle.lower()}/{message.number}",
                url=f"{self.base}/{self.handle}/{message.number}",
                item=message.item,
                is_passed_over=message.item is None,
            )

    def next_url(self, response: Response, page: int) -> str | None:
        """Follow the page's own mark of where older messages begin."""
        del page
        before = Selector(page_html(response)).css("a.tme_messages_more::attr(data-before)").get()
        if before is None or not before.isdecimal():
            return None
        return f"{self.base}/s/{self.handle}?before={before}"

    def native_id(self, url: str) -> str:
        """Name the message that stands at an address."""
        return f"{self.handle.lower()}/{urlsplit(url).path.rpartition('/')[2]}"

    def item_url(self, entry: Entry) -> str:
        """Name a message's own page, as it is made to be shown inside others."""
        return f"{self.base}/{self.handle}/{entry.native_id.rpartition('/')[2]}?embed=1"

    def missed(self) -> Iterator[Request]:
        """Ask for known messages between the smallest and the largest that were seen."""
        if not self._numbers:
            return
        low, high = min(self._numbers), max(self._numbers)
        for number, identifier in self._known(self.spider.known):
            if low <= number <= high and number not in self._numbers:
                known = Remembered(identifier, self.spider.known[identifier], None, None, "")
                request = self.recheck(known)
                if request:
                    yield request

    def parse_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge the answer, unless it is that of another address."""
        if response.status != _OK and response.url != self.item_url(entry):
            yield self._fault(
                f"{self.item_url(entry)} leads to {response.url}, which answered "
                f"{response.status}: that says nothing of the message",
                response,
            )
        else:
            yield from super().parse_item(response, entry)

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a message's own page."""
        capture: Capture = response.meta["capture"]
        page = Selector(page_html(response))
        elements = messages_of(page)
        if not elements:
            words = " ".join(
                page.css(".tgme_widget_message_error").xpath("string()").get("").split()
            )
            if words.lower().rstrip(".") != _NOT_FOUND:
                raise ValueError(
                    f"{response.url} shows no message ({words or 'and does not say why'})"
                )
            yield AbsenceItem(
                native_id=entry.native_id, outcome="absent", evidence=words, capture=capture
            )
            return
        message = read_message(elements[0], self._how(response))
        if message.item is None:
            raise ValueError(f"{response.url} does not show the message ({message.hidden})")
        if message.item.native_id != entry.native_id:
            raise ValueError(f"{response.url} is another message: {message.item.native_id}")
        yield message.item

    def _how(self, response: Response) -> Reading:
        return Reading(
            base=self.base,
            handle=self.handle,
            route=self.route,
            capture=response.meta["capture"],
            kind=self.options.kind,
        )

    def _gaps(self, response: Response) -> Iterator[FaultItem]:
        """Note ids that never appeared, but for those that an earlier crawl has noted."""
        before = [number for number, _ in self._known(self.spider.settled)]
        gaps = missing_numbers(self._numbers, before)
        if not gaps:
            return
        count = sum(high - low + 1 for low, high in gaps)
        low, high = min(self._numbers), max(self._numbers)
        fault = self._fault(
            f"{count} id{'s' * (count > 1)} of {self.handle} missing between {low} and {high}: "
            f"{say_ranges(gaps)}. This proves no deletion: service messages and the pictures of "
            "albums use ids too",
            response,
        )
        if not self._has_been_told(fault):
            yield fault

    def _hidden(self, message: Message, response: Response) -> Iterator[FaultItem]:
        """Say once that a message is only shown in Telegram's own programs."""
        fault = self._fault(
            f"the preview does not show {self.handle}/{message.number} ({message.hidden})", response
        )
        if not self._has_been_told(fault):
            yield fault

    def _has_been_told(self, fault: FaultItem) -> bool:
        archive = self.spider.archive
        return archive is not None and has_been_told(archive, self.source.name, fault.message)

    def _known(self, identifiers: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Find this channel's messages among the source's statements."""
        for identifier in identifiers:
            name, _, number = identifier.rpartition("/")
            if name == self.handle.lower() and number.isdecimal():
                yield int(number), identifier

    def _is_answer_about(self, response: Response, entry: Entry) -> bool:
        """Leave the judgement to the page: a redirect to the channel says nothing of a message."""
        del response, entry
        return True

    def _fault(self, message: str, response: Response) -> FaultItem:
        return FaultItem(
            level="warning",
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )


CHANNEL = TelegramChannel
