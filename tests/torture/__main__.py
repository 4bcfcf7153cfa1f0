"""`make torture`: the full figures, resumable; the same seed does the same trials."""

import os
import sys
import time
from pathlib import Path

import click

from torture.faults import all_figures
from torture.figure import Counts
from torture.running import Watch, run_in_processes

_SEED = 20261130


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seed", type=int, default=_SEED, show_default=True)
@click.option("--quick", is_flag=True, help="Only as many trials as every test run does.")
@click.option("--again", is_flag=True, help="Forget what earlier runs with this seed have done.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".torture"))
def main(
    *, names: tuple[str, ...], seed: int, quick: bool, again: bool, jobs: int, folder: Path
) -> None:
    """Run the figures of faults, or those NAMES, and say which promise is broken."""
    figures = all_figures()
    unknown = set(names) - figures.keys()
    if unknown:
        raise click.UsageError(f"{', '.join(unknown)}: choose from {', '.join(figures)}")
    logs = folder / str(seed)
    logs.mkdir(parents=True, exist_ok=True)
    click.echo(f"seed {seed}; what is done is in {logs}")
    is_kept = True
    for name, figure in figures.items():
        if names and name not in names:
            continue
        log = logs / f"{name}.ndjson"
        if again:
            for each in logs.glob(f"{name}.*"):
                each.unlink()
        began = time.monotonic()
        trials = figure.quick if quick else figure.trials
        at_once = 1 if figure.is_alone else jobs
        outcome = run_in_processes(
            name, figure, trials, seed, log, jobs=at_once, watch=_progress(name)
        )
        seconds = time.monotonic() - began
        click.echo(f"\r{name}: {trials} trials, {seconds:.0f} s: {_written(outcome.counts)}")
        for each in outcome.broken:
            click.echo(f"  BROKEN: {each}\n  promised: {figure.promise}")
        is_kept &= not outcome.broken
    sys.exit(not is_kept)


def _progress(name: str) -> Watch:
    def watch(done: int, trials: int) -> None:
        click.echo(f"\r{name}: {done} of {trials}", nl=False, err=True)

    return watch


def _written(counts: Counts) -> str:
    return ", ".join(f"{name} {count:g}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
