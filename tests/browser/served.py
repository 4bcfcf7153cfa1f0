"""An archive as `onrecord serve` serves it, on loopback, until it is left."""

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processes import free_port, running


@contextmanager
def served(archive: Path, *options: str) -> Iterator[str]:
    """Serve an archive; gives the address of the site."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "onrecord", "serve", "--db", archive, "--port", port, *options]

    def answers() -> bool:
        with urllib.request.urlopen(f"{address}/-/versions.json", timeout=10) as answer:
            return bool(answer.status == 200)

    with running(command, archive.parent, answers):
        yield address
