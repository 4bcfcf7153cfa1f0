"""A world for archives to live in: a site that changes by stages, imported files, and an oracle."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from loopback import Site, listing, release, write_source

WINDOW = 4
"""How many pages the site lists at a time; each stage lists two new ones."""

POSTS = 24

_SOUND = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")
_TEXTS = {
    "statements": "SELECT native_id, revision, title, text, text_sha256, published_at, state "
    "FROM statements ORDER BY native_id",
    "revisions": "SELECT native_id, r.revision, r.title, r.text FROM revisions AS r "
    "JOIN statements AS s ON s.id = r.statement_id ORDER BY 1, 2",
    "quarantine": "SELECT DISTINCT native_id, reason, item FROM quarantine ORDER BY 1, 2, 3",
    "search": "SELECT count(*) FROM statements_fts WHERE statements_fts MATCH 'lamp'",
}
_TWICE = """
    SELECT count(*) FROM revisions AS a JOIN revisions AS b
    ON b.statement_id = a.statement_id AND b.revision = a.revision + 1
    WHERE a.text_sha256 = b.text_sha256 AND a.title IS b.title
"""
_KEPT = "SELECT statement_id, revision FROM revisions"
_LOGGED = "SELECT key, json_extract(leaf, '$.revision') FROM ledger WHERE kind = 'revision'"
_HALF = f"""
    SELECT (SELECT count(*) FROM (SELECT id, revision FROM statements EXCEPT {_KEPT}))
    + (SELECT count(*) FROM ({_KEPT} EXCEPT {_LOGGED}))
    + (SELECT count(*) FROM ({_LOGGED} EXCEPT {_KEPT}))
"""


def show(site: Site, stage: int) -> None:
    """Have the site show a stage: new pages, pages with another text, and old ones off the list."""
    pages = range(2 * stage, 2 * stage + WINDOW)
    site.html("/list", listing({f"/pr/{page}": "02/09/2025" for page in pages}))
    for page in range(2 * stage + WINDOW):
        age = min(2 * stage + WINDOW - 1 - page, WINDOW - 1)
        words = f"We light the lamp of tower {page}. This is wording {age // 2}."
        site.html(f"/pr/{page}", release(words, f"Tower {page}"))


def write_posts(folder: Path, stage: int) -> str:
    """Write the file that is imported at a stage: new posts, edited ones and a bad line."""
    lines = []
    for number in range(POSTS):
        first = stage * POSTS // 2
        text = f"The lamp of harbour {first + number} is lit, as we said in {stage}."
        lines.append(json.dumps({"native_id": f"post-{first + number}", "text": text}))
    lines.insert(POSTS // 2, f"no line of stage {stage}")
    path = folder / f"posts-{stage}.ndjson"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path.name


def words_of(site: Site, folder: Path, stage: int) -> dict[str, list[str]]:
    """Give the commands of a stage, by name."""
    name = write_posts(folder, stage)
    return {
        "crawl": ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host],
        "import": ["import", name, "--source", "xa_light", "--sources", "sources", "--no-tone"],
    }


def begin(site: Site, folder: Path) -> Path:
    """Make a folder for one archive."""
    folder.mkdir(parents=True)
    write_source(folder / "sources", site)
    return folder


def texts_of(archive: Path) -> dict[str, list[Any]]:
    """Give what two archives of the same world must agree in."""
    with closing(_open(archive)) as db:
        return {name: db.execute(sql).fetchall() for name, sql in _TEXTS.items()}


class Oracle:
    """Judges an archive as a crash left it; what was read once of a WARC file is not read again."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._seen: set[tuple[str, int, int, str]] = set()

    def faults(self, acknowledged: int) -> dict[str, float]:
        """Count what is lost, half there, there twice, or rests on bytes that are not there.

        `acknowledged` is the last line of the ledger that the program had on disk by its own word.
        """
        if not self._archive.exists():
            return {"lost": acknowledged}
        with closing(_open(self._archive)) as db:
            unsound = [db.execute(sql).fetchall() not in ([("ok",)], []) for sql in _SOUND]
            if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'ledger'").fetchone():
                return {"unsound": sum(unsound), "lost": acknowledged}
            (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()
            return {
                "unsound": sum(unsound),
                "lost": max(0, acknowledged - last),
                "twice": db.execute(_TWICE).fetchone()[0],
                "half": db.execute(_HALF).fetchone()[0],
                "unfounded": self._unfounded(db),
            }

    def _unfounded(self, db: sqlite3.Connection) -> int:
        """Count the rows whose WARC record is not there byte for byte."""
        rows = db.execute("SELECT warc_file, warc_offset, warc_length, warc_sha256 FROM captures")
        new = set(rows.fetchall()) - self._seen
        folder = self._archive.with_name(f"{self._archive.stem}-warc")
        bad = {each for each in new if not _is_there(folder / each[0], *each[1:])}
        self._seen |= new - bad
        return len(bad)


def _is_there(path: Path, offset: int, length: int, sha256: str) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        file.seek(offset)
        return hashlib.sha256(file.read(length)).hexdigest() == sha256


def _open(archive: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{archive.resolve().as_uri()}?mode=ro", uri=True)


def acknowledged(notes: Path) -> int:
    """Read the last line of the ledger that a run had committed by its own word."""
    return max((each["commit"] for each in noted(notes) if "commit" in each), default=0)


def noted(notes: Path) -> list[dict[str, Any]]:
    """Read what runs have noted; the last line of one that was killed may be half."""
    found = []
    for line in notes.read_text().splitlines() if notes.exists() else []:
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found
