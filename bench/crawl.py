"""Crawl loopback pages with On Record and with a bare Scrapy spider, in turn."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNT = 500
ROUNDS = 3
PORT = 58970

BARE = """
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
                       "LOG_LEVEL": "WARNING"}
    async def start(self):
        yield scrapy.Request("http://127.0.0.1:%d/list")
    def parse(self, response):
        yield from response.follow_all(css="li.item a", callback=self.parse_item)
    def parse_item(self, response):
        yield {"text": "\\n\\n".join(response.css(".body p::text").getall())}
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


def run(command: list[str], folder: Path) -> float:
    """Time a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print both times and their ratio; a ratio over 1.5 fails."""
    here = Path(__file__).parent
    binaries = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE % PORT)
        (folder / "xa").mkdir()
        (folder / "xa" / "xa_bench.yml").write_text(SOURCE.format(port=PORT))
        site = subprocess.Popen(
            [sys.executable, str(here / "pages.py"), str(PORT), str(COUNT)], stdout=subprocess.PIPE
        )
        try:
            assert site.stdout
            site.stdout.readline()
            bare, ours = [], []
            for turn in range(ROUNDS):
                output = f"bare{turn}.jsonl"
                bare.append(
                    run([str(binaries / "scrapy"), "runspider", "bare.py", "-O", output], folder)
                )
                command = [str(binaries / "onrecord"), "crawl", "xa_bench", "--sources", name]
                command += ["--db", f"{turn}.db", "--allow-host", f"127.0.0.1:{PORT}"]
                ours.append(run(command, folder))
                assert len((folder / output).read_text().splitlines()) == COUNT
        finally:
            site.terminate()
            site.wait()
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"{COUNT} pages: bare {statistics.median(bare):.2f} s, ", end="")
    print(f"through everything {statistics.median(ours):.2f} s, ratio {ratio:.2f} (goal <= 1.5)")


if __name__ == "__main__":
    main()
