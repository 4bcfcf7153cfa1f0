"""Intake: a file's records read, validated and scored, in batches that are ready to be recorded."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from archive.bulk import Packed, pack
from archive.disks import as_archive_error
from archive.records import Capture, Statement
from spiders.formats import file_format
from spiders.formats.base import Context, Record
from spiders.items import StatementItem
from spiders.pipelines.score import score
from spiders.pipelines.validate import validated
from spiders.source import Source
from spiders.sweeping import sweep_rarely

PROGRAM = "from spiders.formats.intake import main; main()"

_MOST = 2_000
_MOST_CHARACTERS = 2_000_000
_LONGEST_RAW = 65_536
_short = itemgetter(
    *("native_id", "url", "published_raw", "speaker", "account", "linked", "language"),
    "publisher_hash",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or one file of a folder."""

    name: str
    """Its name; in a folder, its place there."""

    path: Path
    capture: Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Files to take in, one after another."""

    parts: Sequence[Part]
    format: str
    source: Source
    crawl_id: str
    columns: Mapping[str, str] = field(default_factory=dict)
    is_scored: bool = True
    folders: tuple[Path, ...] = ()
    """Of the sources, besides the built-in ones, whose people are known by name."""

    passed: int = 0
    """How many of their records are done with."""


class Trouble(NamedTuple):
    """Something that a person should know of one record."""

    part: int
    """The place of its file in the task."""

    place: str
    reason: str
    raw: str
    is_refused: bool
    """Whether it is set aside; else it is recorded all the same."""


@dataclass(slots=True)
class Batch:
    """What some records in a row have become."""

    statements: list[Packed | Statement] = field(default_factory=list)
    """In order; packed where they can be recorded together."""

    is_plain: bool = True
    """Whether all of them are packed."""

    troubles: list[Trouble] = field(default_factory=list)
    records: int = 0
    characters: int = 0
    read: int = 0
    """How many bytes of the files are behind."""

    broken: Trouble | None = None
    """Why the rest of a file cannot be read."""

    is_last: bool = False
    stopped: str | None = None
    """Why no more is read now, where a disk is to blame: then the next run goes on."""

    @property
    def is_full(self) -> bool:
        """Tell whether it is time for another."""
        return self.records >= _MOST or self.characters >= _MOST_CHARACTERS


class Intake:
    """Read the records of a task that are not done with."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._left = task.passed
        """How many records are still to be passed over."""

    def batches(self) -> Iterator[Batch]:
        """Read to the end; a file that cannot be read on stops no other."""
        batch, before = Batch(), 0
        for number, part in enumerate(self._task.parts):
            try:
                for record in self.records(part):
                    batch.records += 1
                    batch.read = before + record.read
                    _add(record, number, self._task, batch)
                    if batch.is_full:
                        yield batch
                        batch = Batch()
            except Exception as error:  # noqa: BLE001 - a format that breaks must not break us
                batch.stopped = _disk_trouble(error)
                if batch.stopped:
                    yield batch
                    return
                if not self._left:  # else it was told when those records were taken
                    is_told = isinstance(error, ValueError)
                    reason = str(error) if is_told else f"{type(error).__name__}: {error}"
                    batch.broken = Trouble(number, part.name, reason, "", is_refused=True)
                    yield batch
                    batch = Batch()
            before += part.capture.bytes
            batch.read = before
        batch.is_last = True
        yield batch

    def records(self, part: Part) -> Iterator[Record]:
        """Read the records of one file.

        Raises:
            ValueError: it cannot be read on; says what to do.
        """
        task, kind = self._task, file_format(self._task.format)
        is_quick = len(task.parts) == 1 and getattr(kind, "can_pass_over", False)
        passed = self._left if is_quick else 0
        self._left -= passed
        context = Context(
            source=task.source, capture=part.capture, columns=task.columns, passed=passed
        )
        for record in kind.read(part.path, context):
            if self._left:
                self._left -= 1
            else:
                yield record


def _disk_trouble(error: Exception) -> str | None:
    told = as_archive_error(error)
    return str(told) if told else None


def read_item(item: StatementItem, task: Task) -> dict[str, Any]:
    """Validate what a record says, into the fields of a statement.

    Raises:
        ValueError: it cannot be recorded.
    """
    fields = validated(item, task.source)
    _check_storable(fields)
    return fields


def _add(record: Record, part: int, task: Task, batch: Batch) -> None:
    """Add what a record has become."""
    if record.item is None:
        if record.problem:
            _refuse(record, part, record.problem, batch)
        return
    try:
        fields = read_item(record.item, task)
        tone = None
        if task.is_scored:
            tone = score(fields["text"], fields["language"], task.folders)
    except Exception as error:
        if _disk_trouble(error):
            raise
        reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        _refuse(record, part, reason, batch)
        return
    batch.characters += len(fields["text"])
    if fields["witness"] == "import":
        batch.statements.append(pack(fields, tone, task.crawl_id))
    else:
        batch.statements.append(Statement(**fields, tone=tone))
        batch.is_plain = False
    if fields["published_at"] is None and fields["published_raw"]:
        reason = (
            f"the date {fields['published_raw']!r} cannot be read for sure; "
            "the statement is kept undated"
        )
        batch.troubles.append(Trouble(part, record.place, reason, "", is_refused=False))


def _refuse(record: Record, part: int, reason: str, batch: Batch) -> None:
    raw = record.raw or _written(record.item)
    if len(raw) > _LONGEST_RAW:
        raw = f"{raw[:_LONGEST_RAW]} (… {len(raw)} characters in all)"
    batch.characters += len(raw)
    batch.troubles.append(Trouble(part, record.place, reason, raw, is_refused=True))


def _written(item: StatementItem | None) -> str:
    """Write down what was read, where the format did not say what stands there."""
    return "" if item is None else f"{item.native_id}: {item.text}"


def _check_storable(fields: Mapping[str, Any]) -> None:
    """Refuse halves of surrogate pairs, which no database takes; the text is judged already."""
    joined = "".join(filter(None, _short(fields)))
    if joined.isascii():
        return
    try:
        joined.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"holds U+{ord(joined[error.start]):04X}, half of a sign, which no text holds"
        ) from error


def main() -> None:
    """Take in the files that come over the pipe whose descriptor is given, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the import decides when it ends
    pipe: Connection[Batch, Task] = Connection(int(sys.argv[1]))
    sweep_rarely()
    try:
        while True:
            for batch in Intake(pipe.recv()).batches():
                pipe.send(batch)
    except (EOFError, OSError):
        os._exit(0)  # nothing to tidy, nobody to tell
