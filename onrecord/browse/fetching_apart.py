"""Fetching in a process of its own: Scrapy's reactor runs once in a process, and a site goes on."""

from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spiders.articles import Article

_PATIENCE = 75
"""Seconds: robots.txt and the page, each with one more try."""

_NOT_PUBLIC = "is not on the public internet, so nothing was sent: paste the text"


def fetch_apart(
    url: str, allowed_hosts: Sequence[str] = (), patience: float = _PATIENCE
) -> "Article":
    """Fetch an article; waits until it is there, so call it in a thread.

    Raises:
        ArticleError: it could not be fetched in time, or is no article.
    """
    from spiders.articles import ArticleError

    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send_article, args=(sender, url, tuple(allowed_hosts)))
    process.start()
    sender.close()
    try:
        if not receiver.poll(patience):
            raise ArticleError(f"{url} took longer than {patience:.0f} seconds: paste the text")
        answer: Article | str = receiver.recv()
    except EOFError:
        raise ArticleError(f"{url} could not be fetched: paste the text") from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(answer, str):
        raise ArticleError(answer)
    return answer


def _send_article(sender: Connection, url: str, allowed_hosts: Sequence[str]) -> None:
    from archive.errors import ArchiveError
    from onrecord.checking.fetching import fetch_article
    from spiders.addresses import ForbiddenAddressError

    try:
        article, _ = fetch_article(url, allowed_hosts)
    except ArchiveError as error:
        # Its own words name the address inside a network, which is nothing for a visitor.
        is_inside = isinstance(error.__cause__, ForbiddenAddressError)
        sender.send(f"{url} {_NOT_PUBLIC}" if is_inside else str(error))
    else:
        sender.send(article)
