"""A crew: second processes that do the same work side by side, one for each core."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Self

from spiders.second_process import Got, SecondProcess, Sent
from spiders.sweeping import sweep_rarely

_FEW = 200
"""Work that is done in this process before others are started, which takes a second."""

_LITTLE = 10
"""Work that is done here where nothing else is under way: sending it would take longer."""

_AHEAD = 4
"""Tasks a process that may be done, or under way, before the first of them is asked for."""


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(slots=True)
class _Job(Generic[Sent, Got]):
    task: Sent
    got: list[Got]
    """Empty until it is done."""


class Crew(Generic[Sent, Got]):
    """Do tasks in as many processes as there are cores, and give the results in order.

    Where a process cannot start, or dies, its task is done in this one, and so is little work.
    """

    def __init__(
        self,
        program: str,
        alone: Callable[[Sent], Got],
        weigh: Callable[[Sent], int],
        size: int | None = None,
    ) -> None:
        """`program` is a line of Python that calls `work_for_crew`; `alone` does one task here.

        `weigh` says how much work a task is, in short texts.
        """
        self._program = program
        self._alone = alone
        self._weigh = weigh
        self._size = cores() if size is None else size
        self._weight = 0
        self._is_started = False
        self._free: list[SecondProcess[Sent, Got]] = []
        self._busy: dict[Connection[Sent, Got], SecondProcess[Sent, Got]] = {}
        self._jobs: dict[Connection[Sent, Got], _Job[Sent, Got]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (*self._free, *self._busy.values()):
            each.close()
        self._free.clear()
        self._busy.clear()
        self._jobs.clear()

    def map(self, tasks: Iterable[Sent]) -> Iterator[tuple[Sent, Got]]:
        """Do tasks and give each with its result, in order; only a few are held at a time."""
        source = iter(tasks)
        jobs: deque[_Job[Sent, Got]] = deque()
        is_left = True
        while is_left or jobs:
            while is_left and len(jobs) <= self._size * _AHEAD and (self._free or not self._busy):
                try:
                    job: _Job[Sent, Got] = _Job(next(source), [])
                except StopIteration:
                    is_left = False
                    break
                jobs.append(job)
                self._give(job)
                self._take(timeout=0)
                if jobs[0].got:  # the next task may be long in coming
                    break
            if jobs and jobs[0].got:
                first = jobs.popleft()
                yield first.task, first.got[0]
            elif jobs:
                self._take(timeout=None)

    def _start(self) -> None:
        self._is_started = True
        with suppress(OSError):  # then there are fewer, or none
            for _ in range(self._size):
                self._free.append(SecondProcess(self._program))

    def _give(self, job: _Job[Sent, Got]) -> None:
        weight = self._weigh(job.task)
        self._weight += weight
        if self._weight >= _FEW and not self._is_started:
            self._start()
        while (weight >= _LITTLE or self._busy) and weight and self._free:
            worker = self._free.pop()
            try:
                worker.pipe.send(job.task)
            except OSError:
                worker.close()
                continue
            self._busy[worker.pipe] = worker
            self._jobs[worker.pipe] = job
            return
        job.got.append(self._alone(job.task))

    def _take(self, timeout: float | None) -> None:
        """Take the results that are there; wait for one where no timeout is given."""
        if not self._busy:
            return
        pipes: Any = wait(list(self._busy), timeout)
        for pipe in pipes:
            worker, job = self._busy.pop(pipe), self._jobs.pop(pipe)
            try:
                job.got.append(pipe.recv())
            except (EOFError, OSError):
                worker.close()
                job.got.append(self._alone(job.task))
            else:
                self._free.append(worker)


def work_for_crew(work: Callable[[Sent], Got]) -> None:
    """Do what comes over the pipe whose descriptor is given, until its other end closes.

    The system closes that end, whatever becomes of the process that asks.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when it ends
    sweep_rarely()
    pipe: Connection[Got, Sent] = Connection(int(sys.argv[1]))
    try:
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, OSError):
        os._exit(0)  # nothing to tidy, nobody to tell
