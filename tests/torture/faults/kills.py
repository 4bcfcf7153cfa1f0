"""Kills: `kill -9` in crawls, imports and rebuilds, half of them while a WARC record is written."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopback import Site

from torture.figure import Counts, Figure, Trial, total, unless
from torture.hurt.fault import Fault, any_kill
from torture.hurt.nursery import run
from torture.hurt.prepared import require_done
from torture.hurt.seccomp import can_filter
from torture.hurt.world import Oracle, acknowledged, begin, show, texts_of, words_of

KILLS = 10
"""How many kills the life of one archive has."""

_MOST_STAGES = 12
_SLOW = 0.6


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Serve the site, and live one life of an archive without any fault to compare with."""
    with Site() as site:
        expected: list[dict[str, list[Any]]] = []
        whole = begin(site, folder / "whole")

        def of_stage(stage: int) -> dict[str, list[Any]]:
            """Give what an archive holds that no fault has hit, at the end of a stage."""
            while len(expected) <= stage:
                show(site, len(expected))
                for words in words_of(site, whole, len(expected)).values():
                    require_done(run(whole, *words))
                expected.append(texts_of(whole / "archive.db"))
            return expected[stage]

        def trial(number: int, chance: random.Random) -> Counts:
            return _Life(site, folder / f"life-{number}", chance).live(of_stage, number)

        yield trial


class _Life:
    """The life of one archive: each command is killed, some again and again, until it is done."""

    def __init__(self, site: Site, folder: Path, chance: random.Random) -> None:
        self._site = site
        self._folder = begin(site, folder)
        self._chance = chance
        self._notes = folder / "notes"
        self._archive = folder / "archive.db"
        self._oracle = Oracle(self._archive)
        self._counts: Counts = {}

    def live(self, expected: Any, number: int) -> Counts:
        for stage in range(_MOST_STAGES):
            aim = expected(stage)
            show(self._site, stage)
            commands = list(words_of(self._site, self._folder, stage).items())
            if stage % 2:
                commands.reverse()
            for name, words in commands:
                self._until_done(name, words)
            self._count(differs=texts_of(self._archive) != aim)
            if self._counts.get("kills", 0) >= KILLS - 2:
                break
        self._rebuild(expected(stage), is_compared=number % 4 == 0)
        shutil.rmtree(self._folder)
        return self._counts

    def _until_done(self, name: str, words: list[str]) -> None:
        kills = self._chance.choice((1, 2, 3, 4))
        while kills and self._counts.get("kills", 0) < KILLS - 2:
            ended = run(self._folder, *words, fault=self._kill(), notes=self._notes)
            if not ended.was_killed:
                require_done(ended)
                return
            self._killed(name)
            kills -= 1
        require_done(run(self._folder, *words, notes=self._notes))

    def _rebuild(self, aim: Any, *, is_compared: bool) -> None:
        """Rebuild what a life has left, killed as long as kills are left."""
        words = ["rebuild", "--to", "again.db", "--sources", "sources"]
        while self._counts.get("kills", 0) < KILLS:
            ended = run(self._folder, *words, fault=self._kill())
            if not ended.was_killed:
                require_done(ended)
                self._forget_rebuilt()
                continue
            self._killed("rebuild")
            again = self._folder / "again.db"
            if again.exists():  # it was killed at its very end: then it is whole
                self._count(differs=texts_of(again) != aim)
                self._forget_rebuilt()
        if is_compared:
            require_done(run(self._folder, *words))
            self._count(differs=texts_of(self._folder / "again.db") != aim, rebuilt=1)

    def _forget_rebuilt(self) -> None:
        for path in self._folder.glob("again*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _kill(self) -> Fault:
        fault = any_kill(self._chance, most=30, slow=_SLOW)
        if fault.at == "commit" and not can_filter():
            return Fault(at="sync", number=fault.number)
        return fault

    def _killed(self, name: str) -> None:
        self._count(kills=1, **{f"kills_of_{name}": 1})
        self._count(**self._oracle.faults(acknowledged(self._notes)))

    def _count(self, **counts: float) -> None:
        self._counts = total([self._counts, counts])


FIGURE = Figure(
    promise="kill -9 loses, halves and doubles nothing, and needs no repair",
    trials=100,
    quick=1,
    ready=ready,
    broken=lambda counts: [
        *unless(lost=0, twice=0, half=0, unfounded=0, unsound=0, differs=0)(counts),
        *([] if counts.get("kills", 0) else ["nothing was killed"]),
    ],
)
