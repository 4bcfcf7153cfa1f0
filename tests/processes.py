"""Servers on loopback as processes: start one, wait for its answer, stop that one."""

import os
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pytest

PATIENCE = 60.0
"""Seconds; the slowest server takes three where nothing else runs."""


def free_port() -> int:
    """Name a port below those that the system hands to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def running(
    command: Sequence[object],
    folder: Path,
    answers: Callable[[], object],
    **env: str,
) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server up; `answers` says true, or fails to connect, until it is there."""
    log = folder / "server.log"
    # Not even a test run that is killed leaves a server behind.
    tied = ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)]
    with log.open("ab") as said:
        process = subprocess.Popen(
            tied,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=os.environ | env,
        )
    try:
        _wait(process, answers, log)
        yield process
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], object], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            ready = answers()
        except (OSError, HTTPException):
            ready = False
        if process.poll() is not None:
            break
        if ready:
            return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    pytest.fail(
        f"{process.args!r} did not start (exit {process.returncode}): {said}", pytrace=False
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
