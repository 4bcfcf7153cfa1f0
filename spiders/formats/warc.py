"""WARC and WACZ files of other tools: the pages in them that the source's feeds would read."""

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from archive.clock import read_utc
from spiders.formats.base import Context, Format, Record
from spiders.formats.html import LARGEST
from spiders.formats.zipped import Zipped

if TYPE_CHECKING:
    from spiders.formats.page_items import PageItems

_MEMBER = re.compile(r"(?:^|/)archive/[^/]+\.warc(?:\.gz)?$")
_PAGES = ("text/html", "application/xhtml+xml", "application/pdf")
_UNREADABLE = (
    ArchiveLoadFailed,
    AttributeError,  # what warcio meets in a header that is cut short
    EOFError,
    OSError,
    StatusAndHeadersParserException,
)


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a page lies that may be a statement; they sort by time."""

    at: datetime
    file: int
    offset: int
    url: str


class Warc:
    """Captures that somebody else made."""

    name = "warc"
    is_slow_to_start = True  # all of it is looked through before the first page is read

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell a WARC file by its first word, and a WACZ file by holding one."""
        if not start.startswith(b"PK"):
            return start.startswith(b"WARC/")
        try:
            with Zipped(path) as zipped:
                return bool(zipped.names(_MEMBER))
        except ValueError:
            return False

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read the pages of statements in the order of time, so that an edit follows what it edits.

        Raises:
            ValueError: it is no such file, or the source does not say which pages are statements.
        """
        from spiders.formats.page_items import PageItems  # loads Scrapy

        pages = PageItems(context.source, self.name)
        if not pages.can_tell:
            name = context.source.name
            raise ValueError(
                f"{name} does not say which of the pages in {path.name} are statements: its "
                "source file needs 'id:', or a feed with 'links:' or with 'text:' under 'page:'"
            )
        size = path.stat().st_size
        with ExitStack() as stack:
            files = _files(path, stack)
            index = _Index(files, pages)
            places = index.places()
            for done, place in enumerate(places, start=1):
                read = size * done // len(places)
                yield _record(files[place.file], place, read, pages, context)
            if index.cut:
                raise ValueError(index.cut)


def _files(path: Path, stack: ExitStack) -> Sequence[Path]:
    """Name the WARC files; those inside a WACZ file are unpacked for as long as it takes."""
    with path.open("rb") as start:
        if start.read(2) != b"PK":
            return [path]
    zipped = stack.enter_context(Zipped(path))
    members = sorted(zipped.names(_MEMBER))
    zipped.refuse_bombs(members)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="onrecord-")))
    files = [folder / f"{number}.warc.gz" for number in range(len(members))]
    for member, file in zip(members, files, strict=True):
        with zipped.open(member) as packed, file.open("wb") as out:
            shutil.copyfileobj(packed, out)
    return files


class _Index:
    """What pages there are; files are read as far as they are whole."""

    def __init__(self, files: Sequence[Path], pages: "PageItems") -> None:
        self._files = files
        self._pages = pages
        self.cut: str | None = None
        """Why a file could not be read to its end."""

    def places(self) -> list[_Place]:
        """Look through all files."""
        return sorted(
            place for number, file in enumerate(self._files) for place in self._in(number, file)
        )

    def _in(self, number: int, path: Path) -> Iterator[_Place]:
        with path.open("rb") as file:
            try:
                yield from self._whole_pages(number, ArchiveIterator(file))
            except (*_UNREADABLE, ValueError, TypeError) as error:
                self.cut = (
                    f"{path.name} cannot be read on after byte {file.tell()} "
                    f"({type(error).__name__}: {error}): is it whole?"
                )

    def _whole_pages(self, number: int, iterator: ArchiveIterator) -> Iterator[_Place]:
        """Find the pages; a record shows only when it is behind whether it was whole."""
        for record in iterator:
            place = None
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if _is_page(record) and self._pages.may_be_item(url):
                at = read_utc(record.rec_headers.get_header("WARC-Date"))
                place = _Place(at, number, iterator.get_record_offset(), url)
            iterator.read_to_end(record)
            if record.raw_stream.limit:
                raise EOFError(f"the record of {url} is cut short")
            if place:
                yield place


def _is_page(record: Any) -> bool:
    """Tell whether a record is a page that was there."""
    http = record.http_headers
    if record.rec_type != "response" or http is None or http.get_statuscode() != "200":
        return False
    kind = (http.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    return not kind or kind in _PAGES


def _record(path: Path, place: _Place, read: int, pages: "PageItems", context: Context) -> Record:
    where = f"{place.url} of {place.at:%Y-%m-%dT%H:%M:%SZ}"
    try:
        body, headers = _body(path, place.offset)
        item = pages.read(place.url, body, headers, place.at, context.capture)
    except (*_UNREADABLE, ValueError) as error:
        return Record(place=where, read=read, problem=str(error))
    return Record(place=where, read=read, item=item)


def _body(path: Path, offset: int) -> tuple[bytes, dict[str, str]]:
    """Read a page's bytes, unpacked.

    Raises:
        ValueError: it is cut short or too long.
    """
    with path.open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file)))
        if record.rec_headers.get_header("WARC-Truncated"):
            raise ValueError("was cut short when it was captured")
        body: bytes = record.content_stream().read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ValueError(f"is longer than {LARGEST // 1024**2} MiB, which no page is")
    kind = record.http_headers.get_header("Content-Type")
    return body, {"Content-Type": kind} if kind else {}


FORMAT: Format = Warc()
