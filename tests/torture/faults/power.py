"""Power: what was not synced is dropped from WARC files and folders, as after a power cut.

The database keeps all that it wrote, synced or not: the worst for the promise that no row names
bytes which are not durable. That SQLite itself survives a power cut is SQLite's own proof, and what
a disk does that lies about a sync is shown by nothing here.
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from torture.figure import Counts, Figure, Trial, total, unless
from torture.hurt.fault import Fault, any_kill
from torture.hurt.nursery import run
from torture.hurt.prepared import Prepared, prepared, require_done
from torture.hurt.world import Oracle, acknowledged, noted


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Prepare an archive."""
    with prepared(folder) as archive:
        yield partial(_trial, archive, folder)


def _trial(archive: Prepared, folder: Path, number: int, chance: random.Random) -> Counts:
    place, notes = folder / f"cut-{number}", folder / f"notes-{number}"
    archive.copy_to(place)
    before = {path.name: path.stat().st_size for path in (place / "archive-warc").iterdir()}
    name = chance.choice(("crawl", "crawl", "import"))
    ended = run(place, *archive.words[name], fault=_cut(chance), notes=notes)
    if not ended.was_killed:
        require_done(ended)
    dropped = _drop(place / "archive-warc", before, notes, chance)
    counts = total(
        [
            {"cuts": ended.was_killed, "most_bytes_dropped": dropped, "with_loss": dropped > 0},
            Oracle(place / "archive.db").faults(acknowledged(notes)),
        ]
    )
    counts["differs"] = archive.finish(place, notes) != archive.expected
    if number % 5 == 0:
        counts["differs"] += archive.rebuild(place) != archive.expected
        counts["rebuilt"] = 1
    shutil.rmtree(place)
    return counts


def _cut(chance: random.Random) -> Fault:
    """Choose when the power goes: at half of all times just after a commit."""
    if chance.random() < 0.5:
        return Fault(at="committed", number=chance.randint(1, 14))
    return any_kill(chance, most=20, slow=0.6)


def _drop(warcs: Path, before: dict[str, int], notes: Path, chance: random.Random) -> int:
    """Take away what was never synced: all of it or some, or leave other bytes in its place."""
    synced, names = dict(before), set(before)
    for each in noted(notes):
        if "file" in each:
            synced[Path(each["file"]).name] = each["bytes"]
        elif Path(each.get("folder", "")).name == warcs.name:
            names |= set(each["names"])
    dropped = 0
    for path in warcs.iterdir():
        durable, size = synced.get(path.name, 0), path.stat().st_size
        if path.name not in names:
            path.unlink()
            dropped += size
        elif size > durable:
            whole = path.read_bytes()
            left = chance.randrange(size - durable) if chance.random() < 0.5 else 0
            tails = (b"\0" * left, chance.randbytes(left), whole[durable : durable + left])
            path.write_bytes(whole[:durable] + chance.choice(tails))
            dropped += size - durable - left
    return dropped


FIGURE = Figure(
    promise="after a power cut no row names bytes that were not on disk, and a crawl goes on",
    trials=500,
    quick=4,
    ready=ready,
    broken=unless(lost=0, twice=0, half=0, unfounded=0, unsound=0, differs=0),
)
