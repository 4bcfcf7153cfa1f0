"""The mastodon channel: an account on any server with Mastodon's API, read without logging in."""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import Field, model_validator
from pydantic_core import from_json
from scrapy import Request
from scrapy.http import Response

from archive.clock import utc_text
from archive.memory import has_been_told, published_after
from archive.records import Capture
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.mastodon_history import Histories
from spiders.channels.options import FeedOptions, Kind
from spiders.items import AbsenceItem, FaultItem, StatementItem
from spiders.platforms.activitystreams import Reading, is_tombstone, post_statement, read_post
from spiders.platforms.mastodon import (
    PUBLIC,
    READING,
    Account,
    Status,
    moment_of,
    read_entity,
    statement,
    status_id,
)

_OK = 200
_SHUT = {401, 403}
_PAGE_SIZE = 40
"""The most that Mastodon gives."""

_NEXT = re.compile(r'<([^>]*)>\s*;[^,<]*\brel="?next\b')


class MastodonOptions(FeedOptions):
    """Which account to read, and which of its posts."""

    kind: Kind = "post"
    pages: int = Field(default=1000, ge=1, le=10_000)
    server: str
    handle: str | None = Field(default=None, pattern=r"^@?[\w.-]+(@[\w.:-]+)?$")
    id: str | None = Field(default=None, pattern=r"^\w+$")
    replies: bool = True
    reposts: bool = False
    history: bool = True
    platform: Literal["mastodon", "truth_social"] = "mastodon"

    @model_validator(mode="after")
    def _one_account(self) -> Self:
        if not (self.handle or self.id):
            raise ValueError("needs the account's 'handle', or its 'id' on the server")
        return self

    @property
    def site(self) -> str:
        """The server's address without a slash at its end."""
        return self.server.rstrip("/")


class MastodonChannel(Channel):
    """Read an account's posts.

    They are known by their `uri`: the API's ids are opaque, and some servers give a post another
    id with every edit.
    """

    Options = MastodonOptions
    evidence = Evidence(
        identity="the post's `uri`, which stays when a server changes its id",
        edits="the words or the content warning differ; where the server tells the history of an "
        "edited post, its earlier wordings are kept with their own times",
        deletions="404 or 410 for the post makes it suspect, a tombstone is the server's own word "
        "that it was deleted; a refusal to tell (401, 403) says nothing",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account_id = self.options.id
        self._edited: dict[str, str] = {}
        """The API's ids of posts that were edited, by `uri`."""
        self._last_id = ""
        """The API's id of the post at the end of the page."""
        self._oldest: str | None = None
        """When the oldest post that was listed appeared."""

    @property
    def options(self) -> MastodonOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, MastodonOptions)
        return self.feed.options

    @cached_property
    def histories(self) -> Histories:
        """What edited posts said before."""
        return Histories(self)

    @property
    def token(self) -> str:
        """The access token for the server, which the environment holds; empty without one."""
        return os.environ.get(token_variable(self.options.site), "").strip()

    @property
    def place(self) -> str:
        """Name the account."""
        name = self.options.handle or self.options.id or ""
        return f"{self.options.site}/@{name.lstrip('@')}"

    @property
    def reading(self) -> str:
        """Say how words are taken from a post, which no option changes."""
        return READING

    def first_urls(self) -> Iterable[str]:
        """Name the account's newest posts, or where to learn its id."""
        if self.options.id:
            yield self._statuses_url(self.options.id)
        else:
            name = quote((self.options.handle or "").lstrip("@"), safe="")
            yield f"{self.options.site}/api/v1/accounts/lookup?acct={name}"

    def start(self) -> Iterator[Found]:
        """Ask for the newest posts, or for the account first."""
        if self.options.id:
            yield from super().start()
            return
        for url in self.first_urls():
            yield self.request(
                url,
                callback=self.parse_account,
                errback=self._listing_failed,
                cb_kwargs={"page": 1},
                priority=10,
            )

    def request(self, url: str, **rest: Any) -> Request:
        """Ask for JSON, with the server's own token where there is one, and only from it.

        robots.txt tells crawlers which pages to leave alone; the API is made for programs, which
        its own limits hold back, and so is the exchange of posts between servers. Some servers
        forbid every page to every crawler and serve their API to everybody.
        """
        is_api = url.startswith(f"{self.options.site}/api/")
        headers = {"Accept": "application/json" if is_api else "application/activity+json"}
        if is_api and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return Request(url, headers=headers, meta={"dont_obey_robotstxt": True}, **rest)

    def parse_account(self, response: Response, page: int) -> Iterator[Found]:
        """Learn the account's id, then ask for its posts."""
        where = page, response.url, response.meta["capture"]
        if response.status != _OK:
            yield from self.fail(f"{response.url} answered {self._answer(response)}", *where)
            return
        try:
            account = read_entity(Account, _read_json(response))
        except ValueError as error:
            yield from self.fail(f"{response.url}: {error}", *where)
            return
        if account.moved:
            moved_to = account.moved.get("url") or account.moved.get("acct")
            yield self._fault(
                f"{account.name} has moved to {moved_to}: name that account in the source's file",
                response,
            )
        self._account_id = account.id
        yield self._listing_request(self._statuses_url(account.id), 1)

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Read a page of posts, and say if it is the same whatever is asked for."""
        before, self._last_id = len(self._listed), ""
        yield from super().parse_listing(response, page)
        if page > 1 and self._last_id and before == len(self._listed) >= _PAGE_SIZE:
            fault = self._fault(
                f"{self.options.site} gives the same posts again when older ones are asked for. "
                "If there are older ones, an archive of the account has to be imported",
                response,
            )
            archive = self.spider.archive
            if archive is None or not has_been_told(archive, self.source.name, fault.message):
                yield fault

    def words_of(self, response: Response) -> str | None:
        """Give the server's own words on a refusal, and what to do about it."""
        try:
            words = str(from_json(response.body)["error"])
        except (ValueError, TypeError, KeyError):
            words = ""
        if response.status in _SHUT:
            variable = token_variable(self.options.site)
            words += (words and ". ") + (
                f"It does not take the token in {variable}: renew it"
                if self.token
                else "It answers only those who log in: put an access token of an account on "
                f"{self.options.site} into the environment variable {variable}"
            )
        return words or None

    def read_entries(self, response: Response) -> Iterator[Entry | FaultItem]:
        """Read a page of posts; one that cannot be read is reported."""
        payloads = _read_json(response)
        if not isinstance(payloads, list):
            raise ValueError(f"{response.url} is no list of posts")  # noqa: TRY004 - not a bug of ours
        for place, payload in enumerate(payloads, start=1):
            try:
                yield self._entry(read_entity(Status, payload), response.meta["capture"])
            except ValueError as error:
                yield self._fault(f"entry {place} of {response.url} {error}", response)

    def next_url(self, response: Response, page: int) -> str | None:
        """Ask for older posts: as the server says, else before the last that it listed.

        Only the query of its link counts, so that it leads to no other place.
        """
        del page
        address = response.url.partition("?")[0]
        links = b", ".join(response.headers.getlist("Link")).decode("latin-1")
        if links:
            found = _NEXT.search(links)
            query = dict(parse_qsl(urlsplit(found[1]).query)) if found else {}
        else:
            query = dict(parse_qsl(urlsplit(response.url).query)) | {"max_id": self._last_id}
        return f"{address}?{urlencode(query)}" if query else None

    def follow(self, entry: Entry, response: Response) -> Iterator[Found]:
        """Give a post, after what it said before where it was edited since we asked."""
        del response
        assert entry.item
        yield from self.histories.precede(entry.item, self._edited.pop(entry.native_id, None))

    def item_url(self, entry: Entry) -> str:
        """Name a post's address in the API, or the post's own where its id cannot be known."""
        number = status_id(self.options.site, entry.native_id, entry.url)
        if number:
            return f"{self.options.site}/api/v1/statuses/{number}"
        is_address = entry.native_id.startswith(("http://", "https://"))
        return entry.native_id if is_address else entry.url

    def missed(self) -> Iterator[Request]:
        """Ask for posts that are newer than the oldest that was listed, and were not."""
        archive = self.spider.archive
        if archive is None or self._oldest is None:
            return
        feed = self.route.partition(" #")[0]
        for known in published_after(archive, self.source.name, feed=feed, moment=self._oldest):
            request = self.recheck(known) if known.native_id not in self._listed else None
            if request:
                yield request

    def parse_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Judge the answer, unless it is that of another address, such as of a log-in."""
        if response.status != _OK and response.url != self.item_url(entry):
            yield self._fault(
                f"{self.item_url(entry)} leads to {response.url}, which answered "
                f"{response.status}: that says nothing of the post",
                response,
            )
        else:
            yield from super().parse_item(response, entry)

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read one post, from the API or as servers tell it to each other."""
        payload = _read_json(response)
        capture: Capture = response.meta["capture"]
        if is_tombstone(payload, entry.native_id):
            yield AbsenceItem(
                native_id=entry.native_id,
                outcome="deleted",
                evidence="the server gives a tombstone",
                capture=capture,
            )
            return
        is_api = response.url.startswith(f"{self.options.site}/api/")
        number = None
        if is_api:
            status = read_entity(Status, payload)
            number = status.id if status.edited_at else None
            item = self._statement(status, capture)
        else:
            how = Reading(route=self.route, capture=capture, kind=self.options.kind)
            item = post_statement(read_post(payload), how)
        if item.native_id != entry.native_id:
            raise ValueError(f"{response.url} is another post: {item.native_id}")
        yield from self.histories.precede(item, number)

    def _entry(self, status: Status, capture: Capture) -> Entry:
        if self._account_id and status.account.id != self._account_id:
            raise ValueError(f"is a post of {status.account.name}, which was not asked for")
        self._last_id = status.id
        at = utc_text(moment_of(status.created_at))
        self._oldest = min(self._oldest or at, at)
        is_left_out = (
            status.visibility not in PUBLIC
            or (status.reblog is not None and not self.options.reposts)
            or (status.is_reply_to_another and not self.options.replies)
        )
        if status.edited_at and not is_left_out:
            self._edited[status.uri] = status.id
        return Entry(
            native_id=status.uri,
            url=status.url or status.uri,
            item=None if is_left_out else self._statement(status, capture),
            is_passed_over=is_left_out,
        )

    def _statement(self, status: Status, capture: Capture) -> StatementItem:
        return statement(
            status,
            route=self.route,
            capture=capture,
            platform=self.options.platform,
            kind=self.options.kind,
        )

    def _is_answer_about(self, response: Response, entry: Entry) -> bool:
        """Leave the judgement to the post's own `uri`: a redirect to a log-in says nothing."""
        del response, entry
        return True

    def _fault(self, message: str, response: Response) -> FaultItem:
        return FaultItem(
            level="warning",
            message=f"{self.source.name}: {message}",
            url=response.url,
            capture=response.meta.get("capture"),
        )

    def _statuses_url(self, account_id: str) -> str:
        query = {"limit": str(_PAGE_SIZE)}
        if not self.options.reposts:
            query["exclude_reblogs"] = "true"
        if not self.options.replies:
            query["exclude_replies"] = "true"
        return f"{self.options.site}/api/v1/accounts/{account_id}/statuses?{urlencode(query)}"


def token_variable(site: str) -> str:
    """Name the environment variable of a server's token, so that no other server gets it.

    >>> token_variable("https://social.example")
    'MASTODON_TOKEN_SOCIAL_EXAMPLE'
    """
    return "MASTODON_TOKEN_" + re.sub(r"\W", "_", urlsplit(site).netloc).upper()


def _read_json(response: Response) -> Any:
    """Read an answer.

    Raises:
        ValueError: it is no JSON, as the page of a log-in is none.
    """
    try:
        return from_json(response.body)
    except ValueError:
        kind = (response.headers.get("Content-Type") or b"something").decode("latin-1")
        raise ValueError(
            f"{response.url} is {kind.partition(';')[0]} and no JSON: a page that asks to log in, "
            "or one that turns programs away?"
        ) from None


CHANNEL = MastodonChannel
