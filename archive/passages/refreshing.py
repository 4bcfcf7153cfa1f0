"""Refreshing: what was recorded since the last time is indexed, what was withheld is taken out."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from sqlite_utils import Database

from archive.passages.blocks import TEXTS
from archive.passages.keys import VERSION, WordNumbers
from archive.passages.volumes import (
    Page,
    Volume,
    add_entries,
    keep_volume,
    remove_texts,
    volumes_of,
)
from archive.store import Archive

_WORDS = 1_500_000
"""Words that are indexed with one commit: so much is done again after a crash."""

_TEXTS = (
    "SELECT r.rowid, r.text, s.speaker_id, s.account "
    "FROM revisions AS r JOIN statements AS s ON s.id = r.statement_id "
)
_SINCE = f"{_TEXTS} WHERE r.rowid > ? ORDER BY r.rowid"
_CHANGED_TEXTS = "SELECT text FROM passage_changes WHERE text BETWEEN ? AND ?"
_CHANGED = f"{_TEXTS} WHERE r.rowid IN ({_CHANGED_TEXTS})"

Progress = Callable[[int, int], None]
"""Told again and again how many texts are behind, of how many."""


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index of passages has come."""

    is_there: bool
    """False where nothing was ever indexed, or only by a version that has other words."""

    texts: int
    """Texts that were taken in, those that are withheld among them."""

    behind: int
    """Texts that are still to be taken in, taken out, or given to another speaker."""


def index_state(db: Database) -> IndexState:
    """Tell how far the index has come; it works on an archive of an older version too."""
    (recorded,) = db.execute("SELECT coalesce(max(rowid), 0) FROM revisions").fetchone()
    if not db.table("passage_volumes").exists():
        return IndexState(is_there=False, texts=0, behind=recorded)
    volumes = volumes_of(db)
    done = volumes[-1].last_text if volumes else 0
    (changed,) = db.execute("SELECT count(*) FROM passage_changes").fetchone()
    behind = max(recorded - done, 0) + (changed if volumes else 0)
    return IndexState(is_there=bool(volumes), texts=done, behind=behind)


def refresh(archive: Archive, *, progress: Progress | None = None) -> int:
    """Bring the index up to date with the texts of the archive; give how many that took.

    It can be cut off at any moment: the next call goes on. Where nothing is new, nothing is
    written.
    """
    state = index_state(archive.db)
    if not state.behind:
        return 0
    tell = progress or (lambda *_: None)
    _forget_other_versions(archive)
    numbers = WordNumbers()
    done = 0
    for volume in volumes_of(archive.db):
        done += _index_changed(archive, volume, numbers)
    tell(done, state.behind)
    while texts := _index_next(archive, numbers):
        done += texts
        tell(done, max(done, state.behind))
    return done


def rebuild(archive: Archive) -> None:
    """Make the index anew, which gives the same entries."""
    with archive.transaction() as db:
        _forget(db)
    refresh(archive)


def _forget_other_versions(archive: Archive) -> None:
    sql = "SELECT 1 FROM passage_volumes WHERE version <> ? LIMIT 1"
    if archive.db.execute(sql, [VERSION]).fetchone():
        with archive.transaction() as db:
            _forget(db)


def _forget(db: Database) -> None:
    for table in ("passage_blocks", "passage_volumes", "passage_changes"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names


def _index_changed(archive: Archive, volume: Volume, numbers: WordNumbers) -> int:
    """Take texts out of a volume that changed, and in again what is left of them."""
    span = [volume.first_text, volume.last_text]
    changed = [row[0] for row in archive.db.execute(_CHANGED_TEXTS, span)]
    if not changed:
        return 0
    with archive.transaction() as db:
        page = Page(volume.first_text, numbers)
        for text, words, *speakers in db.execute(_CHANGED, span):
            page.add(text, words, speakers)
        gone = remove_texts(db, volume.number, [text - volume.first_text for text in changed])
        new = add_entries(db, volume.number, page.entries())
        keep_volume(db, replace(volume, entries=volume.entries - gone + new))
        db.execute("DELETE FROM passage_changes WHERE text BETWEEN ? AND ?", span)
    return len(changed)


def _index_next(archive: Archive, numbers: WordNumbers) -> int:
    """Take in the next texts, as many as one commit is for; give how many, 0 at the end."""
    with archive.transaction() as db, closing(db.conn.cursor()) as cursor:
        volume = _open_volume(db)
        last, texts = volume.last_text, 0
        page = Page(volume.first_text, numbers)
        for text, words, *speakers in cursor.execute(_SINCE, [last]):
            if text - volume.first_text >= TEXTS:
                break
            page.add(text, words, speakers)
            last, texts = text, texts + 1
            if page.words >= _WORDS:
                break
        if texts:
            new = add_entries(db, volume.number, page.entries())
            keep_volume(db, replace(volume, last_text=last, entries=volume.entries + new))
    return texts


def _open_volume(db: Database) -> Volume:
    """Name the volume that takes in the next texts."""
    volumes = volumes_of(db)
    last = volumes[-1].last_text if volumes else 0
    sql = "SELECT min(rowid) FROM revisions WHERE rowid > ?"
    first = db.execute(sql, [last]).fetchone()[0] or last + 1
    if volumes and not volumes[-1].is_full and first - volumes[-1].first_text < TEXTS:
        return volumes[-1]
    return Volume(len(volumes) + 1, first, first - 1, 0)
