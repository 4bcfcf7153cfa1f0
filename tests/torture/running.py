"""Running: trials one by one, each written down when it is done, so that a run can go on."""

import json
import os
import random
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from torture.figure import Counts, Figure, Trial, total

Watch = Callable[[int, int], None]
"""Told how many trials are done, of how many."""

_GLANCE = 2.0
"""Seconds between two looks at what the processes have done."""


@dataclass(frozen=True)
class Outcome:
    """What the trials of a figure brought."""

    counts: Counts
    broken: list[str]
    crashes: list[str]
    """What a trial raised, with the number of the trial."""


def run(
    name: str,
    figure: Figure,
    trials: int,
    seed: int,
    log: Path,
    watch: Watch = lambda *_: None,
) -> Outcome:
    """Do the trials that `log` does not hold yet, and judge all of them."""
    done = _done(log)
    left = [number for number in range(trials) if number not in done]
    for each in _attempts(name, figure, left, seed, log):
        done[each["trial"]] = each
        watch(len(done), trials)
    return _judged(figure, [done[number] for number in range(trials)])


def run_in_processes(
    name: str, figure: Figure, trials: int, seed: int, log: Path, *, jobs: int, watch: Watch
) -> Outcome:
    """Do the same by several processes, each with a log of its own beside `log`.

    `figure` must be found under `name` by other processes too.
    """
    logs = [log, *(log.with_name(f"{log.stem}.{job}.ndjson") for job in range(1, jobs))]

    def done() -> dict[int, dict[str, Any]]:
        written = log.parent.glob(f"{log.stem}.*ndjson")  # also by more processes, another time
        return {number: each for path in written for number, each in _done(path).items()}

    left = [number for number in range(trials) if number not in done()]
    start = get_context("spawn").Process
    shares = [(name, left[job::jobs], seed, logs[job]) for job in range(jobs)]
    workers = [start(target=_work, args=share) for share in shares if share[1]]
    for each in workers:
        each.start()
    while any(each.is_alive() for each in workers):
        for each in workers:
            each.join(_GLANCE / len(workers))
        watch(len(done()), trials)
    found = done()
    lost = [number for number in range(trials) if number not in found]
    found |= {each: {"trial": each, "counts": {}, "crash": "its process ended"} for each in lost}
    return _judged(figure, [found[number] for number in range(trials)])


def _work(name: str, numbers: Sequence[int], seed: int, log: Path) -> None:
    from torture.faults import all_figures

    parent = os.getppid()
    for _ in _attempts(name, all_figures()[name], numbers, seed, log):
        if os.getppid() != parent:  # who started it is not there any more
            return


def _attempts(
    name: str, figure: Figure, numbers: Sequence[int], seed: int, log: Path
) -> Iterator[dict[str, Any]]:
    if not numbers:
        return
    with (
        TemporaryDirectory(prefix=f"torture-{name}-") as folder,
        figure.ready(Path(folder)) as trial,
        log.open("a") as lines,
    ):
        lines.write("\n")  # a run that was killed may have left half a line
        for number in numbers:
            found = _attempt(trial, number, f"{seed} {name} {number}")
            lines.write(json.dumps(found) + "\n")
            lines.flush()
            yield found


def _judged(figure: Figure, trials: Sequence[Mapping[str, Any]]) -> Outcome:
    counts = total(each["counts"] for each in trials)
    crashes = [f"trial {each['trial']}: {each['crash']}" for each in trials if "crash" in each]
    return Outcome(counts, figure.broken(counts) + crashes, crashes)


def _attempt(trial: Trial, number: int, seed: str) -> dict[str, Any]:
    try:
        counts: Mapping[str, float] = trial(number, random.Random(seed))
    except Exception:  # noqa: BLE001 - whatever it is, it is what the trial found
        return {"trial": number, "counts": {}, "crash": traceback.format_exc()}
    return {"trial": number, "counts": dict(counts)}


def _done(log: Path) -> dict[int, dict[str, Any]]:
    return {int(each["trial"]): each for each in _written(log)}


def _written(log: Path) -> Iterator[dict[str, Any]]:
    if not log.exists():
        return
    for line in log.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last one, where a run was killed
            continue
