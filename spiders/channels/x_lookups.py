"""Look-ups of posts by their ids: what was found, what X says of the rest, and what that proves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.charges import Given
from archive.memory import Remembered
from archive.records import Capture
from spiders.channels.x_paying import affordable, answered, paid, settle, used_up
from spiders.channels.x_requests import MOST_POSTS, POSTS_FOR_ONE, Asked, lookup_url
from spiders.items import AbsenceItem, FaultItem
from spiders.platforms.x import Answer, Problem
from spiders.platforms.x_posts import post_id_in
from spiders.replay import NotCapturedError

if TYPE_CHECKING:
    from spiders.channels.entries import Found
    from spiders.channels.x import XChannel

_KEPT_BACK = {"resource-not-found", "not-authorized-for-resource"}


@dataclass(frozen=True, slots=True)
class Miss:
    """A post that was asked for and not given."""

    native_id: str
    outcome: Literal["absent", "deleted"] | None
    """None where the answer proves nothing."""

    words: str


def judge(ids: Sequence[str], answer: Answer, known: Mapping[str, str]) -> Iterator[Miss]:
    """Say of each known post that was asked for and not given what that proves.

    X's word that it cannot find this very post is the only one that tells of a deletion: posts of
    suspended or protected accounts are kept back in other words, and some posts are left out of an
    answer without any.
    """
    by_id = {post_id_in(url) or native_id: native_id for native_id, url in known.items()}
    told = {each.about: each for each in answer.problems if each.is_of_what_was_asked}
    for each in ids:
        if each in by_id and each not in answer.post_ids:
            yield _miss(by_id[each], told.get(each))


def _miss(native_id: str, problem: Problem | None) -> Miss:
    if problem is None:
        return Miss(native_id, "absent", "X left it out of its answer without a word")
    words = f"X says {problem.words}"
    if problem.says_deleted:
        return Miss(native_id, "deleted", words)
    return Miss(native_id, "absent" if problem.kind in _KEPT_BACK else None, words)


class Lookups:
    """The look-ups of one account's posts."""

    def __init__(self, channel: "XChannel") -> None:
        self._channel = channel
        self._spider = channel.spider

    def of(self, known: Sequence[Remembered]) -> "Iterator[Found]":
        """Look posts up, as many at once as X allows and the budget holds."""
        ids = {post_id_in(each.url) or each.native_id: each for each in known}
        if self._spider.is_replay:
            asked = (each for each in dict.fromkeys(self._spider.captured) if "/2/tweets?" in each)
            mine = [each for each in asked if not ids.keys().isdisjoint(Asked.of(each).ids)]
            yield from (self._request(url, order) for order, url in enumerate(mine))
            return
        waiting = iter(ids)
        order = 0
        while batch := list(islice(waiting, affordable(self._spider, MOST_POSTS))):
            yield self.ask(batch, order)
            order += 1
        left = sum(1 for _ in waiting)
        if left:
            words = used_up(self._spider, f"{left} posts cannot be looked at again")
            yield FaultItem(level="warning", message=words)

    def ask(self, ids: list[str], order: int = 0) -> Request:
        """Look up at most a hundred posts."""
        url = lookup_url(self._channel.options.base, self._channel.vocabulary, ids)
        return paid(self._spider, self._request(url, order), len(ids) * POSTS_FOR_ONE)

    def parse(self, response: Response) -> "Iterator[Found]":
        """Read what became of posts that were looked up; a refusal proves nothing."""
        answer, reads = answered(self._spider, response)
        yield from reads
        capture: Capture = response.meta["capture"]
        if self._channel.is_misunderstood(response, answer):
            yield from self._in_other_words(response)
            return
        if answer is None:
            told = self._channel.words_of(response)
            words = f"{response.url} answered {response.status}" + f": {told}" * bool(told)
            yield self._fault(f"{words}; nothing is concluded of the posts", "error", capture)
            return
        for versions in answer.versions():
            yield from self._channel.read(versions, response)
        for miss in judge(Asked.of(response.url).ids, answer, self._spider.known):
            if miss.outcome is None:
                yield self._fault(f"post {miss.native_id}: {miss.words}", "warning", capture)
                continue
            yield AbsenceItem(
                native_id=miss.native_id,
                outcome=miss.outcome,
                evidence=miss.words,
                capture=capture,
                retention=self._channel.options.retention,
            )

    def failed(self, failure: Failure) -> "Iterator[Found]":
        """Report a look-up without an answer."""
        request: Request = failure.request  # type: ignore[attr-defined] # set by Scrapy
        settle(self._spider, request, Given())
        if not isinstance(failure.value, NotCapturedError):
            words = f"{request.url} could not be read ({failure.getErrorMessage()})"
            yield self._fault(words, "error", None)

    def _in_other_words(self, response: Response) -> "Iterator[Found]":
        if not self._spider.is_replay:
            self._channel.change_words()
            yield self.ask(list(Asked.of(response.url).ids))

    def _request(self, url: str, order: int) -> Request:
        """Keep look-ups in their order, so that a replay records them in the same."""
        return self._channel.request(url, callback=self.parse, errback=self.failed, priority=-order)

    def _fault(
        self, words: str, level: Literal["warning", "error"], capture: Capture | None
    ) -> FaultItem:
        message = f"{self._spider.source.name}: {words}"
        return FaultItem(level=level, message=message, capture=capture)
