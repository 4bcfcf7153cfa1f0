"""The child: the program's own entry point in a forked process, with a fault on its way."""

import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import warc
from archive.store import Archive
from torture.hurt.fault import Fault
from torture.hurt.seccomp import forbid


def run(
    folder: str, printed: str, words: list[str], fault: Fault, notes: str | None, group: int
) -> None:
    """Run `onrecord WORDS` in a folder to its end, or to the fault.

    What it prints goes into the file `printed`.

    What was acknowledged, and what is durable, goes into the file `notes` as it happens.
    """
    os.chdir(folder)
    out = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for descriptor in (1, 2):
        os.dup2(out, descriptor)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    _alone(group)
    _Faulty(fault, Path(notes) if notes else None).arm()
    from onrecord.cli import run

    code: Any = 0
    try:
        sys.argv = ["onrecord", *words]
        run()
    except SystemExit as left:
        code = left.code
    except BaseException:  # noqa: BLE001 - as the interpreter would
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code or 0))


def _alone(group: int) -> None:
    """Do all in one process, as on a machine with one core, and commit imports in small groups."""
    from onrecord import declared, import_run, importing
    from spiders import loader, people, settings
    from spiders.formats import intake
    from spiders.pipelines import analyst

    for module in (declared, loader, people):  # whose reading takes longer than a crawl
        module.BUILT_IN = Path("sources")  # type: ignore[attr-defined]
    settings.ANALYSIS_PROCESS = False
    settings.AUTOTHROTTLE_ENABLED = False
    analyst.start_early = lambda *_: None
    importing.start_reading = import_run.start_reading = lambda: None
    import_run._RECORDS = group
    intake._MOST = max(1, group // 2)


class _Faulty:
    """Counts what a process does to its disk, and strikes."""

    def __init__(self, fault: Fault, notes: Path | None) -> None:
        self._fault = fault
        self._counts = {"write": 0, "sync": 0, "commit": 0, "committed": 0}
        self._notes = notes and os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def arm(self) -> None:
        fsync, whole, begin = os.fsync, Archive.transaction, warc._HashingFile.__init__

        def synced(descriptor: int) -> None:
            self._strike("sync")
            fsync(descriptor)
            self._note_sync(descriptor)

        @contextmanager
        def transaction(archive: Archive) -> Iterator[Database]:
            is_outer = not archive.connection.in_transaction
            with whole(archive) as db:
                yield db
                if is_outer:
                    self._strike("commit")
            if is_outer:
                (seq,) = db.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()
                self._note({"commit": seq})
                self._strike("committed")

        def opened(file: Any, path: Path) -> None:
            begin(file, path)
            file._file = io.BufferedWriter(_Raw(file._file.detach(), self))

        os.fsync = synced
        Archive.transaction = transaction  # type: ignore[method-assign]
        warc._HashingFile.__init__ = opened  # type: ignore[method-assign]

    def write(self, raw: io.RawIOBase, chunk: Any) -> int:
        """Write, or strike in the middle of it."""
        if self._is_due("write"):
            raw.write(bytes(chunk)[: int(len(chunk) * self._fault.share)])
            self._hit()
        return raw.write(chunk) or 0

    def _is_due(self, what: str) -> bool:
        self._counts[what] += 1
        count, number = self._counts[what], self._fault.number
        is_later = self._fault.is_lasting and self._fault.error is not None and count > number
        return self._fault.at == what and (count == number or is_later)

    def _strike(self, what: str) -> None:
        if not self._is_due(what):
            return
        if what == "commit" and self._counts[what] == self._fault.number:
            self._note({"struck": what})
            forbid(self._fault.call, self._fault.offset, self._fault.error)
        elif what != "commit":
            self._hit()

    def _hit(self) -> None:
        self._note({"struck": self._fault.at})
        if self._fault.error is not None:
            raise OSError(self._fault.error, os.strerror(self._fault.error))
        os.kill(os.getpid(), signal.SIGKILL)

    def _note_sync(self, descriptor: int) -> None:
        if self._notes is None:
            return
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir():
            self._note({"folder": str(path), "names": sorted(os.listdir(path))})  # noqa: PTH208
        else:
            self._note({"file": str(path), "bytes": os.fstat(descriptor).st_size})

    def _note(self, what: dict[str, Any]) -> None:
        if self._notes is not None:
            os.write(self._notes, (json.dumps(what) + "\n").encode())


class _Raw(io.RawIOBase):
    """A file that asks before each write."""

    def __init__(self, raw: io.RawIOBase, faulty: _Faulty) -> None:
        self._raw = raw
        self._faulty = faulty

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def fileno(self) -> int:
        return self._raw.fileno()

    def write(self, chunk: Any, /) -> int:
        return self._faulty.write(self._raw, chunk)

    def close(self) -> None:
        super().close()
        self._raw.close()
