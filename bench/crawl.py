"""Crawl loopback pages with On Record and with a bare Scrapy spider, in turn."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from figures import Figure

COUNT = 500
HERE = Path(__file__).parent
BINARIES = Path(sys.executable).parent

BARE = """
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {{"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
                       "LOG_LEVEL": "INFO"}}
    async def start(self):
        yield scrapy.Request("http://127.0.0.1:{port}/list")
    def parse(self, response):
        yield from response.follow_all(css="li.item a", callback=self.parse_item)
    def parse_item(self, response):
        yield {{"text": "\\n\\n".join(response.css(".body p::text").getall())}}
"""
SOURCE = """
office: Ministry of Benchmarks
country: xa
publisher: Government of Arvenna
url: http://127.0.0.1:{port}/
language: en
timezone: Europe/Vienna
feeds:
  - channel: listing
    urls: [http://127.0.0.1:{port}/list]
    entry: li.item
    title: a
    page: {{title: h1, text: .body, published: time}}
provenance: {{from: a benchmark, verified: never}}
crawl: {{delay: 0}}
"""


class Run(NamedTuple):
    """What one crawl took, in seconds."""

    whole: float
    """From the start of the command to its end."""
    crawl: float
    """From the spider's opening to its closing, by Scrapy's own count."""
    cpu: float
    """Of all processors, in the command and the processes that it started."""


def figures(rounds: int) -> Iterator[Figure]:
    """Measure the crawl as a ratio of the bare spider's, both run in turn."""
    with TemporaryDirectory() as name, _site() as port:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE.format(port=port))
        (folder / "xa").mkdir()
        (folder / "xa" / "xa_bench.yml").write_text(SOURCE.format(port=port))
        pairs = [(_ours(folder, port, turn), _bare(folder, turn)) for turn in range(rounds)]
    yield Figure("bare Scrapy spider, whole command", [bare.whole for _, bare in pairs], unit="s")
    yield Figure("through everything, whole command", [ours.whole for ours, _ in pairs], unit="s")
    yield Figure("ratio", [ours.whole / bare.whole for ours, bare in pairs], goal=1.5)
    yield Figure("ratio, crawl alone", [ours.crawl / bare.crawl for ours, bare in pairs])
    yield Figure("ratio, CPU of all processes", [ours.cpu / bare.cpu for ours, bare in pairs])


def _ours(folder: Path, port: int, turn: int) -> Run:
    words = ["crawl", "xa_bench", "--sources", str(folder), "--db", f"{turn}.db"]
    words += ["--allow-host", f"127.0.0.1:{port}", "--json", "--verbose"]
    run, said = _run([str(BINARIES / "onrecord"), *words], folder)
    assert f'"new_statements": {COUNT}' in said, said
    return run


def _bare(folder: Path, turn: int) -> Run:
    command = [str(BINARIES / "scrapy"), "runspider", "bare.py", "-O", f"{turn}.jsonl"]
    run, _ = _run(command, folder)
    assert len((folder / f"{turn}.jsonl").read_text().splitlines()) == COUNT
    return run


def _run(command: list[str], folder: Path) -> tuple[Run, str]:
    """Time a command that must succeed, and give what it said."""
    before, started = os.times(), time.perf_counter()
    finished = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    whole, after = time.perf_counter() - started, os.times()
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0, said
    elapsed = re.search(r"'elapsed_time_seconds': ([\d.]+)", said)
    assert elapsed, said
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Run(whole, float(elapsed[1]), cpu), said


@contextmanager
def _site() -> Iterator[int]:
    """Serve the pages on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, str(HERE / "pages.py"), str(port), str(COUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as site:
        try:
            assert site.stdout
            site.stdout.readline()
            yield port
        finally:
            site.terminate()
