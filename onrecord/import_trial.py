"""A trial: the first records of files are read, and nothing is recorded if all of them are bad."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from archive.errors import ArchiveError
from archive.records import Statement
from onrecord.import_files import Found
from spiders.formats import file_format
from spiders.formats.base import Record
from spiders.formats.intake import Intake, Part, Task, read_item
from spiders.offline import unkept_capture
from spiders.source import Source

_FIRST = 100
_WIDTH = 200
_SHOWN = ("native_id", "url", "kind", "published_at", "speaker", "language", "title", "text")


@dataclass(frozen=True, slots=True)
class Tried:
    """What one record would become."""

    place: str
    statement: Statement | None
    problem: str | None

    @property
    def shown(self) -> dict[str, str]:
        """What a person looks at to see whether it was read as meant."""
        if self.statement is None:
            return {}
        told = {name: getattr(self.statement, name) for name in _SHOWN}
        shown = {name: " ".join(words.split()) for name, words in told.items() if words}
        text = shown.get("text", "")
        return shown | {"text": text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"}


def try_records(
    found: Found, source: Source, columns: dict[str, str], at: datetime
) -> Iterator[Tried]:
    """Read records as an import would, without tone; a file that cannot be read on is told last."""
    for file in found.files:
        part = Part(file.name, file.path, unkept_capture(file.path.name, b"", 200, None, at))
        task = Task(
            parts=[part],
            format=found.format,
            source=source,
            crawl_id="",
            columns=columns,
            is_scored=False,
        )
        try:
            for record in Intake(task).records(part):
                place = f"{file.name} {record.place}" if found.is_folder else record.place
                yield _tried(record, place, task)
        except ValueError as error:
            yield Tried("", None, str(error))


def _tried(record: Record, place: str, task: Task) -> Tried:
    try:
        statement = Statement(**read_item(record.item, task)) if record.item else None
    except ValueError as error:
        return Tried(place, None, str(error))
    return Tried(place, statement, record.problem)


def refuse_what_is_all_bad(
    found: Found, source: Source, columns: dict[str, str], at: datetime
) -> None:
    """Look at the first records, so that a wrong format or column is told before anything is kept.

    Raises:
        ArchiveError: none of them can be read.
    """
    if getattr(file_format(found.format), "is_slow_to_start", False):
        return
    tried = list(islice(try_records(found, source, columns, at), _FIRST))
    if any(each.statement for each in tried):
        return
    bad = [each for each in tried if each.problem]
    if not tried:
        raise ArchiveError(f"{found.name} holds no record of the format {found.format}")
    if not bad:
        return
    if not bad[0].place:
        raise ArchiveError(f"{bad[0].problem}")
    refused = "its only record cannot"
    if len(bad) > 1:
        refused = f"none of its first {len(bad)} records can"
    raise ArchiveError(
        f"{found.name}: {refused} be read as {found.format}. {bad[0].place}: {bad[0].problem}. "
        "If it is of another format, say which with --format"
    )
