"""Making the demo archive: crawls of the demo web by the commands that a user would type."""

import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from archive.errors import ArchiveError
from archive.store import open_current, open_for_reading, warc_folder
from onrecord.demo.social import Post, Profile, profiles
from onrecord.demo.sources import write_sources
from onrecord.demo.statements import Day
from onrecord.demo.web import DemoWeb

_AGO: Mapping[Day, timedelta] = {
    1: timedelta(hours=98),
    2: timedelta(hours=74),
    3: timedelta(hours=25),
    4: timedelta(0),
}
"""How long ago each day is: a day and more lies between two looks that tell that something is gone,
and two days between what vanishes by itself and what vanishes in numbers."""

_DECIDED: Day = 3
_REASON = "the ministry says that its server is being moved, and that the posts will be back"


def make_demo(archive: Path, web: DemoWeb, tell: Callable[[str], None]) -> None:
    """Crawl the demo web on each of its days into a fresh archive.

    The days are made within a minute: those before the last by a clock that is put back.

    Raises:
        ArchiveError: the archive exists and is not the demo's, or a crawl failed.
    """
    folder = archive.with_name(f"{archive.stem}-sources")
    names = write_sources(folder, web.base_url)
    _clear(archive, names)
    crawl = ["crawl", *names, "--sources", str(folder), "--allow-host", web.host]
    for day, ago in _AGO.items():
        web.day, web.ago = day, ago
        tell(f"\nDay {day}" + (f", as if {ago / timedelta(hours=1):.0f} hours ago" if ago else ""))
        _run([*crawl, "--db", str(archive)], tell, ago)
        if day == _DECIDED:
            _decide(archive, tell, ago)
    tell("")
    _take_down(archive, tell)
    tell(f"\n{_story(archive)}\n")
    _check(archive, tell)


def _decide(archive: Path, tell: Callable[[str], None], ago: timedelta) -> None:
    """Say what it was that many posts vanished at once, as a person decides who asked."""
    db = open_for_reading(archive)
    (event,) = db.execute("SELECT id FROM events WHERE state = 'waiting'").fetchone()
    db.close()
    _run(["events", "dismiss", event, "--reason", _REASON, "--db", str(archive)], tell, ago)


def _take_down(archive: Path, tell: Callable[[str], None]) -> None:
    """Withhold the words of a post, as a person decides who was asked to."""
    for profile in profiles():
        for post in profile.posts:
            if post.withheld:
                key = _id_of(archive, profile, post)
                words = ["takedown", key, "--reason", post.withheld, "--yes", "--db", str(archive)]
                _run(words, tell)


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
    _run(words, tell)


def _run(words: list[str], tell: Callable[[str], None], ago: timedelta = timedelta(0)) -> None:
    tell(f"$ onrecord {shlex.join(words)}")
    finished = subprocess.run(  # noqa: S603 - our own program, our own words
        [sys.executable, "-m", "onrecord.demo.earlier", str(ago / timedelta(hours=1)), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise ArchiveError(f"the demo's {words[0]} failed with exit code {finished.returncode}")
    tell(finished.stdout.rstrip())


def _story(archive: Path) -> str:
    """Name the rows worth opening: what was edited, what is not found, and what came back."""
    db = open_for_reading(archive)
    (count,) = db.execute("SELECT count(*) FROM statements").fetchone()
    rows = db.execute(
        f"SELECT id, coalesce(title, substr(text, 1, 60) || '…'), {_WHAT} AS what "  # noqa: S608 - ours
        "FROM statements WHERE what NOTNULL ORDER BY what, id"
    ).fetchall()
    db.close()
    lines = [f"{archive} holds {count} statements. Worth opening:"]
    for identifier, title, what in rows:
        lines.append(f"  /{archive.stem}/statements/{identifier}  {what}: {title}")
    return "\n".join(lines)


_WHAT = """CASE
    WHEN id IN (SELECT statement_id FROM event_statements JOIN events ON events.id = event_id
        WHERE events.state = 'waiting') THEN 'waits for your decision'
    WHEN state = 'gone' THEN 'gone'
    WHEN state = 'suspect' THEN 'not found at the last look'
    WHEN id IN (SELECT statement_id FROM fates WHERE state = 'back') THEN 'back'
    WHEN revision > 1 THEN 'edited'
END"""

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
