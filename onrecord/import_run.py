"""One import's run: what the second process makes of its files, recorded group by group."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Literal, cast

from archive.bulk import Bulk, Packed, Refused, unpack
from archive.clock import read_utc
from archive.errors import ArchiveError, DiskError
from archive.imports import advance_import, committed_of, issues_of
from archive.recording import Outcome, Recorder
from archive.records import Statement
from onrecord.interrupts import Heed, heeding
from spiders.formats.intake import PROGRAM, Batch, Intake, Task, Trouble
from spiders.second_process import SecondProcess

Watch = Callable[[int, int], None]
"""Told again and again how many records, and how many bytes of the files, are behind."""

Reading = SecondProcess[Task, Batch]

_RECORDS = 100_000
_CHARACTERS = 50_000_000
_SECONDS = 5.0
"""A group is committed when one of these is reached: so much is done again after a crash."""

_BATCHES_AHEAD = 24
_MOST_WARNINGS = 100


def start_reading() -> Reading | None:
    """Start the process that reads files; None where that cannot be, and this one reads them."""
    try:
        return Reading(PROGRAM)
    except OSError:
        return None


@dataclass(slots=True)
class _Group:
    """What is not committed yet."""

    records: int = 0
    characters: int = 0
    began: float = 0.0

    @property
    def is_full(self) -> bool:
        """Tell whether it is time to commit."""
        is_large = self.records >= _RECORDS or self.characters >= _CHARACTERS
        return is_large or time.monotonic() - self.began >= _SECONDS


class ImportRun:
    """Record what a task's files hold, from where an earlier run of the same import stopped."""

    def __init__(
        self, recorder: Recorder, task: Task, *, check: Callable[[], None], watch: Watch
    ) -> None:
        """`check` is asked before each commit whether the files are still the same."""
        self.records = task.passed
        self.unchanged = 0
        self._recorder = recorder
        self._task = task
        self._check = check
        self._watch = watch
        self._bulk = Bulk(recorder)
        self._captures = {part.capture.id: part.capture for part in task.parts}
        self._at = read_utc(task.parts[0].capture.captured_at)
        self._issues = issues_of(recorder.archive.db, recorder.crawl_id)
        self._heed: Heed = lambda: None
        self._is_careful = False
        """Whether each statement is recorded alone, since a group could not be recorded."""

    def run(self, reading: Reading | None) -> Outcome:
        """Read and record to the end; what was committed stays whatever happens.

        Raises:
            ArchiveError: a file changed, or cannot be read on.
        """
        try:
            with heeding() as self._heed, self._bulk.spacious():
                self._to_the_end(reading)
        except KeyboardInterrupt:
            self._stop()
            return "interrupted"
        except BaseException:
            self._stop()
            raise
        outcome: Outcome = "faulty" if self._recorder.counts["faults"] else "finished"
        self._recorder.finish(outcome, at=self._at, listed=self.records)
        return outcome

    def _to_the_end(self, reading: Reading | None) -> None:
        before = self.unchanged
        try:
            self._groups(_batches(self._task, reading))
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, ValueError):
            if self._is_careful:
                raise
            # One statement that no table takes: only it is set aside when each is recorded alone.
            self._is_careful = True
            self.unchanged = before
            again = start_reading()
            with _closing(again):
                self._groups(_batches(replace(self._task, passed=self.records), again))

    def _groups(self, batches: Iterator[Batch]) -> None:
        """Record batches in groups, each of which is committed with how far the import has come."""
        is_last = False
        while not is_last:
            group = _Group(began=time.monotonic())
            records, unchanged = self.records, self.unchanged
            try:
                with self._bulk.group():
                    while not (is_last or group.is_full):
                        self._heed()
                        batch = next(batches)
                        self._record(batch)
                        is_last = batch.is_last
                        group.records += batch.records
                        group.characters += batch.characters
                        self._watch(self.records, batch.read)
                    self._check()
                    self._advance("running")
            except BaseException:
                self.records, self.unchanged = records, unchanged
                raise

    def _stop(self) -> None:
        """Note that it was interrupted, as far as it is committed.

        Only the archive knows that: an interrupt may come when a group is committed already, and
        what counted it has not heard yet.
        """
        recorder = self._recorder
        with suppress(DiskError):  # then the next run finds it out by itself
            self._note_interruption(recorder)

    def _note_interruption(self, recorder: Recorder) -> None:
        self.records, recorder.counts = committed_of(recorder.archive.db, recorder.crawl_id)
        self._advance("interrupted")

    def _advance(self, outcome: Literal["running", "interrupted"]) -> None:
        recorder = self._recorder
        with recorder.archive.transaction() as db:
            advance_import(
                db,
                recorder.crawl_id,
                records=self.records,
                counts=recorder.counts,
                outcome=outcome,
            )

    def _record(self, batch: Batch) -> None:
        """Record a batch inside a group."""
        if batch.stopped:
            raise DiskError(batch.stopped)
        if batch.is_plain and not self._is_careful:
            packed = cast("list[Packed]", batch.statements)
            for known in self._bulk.record(packed):
                self._record_alone(unpack(known, self._captures))
        else:
            for statement in batch.statements:
                self._record_alone(self._whole(statement))
        self._tell(batch.troubles)
        if batch.broken:
            self._report("error", batch.broken)
        self.records += batch.records

    def _whole(self, statement: Packed | Statement) -> Statement:
        if isinstance(statement, Statement):
            return statement
        return unpack(statement, self._captures)

    def _record_alone(self, statement: Statement) -> None:
        try:
            outcome = self._bulk.record_alone(statement)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, ValueError) as error:
            refused = Refused(
                statement.capture.id, statement.native_id, str(error), statement.text or ""
            )
            self._bulk.set_aside([refused], self._at)
        else:
            self.unchanged += outcome in {"seen", "stale"}

    def _tell(self, troubles: list[Trouble]) -> None:
        """Set aside what was refused, and warn of what is doubtful, a hundred times at most."""
        refused = [self._refused(each) for each in troubles if each.is_refused]
        if refused:
            self._bulk.set_aside(refused, self._at)
        for trouble in troubles:
            if not trouble.is_refused and self._issues <= _MOST_WARNINGS:
                self._issues += 1
                self._report("warning", trouble)

    def _refused(self, trouble: Trouble) -> Refused:
        part = self._task.parts[trouble.part]
        return Refused(part.capture.id, self._place(trouble), trouble.reason, trouble.raw)

    def _report(self, level: str, trouble: Trouble) -> None:
        place = self._place(trouble)
        message = f"{self._recorder.source}: {place}: {trouble.reason}"
        if level == "warning" and self._issues > _MOST_WARNINGS:
            message = (
                f"{self._recorder.source}: more than {_MOST_WARNINGS} dates of this import cannot "
                "be read for sure. The others are not listed here: look for published_raw without "
                "published_at"
            )
        self._recorder.report(
            "error" if level == "error" else "warning",
            message,
            at=self._at,
            capture=self._task.parts[trouble.part].capture,
        )

    def _place(self, trouble: Trouble) -> str:
        if len(self._task.parts) == 1:
            return trouble.place
        name = self._task.parts[trouble.part].name
        return f"{name} {trouble.place}".strip()


def _batches(task: Task, reading: Reading | None) -> Iterator[Batch]:
    """Have a task read by the second process, or else read it here."""
    if reading is None:
        yield from Intake(task).batches()
        return
    try:
        reading.pipe.send(task)
        for batch in reading.take_ahead(_BATCHES_AHEAD):
            yield batch
            if batch.is_last:
                return
    except (EOFError, OSError) as error:
        raise ArchiveError(
            f"the process that reads {task.parts[0].name} has ended before its time ({error!r}). "
            "Import it again: it goes on where it stopped"
        ) from error


@contextmanager
def _closing(reading: Reading | None) -> Iterator[None]:
    try:
        yield
    finally:
        if reading:
            reading.close()
