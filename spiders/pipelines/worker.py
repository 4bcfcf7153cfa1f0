"""The analysis of one item after another: pure, so that a second process can do it for a crawl."""

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from analysis.language import detect_language
from archive.disks import as_archive_error
from archive.records import Statement
from spiders.items import AbsenceItem, StatementItem
from spiders.pipelines.score import score
from spiders.pipelines.validate import QuarantineError, validate
from spiders.source import Source

_ANY_WORDS = "Good morning to everybody who reads these words today."


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an item is no statement that can be recorded."""

    reason: str
    trace: str | None = None
    """The traceback, where it was no judgement but an error."""

    is_of_disk: bool = False
    """Whether a disk that is full or fails is to blame, and not the item."""


Item = StatementItem | AbsenceItem
"""What comes in, in the order in which it is to be recorded."""

Found = Statement | AbsenceItem | Refusal
"""What becomes of it."""


def analyse(item: Item, source: Source, folders: tuple[Path, ...] = ()) -> Found:
    """Validate and read a statement; an absence has no words.

    `folders` hold the sources, besides the built-in ones, whose people are known by name.
    """
    if isinstance(item, AbsenceItem):
        return item
    try:
        statement = validate(item, source)
        return replace(statement, tone=score(statement.text or "", statement.language, folders))
    except QuarantineError as error:
        return Refusal(str(error))
    except Exception as error:  # noqa: BLE001 - one item must not stop its neighbours
        if told := as_archive_error(error):
            return Refusal(str(told), is_of_disk=True)
        return Refusal(f"{type(error).__name__}: {error}", traceback.format_exc())


def main(folders: Sequence[str] = ()) -> None:
    """Analyse what comes over the pipe whose descriptor is given, until its other end closes.

    The system closes that end, whatever becomes of the crawl's process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the crawl decides when it ends
    pipe: Connection[list[Found], list[tuple[Item, Source]]]
    pipe = Connection(int(sys.argv[1]))
    given = tuple(map(Path, folders))
    try:
        score(_ANY_WORDS, detect_language(_ANY_WORDS), given)  # loads the models
        pipe.send([])  # ready
        while True:
            tasks = pipe.recv()
            pipe.send([analyse(item, source, given) for item, source in tasks])
    except (EOFError, OSError):
        os._exit(0)  # nothing to tidy, nobody to tell
