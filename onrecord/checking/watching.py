"""Watching the news: articles are checked as they come, recorded, and judged again later."""

from collections.abc import Sequence
from pathlib import Path

from scrapy.http import Response

from archive.articles import (
    knows_article,
    open_quotes,
    record_article,
)
from archive.errors import ArchiveError
from archive.store import Archive, open_for_reading
from onrecord.checking.article_rows import article_row
from onrecord.checking.checked import CheckedArticle
from onrecord.checking.checking import NOTHING_TOLD, Told
from onrecord.checking.evidence import ArticleEvidence
from onrecord.checking.fetching import fetch_feed
from onrecord.checking.speakers import Register
from onrecord.checking.watch import Tell, Watched, addresses_of, known_by, open_watch
from spiders.articles import FeedLink

_ARTICLES = frozenset({".html", ".htm", ".txt"})


def watch_feed(
    archive_path: Path,
    url: str,
    *,
    allowed_hosts: Sequence[str] = (),
    again: bool = False,
    told: Told = NOTHING_TOLD,
    tell: Tell,
) -> Watched:
    """Check and record the articles of a news feed that are not recorded yet, or `again` all.

    Each is recorded as it comes, with the answer that held it in a WARC file. Call it once in a
    process.

    Raises:
        ArchiveError: the feed cannot be read, or the archive cannot be written.
    """
    with (
        open_watch(archive_path, told, tell) as watch,
        ArticleEvidence(watch.archive.warc_folder, url) as evidence,
    ):

        def choose(links: list[FeedLink]) -> list[FeedLink]:
            db = watch.archive.db
            wanted = [link for link in links if again or not knows_article(db, link.url)]
            watch.counts["known"] = len(links) - len(wanted)
            return wanted

        fetch_feed(url, lambda fetched: watch.take(fetched, evidence.keep), allowed_hosts, choose)
        return watch.watched()


def watch_folder(
    archive_path: Path, folder: Path, *, told: Told = NOTHING_TOLD, tell: Tell
) -> Watched:
    """Check and record the articles in the files of a folder: `.html`, `.htm` and `.txt`.

    They have no address, whatever they say themselves: a file is known by the words in it. The name
    of the file is the title of an article that has none.

    Raises:
        ArchiveError: the folder holds no such file, or the archive cannot be written.
    """
    try:
        files = sorted(each for each in folder.iterdir() if _is_article(each))
    except OSError as error:
        raise ArchiveError(f"{folder} cannot be read: {error.strerror}") from error
    if not files:
        raise ArchiveError(f"{folder} holds no articles: no file ends in .html, .htm or .txt")
    with open_watch(archive_path, told, tell) as watch:
        for path in files:
            watch.read(path)
        return watch.watched()


def recheck(archive_path: Path, *, told: Told = NOTHING_TOLD, tell: Tell) -> Watched:
    """Judge the recorded quotations again that are not settled, if the archive has grown since.

    Whom they are given to is what the articles said when they were read. A day or a speaker that is
    told is of no account here.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    with open_watch(archive_path, told, tell) as watch:
        for some in open_quotes(watch.archive.db):
            watch.judge_again(some)
        return watch.watched()


def keep_checked(
    archive_path: Path,
    checked: CheckedArticle,
    *,
    asked: str | None = None,
    response: Response | None = None,
) -> bool:
    """Record an article that was checked already; tell whether it is new.

    `asked` is the address that was asked for it, and `response` what was answered, if it is to be
    kept. What is not settled is judged again by the next recheck.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    open_for_reading(archive_path).close()
    with Archive.open(archive_path) as archive:
        named = asked or (response.url if response else None)
        with ArticleEvidence(archive.warc_folder, named or "one article") as evidence:
            capture = evidence.keep(response) if response else None
            addresses = addresses_of(named, response)
            if named:
                checked = known_by(archive, checked, named)
            row = article_row(checked, Register.of(archive.db), addresses=addresses)
            return record_article(archive, row, capture).is_new


def _is_article(path: Path) -> bool:
    return path.suffix.lower() in _ARTICLES and path.name[0] != "." and path.is_file()
