"""A nursery: a warmed process that forks runs of the program, since each would start slowly."""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import connection, forkserver
from pathlib import Path
from threading import Lock

from torture.hurt import child
from torture.hurt.fault import Fault

LONGEST = 60.0
"""Seconds after which a run hangs."""


@dataclass(frozen=True)
class Ended:
    """How a run has ended."""

    code: int
    out: str

    @property
    def was_killed(self) -> bool:
        return self.code < 0


_ASKING = Lock()
"""Held while children are asked how they ended: of two who ask at once, one is told 255."""


class Run:
    """A run that goes on."""

    def __init__(
        self, folder: Path, words: Sequence[str], fault: Fault, notes: Path | None, group: int
    ) -> None:
        _warm()
        context = multiprocessing.get_context("forkserver")
        self._printed = folder.with_name(f"{folder.name}.out")  # not on a disk that is full
        told = (str(folder), str(self._printed), list(words), fault, _path(notes), group)
        self._process = context.Process(target=child.run, args=told)
        with _ASKING:
            self._process.start()

    def wait(self, seconds: float = LONGEST) -> bool:
        """Wait for its end; False where it goes on."""
        connection.wait([self._process.sentinel], seconds)
        with _ASKING:
            return self._process.exitcode is not None

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        self._process.kill()
        self.wait()

    def ended(self) -> Ended:
        """Tell how it has ended; one that hangs is an error."""
        if not self.wait():
            self.kill()
            raise TimeoutError(f"it hangs: {self._out()}")
        return Ended(self._process.exitcode or 0, self._out())

    def _out(self) -> str:
        return self._printed.read_text(errors="replace") if self._printed.exists() else ""


def _warm() -> None:
    """Have the process that forks load what a run needs; it finds modules by its environment."""
    forkserver.set_forkserver_preload(["torture.hurt.warmed"])
    own = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _path(path: Path | None) -> str | None:
    return str(path) if path else None


def run(
    folder: Path,
    *words: str | Path,
    fault: Fault = Fault(),  # noqa: B008 - frozen
    notes: Path | None = None,
    group: int = 8,
) -> Ended:
    """Run `onrecord WORDS` in a folder, with a fault on its way."""
    running = Run(folder, [str(word) for word in words], fault, notes, group)
    if fault.at == "time" and not running.wait(fault.seconds):
        running.kill()
    return running.ended()
