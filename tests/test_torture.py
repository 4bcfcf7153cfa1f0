"""A quick slice of every figure of `make torture`, and what runs them."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from torture.faults import all_figures
from torture.figure import Figure, Trial, unless
from torture.running import run, run_in_processes

SEED = 20261130


@pytest.mark.parametrize("name", all_figures())
def test_the_promise_is_kept(name: str, tmp_path: Path) -> None:
    figure = all_figures()[name]
    outcome = run(name, figure, figure.quick, SEED, tmp_path / "log.ndjson")
    assert outcome.broken == [], figure.promise


def _figure(done: list[tuple[int, float]]) -> Figure:
    @contextmanager
    def ready(folder: Path) -> Iterator[Trial]:
        assert list(folder.iterdir()) == []

        def trial(number: int, chance: random.Random) -> Mapping[str, float]:
            done.append((number, chance.random()))
            if number == 2:
                raise ValueError("no good")
            return {"kept": 1, "most_seconds": number}

        yield trial

    return Figure(promise="all are kept", trials=4, quick=1, ready=ready, broken=unless(kept=4))


def test_trials_go_on_where_a_run_was_killed_and_a_crash_breaks_the_promise(tmp_path: Path) -> None:
    log, done = tmp_path / "log.ndjson", list[tuple[int, float]]()
    run("kept", _figure(done), 2, 7, log)
    log.write_text(log.read_text() + '{"trial": 2, "cou')
    outcome = run("kept", _figure(done), 4, 7, log)
    assert [number for number, _ in done] == [0, 1, 2, 3]
    assert outcome.counts == {"kept": 3, "most_seconds": 3}
    assert outcome.broken[0] == "kept is 3 and not 4"
    assert "ValueError: no good" in outcome.broken[1]
    again: list[tuple[int, float]] = []
    run("kept", _figure(again), 4, 7, tmp_path / "other.ndjson")
    assert again == done


def test_by_several_processes_it_is_the_same(tmp_path: Path) -> None:
    figure, watched = all_figures()["dates"], list[tuple[int, int]]()
    alone = run("dates", figure, 3, SEED, tmp_path / "dates.ndjson")

    def watch(done: int, trials: int) -> None:
        watched.append((done, trials))

    folder = tmp_path / "together"
    folder.mkdir()
    for trials in (2, 3):
        log = folder / "dates.ndjson"
        together = run_in_processes("dates", figure, trials, SEED, log, jobs=2, watch=watch)
    assert together == alone
    assert watched[-1] == (3, 3)
    assert sum(len(each.read_text().split()) > 0 for each in folder.iterdir()) == 2


def test_a_crowd_may_keep_one_reader_in_a_hundred_waiting() -> None:
    judge = all_figures()["crowds"].broken
    assert judge({"asked": 1000, "slow": 10, "most_p99_ms": 1200}) == []
    assert judge({"asked": 1000, "slow": 11}) == ["11 of 1000 looks took a second or more"]
