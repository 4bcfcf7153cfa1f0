"""Fetching: news articles from the web, under the rules of a crawl, and without an archive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from onrecord.looking import Get, visit, why
from spiders.addresses import ForbiddenAddressError
from spiders.articles import Article, ArticleError, FeedLink, article_of_response, feed_links
from spiders.articles.article import LARGEST_PAGE
from spiders.articles.openness import SAVE, door_in_address
from spiders.pages import declared_charset
from spiders.robots import RobotsUnreachableError

_MISSING = frozenset({404, 410})
_CLOSED = frozenset({401, 402, 403, 407, 429, 451})
_OK = 200
_BROKEN = 500


@dataclass(frozen=True, slots=True)
class Fetched:
    """An article of several, or why there is none."""

    url: str
    """The address that was asked for."""

    article: Article | None
    response: Response | None
    """The answer that held it."""

    error: ArticleError | None
    """Given if the others are not."""


Take = Callable[[Fetched], None]
"""Is given each article as it comes, so that no more than one is held."""


def fetch_article(url: str, allowed_hosts: Sequence[str] = ()) -> tuple[Article, Response]:
    """Fetch one article, and the answer that held it; call it once in a process.

    `allowed_hosts` may be reached though they are not on the public internet.

    Raises:
        ArticleError: it could not be fetched, or is no article; says why, and what to do.
    """

    async def one(get: Get) -> tuple[Article, Response]:
        return await read_article(get, url)

    return visit(one, allowed_hosts=allowed_hosts)


def fetch_articles(urls: Iterable[str], take: Take, allowed_hosts: Sequence[str] = ()) -> None:
    """Fetch articles one at a time; call it once in a process.

    One that cannot be read is given with its error, and the others go on. What `take` raises stops
    all.
    """

    async def each(get: Get) -> None:
        await read_articles(get, (FeedLink(url, None, None) for url in urls), take)

    visit(each, allowed_hosts=allowed_hosts)


def fetch_feed(
    url: str,
    take: Take,
    allowed_hosts: Sequence[str] = (),
    choose: Callable[[list[FeedLink]], Iterable[FeedLink]] | None = None,
) -> list[FeedLink]:
    """Fetch a news feed and its articles, one at a time; call it once in a process.

    `choose` gives those of its articles that are wanted, else all are. The day that a feed states
    is the article's where its page states none. Gives all that the feed lists.

    Raises:
        ArticleError: the feed could not be fetched, or is none.
    """

    async def each(get: Get) -> list[FeedLink]:
        response = await _answer(get, url)
        links = feed_links(response.body, response.url, declared_charset(response))
        await read_articles(get, choose(links) if choose else links, take)
        return links

    return visit(each, allowed_hosts=allowed_hosts)


async def read_articles(get: Get, links: Iterable[FeedLink], take: Take) -> None:
    """Fetch and read articles one after another, as a part of a visit."""
    for link in links:
        try:
            article, response = await read_article(get, link.url)
        except ArticleError as error:
            take(Fetched(link.url, None, None, error))
            continue
        if article.published_on is None and link.published_on is not None:
            article = replace(article, published_on=link.published_on)
        take(Fetched(link.url, article, response, None))


async def read_article(get: Get, url: str) -> tuple[Article, Response]:
    """Fetch and read one article, as a part of a visit.

    Raises:
        ArticleError: it could not be fetched, or is no article.
    """
    response = await _answer(get, url)
    door = None if door_in_address(url) else door_in_address(response.url)
    if door:
        raise ArticleError(f"{url} leads to {response.url}, which {door}")
    return article_of_response(response), response


async def _answer(get: Get, url: str) -> Response:
    _check_address(url)
    try:
        response = await get(Request(url, meta={"download_maxsize": LARGEST_PAGE}))
    except Exception as error:
        raise ArticleError(_why_not(url, error)) from error
    if response.status != _OK:
        raise ArticleError(_what_status(url, response.status))
    return response


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise ArticleError(f"{url} is no address of a web page: begin it with https://")


def _why_not(url: str, error: Exception) -> str:
    reason = why(error)
    if isinstance(error, RobotsUnreachableError):
        return f"{url} could not be fetched: {reason}; {SAVE}"
    if "robots.txt" in reason:
        return f"{url} was not fetched: the site's robots.txt does not allow it; {SAVE}"
    if isinstance(error, ForbiddenAddressError):
        return f"{url} was not fetched: {reason}"
    if isinstance(error, DownloadCancelledError) or "maxsize" in reason.lower():
        return (
            f"{url} is larger than {LARGEST_PAGE // 1024 // 1024} MB, which no article is: paste "
            "the text of the part that you mean"
        )
    return f"{url} could not be fetched: {reason}"


def _what_status(url: str, status: int) -> str:
    if status in _MISSING:
        return f"{url} is not there ({status}): was it moved or taken down? Check the address"
    if status in _CLOSED:
        return f"{url} answered {status}: the site does not show it to programs; {SAVE}"
    if status >= _BROKEN:
        return f"{url} answered {status}, a fault of the site: try again later, or {SAVE}"
    return f"{url} answered {status}, and no page: {SAVE}"
