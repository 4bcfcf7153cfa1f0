"""The x channel: an account's posts from X's API v2, within a budget, looked at again by a plan."""

import json
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.charges import Given
from archive.memory import Remembered
from archive.records import Capture
from archive.timelines import Gap, asked_after, gaps
from spiders.budget import PLATFORM, POSTS_FOR_A_USER
from spiders.channels.base import Channel
from spiders.channels.entries import Entry, Evidence, Found
from spiders.channels.x_lookups import Lookups
from spiders.channels.x_options import XOptions
from spiders.channels.x_paying import affordable, answered, budget, paid, settle, used_up
from spiders.channels.x_requests import (
    FEWEST_POSTS,
    MOST_POSTS,
    POSTS_FOR_ONE,
    VOCABULARIES,
    Asked,
    Timeline,
    Vocabulary,
    user_asked,
    user_url,
)
from spiders.items import AbsenceItem, FaultItem, StatementItem
from spiders.platforms.x import Answer, answer_in
from spiders.platforms.x_posts import API, Origin, Post, statements

TOKEN = "X_BEARER_TOKEN"  # noqa: S105 - the name of the variable that holds it

_OK = 200
_BAD_REQUEST = 400
_REFUSED = {401, 403}
_EMPTY_IN_A_ROW = 5
"""Pages without a post that are believed: X leaves excluded posts out after it has paged."""

_understood: dict[str, Vocabulary] = {}
"""API to the words that it understands, where it did not understand the first."""


class XChannel(Channel):
    """Read an account's posts."""

    Options = XOptions
    lists_all = False
    evidence = Evidence(
        identity="the id of the first version: on X every edit has an id of its own, and each "
        "version names the ids of all",
        edits="a version with another id: the words of every version that X gives are kept, each "
        "with its own time; X lets a post be edited for an hour",
        deletions="X says of the very post that it cannot be found: deleted; what X keeps back (a "
        "suspended or protected account) or leaves out without a word is only absent; a refused "
        "token says nothing",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user_id = self.options.id or self._declared_id()
        self._gaps: deque[Gap] = deque()
        self._tokens: set[str] = set()
        self._empty = 0
        self._newer: list[str] = []
        """Ids of versions that X names and did not give."""

    @property
    def options(self) -> XOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, XOptions)
        return self.feed.options

    @cached_property
    def lookups(self) -> Lookups:
        """The posts that are looked up by their ids."""
        return Lookups(self)

    @property
    def place(self) -> str:
        """Name the account."""
        return self.options.account.lower()

    @property
    def reading(self) -> str:
        """Say how words are taken from a post, which no option changes."""
        return API

    @property
    def recheck_plan(self) -> tuple[timedelta, ...]:
        """How long after it appeared a post is looked at again."""
        return self.options.recheck_plan

    @property
    def timeline(self) -> Timeline:
        """The account's posts that are wanted."""
        choices = {"replies": self.options.replies, "retweets": self.options.reposts}
        left_out = tuple(name for name, is_wanted in choices.items() if not is_wanted)
        return Timeline(self.options.base, self._user_id or "", left_out)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words in which to ask."""
        return _understood.get(self.options.base, VOCABULARIES[0])

    def first_urls(self) -> Iterable[str]:
        """Name the newest posts, or where to learn the account's id."""
        if self._user_id:
            yield self.timeline.url(self.vocabulary, MOST_POSTS, Gap())
        else:
            yield user_url(self.options.base, self.options.account)

    def start(self) -> Iterator[Found]:
        """Ask for the posts, or first for the account's id."""
        obstacle = None if self.spider.is_replay else self._obstacle()
        if obstacle:
            yield from self.fail(obstacle, 1, self.options.base)
            return
        self._user_id = self._user_id or self._remembered_id()
        if self._user_id:
            yield from self._begin()
        else:
            url = user_url(self.options.base, self.options.account)
            yield paid(self.spider, self._listing_request(url, 1), POSTS_FOR_A_USER)

    def request(self, url: str, **rest: Any) -> Request:
        """Ask with the token, and only X.

        The API is paid for and has terms of its own: robots.txt is for those who read pages.
        """
        token = os.environ.get(TOKEN, "").strip()
        if token and url.startswith(f"{self.options.base}/"):
            rest["headers"] = {"Authorization": f"Bearer {token}"}
        return Request(url, **rest, meta={"dont_obey_robotstxt": True})

    def parse_listing(self, response: Response, page: int) -> Iterator[Found]:
        """Read a page of posts, or the account's id."""
        asked = Asked.of(response.url)
        answer, reads = answered(self.spider, response)
        yield from reads
        if self.is_misunderstood(response, answer):
            if not self.spider.is_replay:
                self.change_words()
                yield from self._ask(asked.gap, asked.token, page)
        elif asked.is_user and answer:
            yield from self._parse_user(response, answer)
        else:
            yield from super().parse_listing(response, page)

    def is_misunderstood(self, response: Response, answer: Answer | None) -> bool:
        """Tell whether X has to be asked in its older words: it refused, or passed the new over."""
        if VOCABULARIES[0].fields not in Asked.of(response.url).query:
            return False
        posts = answer.posts if answer else ()
        is_passed_over = bool(posts) and not any("created_at" in each for each in posts)
        return response.status == _BAD_REQUEST or is_passed_over

    def change_words(self) -> None:
        """Ask this API in its older words from now on."""
        _understood[self.options.base] = VOCABULARIES[1]

    def read_entries(self, response: Response) -> Iterator[Entry | Found]:
        """Read a page of posts, the earlier versions of each first."""
        answer = _answer_of(response)
        if answer.problems and not answer.posts:
            raise ValueError(f"{response.url}: X says {answer.problems[0].words}")
        asked = Asked.of(response.url)
        if not answer.posts and asked.gap == Gap() and asked.token is None:
            raise ValueError(f"{response.url} lists nothing. Has the account no posts?")
        if answer.strange:
            number = len(answer.strange)
            yield self._warning(f"{number} entries of {response.url} are no posts", response)
        for versions in answer.versions():
            *before, latest = self.read(versions, response)
            yield from before
            if isinstance(latest, StatementItem) and latest.witness is None:
                yield Entry(native_id=latest.native_id, url=latest.url, item=latest)
            else:
                yield latest
                first = versions[0].history[0]
                yield Entry(native_id=first, url=response.url, is_passed_over=True)

    def read(self, versions: Sequence[Post], response: Response) -> Iterator[Found]:
        """Make statements of the versions of one post; a notice in its place is no edit of it."""
        latest = max(versions, key=lambda post: int(post.id))
        is_known = latest.history[0] in self.spider.known
        capture: Capture = response.meta["capture"]
        if latest.id != latest.history[-1]:
            self._newer.append(latest.history[-1])
        if not is_known and (latest.is_cut or latest.withheld):
            told = latest.withheld or "X gives only the beginning of its text"
            yield self._warning(f"post {latest.id}: {told}", response)
        if is_known and latest.notice:
            yield AbsenceItem(
                native_id=latest.history[0],
                outcome="absent",
                evidence=latest.notice,
                capture=capture,
            )
            return
        place = f"{self.options.channel} {self.place}"
        username = self.options.account
        yield from statements(
            versions, Origin(capture=capture, place=place, reading=API, username=username)
        )

    def next_url(self, response: Response, page: int) -> str | None:
        """Name the page behind this one."""
        del page
        token = _answer_of(response).next_token
        gap = Asked.of(response.url).gap
        return self.timeline.url(self.vocabulary, MOST_POSTS, gap, token) if token else None

    def page_on(
        self, response: Response, page: int, *, fresh: bool, wanted: Sequence[Entry]
    ) -> Iterator[Found]:
        """Ask for the page behind this one, or for the next stretch that was never read."""
        del wanted
        if self.spider.is_replay:
            return
        answer = _answer_of(response)
        self._empty = 0 if answer.posts else self._empty + 1
        token = answer.next_token
        is_news = fresh or (not answer.posts and self._empty < _EMPTY_IN_A_ROW)
        if token and is_news and token not in self._tokens and page < self.options.pages:
            self._tokens.add(token)
            yield from self._ask(Asked.of(response.url).gap, token, page + 1)
        elif self._gaps:
            yield from self._ask(self._gaps.popleft(), None, 1)

    def may_be_empty(self, page: int) -> bool:
        """Tell that a page may list nothing: there need not be news."""
        del page
        return True

    def is_past_the_end(self, response: Response, page: int) -> bool:
        """Tell that X's timelines never end in a refusal."""
        del response, page
        return False

    def read_item(self, response: Response, entry: Entry) -> Iterator[Found]:
        """Read a look-up."""
        del entry
        for versions in _answer_of(response).versions():
            yield from self.read(versions, response)

    def recheck(self, known: Remembered) -> Request | None:
        """Look one post up again."""
        found = next(self.lookups.of([known]), None)
        return found if isinstance(found, Request) else None

    def rechecks(self, known: Sequence[Remembered]) -> Iterator[Found]:
        """Look posts up again, a hundred at once."""
        return self.lookups.of(known)

    def missed(self) -> Iterator[Request]:
        """Ask for the versions that X named and did not give."""
        ids = self._newer[:MOST_POSTS]
        if ids and affordable(self.spider, len(ids)) == len(ids):
            yield self.lookups.ask(ids)

    def words_of(self, response: Response) -> str | None:
        """Give X's own words on a refusal, and what to do about the token."""
        try:
            told = json.loads(response.body)
            words = [told[each] for each in ("title", "detail") if isinstance(told.get(each), str)]
        except (ValueError, AttributeError):
            words = []
        if response.status in _REFUSED:
            words.append(f"the token is expired, wrong or not allowed this; set {TOKEN} anew")
        return ": ".join(dict.fromkeys(words)) or None

    def _declared_id(self) -> str | None:
        """Find the account's id among the source's accounts, which saves a paid look-up."""
        name = self.options.account.casefold()
        on_x = (each for each in self.source.accounts if each.platform == PLATFORM and each.id)
        return next((e.id for e in on_x if e.handle.lstrip("@").casefold() == name), None)

    def _remembered_id(self) -> str | None:
        """Find the id that a crawl has learned: the account keeps it, its name may change hands."""
        lookup = user_url(self.options.base, self.options.account)
        if self.spider.archive is None or lookup in self.spider.captured:
            return None
        asked = asked_after(self.spider.archive, self.source.name, lookup)
        learned = user_asked(self.options.base, asked)
        return learned or user_asked(self.options.base, self.spider.captured)

    def _obstacle(self) -> str | None:
        """Say what is missing to ask X at all."""
        token = os.environ.get(TOKEN, "").strip()
        if not token:
            return f"{TOKEN} is not set: put the bearer token of an app on X into it"
        if not re.fullmatch(r"[!-~]+", token):
            return f"{TOKEN} holds characters that no token has: set it anew"
        purse = budget(self.spider)
        try:
            is_enough = purse is None or purse.left >= POSTS_FOR_A_USER
        except ValueError as error:
            return str(error)
        return None if is_enough else used_up(self.spider, "nothing can be read from X")

    def _begin(self) -> Iterator[Found]:
        """Ask for the newest posts, and then for each stretch that was left out before."""
        if self.spider.is_replay:
            asked = dict.fromkeys(self.spider.captured)
            pages = [each for each in asked if each.startswith(self.timeline.address)]
            for order, url in enumerate(pages):
                page = 2 if Asked.of(url).token else 1
                yield self._listing_request(url, page).replace(priority=10 + len(pages) - order)
            return
        archive, address = self.spider.archive, self.timeline.address
        self._gaps += gaps(archive, self.source.name, address) if archive else [Gap()]
        yield from self._ask(self._gaps.popleft(), None, 1)

    def _ask(self, gap: Gap, token: str | None, page: int) -> Iterator[Found]:
        """Ask for a page no larger than what is left of the budget."""
        size = affordable(self.spider, MOST_POSTS)
        if size < FEWEST_POSTS:
            self._gaps.clear()
            yield FaultItem(
                level="error",
                message=used_up(self.spider, "posts are left for another month"),
                url=self.timeline.address,
            )
            return
        url = self.timeline.url(self.vocabulary, size, gap, token)
        yield paid(self.spider, self._listing_request(url, page), size * POSTS_FOR_ONE)

    def _parse_user(self, response: Response, answer: Answer) -> Iterator[Found]:
        """Learn the account's id."""
        self._user_id = next(iter(answer.asked_users), None)
        if self._user_id:
            yield from self._begin()
            return
        words = answer.problems[0].words if answer.problems else "nothing of such an account"
        reason = f"{response.url}: X says {words}"
        yield from self.fail(reason, 1, response.url, response.meta["capture"])

    def _listing_failed(self, failure: Failure) -> Iterator[Found]:
        settle(self.spider, failure.request, Given())  # type: ignore[attr-defined] # set by Scrapy
        yield from super()._listing_failed(failure)

    def _warning(self, words: str, response: Response) -> FaultItem:
        message = f"{self.source.name}: {words}"
        return FaultItem(level="warning", message=message, capture=response.meta["capture"])


def _answer_of(response: Response) -> Answer:
    """Read an answer; ValueError for what is none."""
    try:
        return answer_in(response.body)
    except ValueError as error:
        raise ValueError(f"{response.url} is no answer of X's API ({error})") from error


CHANNEL = XChannel
