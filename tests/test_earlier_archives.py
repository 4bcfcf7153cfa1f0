"""Archives of an earlier On Record: what reads them brings them up to date, or says why not."""

import fcntl
from pathlib import Path

import pytest
from browsing import close, open_site
from loopback import onrecord
from sqlite_utils import Database
from test_migrations import ROWS

from archive.schema import migrations
from archive.store import APPLICATION_ID, is_current, open_for_reading

KEY = "xa_light-1"
STATEMENT = {
    "id": KEY,
    "source": "xa_light",
    "native_id": "1",
    "kind": "speech",
    "title": "Of lamps",
    "text": "Every lamp of the northern cape is lit.",
    "office": "Ministry of Lighthouses",
    "country": "xa",
    "first_seen_at": "2026-01-01T00:00:00Z",
    "last_seen_at": "2026-01-01T00:00:00Z",
    "state": "live",
    "revision": 1,
    "tone_status": "not scored: language",
    "route": "listing x #1",
    "capture_id": "c1",
}


def earlier(path: Path, *, has_statement: bool = False) -> Path:
    """Make an archive as it was before anything could be gone."""
    db = Database(path)
    migrations.apply(db, stop_before="fates")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for table in ("sources", "crawls", "captures"):
        db.table(table).insert(ROWS[table])
    if has_statement:
        db.table("statements").insert(STATEMENT)
    db.conn.commit()
    db.close()
    return path


def is_up_to_date(path: Path) -> bool:
    db = open_for_reading(path)
    try:
        return is_current(db)
    finally:
        db.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("coverage", "--since", "2025-12-31", "--until", "2026-01-02"), "xa_light: last good"),
        (("events",), "no event waits"),
        (("check", "article.txt"), "1 quotation: 1 not on record"),
    ],
)
def test_it_is_brought_up_to_date(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    path = earlier(tmp_path / "archive.db")
    (tmp_path / "article.txt").write_text(
        "The keeper, Odalys Ferrant, said: “We light every lamp.”"
    )
    assert not is_up_to_date(path)
    finished = onrecord(*words, cwd=tmp_path)
    assert told in finished.stdout, finished.stderr
    assert is_up_to_date(path)


@pytest.mark.parametrize("word", ["coverage", "events", "serve"])
def test_while_another_writes_it_waits_for_that(tmp_path: Path, word: str) -> None:
    path = earlier(tmp_path / "archive.db")
    with path.with_name("archive.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = onrecord(word, cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (75, "")
    assert "is of an earlier On Record and must be brought up to date first" in finished.stderr
    assert not is_up_to_date(path)


def test_its_pages_show_what_it_has(tmp_path: Path) -> None:
    site = open_site(earlier(tmp_path / "archive.db", has_statement=True))
    page = site.page(f"/archive/statements/{KEY}")
    assert "Every lamp of the northern cape is lit." in page
    assert "What became of it" not in page
    close(site)
