"""A pywb that replays WARC files: the look of another program at what we keep."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from processes import free_port, running
from running import Reply, ask, installed

COLLECTION = "gov"


@dataclass(frozen=True)
class Wayback:
    """A running pywb with one collection."""

    url: str

    @property
    def cdx_url(self) -> str:
        return f"{self.url}/{COLLECTION}/cdx"

    def cdx(self, url: str, **query: Any) -> list[dict[str, Any]]:
        """Ask the index which captures there are of a page."""
        asked = urlencode({"url": url, "output": "json"} | query)
        reply = ask(f"{self.cdx_url}?{asked}")
        assert reply.status == 200, reply
        return [json.loads(line) for line in reply.text.splitlines()]

    def raw(self, timestamp: str, url: str) -> Reply:
        """Replay a capture as it was, without pywb's own words in it."""
        return ask(f"{self.url}/{COLLECTION}/{timestamp}id_/{url}")


@contextmanager
def running_wayback(folder: Path, warcs: Sequence[Path]) -> Iterator[Wayback]:
    """Index some WARC files, of which pywb takes copies, and replay them."""
    manager = installed("pywb-venv/bin/wb-manager")
    for words in (["init", COLLECTION], ["add", COLLECTION, *warcs]):
        subprocess.run([manager, *words], cwd=folder, check=True, capture_output=True, timeout=60)
    port = free_port()
    wayback = Wayback(f"http://127.0.0.1:{port}")
    program = installed("pywb-venv/bin/wayback")
    command = [program, "--bind", "127.0.0.1", "--port", str(port)]
    with running(command, folder, lambda: ask(wayback.url)):
        yield wayback
