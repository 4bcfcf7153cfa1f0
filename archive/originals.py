"""Originals: the kept bytes behind a capture, its own or those of the one that it refers to."""

import hashlib

from archive.errors import ReplayError
from archive.memory import capture_of, last_capture
from archive.records import Capture
from archive.store import Archive
from archive.warc import NOT_MODIFIED, Exchange
from archive.warc_reader import Kept, read_record

_OK = 200
_WORTH_IT = 500
"""Shorter bodies, in bytes, are written again: saying that they are the same takes as much."""


def original_of(archive: Archive, capture: Capture) -> Kept:
    """Read the record that holds a capture's bytes.

    Raises:
        ReplayError: it is in no WARC file of this archive.
    """
    whole = capture_of(archive.db, capture.refers_to) if capture.refers_to else capture
    path = archive.warc_folder / whole.warc_file if whole else None
    if whole is None or path is None or not path.is_file():
        raise ReplayError(
            f"{capture.url} had not changed since an earlier capture, which is not in this "
            "archive. Replay the WARC files before this one first"
        )
    return read_record(path, whole.warc_offset)


def last_kept(archive: Archive, url: str) -> tuple[Capture, Capture] | None:
    """Give the latest capture of an address and the one with its bytes; None without a page."""
    latest = last_capture(archive.db, url)
    if latest is None:
        return None
    whole = capture_of(archive.db, latest.refers_to) if latest.refers_to else latest
    return (latest, whole) if whole and whole.status == _OK else None


def same_bytes(archive: Archive, taken: Exchange) -> Capture | None:
    """Find the capture of an address that holds the bytes of a new answer, a 304 or the same.

    What a form gives is no page of its address, and is kept whole each time.
    """
    status, body = taken.status, taken.body
    if status not in {_OK, NOT_MODIFIED} or (status == _OK and len(body) < _WORTH_IT):
        return None
    found = last_kept(archive, taken.url) if taken.method == "GET" else None
    if found is None:
        return None
    whole = found[1]
    is_same = whole.bytes == len(body) and whole.sha256 == hashlib.sha256(body).hexdigest()
    return whole if status == NOT_MODIFIED or is_same else None
