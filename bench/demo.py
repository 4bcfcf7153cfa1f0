"""Make the demo's archive, as `make demo` does once everything is installed."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from figures import Figure


def figures(rounds: int) -> Iterator[Figure]:
    """Measure the wall time of the demo's four days, from the command to its end."""
    runs = []
    for _ in range(min(rounds, 3)):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            command = [sys.executable, "-m", "onrecord", "demo", "--no-serve"]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            runs.append(time.perf_counter() - started)
    yield Figure("the demo's four days", runs, goal=60, unit="s")
