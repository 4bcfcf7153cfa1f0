"""Running: trials one by one, each written down when it is done, so that a run can go on."""

import json
import random
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from torture.figure import Counts, Figure, Trial, total

Watch = Callable[[int, int], None]
"""Told how many trials are done, of how many."""


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
    done = {int(each["trial"]): each for each in _written(log)}
    left = [number for number in range(trials) if number not in done]
    if left:
        with (
            TemporaryDirectory(prefix=f"torture-{name}-") as folder,
            figure.ready(Path(folder)) as trial,
            log.open("a") as lines,
        ):
            lines.write("\n")  # a run that was killed may have left half a line
            for number in left:
                done[number] = _attempt(trial, number, f"{seed} {name} {number}")
                lines.write(json.dumps(done[number]) + "\n")
                lines.flush()
                watch(len(done), trials)
    of_these = [done[number] for number in range(trials)]
    counts = total(each["counts"] for each in of_these)
    crashes = [f"trial {each['trial']}: {each['crash']}" for each in of_these if "crash" in each]
    return Outcome(counts, figure.broken(counts) + crashes, crashes)


def _attempt(trial: Trial, number: int, seed: str) -> dict[str, Any]:
    try:
        counts: Mapping[str, float] = trial(number, random.Random(seed))
    except Exception:  # noqa: BLE001 - whatever it is, it is what the trial found
        return {"trial": number, "counts": {}, "crash": traceback.format_exc()}
    return {"trial": number, "counts": dict(counts)}


def _written(log: Path) -> Iterator[dict[str, Any]]:
    if not log.exists():
        return
    for line in log.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last one, where a run was killed
            continue
