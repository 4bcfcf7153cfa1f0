"""What a person decides: events accepted or dismissed, words withheld, and all of it rebuilt."""

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import HARBOUR, build, close, open_site
from browsing import rows as fixed_rows
from days import Days
from looked import START, Looks
from loopback import Site, onrecord, rows
from rebuilt import assert_rebuilds_the_same

from archive.decisions import decide
from archive.errors import DecisionError
from archive.records import statement_id


@pytest.fixture
def held(tmp_path: Path) -> Looks:
    """Make an archive in which four statements of twenty are held since hour 48."""
    looks = Looks(tmp_path, 20)
    for hours in (24, 48):
        looks.crawl(hours, 1, 2, 3, 4)
    return looks


def _event(looks: Looks) -> str:
    return str(looks.archive.db.execute("SELECT id FROM events").fetchone()[0])


def test_accepting_turns_gone_what_is_still_missing(tmp_path: Path) -> None:
    held = Looks(tmp_path, 20)
    for hours in (24, 48):
        held.crawl(hours, 1, 2, 3, 4, 5)
    held.crawl(50, 1, 2, 3, 4)
    decide(held.archive, "accept", _event(held), "the ministry said so", "test")
    assert held.states() == dict.fromkeys((1, 2, 3, 4), "gone")
    row = held.archive.db.execute(
        "SELECT evidence, event_id IS NOT NULL, first_at, at > ? FROM fates "
        "WHERE state = 'gone' LIMIT 1",
        [START.isoformat()],
    ).fetchone()
    assert row == ("HTTP 404", 1, "2026-03-02T08:00:00Z", 1)
    assert held.events() == [("accepted", 5, "the ministry said so")]


def test_dismissing_asks_for_looks_of_a_later_day(
    held: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.decisions.utc_now", lambda: START.replace(day=3, hour=20))
    decide(held.archive, "dismiss", _event(held), "their server is being moved", "test")
    assert held.states() == dict.fromkeys((1, 2, 3, 4), "suspect")
    held.crawl(72, 1, 2, 3, 4)
    held.crawl(90, 1, 2, 3, 4)
    assert held.events() == [("dismissed", 4, "their server is being moved")]
    held.crawl(96, 1, 2, 3, 4)  # a day after the first look since
    assert [state for state, *_ in held.events()] == ["dismissed", "waiting"]


def test_what_cannot_be_decided_is_refused(held: Looks) -> None:
    event = _event(held)
    for kind, of, reason, words in (
        ("accept", "nothing", "", "no event is named 'nothing'"),
        ("dismiss", event, "  ", "a reason is needed"),
        ("takedown", "xa_light-x", "why", "no statement is named"),
        ("takedown", statement_id("xa_light", "1"), "", "a reason is needed"),
    ):
        with pytest.raises(DecisionError, match=words):
            decide(held.archive, kind, of, reason, "test")
    decide(held.archive, "accept", event, "", "test")
    with pytest.raises(DecisionError, match="was accepted on"):
        decide(held.archive, "dismiss", event, "on second thoughts", "test")
    assert len(list(held.archive.warc_folder.iterdir())) == 1


def test_a_decision_is_whole_or_not_made(held: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archive.decisions.note_gone", fail)
    with pytest.raises(KeyboardInterrupt):
        decide(held.archive, "accept", _event(held), "", "test")
    assert held.events() == [("waiting", 4, None)]
    monkeypatch.undo()
    decide(held.archive, "accept", _event(held), "", "test")
    assert held.states() == dict.fromkeys((1, 2, 3, 4), "gone")


def test_no_look_brings_withheld_words_back(held: Looks) -> None:
    key = statement_id("xa_light", "5")
    decide(held.archive, "takedown", key, "a court said so", "test")
    held.crawl(60)
    held.crawl(61, seen=[1, 2], posts={5: {"text": "The lamp number 5 is lit, and number 6."}})
    db = held.archive.db
    sql = "SELECT s.text, s.title, r.text, r.text_sha256 != '' FROM statements AS s "
    sql += "JOIN revisions AS r ON r.statement_id = s.id WHERE s.id = ?"
    assert db.execute(sql, [key]).fetchall() == [(None, None, None, 1), (None, None, None, 1)]
    with pytest.raises(DecisionError, match="withheld already"):
        decide(held.archive, "takedown", key, "again", "test")


def _assert_no_capture_tells(cwd: Path, key: str, words: bytes) -> None:
    """Ask the site for every capture; those that are given hold nothing of a statement."""
    own = rows(cwd / "archive.db", f"SELECT capture_id FROM checks WHERE statement_id = '{key}'")
    given = {}
    site = open_site(cwd / "archive.db")
    for each in rows(cwd / "archive.db", "SELECT id FROM captures"):
        answer = site.get(f"/-/captures/{each['id']}.warc.gz")
        assert answer.status_code in {200, 410}
        if answer.status_code == 200:
            given[each["id"]] = gzip.decompress(answer.content)
    close(site)
    assert own
    assert given
    assert not {each["capture_id"] for each in own} & given.keys()
    assert not any(words in each or b'/pr/3"' in each for each in given.values())


def test_events_and_takedowns_from_outside_survive_a_rebuild(tmp_path: Path) -> None:
    with Site() as site:
        days = Days(tmp_path, site, 6)
        days.crawl(0)
        days.remove("/pr/1", "/pr/2")
        for hours in (24, 49):
            days.crawl(hours)
        (event,) = json.loads(days.run("events", "--json", hours=50).stdout)
        assert (event["statements"], event["of"], event["state"]) == (2, 6, "waiting")
        assert "2 of 6 statements of xa_light missed" in days.run("events", hours=50).stdout
        shown = days.run("events", "show", event["id"], hours=50).stdout
        assert shown.count("HTTP 404 at 20") == 2
        days.run("events", "accept", event["id"], "--reason", "neu geordnet, größer", hours=50)
        assert days.run("events", hours=51).stdout == "no event waits\n"
        assert "neu geordnet, größer" in days.run("events", "--all", hours=51).stdout
        assert days.state("/pr/1") == days.state("/pr/2") == "gone"

        (row,) = days.rows("SELECT id, rowid FROM statements WHERE url LIKE '%/pr/3'")
        done = days.run("takedown", row["id"], "--reason", "a court said so", hours=52)
        assert done.returncode == 0, done.stderr
        assert "WARC files still hold" in done.stderr
        _assert_no_capture_tells(tmp_path, row["id"], b"lamp number 3 is")
        days.crawl(75)
        assert b"lamp number 3 is" not in (tmp_path / "archive.db").read_bytes()
        assert days.rows(
            "SELECT count(*) AS n FROM statements_fts WHERE rowid = "
            f"{row['rowid']} AND statements_fts MATCH 'lamp'"
        ) == [{"n": 0}]
        again = days.run("takedown", row["id"], "--reason", "once more", hours=76)
        assert again.returncode == 2
        assert "withheld already" in again.stderr
        assert days.rows("SELECT count(*) AS n FROM ledger WHERE kind = 'withheld'") == [{"n": 1}]
    assert_rebuilds_the_same(tmp_path)
    assert b"lamp number 3 is" not in (tmp_path / "rebuilt" / "again.db").read_bytes()
    assert onrecord("events", "--db", "none.db", cwd=tmp_path).returncode == 2

    (taken,) = days.rows("SELECT warc_file FROM takedowns")
    (tmp_path / "archive-warc" / taken["warc_file"]).rename(tmp_path / "aside.warc.gz")
    back = onrecord("rebuild", "--to", "back.db", "--sources", "sources", cwd=tmp_path)
    assert back.returncode == 0, back.stderr
    assert rows(
        tmp_path / "back.db", "SELECT state, count(text) AS n FROM statements GROUP BY 1"
    ) == [
        {"state": "gone", "n": 2},
        {"state": "live", "n": 4},
    ]


def test_on_a_terminal_a_takedown_asks_first(tmp_path: Path) -> None:
    path = build(tmp_path / "archive.db", fixed_rows())
    ours, theirs = pty.openpty()
    words = ["-m", "onrecord", "takedown", HARBOUR, "--reason", "a trial", "--db", str(path)]
    asking = subprocess.Popen(
        [sys.executable, *words], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    os.write(ours, b"n\n")
    told = asking.communicate(timeout=60)[0].decode()
    os.close(theirs)
    os.close(ours)
    assert asking.returncode == 1
    assert "“Opening of the harbour”, Ilse Marrow, Ministry of Defence" in told
    assert "Withhold its words for good?" in told
    assert rows(path, "SELECT count(*) AS n FROM takedowns WHERE reason = 'a trial'") == [{"n": 0}]
