"""Ask a site 200 hostile queries, and look how its other visitors fare."""

import hashlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from figures import Figure

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from hostile_queries import hostile_queries

QUERIES = 200
PAGES = ("/", "/archive/statements", "/archive/statements?_search=ferry", "/-/check")


def figures(_rounds: int) -> Iterator[Figure]:
    """Measure the slowest query, the pages that others get meanwhile, and the server's memory."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        command = [sys.executable, "-m", "onrecord"]
        demo = [*command, "demo", "--no-serve", "--db", str(archive)]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield from attack(archive)


def attack(archive: Path) -> Iterator[Figure]:
    """Measure a site over an archive."""
    before = _digest(archive)
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    serve = [sys.executable, "-m", "onrecord", "serve", "--db", str(archive), "-p", str(port)]
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        pages: list[float] = []
        is_over = threading.Event()
        neighbour = threading.Thread(target=_visit, args=(address, pages, is_over))
        neighbour.start()
        # One after another, as the site answers them: how long one waits for its turn is not asked.
        took = [_time(f"{address}/archive.json?{urlencode({'sql': sql})}") for sql in _queries()]
        is_over.set()
        neighbour.join()
        memory = _most_memory(server.pid)
    finally:
        server.terminate()
        server.wait(20)
    yield Figure(f"the slowest of {len(took)} hostile queries", [max(took)], goal=2, unit="s")
    pages.sort()
    tail = pages[int(len(pages) * 0.95)]
    yield Figure(f"p95 of {len(pages)} pages of others meanwhile", [tail], goal=1, unit="s")
    yield Figure("most memory of the server", [memory], goal=512, unit="MB")
    changed = float(_digest(archive) != before)
    yield Figure("archives changed by them", [changed], goal=0)


def _queries() -> list[str]:
    return [sql for _, sql in hostile_queries(QUERIES)]


def _visit(address: str, pages: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(0.1):
        pages.append(_time(address + PAGES[len(pages) % len(PAGES)]))


def _time(address: str) -> float:
    began = time.perf_counter()
    with suppress(HTTPError), urlopen(address, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - began


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _most_memory(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _digest(archive: Path) -> str:
    return hashlib.sha256(archive.read_bytes()).hexdigest()


if __name__ == "__main__":
    for figure in attack(Path(sys.argv[1])) if sys.argv[1:] else figures(1):
        print(figure)
