"""Faults: what hits a run of the program, and where."""

import errno
import random
from dataclasses import dataclass
from typing import Literal

Place = Literal["nowhere", "write", "sync", "commit", "committed", "time"]


@dataclass(frozen=True)
class Fault:
    """One fault of one run."""

    at: Place = "nowhere"
    """In a write to a WARC file, in its fsync, in a commit, just after it, or at some time."""

    number: int = 1
    """The how-manieth of these it is."""

    error: int | None = None
    """An error number; None: the process is killed."""

    share: float = 0.5
    """How much of a write is still done."""

    call: Literal["pwrite64", "fdatasync"] = "pwrite64"
    offset: int = 0
    """From where in its file SQLite's write is hit."""

    seconds: float = 0.0
    is_lasting: bool = True
    """Whether all that comes after fails too."""


def any_kill(chance: random.Random, *, most: int, slow: float) -> Fault:
    """Choose where to kill; half of all in the writing of a WARC file.

    `most` is about how many writes a run makes, `slow` how long it takes.
    """
    places: tuple[Place, ...] = ("write", "sync", "commit", "committed", "time")
    at = chance.choices(places, (50, 10, 20, 5, 15))[0]
    return Fault(
        at=at,
        number=1 + int(most * chance.random() ** 1.5) if at == "write" else chance.randint(1, 9),
        share=chance.random(),
        call=chance.choice(("pwrite64", "pwrite64", "fdatasync")),
        offset=int(400_000 * chance.random() ** 2),
        seconds=chance.uniform(0.02, slow),
    )


def any_failure(chance: random.Random, *, most: int) -> Fault:
    """Choose where a disk is full, fails or takes nothing; some of these pass, most last."""
    at: Place = chance.choices(("write", "sync", "commit"), (40, 20, 40))[0]
    full = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
    return Fault(
        at=at,
        number=1 + int(most * chance.random() ** 1.5) if at == "write" else chance.randint(1, 6),
        error=errno.EIO if at == "sync" else chance.choice(full),
        share=chance.random(),
        call=chance.choice(("pwrite64", "pwrite64", "fdatasync")),
        offset=int(300_000 * chance.random() ** 2),
        is_lasting=chance.random() < 0.7,
    )
