"""Memory: what a crawl has taken is counted by itself, whatever started it."""

import json
import subprocess
import sys
from pathlib import Path

from loopback import Site, listing, release, rows, write_source

LARGE_PARENT = """
import json, subprocess, sys
taken = b"x" * 1_300_000_000
sys.exit(subprocess.run([sys.executable, "-m", "onrecord", *json.loads(sys.argv[1])]).returncode)
"""


def start_from_a_large_program(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LARGE_PARENT, json.dumps(words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_crawl_that_a_large_program_starts_is_not_stopped(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
        site.html("/list", listing({"/pr/1": "02/09/2025"}))
        site.html("/pr/1", release("We thank the keepers of the lighthouse at the cape again."))
        words = ["xa_light", "--sources", "sources", "--allow-host", site.host]
        done = start_from_a_large_program(tmp_path, "crawl", *words)
        words = [f"{site.url}/list", "--json", "--allow-host", site.host]
        tried = start_from_a_large_program(tmp_path, "sources", "try", *words)
    assert done.returncode == 0, done.stderr
    found = rows(tmp_path / "archive.db", "SELECT outcome, seen FROM crawls")
    assert found == [{"outcome": "finished", "seen": 1}]
    assert tried.returncode == 0, tried.stderr
    assert json.loads(tried.stdout)["status"] == 200
