"""Evidence: the answers in which articles of the web came, in a WARC file beside the others."""

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from scrapy import Request
from scrapy.http import Response

from archive.clock import utc_now
from archive.records import Capture
from archive.warc import WarcFile
from spiders.exchanges import exchange
from spiders.software import SOFTWARE

ARTICLES = "articles"
"""Names what led to the articles in a WARC file of theirs, which no other has."""

_OF_TRANSFER = frozenset({"content-length", "transfer-encoding"})


class ArticleEvidence:
    """Keeps answers in one new WARC file, which is there from the first of them on."""

    def __init__(self, folder: Path, named: str) -> None:
        """Keep them in a folder; `named` is what led to them, such as the address of a feed."""
        self._folder = folder
        self._named = named
        self._warc: WarcFile | None = None

    def keep(self, response: Response) -> Capture:
        """Write an answer, durably. Its body is kept as it was read, unpacked."""
        if self._warc is None:
            self._warc = self._open()
        taken = exchange(response, response.request or Request(response.url))
        headers = [each for each in taken.headers if each[0].lower() not in _OF_TRANSFER]
        headers.append(("Content-Length", str(len(taken.body))))
        capture = self._warc.add_exchange(replace(taken, headers=headers))
        self._warc.sync()
        return capture

    def _open(self) -> WarcFile:
        now = utc_now()
        name = f"articles-{now:%Y%m%dT%H%M%S}{now.microsecond:06d}Z.warc.gz"
        about = {
            "software": SOFTWARE,
            "format": "WARC File Format 1.1",
            ARTICLES: self._named,
            "started": now.isoformat(),
        }
        return WarcFile(self._folder / name, about)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._warc:
            self._warc.close()
