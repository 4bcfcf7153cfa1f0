"""Making the demo archive: two crawls of the demo web by the commands that a user would type."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from archive.errors import ArchiveError
from archive.store import open_for_reading, warc_folder
from onrecord.demo.sources import write_sources
from onrecord.demo.web import DemoWeb


def make_demo(archive: Path, web: DemoWeb, tell: Callable[[str], None]) -> None:
    """Crawl the demo web on two days into a fresh archive.

    Raises:
        ArchiveError: the archive exists and is not the demo's, or a crawl failed.
    """
    folder = archive.with_name(f"{archive.stem}-sources")
    names = write_sources(folder, web.base_url)
    _clear(archive, names)
    for day in (1, 2):
        web.day = day
        tell(f"\nDay {day}")
        _crawl(archive, names, folder, web.host, tell)
    tell(f"\n{_story(archive)}")


def _crawl(
    archive: Path, names: list[str], folder: Path, host: str, tell: Callable[[str], None]
) -> None:
    words = ["crawl", *names, "--db", str(archive), "--sources", str(folder), "--allow-host", host]
    tell(f"$ onrecord {' '.join(words)}")
    finished = subprocess.run(  # noqa: S603 - our own program, our own words
        [sys.executable, "-m", "onrecord", *words], stdout=subprocess.PIPE, text=True, check=False
    )
    tell(finished.stdout.rstrip())
    if finished.returncode:
        raise ArchiveError(f"the demo's crawl failed with exit code {finished.returncode}")


def _story(archive: Path) -> str:
    """Name the rows worth opening: what was edited, and what can no longer be found."""
    db = open_for_reading(archive)
    (count,) = db.execute("SELECT count(*) FROM statements").fetchone()
    rows = db.execute(
        "SELECT id, coalesce(title, substr(text, 1, 60) || '…'), state FROM statements "
        "WHERE revision > 1 OR state = 'suspect' ORDER BY id"
    ).fetchall()
    db.close()
    lines = [f"{archive} holds {count} statements. Worth opening:"]
    for identifier, title, state in rows:
        what = "no longer found" if state == "suspect" else "edited"
        lines.append(f"  /{archive.stem}/statements/{identifier}  {what}: {title}")
    return "\n".join(lines)


def _clear(archive: Path, names: list[str]) -> None:
    """Remove an older demo; refuse whatever else stands there."""
    if not archive.exists():
        return
    db = open_for_reading(archive)
    sources = {row[0] for row in db.execute("SELECT name FROM sources")}
    warcs = [row[0] for row in db.execute("SELECT warc_file FROM crawls WHERE warc_file NOT NULL")]
    db.close()
    if not sources <= set(names):
        raise ArchiveError(
            f"{archive} exists and was not made by the demo, so it is left alone. "
            "Name another file, such as --db demo.db"
        )
    for name in warcs:
        (warc_folder(archive) / name).unlink(missing_ok=True)
    for ending in ("", "-wal", "-shm"):
        archive.with_name(archive.name + ending).unlink(missing_ok=True)
