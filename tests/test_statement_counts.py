"""The counts of statements are kept right, whatever is done to a statement."""

import random
from pathlib import Path

import pytest
from browsing import build, rows
from imported import COUNTED, KEPT, TakenIn, assert_sound, post, write_lines
from sqlite_utils import Database

from archive.schema import migrations

CHANGES = (
    "UPDATE statements SET state = 'gone' WHERE id = ?",
    "UPDATE statements SET state = 'live', last_seen_at = '2031-04-01T00:00:00Z' WHERE id = ?",
    "UPDATE statements SET language = NULL WHERE id = ?",
    "UPDATE statements SET language = 'fr', tone_status = 'not English' WHERE id = ?",
    "UPDATE statements SET tone_status = 'scored' WHERE id = ?",
    "UPDATE statements SET kind = 'speech', country = 'xn' WHERE id = ?",
    "DELETE FROM statements WHERE id = ?",
)


def is_right(db: Database) -> bool:
    kept, counted = db.execute(KEPT).fetchall(), db.execute(COUNTED).fetchall()
    assert counted
    return bool(kept == counted)


def test_every_change_of_a_statement_is_counted(tmp_path: Path) -> None:
    db = Database(build(tmp_path / "archive.db", rows()))
    db.execute("PRAGMA foreign_keys = OFF")
    assert is_right(db)
    keys = [row[0] for row in db.execute("SELECT id FROM statements")]
    chance = random.Random(7)
    for _ in range(40):
        db.execute(chance.choice(CHANGES[:-1]), [chance.choice(keys)])
        assert is_right(db)
    db.execute(CHANGES[-1], [keys[0]])
    assert is_right(db)
    assert db.execute("SELECT min(statements) FROM statement_counts").fetchone()[0] > 0
    db.close()


def test_an_earlier_archive_is_counted_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    db = Database(tmp_path / "archive.db")
    migrations.apply(db, stop_before="counts")
    for table in ("sources", "crawls", "captures", "persons", "statements"):
        for row in rows()[table]:
            db.table(table).insert(row)
    migrations.apply(db)
    assert is_right(db)
    db.close()


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


@pytest.mark.parametrize("count", [30, 700])
def test_an_import_counts_what_is_new_and_what_comes_again(take_in: TakenIn, count: int) -> None:
    known = [post(number) for number in range(0, count, 7)]
    take_in(write_lines(take_in.folder / "a.ndjson", known))
    lines = [post(number) for number in range(count)]
    lines += [post(number, language="fr", text="La lampe est allumée.") for number in range(9)]
    take_in(write_lines(take_in.folder / "b.ndjson", lines))
    assert_sound(take_in.archive)
    (counted,) = take_in.rows("SELECT sum(statements) AS n FROM statement_counts")
    assert counted["n"] == count
