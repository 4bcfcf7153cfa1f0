"""Reading again: articles that an archive has lost, from the WARC files that hold them."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from scrapy.http import Response

from archive.errors import ReplayError
from archive.records import Capture
from archive.warc_reader import Kept, read_about, read_records
from onrecord.checking.checking import NOTHING_TOLD
from onrecord.checking.fetching import Fetched
from onrecord.checking.watch import Tell, Watched, open_watch
from spiders.articles import ArticleError, article_of_response
from spiders.exchanges import kept_response


def read_again(archive_path: Path, warcs: Iterable[Path], *, tell: Tell) -> Watched:
    """Check and record the kept articles that an archive lost, as of the time they were read.

    They are judged by what the archive holds now: how they were judged then is in no WARC file.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    with open_watch(archive_path, NOTHING_TOLD, tell) as watch:
        for path in sorted(warcs, key=_started):
            try:
                for kept in read_records(path):
                    response = kept_response(kept, kept.capture.url)
                    watch.take(_read(response), partial(_capture_of, kept))
            except ReplayError as error:
                tell(str(error))
        return watch.watched()


def _read(response: Response) -> Fetched:
    try:
        return Fetched(response.url, article_of_response(response), response, None)
    except ArticleError as error:
        return Fetched(response.url, None, None, error)


def _capture_of(kept: Kept, response: Response) -> Capture:
    del response
    return kept.capture


def _started(path: Path) -> str:
    return read_about(path).get("started", "")
