"""Full disks: no room, a failing disk, a quota, a read-only one, in WARC files and in SQLite's."""

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from torture.figure import Counts, Figure, Trial, total, unless
from torture.hurt.fault import Fault, any_failure
from torture.hurt.nursery import Ended, run
from torture.hurt.prepared import Prepared, prepared
from torture.hurt.seccomp import can_filter
from torture.hurt.world import Oracle, acknowledged

_DISK, _NOTHING_DONE = 74, 2


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Prepare an archive; real disks that are too small are used where this user may mount them."""
    can_mount = _can_mount(folder / "can-mount")
    with prepared(folder) as archive:
        yield partial(_trial, archive, folder, can_mount=can_mount)


def _trial(
    archive: Prepared, folder: Path, number: int, chance: random.Random, *, can_mount: bool
) -> Counts:
    place, notes = folder / f"disk-{number}", folder / f"notes-{number}"
    name = chance.choice(("crawl", "crawl", "import", "rebuild"))
    if can_mount and chance.random() < 0.4:
        with _disk(place):
            archive.copy_to(place)
            ended = _on_a_small_disk(place, archive.words[name], notes, chance)
            return _judged(archive, place, notes, ended, number) | {"real_disks": 1}
    archive.copy_to(place)
    fault = any_failure(chance, most=20)
    if fault.at == "commit" and not can_filter():
        fault = Fault(at="sync", number=fault.number, error=fault.error)
    ended = run(place, *archive.words[name], fault=fault, notes=notes)
    counts = _judged(archive, place, notes, ended, number)
    shutil.rmtree(place)
    return counts


def _on_a_small_disk(place: Path, words: list[str], notes: Path, chance: random.Random) -> Ended:
    """Run where there is little room left, or none, or nothing may be written; then make room."""
    used = sum(path.stat().st_size for path in place.rglob("*"))
    room = int(900_000 * chance.random() ** 2)
    is_closed = chance.random() < 0.15
    _remount(place, "ro" if is_closed else f"size={(used + room) // 1024 + 40}k")
    ended = run(place, *words, notes=notes)
    _remount(place, "rw,size=64m")
    return ended


def _judged(archive: Prepared, place: Path, notes: Path, ended: Ended, number: int) -> Counts:
    """Judge how a run has ended, what it has left, and whether the next one simply goes on."""
    counts: Counts = {"points": 1, "stopped": ended.code == _DISK}
    counts["unclear"] = ended.code not in {0, 1, _NOTHING_DONE, _DISK} or "Traceback" in ended.out
    if ended.code in {_DISK, _NOTHING_DONE}:
        counts["unclear"] += not ("Error: " in ended.out and "cannot be " in ended.out)
    if counts["unclear"]:
        raise AssertionError(f"it ended with {ended.code}: {ended.out}")
    found = Oracle(place / "archive.db").faults(acknowledged(notes))
    counts = total([counts, found])
    counts["differs"] = archive.finish(place, notes) != archive.expected
    if number % 4 == 0:
        shutil.rmtree(place / "again-warc", ignore_errors=True)
        (place / "again.db").unlink(missing_ok=True)
        counts["differs"] += archive.rebuild(place) != archive.expected
        counts["rebuilt"] = 1
    return counts


@contextmanager
def _disk(place: Path) -> Iterator[None]:
    """Mount a disk of its own in memory."""
    place.mkdir()
    _run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(place))


def _remount(place: Path, options: str) -> None:
    _run("mount", "-o", f"remount,{options}", str(place))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def _can_mount(place: Path) -> bool:
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    try:
        with _disk(place):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


FIGURE = Figure(
    promise="a disk that is full or fails stops a command in words; the next one goes on by itself",
    trials=100,
    quick=3,
    ready=ready,
    broken=unless(lost=0, twice=0, half=0, unfounded=0, unsound=0, differs=0, unclear=0),
)
