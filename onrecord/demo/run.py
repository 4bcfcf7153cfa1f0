"""Making the demo archive: two crawls of the demo web by the commands that a user would type."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from archive.errors import ArchiveError
from archive.store import open_current, open_for_reading, warc_folder
from onrecord.demo.social import Post, Profile, profiles
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
    tell("")
    _take_down(archive, tell)
    tell(f"\n{_story(archive)}\n")
    _check(archive, tell)


def _take_down(archive: Path, tell: Callable[[str], None]) -> None:
    """Withhold the words of a post, as a person decides who was asked to."""
    for profile in profiles():
        for post in profile.posts:
            if post.withheld:
                key = _id_of(archive, profile, post)
                words = ["takedown", key, "--reason", post.withheld, "--yes", "--db", str(archive)]
                _run(words, "takedown", tell)


def _id_of(archive: Path, profile: Profile, post: Post) -> str:
    db = open_for_reading(archive)
    sql = "SELECT id FROM statements WHERE source = ? AND kind = 'post' AND native_id LIKE ?"
    (key,) = db.execute(sql, [profile.source, f"%{post.id}"]).fetchone()
    db.close()
    return str(key)


def _check(archive: Path, tell: Callable[[str], None]) -> None:
    """Check and record the quotations of an article about one of the statements."""
    article = archive.with_name(f"{archive.stem}-article.txt")
    article.write_bytes(files("onrecord.demo").joinpath("article.txt").read_bytes())
    words = ["check", str(article), "--date", "2026-10-31", "--db", str(archive), "--record"]
    _run(words, "check", tell)


def _crawl(
    archive: Path, names: list[str], folder: Path, host: str, tell: Callable[[str], None]
) -> None:
    words = ["crawl", *names, "--db", str(archive), "--sources", str(folder), "--allow-host", host]
    _run(words, "crawl", tell)


def _run(words: list[str], what: str, tell: Callable[[str], None]) -> None:
    tell(f"$ onrecord {shlex.join(words)}")
    finished = subprocess.run(  # noqa: S603 - our own program, our own words
        [sys.executable, "-m", "onrecord", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise ArchiveError(f"the demo's {what} failed with exit code {finished.returncode}")
    tell(finished.stdout.rstrip())


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


_WARCS = " UNION ".join(
    f"SELECT warc_file FROM {table} WHERE warc_file NOT NULL"  # noqa: S608 - our own names
    for table in ("crawls", "events", "takedowns", "article_captures")
)


def _clear(archive: Path, names: list[str]) -> None:
    """Remove an older demo; refuse whatever else stands there."""
    if not archive.exists():
        return
    db = open_current(archive)
    sources = {row[0] for row in db.execute("SELECT name FROM sources")}
    warcs = [row[0] for row in db.execute(_WARCS)]
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
