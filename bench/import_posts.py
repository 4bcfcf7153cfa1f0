"""Import a million posts with On Record, and with sqlite-utils into one plain table, in turn.

    python bench/import_posts.py [ROUNDS] [POSTS]

The plain way is `sqlite-utils insert ... --nl` and `sqlite-utils enable-fts` with the tokenizer of
On Record, both as their command line does it. On Record's way is `onrecord import --no-tone` into a
new archive: validated, hashed, with a revision and a ledger line for each post, searchable.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from figures import Figure

COUNT = 1_000_000
SEED = 20_250_902
BINARIES = Path(sys.executable).parent
SOURCE = """
office: Ministry of Benchmarks
country: xa
publisher: Government of Arvenna
url: https://social.example/
language: en
timezone: Europe/Vienna
holders:
  - {name: Odalys Ferrant, role: Minister, since: 2012-01-01, until: 2019-06-30}
  - {name: Ilse Marrant, role: Minister, since: 2019-07-01}
feeds:
  - {channel: feed, urls: [https://social.example/rss]}
provenance: {from: a benchmark, verified: never}
"""


class Run(NamedTuple):
    """What one way took, in seconds."""

    whole: float
    """From the start of the first command to the end of the last."""
    cpu: float
    """Of all processors, in the commands and the processes that they started."""


def figures(rounds: int, count: int = COUNT) -> Iterator[Figure]:
    """Measure how much longer the import takes than the plain way, both run in turn."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_posts(folder / "posts.ndjson", count)
        (folder / "xa").mkdir()
        (folder / "xa" / "xa_bench.yml").write_text(SOURCE)
        pairs = []
        for _ in range(min(rounds, 3)):
            plain = _plain(folder)
            pairs.append((plain, _ours(folder, count), _ours(folder, count, "--keep")))
    yield Figure("plain insert and enable-fts", [plain.whole for plain, _, _ in pairs], unit="s")
    yield Figure("import", [ours.whole for _, ours, _ in pairs], unit="s")
    yield Figure("the plain way's speed kept", [p.whole / o.whole for p, o, _ in pairs], least=0.6)
    yield Figure("the same, with a copy of the file", [p.whole / k.whole for p, _, k in pairs])
    yield Figure("CPU of all processes, as a ratio", [o.cpu / p.cpu for p, o, _ in pairs])
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Figure("memory of the largest process", [megabytes], goal=512, unit="MiB")


def write_posts(path: Path, count: int) -> None:
    """Write posts of 25 to 40 words of a few thousand, some much more frequent than others."""
    chance = random.Random(SEED)
    words = vocabulary(chance)
    frequent = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    moment = datetime(2015, 1, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            moment += timedelta(seconds=chance.randrange(1, 660))
            native_id = str(
                1_100_000_000_000_000_000 + number * 100_000_301 + chance.randrange(9999)
            )
            text = " ".join(chance.choices(words, cum_weights=frequent, k=chance.randint(25, 40)))
            post = {
                "native_id": native_id,
                "url": f"https://social.example/@lights/{native_id}",
                "speaker": "Ilse Marrant",
                "published_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "text": text.capitalize() + ".",
                "language": "en",
                "kind": "post",
            }
            lines.write(json.dumps(post) + "\n")


def vocabulary(chance: random.Random) -> list[str]:
    """Make a few thousand words of made-up syllables."""
    syllables = [first + then for first in "bcdfghjklmnprstvwz" for then in "aeiou"]
    words: set[str] = set()
    while len(words) < 4000:  # noqa: PLR2004 - a few thousand
        count = chance.choice((1, 2, 2, 3, 3, 4))
        words.add("".join(chance.choices(syllables, k=count)) + chance.choice(("", "n", "s", "r")))
    shuffled = sorted(words)
    chance.shuffle(shuffled)
    return shuffled


def _plain(folder: Path) -> Run:
    _remove(folder, "plain")
    tool = str(BINARIES / "sqlite-utils")
    tokenize = "unicode61 remove_diacritics 2"
    return _run(
        folder,
        [tool, "insert", "plain.db", "posts", "posts.ndjson", "--nl"],
        [tool, "enable-fts", "plain.db", "posts", "text", "--tokenize", tokenize],
    )


def _ours(folder: Path, count: int, *more: str) -> Run:
    _remove(folder, "ours")
    words = ["import", "posts.ndjson", "--source", "xa_bench", "--sources", ".", "--db", "ours.db"]
    run = _run(folder, [str(BINARIES / "onrecord"), *words, "--no-tone", "--json", *more])
    archive = f"file:{folder / 'ours.db'}?mode=ro"
    _check(archive, count)
    return run


def _check(archive: str, count: int) -> None:
    """See that all of it is there and can be found: what is left out would be quick, too."""
    import sqlite3

    connection = sqlite3.connect(archive, uri=True)
    for table in ("statements", "revisions", "statements_fts_docsize"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table
    assert connection.execute("SELECT count(*) FROM ledger").fetchone() == (count + 1,)
    connection.close()


def _remove(folder: Path, stem: str) -> None:
    for path in [*folder.glob(f"{stem}.db*"), *folder.glob(f"{stem}-warc/*")]:
        path.unlink()


def _run(folder: Path, *commands: list[str]) -> Run:
    """Time commands that must succeed."""
    before, started = os.times(), time.perf_counter()
    for command in commands:
        finished = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    whole, after = time.perf_counter() - started, os.times()
    cpu = after.children_user + after.children_system
    return Run(whole, cpu - before.children_user - before.children_system)


if __name__ == "__main__":
    told = [int(word) for word in sys.argv[1:]]
    for figure in figures(*(told or [3])):
        print(figure, flush=True)
