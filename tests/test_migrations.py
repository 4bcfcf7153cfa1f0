"""Migrations: an archive of an earlier On Record is brought up to date with all that it holds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.recording import Recorder
from archive.register import SourceRow
from archive.schema import migrations
from archive.store import APPLICATION_ID, Archive
from onrecord.scoring import score_archive

ROWS: dict[str, dict[str, Any]] = {
    "sources": {
        "name": "xa_light",
        "office": "Ministry of Lighthouses",
        "country": "xa",
        "publisher": "Government of Arvenna",
        "url": "https://light.example/",
        "language": "en",
        "timezone": "UTC",
        "retention": "keep",
    },
    "holders": {
        "source": "xa_light",
        "name": "Odalys Ferrant",
        "role": "Minister",
        "since": "2020",
    },
    "crawls": {
        "id": "xa_light-1",
        "source": "xa_light",
        "kind": "crawl",
        "started_at": "2026-01-01T00:00:00Z",
        "outcome": "finished",
        "software": "a test",
    },
    "captures": {
        "id": "c1",
        "crawl_id": "xa_light-1",
        "url": "https://light.example/1",
        "captured_at": "2026-01-01T00:00:00Z",
        "status": 200,
        "bytes": 1,
        "sha256": "",
        "warc_file": "w",
        "warc_offset": 0,
        "warc_length": 1,
        "warc_sha256": "",
    },
}


def old_archive(path: Path) -> None:
    """Make an archive of the first release, with a hole in its row numbers."""
    db = Database(path)
    migrations.apply(db, stop_before="posts_people_past")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for table, row in ROWS.items():
        db.table(table).insert(row)
    for number in range(5):
        key = f"xa_light-{number}"
        statement = {
            "id": key,
            "source": "xa_light",
            "native_id": str(number),
            "kind": "speech",
            "title": f"Title {number}",
            "text": f"Lamp number {number} is lit.",
            "office": "Ministry of Lighthouses",
            "country": "xa",
            "first_seen_at": "2026-01-01T00:00:00Z",
            "last_seen_at": "2026-01-01T00:00:00Z",
            "state": "suspect" if number == 3 else "live",
            "revision": 1,
            "tone_status": "scored",
            "route": "listing x #1",
            "capture_id": "c1",
        }
        revision = {
            "statement_id": key,
            "revision": 1,
            "text": statement["text"],
            "text_sha256": str(number),
            "first_captured_at": "2026-01-01T00:00:00Z",
            "capture_id": "c1",
        }
        check = {
            "statement_id": key,
            "capture_id": "c1",
            "checked_at": "2026-01-01T00:00:00Z",
            "outcome": "seen",
        }
        rows = {"statements": statement, "revisions": revision, "checks": check}
        for table, row in rows.items():
            if (table, number) not in {("revisions", 1), ("checks", 1)}:
                db.table(table).insert(row)
    db.execute("DELETE FROM statements WHERE native_id = '1'")
    db.conn.commit()
    db.close()


def test_an_old_archive_keeps_all_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    old_archive(path)
    before = Database(path).execute("SELECT rowid, id, state, text FROM statements").fetchall()
    with Archive.open(path) as archive:
        db = archive.db
        assert db.execute("SELECT rowid, id, state, text FROM statements").fetchall() == before
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = db.execute(
            "SELECT s.native_id FROM statements_fts('number') AS f "
            "JOIN statements AS s ON s.rowid = f.rowid ORDER BY 1"
        ).fetchall()
        assert found == [("0",), ("2",), ("3",), ("4",)]
        assert db.execute("SELECT count(*), count(witness) FROM checks").fetchone() == (4, 0)
        db.execute("UPDATE statements SET text = 'A new word: dusk.' WHERE native_id = '4'")
        assert db.execute("SELECT count(*) FROM statements_fts('dusk')").fetchone() == (1,)


def test_an_old_archive_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    old_archive(tmp_path / "old.db")
    with Archive.open(tmp_path / "old.db") as old, Archive.open(tmp_path / "new.db") as new:
        schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        assert old.db.execute(schema).fetchall() == new.db.execute(schema).fetchall()


def test_holders_are_declared_again_at_the_next_crawl(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    old_archive(path)
    source = SourceRow(
        **ROWS["sources"],
        licence=None,
        persons={"xa-odalys-ferrant": ("Odalys Ferrant", ("O. Ferrant",))},
        holders=(
            {
                "person_id": "xa-odalys-ferrant",
                "role": "Minister",
                "capacity": "holder",
                "since": "2020-01-01",
                "until": None,
            },
        ),
    )
    with Archive.open(path) as archive:
        Recorder(
            archive,
            source,
            crawl_id="xa_light-2",
            started_at=datetime(2026, 1, 2, tzinfo=UTC),
            software="a test",
        )
        assert archive.db.execute("SELECT person_id FROM holders").fetchall() == [
            ("xa-odalys-ferrant",)
        ]


def archive_with_old_tone(path: Path) -> None:
    """Make an archive of the second release: one scorer, one score for each revision."""
    db = Database(path)
    migrations.apply(db, stop_before="tone_and_mentions")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for table in ("sources", "crawls", "captures"):
        db.table(table).insert(ROWS[table])
    told = [
        ("1", "A good lamp.", "en", 0.7, "scored"),
        ("2", "A good lamp.", "en", 0.7, "scored"),
        ("3", "Ein guter Leuchtturm.", "de", None, "not scored: language"),
        ("4", None, "en", 0.4, "scored"),
        ("5", "An import.", None, None, "not scored: not asked for"),
    ]
    for number, text, language, polarity, status in told:
        key = f"xa_light-{number}"
        statement = {
            "id": key,
            "source": "xa_light",
            "native_id": number,
            "kind": "speech",
            "text": text,
            "language": language,
            "office": "o",
            "country": "xa",
            "first_seen_at": "2026",
            "last_seen_at": "2026",
            "state": "live",
            "revision": 1,
            "textblob_polarity": polarity,
            "tone_status": status,
            "route": "listing x #1",
            "capture_id": "c1",
        }
        revision = {
            "statement_id": key,
            "revision": 1,
            "text": text,
            "first_captured_at": "2026",
            "text_sha256": f"hash of {text}",
            "capture_id": "c1",
        }
        db.table("statements").insert(statement)
        db.table("revisions").insert(revision)
        if status != "not scored: not asked for":
            score = {
                "statement_id": key,
                "revision": 1,
                "scorer": "textblob 0.20.1",
                "polarity": polarity,
                "status": status,
                "evidence": '[["good", 0.7]]',
            }
            db.table("tone").insert(score)
    db.conn.commit()
    db.close()


def test_an_old_score_stays_as_textblobs_and_the_text_is_to_be_scored(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive_with_old_tone(path)
    with Archive.open(path) as archive:
        db = archive.db
        sql = "SELECT textblob_polarity, tone, tone_status, text_sha256 FROM statements ORDER BY id"
        due, scorer = "not scored: not asked for", ("textblob 0.20.1", "0.20.1")
        assert db.execute(sql).fetchall() == [
            (0.7, None, due, "hash of A good lamp."),
            (0.7, None, due, "hash of A good lamp."),
            (None, None, due, "hash of Ein guter Leuchtturm."),
            (0.4, None, due, "hash of None"),
            (None, None, due, None),
        ]
        assert db.execute(
            "SELECT text_sha256, language, tone_model, textblob_version, textblob_polarity, tone, "
            "tone_status, tone_evidence FROM tone ORDER BY language, text_sha256"
        ).fetchall() == [
            ("hash of Ein guter Leuchtturm.", "de", *scorer, None, None, due, None),
            ("hash of A good lamp.", "en", *scorer, 0.7, None, due, None),
            ("hash of None", "en", *scorer, 0.4, None, due, None),
        ]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_archive_of_the_second_release_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    archive_with_old_tone(tmp_path / "old.db")
    with Archive.open(tmp_path / "old.db") as old, Archive.open(tmp_path / "new.db") as new:
        schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        assert old.db.execute(schema).fetchall() == new.db.execute(schema).fetchall()


def test_an_archive_of_the_second_release_is_scored(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    archive_with_old_tone(path)
    scored = score_archive(path)
    assert (scored.texts, scored.scored_before, scored.withheld) == (3, 0, 1)
    with Archive.open(path) as archive:
        sql = "SELECT textblob_polarity, tone_status FROM statements ORDER BY id"
        first, second, german, withheld, imported = archive.db.execute(sql).fetchall()
    assert first == second
    assert first[0] == 0.7
    assert german == (None, "not scored: language")
    assert withheld == (0.4, "not scored: not asked for")
    assert imported == (None, "not scored: too short")
