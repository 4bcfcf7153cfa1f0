"""Ask the pages of an archive of many statements, as readers do.

    python bench/visits.py [ROUNDS] [STATEMENTS or FILE]

Without a file, an archive is made (see many.py); a file is copied first, since serving brings its
schema up to date. ONRECORD_BENCH_ARCHIVE names a file too. All answers are asked warm.
"""

import asyncio
import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import many
from figures import Figure

COUNT = 50_000
ASKED = 60
READERS = 50
READING = 20
"""Seconds that a reader looks at a page before asking for another, on the average."""

FEW = 10
"""Pages that a crowd comes for."""

SEED = 7
PATIENCE = 120
BINARIES = Path(sys.executable).parent
PAGE, MATRIX, LIST, FACET, NEIGHBOUR = 150.0, 300.0, 300.0, 500.0, 1000.0
"""Milliseconds in which 95 of 100 answers must be there; of 50 readers' at once, 99 of 100."""

_IDS = "SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY random() LIMIT 200"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, asked again and again with other ids."""

    name: str
    path: str
    """`{}` stands for an id."""

    goal: float | None = PAGE
    ids: str = ""
    """SQL that gives what to ask for."""


VISITS = (
    Visit("one row of SQL, to compare", "/archive.json?sql=select+{}", None, "SELECT 1"),
    Visit(
        "a row as JSON, to compare",
        "/archive/statements/{}.json?_shape=array",
        None,
        _IDS.format(table="statements", column="id"),
    ),
    Visit("home", "/"),
    Visit("statement", "/archive/statements/{}", ids=_IDS.format(table="statements", column="id")),
    Visit("people", "/-/people"),
    Visit(
        "person",
        "/-/people/{}",
        ids="SELECT DISTINCT speaker FROM speaker_months ORDER BY random()",
    ),
    Visit(
        "a chart of a person",
        "/-/people/{}/charts/tone.svg",
        ids="SELECT DISTINCT speaker FROM speaker_months ORDER BY random()",
    ),
    Visit("office", "/-/offices/{}", ids=_IDS.format(table="sources", column="name")),
    Visit(
        "a chart of an office",
        "/-/offices/{}/charts/volume.svg",
        ids=_IDS.format(table="sources", column="name"),
    ),
    Visit("countries", "/-/countries"),
    Visit("country", "/-/countries/{}", ids="SELECT DISTINCT country FROM sources"),
    Visit(
        "a chart of a country",
        "/-/countries/{}/charts/months.svg",
        ids="SELECT DISTINCT country FROM sources",
    ),
    Visit("matrix", "/-/matrix", MATRIX),
    Visit("meetings", "/-/meetings", LIST),
    Visit("changes", "/-/changes"),
    Visit("coverage", "/-/coverage"),
    Visit(
        "coverage of a source", "/-/coverage/{}", ids=_IDS.format(table="sources", column="name")
    ),
    Visit("the list of statements", "/archive/statements", LIST),
    Visit(
        "search for a word",
        "/-/search?q={}",
        ids="SELECT text FROM statements LIMIT 400",
    ),
    Visit("a facet on all statements", "/archive/statements?_facet=language", FACET),
    Visit(
        "a facet on statements",
        "/archive/statements?_facet=kind&language={}",
        FACET,
        "SELECT DISTINCT language FROM statements WHERE language IS NOT NULL",
    ),
    Visit(
        "a facet on statements of two facets",
        "/archive/statements?_facet=language&country={}&kind=speech",
        FACET,
        "SELECT DISTINCT country FROM sources",
    ),
)


def figures(rounds: int, archive: str = "") -> Iterator[Figure]:
    """Measure how long each page takes, one reader asking, and then fifty during an import."""
    given = archive or os.environ.get("ONRECORD_BENCH_ARCHIVE", "")
    with TemporaryDirectory() as name:
        path = Path(name) / "archive.db"
        if given and not given.isdigit():
            shutil.copyfile(given, path)
        else:
            many.make(path, int(given or COUNT))
        with served(path) as (site, server):
            yield from alone(path, site, server, ASKED * max(1, rounds // 5))
            yield from at_once(path, site, server)


@contextmanager
def served(path: Path) -> Iterator[tuple[str, int]]:
    """Serve an archive with `onrecord serve` until left; gives its address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "onrecord", "serve", "--db", str(path), "--port", str(port)]
    with (path.parent / "served.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment())
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(site):
            assert process.poll() is None, (path.parent / "served.log").read_text()
            assert time.monotonic() < until, "the site does not answer"
            time.sleep(0.1)
        yield site, process.pid
    finally:
        process.terminate()
        process.wait()


def environment() -> dict[str, str]:
    """Give what a program of this checkout is started with."""
    return os.environ | {"PYTHONPATH": str(many.ROOT)}


def _answers(site: str) -> bool:
    try:
        return httpx.get(f"{site}/-/versions.json").is_success
    except httpx.TransportError:
        return False


def alone(path: Path, site: str, server: int, count: int) -> Iterator[Figure]:
    """Measure every page, asked by one reader."""
    for visit in VISITS:
        paths = addresses(path, visit, count)
        if not paths:
            continue  # An archive without such rows.
        with httpx.Client(base_url=site, timeout=60) as client:
            status = client.get(paths[0]).status_code
            if status == httpx.codes.NOT_FOUND:
                continue  # A page that is not there yet.
            assert status == httpx.codes.OK, (paths[0], status)
            before = cpu(server)
            took = [_timed(client, each) for each in paths]
            used = (cpu(server) - before) / count * 1000
        yield percentiles(f"{visit.name}: CPU {used:.0f}", took, visit.goal)


def cpu(process: int) -> float:
    """Tell the seconds of CPU that a process has used, which other programs do not lengthen."""
    said = Path(f"/proc/{process}/stat")
    if not said.exists():
        return 0.0
    fields = said.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def addresses(path: Path, visit: Visit, count: int) -> list[str]:
    """Give the addresses to ask for, each id but once while there are some left."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    ids = [str(row[0]) for row in db.execute(visit.ids)] if visit.ids else [""]
    if visit.name == "search for a word":
        ids = list({word.strip(".").lower() for text in ids for word in text.split()})
        random.Random(SEED).shuffle(ids)
    db.close()
    return [visit.path.format(ids[at % len(ids)]) for at in range(count if ids else 0)]


def _timed(client: httpx.Client, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path)
    took = (time.perf_counter() - started) * 1000
    assert answer.is_success, (path, answer.status_code)
    return took


def percentiles(name: str, took: Sequence[float], goal: float | None, share: int = 95) -> Figure:
    """Give a page's figure: what so many of 100 answers took at most."""
    steps = statistics.quantiles(took, n=100, method="inclusive")
    told = f"{name}, p50 {steps[49]:.0f}, p95 {steps[94]:.0f}, p99 {steps[98]:.0f} ms; p{share}"
    return Figure(told, [steps[share - 1]], goal=goal, unit="ms")


def at_once(path: Path, site: str, server: int) -> Iterator[Figure]:
    """Measure fifty readers while an import writes the same archive.

    At first each reads a while before asking again, as people do. Then they ask without a pause,
    as no people do but a crowd of programs may: first for a few pages, as those do whom one article
    sends, then each time for another page.
    """
    chance = random.Random(SEED)
    pages = [address for visit in VISITS[2:] for address in addresses(path, visit, 12)]
    chance.shuffle(pages)
    few = [chance.choice(pages[:FEW]) for _ in pages * 4]
    manners = (
        (f"each reading {READING} s", READING, pages),
        (f"for {FEW} pages, without a pause", 0, few),
        ("for other pages each time, without a pause", 0, pages),
    )
    for number, (manner, reading, pages) in enumerate(manners):
        with importing(path, f"xa_bench{number}") as is_going_on:
            before, started = cpu(server), time.perf_counter()
            took, is_under_way, refused = asyncio.run(_read(site, pages, is_going_on, reading))
            whole, used = time.perf_counter() - started, (cpu(server) - before) / len(pages) * 1000
        name = f"{READERS} readers during an import, {manner}: CPU {used:.0f}"
        yield percentiles(name, took, NEIGHBOUR, share=99)
        yield Figure("their answers a second", [len(took) / whole])
        yield Figure("answers that were errors", [refused], goal=0)
        yield Figure("the share that came while it wrote", [is_under_way], least=0.5)


async def _read(
    site: str, pages: Sequence[str], is_going_on: Callable[[], bool], reading: float
) -> tuple[list[float], float, int]:
    took: list[float] = []
    asked: list[str] = []
    during: list[bool] = []
    refused: list[tuple[str, int]] = []
    chance, ahead = random.Random(SEED), iter(pages)
    limits = httpx.Limits(max_connections=READERS)
    async with httpx.AsyncClient(base_url=site, timeout=120, limits=limits) as client:

        async def reader() -> None:
            await asyncio.sleep(chance.uniform(0, reading))
            for page in ahead:
                started = time.perf_counter()
                answer = await client.get(page)
                if answer.status_code != httpx.codes.NOT_FOUND:
                    took.append((time.perf_counter() - started) * 1000)
                    asked.append(page)
                    during.append(is_going_on())
                    if not answer.is_success:
                        refused.append((page, answer.status_code))
                await asyncio.sleep(chance.uniform(0, 2 * reading))

        await asyncio.gather(*(reader() for _ in range(READERS)))
    slowest = sorted(zip(took, asked, strict=True))[-3:]
    print("  the slowest:", *(f"{page} {ms:.0f} ms" for ms, page in slowest), file=sys.stderr)
    for page, status in refused:
        print(f"  {status}: {page}", file=sys.stderr)
    return took, statistics.fmean(during), len(refused)


@contextmanager
def importing(path: Path, source: str) -> Iterator[Callable[[], bool]]:
    """Import posts of a source into an archive until left; tells whether one is going on."""
    from import_posts import SOURCE, write_posts

    folder = path.parent
    (folder / "xa").mkdir(exist_ok=True)
    (folder / "xa" / f"{source}.yml").write_text(SOURCE)
    write_posts(folder / "posts.ndjson", 300_000)
    words = ["import", "posts.ndjson", "--source", source, "--sources", ".", "--db", path.name]
    command = [sys.executable, "-m", "onrecord", *words, "--no-tone", "--json"]
    with (folder / "imported.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment())
    try:
        time.sleep(2)  # It reads its source first.
        yield lambda: process.poll() is None
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    given = sys.argv[1:]
    for figure in figures(int(given[0]) if given else 5, *given[1:2]):
        print(figure, flush=True)
