"""Disks: what a disk that is full, fails or takes nothing makes of a command: one clear word."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveBusyError, ArchiveError, ArchiveReadOnlyError, DiskError

_SYSTEM = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of this user is used up",
    errno.EFBIG: "the file may not grow any more",
    errno.EIO: "the disk cannot be read or written",
    errno.EROFS: "the disk has become read-only",
}
_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written, or is full",
    sqlite3.SQLITE_READONLY: "the file has become read-only",
    sqlite3.SQLITE_CANTOPEN: "a file beside it cannot be opened",
}
_REMEDY = (
    "What was recorded so far is kept. Make room or mend the disk, then run the same command "
    "again: it goes on by itself, and nothing need be repaired"
)


def sqlite_code(error: BaseException) -> int:
    """Give SQLite's primary code of an error; 0 where it is none of SQLite's."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def as_archive_error(error: BaseException, path: Path | None = None) -> ArchiveError | None:
    """Make of an error what a user is told; None where neither disk nor other programs caused it.

    `path` is the file that was being written.
    """
    named = path or getattr(error, "filename", None) or "The archive"
    code = sqlite_code(error)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return ArchiveBusyError(
            f"{named} is being written by another program, which does not let go of it. "
            "Try again when it has finished"
        )
    trouble = _SQLITE.get(code)
    if isinstance(error, OSError):
        trouble = _SYSTEM.get(error.errno or 0)
    if trouble is None:
        return None
    return DiskError(f"{named} cannot be written: {trouble} ({error}). {_REMEDY}")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise what a disk refuses as an error that names the file.

    Raises:
        ArchiveBusyError: another program holds the file.
        DiskError: the disk is full, fails, or has become read-only.
        ArchiveReadOnlyError: this user may not write there.
    """
    try:
        yield
    except PermissionError as error:
        raise ArchiveReadOnlyError(
            f"{path} cannot be written ({error.strerror}). Change the permissions of its folder"
        ) from error
    except (OSError, sqlite3.Error) as error:
        told = as_archive_error(error, path)
        if told is None:
            raise
        raise told from error
