"""Running a check: the archive with its index up to date, and the article that a user names."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scrapy.http import Response
from sqlite_utils import Database

from archive.errors import ArchiveBusyError, ArchiveError, ArchiveReadOnlyError
from archive.passages.refreshing import index_state, refresh
from archive.store import Archive, open_current, open_for_reading
from onrecord.checking.fetching import fetch_article
from spiders.articles import Article, article_of_file
from spiders.articles.files import article_of_bytes

Advance = Callable[[int, int], None]
Tell = Callable[[str], None]

_ARTICLES_IN = frozenset({"en"})


def open_record(path: Path, *, tell: Tell, advance: Advance = lambda *_: None) -> Database:
    """Open an archive for reading, and take into the index of passages what it lacks.

    An archive of an earlier On Record is brought up to date. Where another process writes it, what
    the index has is searched, and `tell` is told how much that leaves out. `advance` is told how
    many texts were taken in, of how many.

    Raises:
        ArchiveError: there is no archive, or it has no index and none can be made now.
    """
    db = open_current(path)
    state = index_state(db)
    if not state.behind:
        return db
    db.close()
    try:
        with Archive.open(path) as archive:
            refresh(archive, progress=advance)
    except (ArchiveBusyError, ArchiveReadOnlyError) as error:
        if not state.is_there:
            raise type(error)(f"{path} has no index of its passages yet, and {error}") from error
        tell(f"The index of passages lacks {state.behind:,} texts, which are not searched: {error}")
    return open_for_reading(path)


def read_article(named: str, allowed_hosts: Sequence[str] = ()) -> tuple[Article, Response | None]:
    """Read the article at an address, in a file, or on standard input (`-`).

    With it comes the answer that held it, if it is of the web.

    Raises:
        ArticleError: it cannot be had or is none; the message says what to do.
    """
    if named.startswith(("http://", "https://")):
        return fetch_article(named, allowed_hosts)
    if named == "-":
        return article_of_bytes(sys.stdin.buffer.read(), "standard input"), None
    path = Path(named)
    if not path.exists():
        raise ArchiveError(
            f"{named} is no file, no folder and no address with http:// or https://. "
            "To check words themselves, send them to standard input: onrecord check -"
        )
    return article_of_file(path), None


def doubts_about(article: Article) -> list[str]:
    """Say what of an article is not read as well as it should be."""
    if article.language in _ARTICLES_IN:
        return []
    which = f"is in '{article.language}'" if article.language else "is in a language not known"
    marks = "quotations are found by their marks, but who speaks is read in English only"
    return [f"The article {which}: {marks}."]
