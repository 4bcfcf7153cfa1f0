"""`onrecord coverage` and the views below it: days, gaps, alarms and numbers never seen."""

import json
from pathlib import Path

import pytest
from loopback import onrecord, rows

from archive.store import Archive

CRAWLS = {
    "xa_light": ("finished 02", "finished 03", "faulty 04", "interrupted 05", "finished 08"),
    "xa_fish": ("finished 01", "finished 08", "finished 17"),
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive.db") as archive:
        db = archive.db
        for source, crawls in CRAWLS.items():
            row = {"name": source, "office": "An office", "country": "xa", "publisher": "Arvenna"}
            row |= {"url": "https://a.example/", "language": "en", "timezone": "UTC"}
            every = 86400 if source == "xa_light" else 7 * 86400
            db.table("sources").insert(row | {"retention": "keep", "every_seconds": every})
            for each in crawls:
                outcome, day = each.split()
                crawl(archive, source, f"2026-03-{day}T06:00:00Z", outcome)
    return tmp_path


def crawl(archive: Archive, source: str, at: str, outcome: str) -> None:
    db = archive.db
    row = {"id": f"{source}-{at}", "source": source, "kind": "crawl", "started_at": at}
    db.table("crawls").insert({**row, "outcome": "running", "software": "test"})
    if outcome == "faulty":
        told = {"source": source, "crawl_id": row["id"], "at": at, "level": "error"}
        db.table("issues").insert(told | {"message": "the list is empty"})
    db.execute("UPDATE crawls SET outcome = ?, seen = 3 WHERE id = ?", [outcome, row["id"]])


def test_gaps_have_their_days_and_their_reason(desk: Path) -> None:
    found = rows(desk / "archive.db", "SELECT * FROM gaps ORDER BY source, since")
    fault = "met with faults: the list is empty"
    assert [tuple(each.values()) for each in found] == [
        ("xa_fish", "2026-03-15", "2026-03-16", 2, "no crawl was run", "2026-03-08"),
        ("xa_light", "2026-03-04", "2026-03-07", 4, fault, "2026-03-03"),
        ("xa_light", "2026-03-09", "2026-03-17", 9, "no crawl was run", "2026-03-08"),
    ]


def test_each_day_has_what_was_expected_of_it(desk: Path) -> None:
    sql = "SELECT * FROM coverage_days WHERE day < '2026-03-10' ORDER BY source, day"
    found = rows(desk / "archive.db", sql)
    light = [each for each in found if each["source"] == "xa_light"]
    assert [each["day"][8:] for each in light] == [f"{day:02}" for day in range(2, 10)]
    assert {each["expected"] for each in light} == {1}
    assert [each["crawls"] for each in light] == [1, 1, 1, 1, 0, 0, 1, 0]
    assert [each["why"] for each in light] == [
        *(None, None, "met with faults: the list is empty", "was interrupted"),
        *("no crawl was run", "no crawl was run", None, "no crawl was run"),
    ]
    fish = [each for each in found if each["source"] == "xa_fish"]
    assert [each["expected"] for each in fish] == [1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert not any(each["why"] for each in fish)


def test_the_command_shows_a_calendar(desk: Path) -> None:
    words = ["coverage", "--since", "2026-03-01", "--until", "2026-03-18"]
    shown = onrecord(*words, cwd=desk)
    assert shown.returncode == 1
    assert "  2026-03-01   ##!!..#........." in shown.stdout
    assert "  2026-03-01  #------#------..#" in shown.stdout
    assert (
        "gap    2026-03-04 to 2026-03-07, 4 days: met with faults: the list is empty"
        in shown.stdout
    )
    assert "xa_light: last good crawl 2026-03-08 06:00, overdue" in shown.stdout
    well = onrecord("coverage", "xa_fish", *words[1:2], "2026-03-17", *words[3:], cwd=desk)
    assert (well.returncode, well.stderr) == (0, "")
    told = json.loads(onrecord(*words, "--json", cwd=desk).stdout)
    assert [each["overdue"] for each in told["sources"]] == [False, True]


def test_a_log_that_has_grown_is_told_with_its_day_until_it_has_shrunk(desk: Path) -> None:
    window = ["--since", "2026-03-17", "--until", "2026-03-18", "xa_fish"]
    assert "write-ahead" not in onrecord("coverage", *window, cwd=desk).stdout
    row = {"since": "2026-03-16T08:00:00Z", "last_at": "2026-03-17T09:00:00Z"}
    with Archive.open(desk / "archive.db") as archive:
        archive.db.table("log_alarms").insert({**row, "bytes": 300 * 1024**2, "ended_at": None})
        told = onrecord("coverage", *window, cwd=desk)
        assert told.stdout.startswith("alarm  2026-03-16: the write-ahead log had 300 MB at 2026")
        assert told.returncode == 1
        (alarm,) = json.loads(onrecord("coverage", *window, "--json", cwd=desk).stdout)[
            "log_alarms"
        ]
        assert alarm["since"] == row["since"]
        early = ["--since", "2026-03-01", "--until", "2026-03-10"]
        assert "write-ahead" not in onrecord("coverage", *early, cwd=desk).stdout
        archive.db.execute("UPDATE log_alarms SET ended_at = '2026-03-17T10:00:00Z'")
        over = onrecord("coverage", *window, cwd=desk)
    assert "; over at 2026-03-17 10:00" in over.stdout


def test_a_wrong_name_and_a_wrong_window_are_told(desk: Path) -> None:
    wrong = onrecord("coverage", "xa_ligth", cwd=desk)
    assert wrong.returncode == 2
    assert "did you mean 'xa_light'?" in wrong.stderr
    window = ["--since", "2026-03-05", "--until", "2026-03-01"]
    assert onrecord("coverage", *window, cwd=desk).returncode == 2
    missing = onrecord("coverage", "--db", "none.db", cwd=desk)
    assert (missing.returncode, "does not exist" in missing.stderr) == (2, True)


def test_numbers_that_were_never_seen_are_named(desk: Path) -> None:
    with Archive.open(desk / "archive.db") as archive:
        db = archive.db
        db.execute("UPDATE sources SET ids = 'rising' WHERE name = 'xa_light'")
        told = {"identity": "i", "edits": "e", "deletions": "d"}
        db.table("channels").insert({"name": "telegram", "ids": "rising", **told})
        db.execute("PRAGMA foreign_keys = OFF")
        state = "source, native_id, kind, office, country, first_seen_at, last_seen_at, state"
        for number, (source, native_id, route) in enumerate(
            [
                *(("xa_light", str(each), "listing a #1") for each in (7, 8, 12)),
                ("xa_light", "word", "listing a #1"),
                *(("xa_fish", f"chan/{each}", "telegram b #1") for each in (1, 3)),
                *(("xa_fish", f"{each}", "listing b #1") for each in (1, 9)),
            ]
        ):
            db.execute(
                f"INSERT INTO statements (id, {state}, revision, tone_status, route, capture_id, "
                "published_at) VALUES (?, ?, ?, 'post', 'o', 'xa', 't', 't', 'live', 1, '', ?, "
                "'c', '2026-03-01')",
                [str(number), source, native_id, route],
            )
    sql = "SELECT source, series, first, last, numbers FROM id_gaps ORDER BY source"
    assert [tuple(each.values()) for each in rows(desk / "archive.db", sql)] == [
        ("xa_fish", "chan/", 2, 2, 1),
        ("xa_light", "", 9, 11, 3),
    ]
