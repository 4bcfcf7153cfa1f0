"""`onrecord score`: what the present model has not read is read once, whatever happens."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from imported import TakenIn, assert_sound, post, write_lines
from loopback import onrecord, rows
from sqlite_utils import Database

from analysis.normalise import text_sha256
from archive.rows import keep_hash_only
from archive.scoring import unscored
from archive.store import Archive
from onrecord import scoring
from onrecord.scoring import Scored, score_archive
from spiders.pipelines import read_texts

STATEMENTS = (
    "SELECT native_id, textblob_polarity, textblob_subjectivity, tone, tone_label, "
    "tone_confidence, tone_status, text_sha256 FROM statements ORDER BY native_id"
)
SHOWN = (
    STATEMENTS,
    "SELECT * FROM tone ORDER BY text_sha256, language",
    "SELECT * FROM sentences",
    "SELECT * FROM mentions",
    "SELECT * FROM entities",
)
WORDS = ("good", "terrible", "grave", "cordial", "lamp", "harbour", "talks", "Norland", "storm")


@pytest.fixture
def take_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TakenIn:
    return TakenIn(tmp_path, monkeypatch)


def posts(count: int) -> list[dict[str, Any]]:
    """Make posts of all kinds: some say the same words, some are not English, some are edited."""
    chance = random.Random(4)
    made = []
    for number in range(count):
        words = " ".join(chance.choices(WORDS, k=chance.randint(1, 9)))
        made.append(post(number, text=f"The {words} of {number % 40} towers. It is so."))
        if number % 9 == 0:
            made.append(post(number, text=f"An edited text of tower {number}, and a fine one."))
        if number % 11 == 0:
            made.append(post(number + 10_000, text="Wir danken den Wärtern.", language="de"))
        if number % 13 == 0:
            made.append(post(number + 20_000, text="https://lights.example/"))
    return made


def shown(archive: Path) -> list[list[dict[str, Any]]]:
    return [rows(archive, sql) for sql in SHOWN]


def texts_of(archive: Path) -> int:
    (row,) = rows(
        archive,
        "SELECT count(*) AS n FROM (SELECT DISTINCT r.text_sha256, language FROM revisions AS r "
        "JOIN statements AS s ON s.id = statement_id)",
    )
    return int(row["n"])


def test_scoring_later_gives_what_scoring_at_once_gives(
    take_in: TakenIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = posts(120)
    take_in(write_lines(tmp_path / "a.ndjson", lines))
    (tmp_path / "at_once").mkdir()
    at_once = TakenIn(tmp_path / "at_once", monkeypatch)
    at_once(write_lines(at_once.folder / "a.ndjson", lines), is_scored=True)
    assert shown(take_in.archive) != shown(at_once.archive)
    scored = score_archive(take_in.archive)
    assert shown(take_in.archive) == shown(at_once.archive)
    assert_sound(take_in.archive)
    assert scored.texts == texts_of(take_in.archive) < len(lines)
    assert scored.texts == len(take_in.rows("SELECT * FROM tone"))
    assert {"scored", "not scored: language"} <= set(scored.statuses)


def test_nothing_is_read_twice(take_in: TakenIn, tmp_path: Path) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", posts(60)))
    first = score_archive(take_in.archive)
    before = shown(take_in.archive)
    again = score_archive(take_in.archive)
    assert (again.texts, again.statuses) == (0, {})
    assert again.scored_before >= first.texts
    take_in(write_lines(tmp_path / "b.ndjson", [post(99_000, text="One more lamp is lit.")]))
    assert score_archive(take_in.archive).texts == 1
    assert len(take_in.rows("SELECT * FROM tone")) == first.texts + 1
    rescored = score_archive(take_in.archive, again=True)
    assert rescored.texts == first.texts + 1
    after = shown(take_in.archive)[0]
    assert all(row in after for row in before[0])


def test_the_same_words_are_scored_without_reading_them(take_in: TakenIn, tmp_path: Path) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", [post(1, text="A good lamp is lit.")]))
    score_archive(take_in.archive)
    take_in(write_lines(tmp_path / "b.ndjson", [post(2, text="A good lamp is lit.")]))
    assert score_archive(take_in.archive).texts == 0
    first, second = rows(take_in.archive, STATEMENTS)
    assert second | {"native_id": 1} == first | {"native_id": 1}


def test_a_new_model_adds_its_scores_and_the_statements_show_them(
    take_in: TakenIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = [post(1, text="A good lamp is lit."), post(2, text="A good lamp is lit.")]
    take_in(write_lines(tmp_path / "a.ndjson", same))
    score_archive(take_in.archive)
    old = take_in.rows("SELECT * FROM tone")
    use_model(monkeypatch, "another/2")
    db = Database(take_in.archive)
    db.execute("UPDATE statements SET tone = 0.123 WHERE true")
    db.conn.commit()
    db.close()
    assert score_archive(take_in.archive).texts == 1
    rows_now = take_in.rows("SELECT * FROM tone ORDER BY tone_model = 'another/2'")
    assert rows_now == [*old, old[0] | {"tone_model": "another/2"}]
    assert {row["tone"] for row in rows(take_in.archive, STATEMENTS)} == {old[0]["tone"]}
    assert score_archive(take_in.archive).texts == 0


def use_model(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Give the present model another name."""
    from dataclasses import replace

    score = read_texts.score
    monkeypatch.setattr(scoring, "TONE_MODEL", name)
    monkeypatch.setattr(read_texts, "score", lambda *words: replace(score(*words), tone_model=name))


def test_a_text_that_cannot_be_read_stops_no_other(
    take_in: TakenIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", [post(1), post(2, text="Poison."), post(3)]))
    score = read_texts.score

    def careful(text: str, *more: Any) -> Any:
        if text == "Poison.":
            raise RuntimeError("that hurt")
        return score(text, *more)

    monkeypatch.setattr(read_texts, "score", careful)
    scored = score_archive(take_in.archive)
    assert (scored.texts, scored.failed) == (2, 1)
    assert scored.troubles == [
        f"the text with the hash {text_sha256('Poison.')}: RuntimeError: that hurt"
    ]
    monkeypatch.undo()
    assert score_archive(take_in.archive).texts == 1


def test_a_withheld_text_loses_its_words_unless_they_are_kept_elsewhere(
    take_in: TakenIn, tmp_path: Path
) -> None:
    told = [post(1, text="A good lamp."), post(2, text="A good lamp."), post(3, text="A bad one.")]
    take_in(write_lines(tmp_path / "a.ndjson", told), is_scored=True)
    with Archive.open(take_in.archive) as archive, archive.transaction() as db:
        for (key,) in db.execute("SELECT id FROM statements WHERE native_id LIKE '%1'").fetchall():
            assert keep_hash_only(db, key)
        for (key,) in db.execute("SELECT id FROM statements WHERE native_id LIKE '%3'").fetchall():
            assert keep_hash_only(db, key)
    words = take_in.rows("SELECT text_sha256, tone_evidence FROM tone")
    kept = {row["text_sha256"] for row in words if row["tone_evidence"] is not None}
    assert kept == {text_sha256("A good lamp.")}
    assert len(words) == 2
    scored = score_archive(take_in.archive, again=True)
    assert (scored.texts, scored.withheld) == (1, 2)
    with Archive.open(take_in.archive) as archive, archive.transaction() as db:
        for (key,) in db.execute("SELECT id FROM statements WHERE native_id LIKE '%2'").fetchall():
            assert keep_hash_only(db, key)
    assert take_in.rows("SELECT 1 FROM tone WHERE tone_evidence IS NOT NULL") == []


def test_memory_does_not_grow_with_the_archive(take_in: TakenIn, tmp_path: Path) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", posts(1_000)))
    with Archive.open(take_in.archive) as archive:
        stretches = list(unscored(archive.db, "m"))
        plan = archive.db.execute(
            f"EXPLAIN QUERY PLAN {scoring_sql()}",
            {"model": "m", "again": False, "statement": 0, "revision": 0},
        ).fetchall()
    assert len(stretches) > 3
    assert max(each.rows for each in stretches) == 250
    assert sum(each.statements for each in stretches) == len(take_in.texts())
    assert not [row for row in plan if "TEMP" in row[-1] or row[-1].startswith("SCAN r")]


def scoring_sql() -> str:
    from archive.scoring import _TEXTS

    return _TEXTS


SLOW = """
import sys, time
from pathlib import Path
from onrecord import scoring
scoring._SECONDS, scoring._TEXTS = 0, 1
scoring.score_archive(Path(sys.argv[1]), advance=lambda done, _: print(done, flush=True))
"""


def start_slowly(archive: Path) -> subprocess.Popen[str]:
    """Score an archive with a commit for each few texts; it tells of each."""
    return subprocess.Popen(
        [sys.executable, "-c", SLOW, str(archive)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )


def test_killed_it_goes_on_where_it_stopped(take_in: TakenIn, tmp_path: Path) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", posts(2_000)))
    whole = texts_of(take_in.archive)
    running = start_slowly(take_in.archive)
    assert running.stdout
    while int(running.stdout.readline()) < 500:
        pass
    running.send_signal(signal.SIGKILL)
    running.communicate()
    done = len(take_in.rows("SELECT 1 FROM tone"))
    assert 0 < done < whole
    finished = onrecord("score", "--json", cwd=tmp_path)
    told = json.loads(finished.stdout)
    assert (finished.returncode, told["outcome"]) == (0, "finished")
    assert told["scored"] + sum(told["not_scored"].values()) == whole - done
    assert_sound(take_in.archive)
    assert take_in.rows("SELECT 1 FROM statements WHERE tone_status LIKE '%not asked for'") == []


def test_ctrl_c_ends_it_after_what_is_done(take_in: TakenIn, tmp_path: Path) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", posts(300)))

    def stop(done: int, total: int) -> None:
        if done:
            assert done <= total
            raise KeyboardInterrupt

    scored = score_archive(take_in.archive, advance=stop)
    assert scored.outcome == "interrupted"
    left = score_archive(take_in.archive)
    assert left.outcome == "finished"
    assert scored.texts + left.texts == texts_of(take_in.archive)


def test_two_at_once_the_second_is_told_to_try_again(take_in: TakenIn, tmp_path: Path) -> None:
    take_in(write_lines(tmp_path / "a.ndjson", posts(5)))
    with Archive.open(take_in.archive):
        finished = onrecord("score", cwd=tmp_path)
    assert finished.returncode == 75
    assert "is being written by another process" in finished.stderr


def test_there_may_be_nothing_to_score(tmp_path: Path) -> None:
    finished = onrecord("score", cwd=tmp_path)
    assert finished.returncode == 2
    assert "archive.db does not exist" in finished.stderr
    assert not (tmp_path / "archive.db").exists()
    Archive.open(tmp_path / "archive.db").close()
    finished = onrecord("score", "--json", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == Scored(scoring.TONE_MODEL).as_dict()


def test_an_archive_without_english_is_told_so(take_in: TakenIn, tmp_path: Path) -> None:
    german = [post(n, text=f"Lampe {n} brennt wieder.", language="de") for n in range(3)]
    take_in(write_lines(tmp_path / "a.ndjson", german))
    finished = onrecord("score", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "0 texts scored by" in finished.stdout
    assert "3 not scored: language" in finished.stdout
    assert "3 scored before" in onrecord("score", cwd=tmp_path).stdout
    assert {row["tone"] for row in rows(take_in.archive, STATEMENTS)} == {None}
