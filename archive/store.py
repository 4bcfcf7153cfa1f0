"""An open archive: the file, its lock, its migrations and its transactions."""

import errno
import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from archive.clock import utc_now, utc_text
from archive.disks import as_archive_error, sqlite_code, writing
from archive.errors import (
    ArchiveBusyError,
    ArchiveReadOnlyError,
    DiskError,
    NotAnArchiveError,
    SchemaTooNewError,
)
from archive.log_alarms import note_log
from archive.schema import migrations

APPLICATION_ID = 0x4F6E5265
"""Marks an SQLite file as an archive of On Record (PRAGMA application_id)."""

UNFINISHED = ".building"
"""Ends the name of an archive that a rebuild is still making."""

WAL_ALARM = 256 * 1024 * 1024
"""How many bytes a write-ahead log may keep at the end of a crawl before it is told of."""

_BUSY_TIMEOUT_MS = 30_000
_FOLD_TIMEOUT_MS = 100
_TRIES = 5
"""How often a transaction is begun, each time with the patience above: another program, such as
`sqlite-utils`, may write the file without the writer's lock."""

_OF_PERMISSIONS = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
logger = logging.getLogger(__name__)
_open_archives: dict[Path, "Archive"] = {}


class _Database(Database):
    """Writes without trying out first what SQLite can do.

    sqlite-utils makes a table and drops it for that, and who searches in the moment of a change of
    the schema is told of an error by SQLite.
    """

    @property
    def supports_on_conflict(self) -> bool:
        return True  # since SQLite 3.24; our STRICT tables need 3.37


class Archive:
    """Hold an archive open for writing; one process at a time.

    Opening it twice in one process gives the same object, so that several spiders share one
    connection and one lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = _lock(path)
        try:
            self.connection = _connect(path)
            self.db = _Database(self.connection)
            with writing(path):
                _migrate(self.db)
        except BaseException:
            self._lock.close()
            raise
        self._users = 0
        self._depth = 0

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open or create an archive, bring its schema up to date, and take the writer's lock.

        Raises:
            ArchiveBusyError: another process is writing it.
            ArchiveReadOnlyError: the file or its folder cannot be written.
            DiskError: the disk is full or fails.
            NotAnArchiveError: the file is something else.
            SchemaTooNewError: a newer On Record wrote it.
        """
        resolved = Path(path).resolve()
        archive = _open_archives.get(resolved)
        if archive is None:
            archive = _open_archives[resolved] = cls(resolved)
        archive._users += 1
        assert isinstance(archive, cls)
        return archive

    @property
    def warc_folder(self) -> Path:
        """The folder beside the archive that holds its WARC files."""
        return warc_folder(self.path)

    def close(self) -> None:
        """Fold the write-ahead log into the file and give the lock back, if nobody else uses it."""
        self._users -= 1
        if not self.connection.in_transaction:
            self._fold()
        if self._users > 0:
            return
        _open_archives.pop(self.path, None)
        self.db.close()
        self._lock.close()

    def _fold(self) -> None:
        """Empty the write-ahead log, unless a reader needs it: then a later close does.

        One that has grown too large is told of, and noted in the archive for those who look later.
        """
        run = self.connection.execute
        log = self.path.with_name(f"{self.path.name}-wal")
        size = 0
        run(f"PRAGMA busy_timeout = {_FOLD_TIMEOUT_MS}")
        with suppress(sqlite3.OperationalError):
            run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        with suppress(sqlite3.OperationalError):
            size = log.stat().st_size if log.exists() else 0
            if note_log(self.connection, size, WAL_ALARM, utc_text(utc_now())):
                run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        run(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        if size > WAL_ALARM:
            logger.warning(
                "%s has grown to %d MB, since somebody has been reading the archive for long. "
                "It shrinks when a crawl ends and nobody reads: end that reader, such as a query "
                "that hangs or a copy that is being made",
                *(log, size // 1024 // 1024),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """Commit everything inside, or nothing; one inside another is a savepoint.

        Raises:
            ArchiveBusyError: another program does not let go of the file.
            DiskError: the disk is full or fails; nothing of it was written.
        """
        is_inner = self.connection.in_transaction
        if is_inner and not self._depth:  # what could not be rolled back must not be added to
            raise DiskError(f"{self.path} cannot be written any more. Run the command again")
        self._begin(is_inner=is_inner)
        self._depth += 1
        try:
            yield self.db
            self.connection.execute("RELEASE statement" if is_inner else "COMMIT")
        except BaseException as error:
            told = as_archive_error(error, self.path) if isinstance(error, sqlite3.Error) else None
            self._roll_back(is_inner=is_inner)
            if told:
                raise told from error
            raise
        finally:
            self._depth -= 1

    def _begin(self, *, is_inner: bool) -> None:
        if is_inner:
            self.connection.execute("SAVEPOINT statement")
            return
        for left in reversed(range(_TRIES)):
            try:
                with writing(self.path):
                    self.connection.execute("BEGIN IMMEDIATE")
            except ArchiveBusyError:
                if not left:
                    raise
            else:
                return

    def _roll_back(self, *, is_inner: bool) -> None:
        """Undo a transaction, unless SQLite has undone all of it by itself."""
        if not self.connection.in_transaction:
            return
        with writing(self.path):
            self.connection.execute("ROLLBACK TO statement" if is_inner else "ROLLBACK")
            if is_inner:
                self.connection.execute("RELEASE statement")


def warc_folder(archive: Path) -> Path:
    """Name the folder that holds an archive's WARC files: `archive.db` has `archive-warc/`."""
    whole = archive.with_name(archive.name.removesuffix(UNFINISHED))
    return archive.with_name(f"{whole.stem}-warc")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the writer's lock of an archive that need not be there.

    Raises:
        ArchiveBusyError: another process holds it.
        ArchiveReadOnlyError: its folder cannot be written.
    """
    lock = _lock(path.resolve())
    try:
        yield
    finally:
        lock.close()


def open_for_reading(path: Path) -> Database:
    """Open an archive without the writer's lock and without changing anything.

    Raises:
        NotAnArchiveError: the file is missing or is something else.
        SchemaTooNewError: a newer On Record wrote it.
    """
    if not path.is_file():
        raise NotAnArchiveError(f"{path} does not exist. Name an archive with --db")
    db = Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))
    try:
        _check(db, path)
    except sqlite3.DatabaseError as error:
        raise NotAnArchiveError(
            f"{path} is not an archive ({error}). Name another file with --db"
        ) from error
    return db


def open_current(path: Path) -> Database:
    """Open an archive for reading; one of an earlier On Record is brought up to date first.

    Raises:
        NotAnArchiveError: the file is missing or is something else.
        SchemaTooNewError: a newer On Record wrote it.
        ArchiveBusyError: it is of an earlier one, and another process is writing it.
        ArchiveReadOnlyError: it is of an earlier one, and cannot be written.
    """
    db = open_for_reading(path)
    if is_current(db):
        return db
    db.close()
    try:
        Archive.open(path).close()
    except (ArchiveBusyError, ArchiveReadOnlyError) as error:
        raise type(error)(
            f"{path} is of an earlier On Record and must be brought up to date first, but {error}"
        ) from error
    return open_for_reading(path)


def is_current(db: Database) -> bool:
    """Tell whether an archive has all tables of this On Record."""
    applied = {each.name for each in migrations.applied(db)}
    return applied >= {each.name for each in migrations.pending(Database(memory=True))}


def _lock(path: Path) -> "_Lock":
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except PermissionError as error:
        raise ArchiveReadOnlyError(
            f"{path} cannot be reached ({error.strerror}). "
            "Change the permissions of its folders, or name an archive elsewhere with --db"
        ) from error
    if is_folder:
        raise NotAnArchiveError(f"{path} is a folder. Name a file with --db, such as archive.db")
    if not has_folder:
        raise ArchiveReadOnlyError(
            f"{path.parent} is not a folder. Create it, or name another --db"
        )
    return _Lock(path)


class _Lock:
    """The single writer's lock: a file beside the archive, freed by the system if we die."""

    def __init__(self, path: Path) -> None:
        name = path.with_name(f"{path.name}.lock")
        try:
            self._descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
                raise as_archive_error(error, name) or error from error
            raise ArchiveReadOnlyError(
                f"{path.parent} cannot be written ({error.strerror}). "
                "Change its permissions, or name an archive elsewhere with --db"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise ArchiveBusyError(
                f"{path} is being written by another process. Try again when it has finished"
            ) from error

    def close(self) -> None:
        os.close(self._descriptor)


def _connect(path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        _check(Database(connection), path)  # before anything that would change the file
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException as error:
        if connection:
            connection.close()
        if not isinstance(error, sqlite3.DatabaseError):
            raise
        told = as_archive_error(error, path)
        if told and sqlite_code(error) not in _OF_PERMISSIONS:
            raise told from error
        if "not a database" in str(error):
            raise NotAnArchiveError(
                f"{path} is not an SQLite file. Name another file with --db"
            ) from error
        raise ArchiveReadOnlyError(
            f"{path} cannot be opened for writing ({error}). Check its permissions and its folder's"
        ) from error
    return connection


def _check(db: Database, path: Path) -> None:
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    if application_id not in (0, APPLICATION_ID) or (application_id == 0 and db.table_names()):
        raise NotAnArchiveError(
            f"{path} is a database of another program, and On Record leaves it alone. "
            "Name another file with --db"
        )
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    unknown = [each.name for each in migrations.applied(db) if each.name not in known]
    if unknown:
        raise SchemaTooNewError(
            f"{path} was written by a newer On Record (it has the migration '{unknown[-1]}'). "
            "Update On Record, then try again; the file was not touched"
        )


def _migrate(db: Database) -> None:
    if not migrations.pending(db):
        return
    # First of all: a file with tables and without this mark would be taken for another program's.
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA foreign_keys = OFF")  # a table that is made again is dropped first
    try:
        migrations.apply(db)
    finally:
        db.execute("PRAGMA foreign_keys = ON")
