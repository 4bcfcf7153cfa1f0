"""Crowds: 2 to 8 processes that would write an archive, while 8 readers browse it in Datasette."""

import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

from loopback import Site, rows

from torture.figure import Counts, Figure, Trial, total, unless
from torture.hurt.nursery import run
from torture.hurt.prepared import require_done
from torture.hurt.world import Oracle, begin, show

SECONDS = 30.0
"""How long a trial is, but the first: twenty of them are ten minutes."""

SLOW = 1.0
"""Seconds that 99 of 100 readers do not wait, of all in the ten minutes."""

_QUICK_SECONDS = 4.0
_CALM_SECONDS = 5.0
_READERS = 8
_BUSY = 75
_POSTS = 40
_MANY_POSTS = 1000
"""So many that they are made searchable together."""

_PAGES = (
    "/archive/statements?_size=20",
    "/archive/statements.json?_search=lamp&_size=20",
    "/archive/crawls",
    "/archive.json?sql=select+count(*)+from+revisions",
)
_LOCKED = ("database is locked", "database table is locked", "Traceback")


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Make an archive, and serve it all the time."""
    with Site() as site:
        place = begin(site, folder / "archive")
        show(site, 0)
        crawl = ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host]
        require_done(run(place, *crawl))
        oracle = Oracle(place / "archive.db")
        with _served(place) as port:

            def trial(number: int, chance: random.Random) -> Counts:
                seconds = SECONDS if number else _QUICK_SECONDS
                crowd = _Crowd(place, port, crawl, number, oracle)
                return crowd.meet(chance.randint(2, 8), seconds)

            yield trial


@dataclass
class _Crowd:
    """What many do to one archive at once."""

    place: Path
    port: int
    crawl: list[str]
    number: int
    oracle: Oracle
    is_over: Event = field(default_factory=Event)
    counts: list[Counts] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)

    def meet(self, writers: int, seconds: float) -> Counts:
        readers = [Thread(target=self._read, args=(each,)) for each in range(_READERS)]
        calm = self._watch(readers, min(seconds / 4, _CALM_SECONDS))
        threads = [Thread(target=self._write, args=(each,)) for each in range(writers)]
        crowded = self._watch(threads, seconds)
        self.is_over.set()
        for thread in (*readers, *threads):
            thread.join()
        archive = self.place / "archive.db"
        found = {each["native_id"] for each in rows(archive, "SELECT native_id FROM statements")}
        counts = total([*self.counts, self.oracle.faults(0)])
        counts["lost"] += len(self.acknowledged - found)
        counts |= {"looks": len(self.taken), "acknowledged": len(self.acknowledged)}
        if self.number:  # else other tests run at the same time, and all are slow
            counts |= {"asked": len(crowded), "slow": sum(each >= SLOW for each in crowded)}
            counts |= {"most_p99_ms": _p99(crowded), "most_calm_p99_ms": _p99(calm)}
        return counts

    def _watch(self, threads: list[Thread], seconds: float) -> list[float]:
        """Start some, and give how long the readers waited from then on."""
        first = len(self.taken)
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        return self.taken[first:]

    def _write(self, writer: int) -> None:
        """Import again and again, or crawl; what is said to be recorded must be."""
        turn = 0
        while not self.is_over.is_set():
            turn += 1
            name = f"{self.number}-{writer}-{turn}"
            many = turn % 3 == 1
            ids = [f"{name}-{post}" for post in range(_MANY_POSTS if many else _POSTS)]
            path = self.place.parent / f"writer-{name}" / "posts.ndjson"
            path.parent.mkdir()
            lines = (json.dumps({"native_id": each, "text": f"The lamp {each}."}) for each in ids)
            path.write_text("".join(f"{line}\n" for line in lines))
            words = ["import", str(path), "--source", "xa_light", "--sources", "sources"]
            own = ["--db", str(self.place / "archive.db")]
            if turn % 4 == 0:
                words, ids = self.crawl, []
            if turn % 7 == 0:
                words, ids = ["score"], []
            sources = path.parent / "sources"
            sources.symlink_to(self.place / "sources")
            ended = run(path.parent, *words, *own)
            is_busy = ended.code == _BUSY
            is_clear = "is being written by another process" in ended.out
            self.counts.append(
                {
                    "runs": 1,
                    "refused": is_busy,
                    "unclear": ended.code not in {0, 1, _BUSY} or (is_busy and not is_clear),
                    "locked": any(words in ended.out for words in _LOCKED),
                }
            )
            if ended.code == 0:
                self.acknowledged.update(ids)

    def _read(self, reader: int) -> None:
        turn = reader
        while not self.is_over.is_set():
            turn += 1
            began = time.monotonic()
            status, body = _get(self.port, _PAGES[turn % len(_PAGES)])
            self.taken.append(time.monotonic() - began)
            is_locked = any(words in body for words in _LOCKED)
            self.counts.append({"locked": is_locked, "failed": status != 200})
            time.sleep(0.1)  # a person reads what is there


def _get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


@contextmanager
def _served(place: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = ["-m", "onrecord", "serve", "--port", str(port)]
    serving = subprocess.Popen(
        [sys.executable, *words],
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        serving.kill()
        serving.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            if _get(port, "/archive/statements")[0] == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _p99(taken: list[float]) -> int:
    """Give what 99 of 100 readers waited at most, in milliseconds."""
    return round(1000 * sorted(taken)[int(len(taken) * 0.99)]) if taken else 0


def _broken(counts: Counts) -> list[str]:
    """Say what is broken; where readers wait without any writer too, the machine is to blame."""
    names = ("lost", "twice", "half", "unfounded", "unsound", "locked", "unclear", "failed")
    found = unless(**dict.fromkeys(names, 0))(counts)
    slow, asked = counts.get("slow", 0), counts.get("asked", 0)
    if slow * 100 > asked:
        found.append(f"{slow:g} of {asked:g} looks took a second or more")
    return found


FIGURE = Figure(
    promise="writers and readers at once: nothing lost, nobody sees a lock, p99 below a second",
    trials=21,
    quick=1,
    ready=ready,
    broken=_broken,
    is_alone=True,
)
