"""Evidence to take away: the WARC record of a capture, cut out of its file byte for byte.

This is the only way in which archived bytes leave the site: as a file to keep, never as a page.
"""

import asyncio
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

from datasette.utils.asgi import Response

from archive.store import warc_folder
from onrecord.browse.headers import Send
from onrecord.browse.moments import say_time
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader

_CHUNK = 256 * 1024
_GZIP = b"\x1f\x8b"

_CAPTURE = """
SELECT id, warc_file, warc_offset, warc_length, warc_sha256 FROM captures WHERE id = :id
"""
_OF_A_TAKEDOWN = """
WITH addresses AS (
  SELECT k.url FROM captures AS k JOIN captures AS asked ON asked.id = :id
  WHERE k.id IN (asked.id, asked.refers_to, asked.rendered_from)
)
SELECT t.at, t.reason
FROM takedowns AS t
WHERE EXISTS (
  SELECT 1 FROM checks AS c JOIN captures AS k ON k.id = c.capture_id
  WHERE c.statement_id = t.statement_id AND k.url IN addresses
) OR EXISTS (
  SELECT 1 FROM revisions AS r JOIN captures AS k ON k.id = r.capture_id
  WHERE r.statement_id = t.statement_id AND k.url IN addresses
)
ORDER BY t.at LIMIT 1
"""
_OF_A_LIST = """
SELECT t.at FROM takedowns AS t
JOIN statements AS s ON s.id = t.statement_id
JOIN crawls AS c ON c.source = s.source
JOIN captures AS asked ON asked.crawl_id = c.id
WHERE asked.id = :id
  AND NOT EXISTS (SELECT 1 FROM checks WHERE capture_id = :id)
  AND NOT EXISTS (
    SELECT 1 FROM statements AS o JOIN revisions AS r ON r.statement_id = o.id
    WHERE o.source = s.source AND r.capture_id = :id
  )
ORDER BY t.at LIMIT 1
"""
_OF_WORDS_LET_GO = """
SELECT 1 FROM checks AS c JOIN revisions AS r ON r.statement_id = c.statement_id
WHERE c.capture_id = :id AND r.text IS NULL LIMIT 1
"""


async def warc_record(reader: Reader) -> Response:
    """Give the record of a capture, once its bytes are known to be those that were written."""
    capture_id = unquote(reader.asked("capture"))
    capture = await reader.row(_CAPTURE, id=capture_id)
    if capture is None:
        raise NotThereError("The archive has no such capture")
    await _refuse_withheld(reader, capture_id)
    archive = reader.datasette.get_database(reader.database).path
    return await asyncio.to_thread(_cut, Path(str(archive)), capture)


async def _refuse_withheld(reader: Reader, capture_id: str) -> None:
    """Give no capture that may hold words that are withheld.

    That is each of the statement, another one of the same address, and the lists of its source.
    """
    taken = await reader.row(_OF_A_TAKEDOWN, id=capture_id)
    if taken:
        raise NotThereError(
            f"Words in this capture are withheld since {say_time(taken['at'])}: {taken['reason']}",
            HTTPStatus.GONE,
        )
    taken = await reader.row(_OF_A_LIST, id=capture_id)
    if taken:
        raise NotThereError(
            "This capture is of no statement alone, such as a list or a feed, and may hold words "
            f"of its source that are withheld since {say_time(taken['at'])}",
            HTTPStatus.GONE,
        )
    if await reader.row(_OF_WORDS_LET_GO, id=capture_id):
        raise NotThereError(
            "Of words in this capture only the hash may be kept, by the terms of their source",
            HTTPStatus.GONE,
        )


def _cut(archive: Path, capture: dict[str, Any]) -> "WarcRecord":
    """Open the record of a capture, and compare it with the hash that was kept.

    Raises:
        NotThereError: it is not beside the archive, or is not what was written.
    """
    file = _open(warc_folder(archive), str(capture["warc_file"]))
    record = WarcRecord(file, capture)
    if record.sha256() == capture["warc_sha256"]:
        return record
    file.close()
    raise NotThereError(
        "The record is not what was written: its SHA-256 differs from the one in the archive. "
        "The WARC file is damaged, or is not the one that the archive was made with",
        HTTPStatus.CONFLICT,
    )


def _open(folder: Path, name: str) -> BinaryIO:
    """Open a file of the folder; a name is data, and may say anything."""
    if name in {"", ".", ".."} or any(each in name for each in "/\\\0"):
        raise NotThereError("The name of the capture's WARC file is no file name")
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise NotThereError(_NOT_BESIDE) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotThereError(_NOT_BESIDE)
    return os.fdopen(descriptor, "rb")


_NOT_BESIDE = (
    "The WARC file of this capture is not beside this copy of the archive. Who keeps the archive "
    "has it, and the hash of the record is on the capture's page"
)


class WarcRecord(Response):  # type: ignore[misc] # Datasette has no types
    """A record on its way to a visitor, in chunks, as a file to keep."""

    def __init__(self, file: BinaryIO, capture: dict[str, Any]) -> None:
        self._file = file
        # A place that no record can have gives bytes of another hash.
        self._start = max(0, int(capture["warc_offset"]))
        self._length = int(capture["warc_length"])
        file.seek(self._start)
        is_packed = file.read(2) == _GZIP
        ending = "warc.gz" if is_packed else "warc"
        name = re.sub(r"[^\w-]", "", str(capture["id"]), flags=re.ASCII) or "capture"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Content-Length": str(self._length),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(
            b"",
            headers=headers,
            content_type="application/gzip" if is_packed else "application/warc",
        )

    def sha256(self) -> str:
        """Hash the record; one that is cut short has the hash of what is there."""
        digest = hashlib.sha256()
        for chunk in self._chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def _chunks(self) -> Iterator[bytes]:
        self._file.seek(self._start)
        left = self._length
        while left > 0 and (chunk := self._file.read(min(left, _CHUNK))):
            left -= len(chunk)
            yield chunk

    async def asgi_send(self, send: Send) -> None:
        """Send the record, and close its file however that ends."""
        try:
            headers = {**self.headers, "Content-Type": self.content_type}
            raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": raw})
            chunks = self._chunks()
            while chunk := await asyncio.to_thread(next, chunks, b""):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._file.close()


PAGES = (
    Page(
        path=r"captures/(?P<capture>[^/]+)\.warc\.gz",
        template="",
        tables=("captures", "checks", "crawls", "revisions", "statements", "takedowns"),
        read=warc_record,
    ),
)
