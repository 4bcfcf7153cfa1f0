"""What every file format does: recognise its files, and read them record by record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from archive.records import Capture
from spiders.items import StatementItem
from spiders.source import Source


@dataclass(frozen=True, slots=True)
class Context:
    """What a format needs to know beside the file."""

    source: Source
    capture: Capture
    """The kept file, or the file as it is referred to by its hash."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field to the file's own column, for tables."""

    passed: int = 0
    """How many of its first records need not be given any more, for a format that can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a file: a statement, or why it is none; neither for one to be passed over."""

    place: str
    """Where it stands, as a person would look for it: `line 12`, `data/tweets.js entry 12`."""

    read: int
    """How many bytes of the file are behind it, for the progress bar."""

    item: StatementItem | None = None
    problem: str | None = None
    raw: str = ""
    """What stands there, to be set aside with the problem."""


class Format(Protocol):
    """A kind of file.

    One that has `can_pass_over = True` leaves out the records that `Context.passed` counts, because
    it can pass over them more cheaply than by reading them; of the others they are dropped later.
    """

    name: str

    def fits(self, path: Path, start: bytes) -> bool:
        """Tell whether a file is of this kind, by its name and its first 64 KiB."""
        ...

    def read(self, path: Path, context: Context) -> Iterator[Record]:
        """Read a file from its start, holding one record at a time.

        Raises:
            ValueError: it is not of this kind after all, or cannot be read on; says what to do.
        """
        ...
