"""Paying: no request of the x channel may bring more than what is left of the month's budget."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response

from archive.charges import Given
from spiders.budget import PLATFORM, VARIABLE, Budget, budget_of
from spiders.channels.x_requests import POSTS_FOR_ONE
from spiders.items import ReadsItem
from spiders.platforms.x import Answer, answer_in

if TYPE_CHECKING:
    from spiders.reader import SourceSpider

_OK = 200


def budget(spider: "SourceSpider") -> Budget | None:
    """Give what may still be read; None in a replay and outside a crawl, where nothing is paid."""
    if spider.archive is None or spider.is_replay:
        return None
    return budget_of(spider.archive)


def affordable(spider: "SourceSpider", wanted: int) -> int:
    """Tell how many posts a request may ask for, given what each may bring along."""
    purse = budget(spider)
    return min(wanted, purse.left // POSTS_FOR_ONE) if purse else wanted


def paid(spider: "SourceSpider", request: Request, posts: int) -> Request:
    """Set aside what a request may bring."""
    purse = budget(spider)
    if purse:
        purse.set_aside(posts)
        request.meta["set_aside"] = posts
    return request


def settle(spider: "SourceSpider", request: Request, given: Given) -> None:
    """Give back what was set aside, and count what was given."""
    purse = budget(spider)
    if purse:
        purse.settle(request.meta.pop("set_aside", 0), given)


def answered(
    spider: "SourceSpider", response: Response
) -> tuple[Answer | None, Iterator[ReadsItem]]:
    """Read an answer and count what it gave; None for what is no answer of X's API."""
    assert response.request is not None
    try:
        answer = answer_in(response.body) if response.status == _OK else None
    except ValueError:
        answer = None
    given = answer.given if answer else Given()
    settle(spider, response.request, given)
    reads = ReadsItem(
        platform=PLATFORM, posts=given.posts, users=given.users, capture=response.meta["capture"]
    )
    return answer, iter([reads] if given != Given() else [])


def used_up(spider: "SourceSpider", what: str) -> str:
    """Say that the budget stops something."""
    purse = budget(spider)
    assert purse is not None
    return (
        f"{spider.source.name}: {what}: the budget of the month is used up: {purse.used} of "
        f"{purse.limit} posts read, and each that is asked for may bring {POSTS_FOR_ONE}. Set "
        f"{VARIABLE} to read more"
    )
