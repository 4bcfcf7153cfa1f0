"""Prepared: an archive in the middle of its life, copied for each trial, and what it becomes."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopback import Site

from torture.hurt.nursery import Ended, run
from torture.hurt.world import begin, show, texts_of, words_of

Texts = dict[str, list[Any]]


class Prepared:
    """An archive after stage 0, on a site that shows stage 1."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._template = begin(site, folder / "template")
        show(site, 0)
        self._do(self._template, words_of(site, self._template, 0))
        show(site, 1)
        self.words = words_of(site, self._template, 1)
        _let_a_second_pass()
        whole = self.copy_to(folder / "whole")
        self._do(whole, self.words)
        self.expected: Texts = texts_of(whole / "archive.db")
        self.words["rebuild"] = ["rebuild", "--to", "again.db", "--sources", "sources"]

    def copy_to(self, folder: Path) -> Path:
        """Copy the archive, into a folder that may be there."""
        return Path(shutil.copytree(self._template, folder, dirs_exist_ok=True))

    def finish(self, folder: Path, notes: Path) -> Texts:
        """Do what a stage is for, without any repair before; give what the archive then holds."""
        _let_a_second_pass()
        self._do(folder, {name: self.words[name] for name in ("crawl", "import")}, notes)
        return texts_of(folder / "archive.db")

    def rebuild(self, folder: Path) -> Texts:
        """Give what a rebuild of an archive holds."""
        require_done(run(folder, *self.words["rebuild"]))
        return texts_of(folder / "again.db")

    def _do(self, folder: Path, words: dict[str, list[str]], notes: Path | None = None) -> None:
        for each in words.values():
            require_done(run(folder, *each, notes=notes))


def _let_a_second_pass() -> None:
    """Wait: the archive counts in seconds, and what was seen in this one is not looked at again."""
    time.sleep(1.1)


@contextmanager
def prepared(folder: Path) -> Iterator[Prepared]:
    """Serve a site and prepare an archive of it."""
    with Site() as site:
        yield Prepared(site, folder)


def require_done(ended: Ended) -> None:
    """Raise unless a run came to its end."""
    if ended.code not in {0, 1} or "Traceback" in ended.out:
        raise AssertionError(f"it ended with {ended.code}: {ended.out}")
