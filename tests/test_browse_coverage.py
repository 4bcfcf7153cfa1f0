"""The pages of coverage say what `onrecord coverage` says, with the calendar of a year."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from browsing import MARKUP, Site, build, close, open_site, rows
from sqlite_utils import Database

from archive.covered import covered, crawled_sources
from onrecord.covering import SIGNS, lines

TODAY = datetime(2026, 3, 18, 9, tzinfo=UTC)
CRAWLS = {
    "xa_light": ("finished 02", "finished 03", "faulty 04", "interrupted 05", "finished 08"),
    "xa_fish": ("finished 01", "finished 08", "finished 17"),
    "xb_port": ("finished 17", "faulty 18"),
    "xb_none": (),
    "xb_new": ("finished 17", "faulty 18"),
}
ALARM = "nothing is listed where something was"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = build(tmp_path / "archive.db", {})
    db = Database(path)
    for source, crawls in CRAWLS.items():
        row = {"name": source, "office": f"Office {source}", "country": source[:2]}
        row |= {"publisher": "Arvenna", "url": "https://a.example/", "language": "en"}
        row |= {"timezone": "UTC", "retention": "keep"}
        every = 7 * 86400 if source == "xa_fish" else 86400
        db.table("sources").insert({**row, "every_seconds": every})
        for each in crawls:
            crawl(db, source, *each.split())
    shape = rows()["shapes"][0] | {"source": "xb_port", "crawl_id": "xb_port-18"}
    alarm = {"at": "2026-03-18T06:00:00Z", "alarms": f'["{ALARM}"]'}
    db.table("shapes").insert(shape | alarm)
    db.close()
    return path


def crawl(db: Database, source: str, outcome: str, day: str) -> None:
    at = f"2026-03-{day}T06:00:00Z"
    row = {"id": f"{source}-{day}", "source": source, "kind": "crawl", "started_at": at}
    db.table("crawls").insert({**row, "outcome": "running", "software": "test"})
    if outcome == "faulty":
        told = {"source": source, "crawl_id": row["id"], "at": at, "level": "error"}
        db.table("issues").insert(told | {"message": "the list is empty"})
    db.execute("UPDATE crawls SET outcome = ?, seen = 3 WHERE id = ?", [outcome, row["id"]])
    db.conn.commit()


@pytest.fixture
def site(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("onrecord.browse.coverage_page.utc_now", lambda: TODAY)
    site = open_site(archive)
    yield site
    close(site)


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return found[0]


def states(site: Site) -> dict[str, str]:
    return {row["source"]: row["state"] for row in site.query("health_of_sources")}


def test_every_source_has_a_state(site: Site) -> None:
    assert states(site) == {
        "xa_fish": "late",
        "xa_light": "late",
        "xb_new": "failing",
        "xb_none": "never crawled",
        "xb_port": "alarms",
    }
    page = text_of(site.page("/-/coverage"))
    assert "5 sources: 5 not well." in page
    assert "Alarms: the last crawl was not like the good ones before" in page
    assert "met with faults: the list is empty" in page


def test_who_was_read_well_today_is_well(archive: Path, site: Site) -> None:
    db = Database(archive)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    row = {"id": "now", "source": "xa_light", "kind": "crawl", "started_at": now}
    db.table("crawls").insert(row | {"outcome": "finished", "software": "test"})
    db.close()
    assert states(site)["xa_light"] == "well"


def test_good_days_are_told_with_those_that_were_due(archive: Path, site: Site) -> None:
    db = Database(archive)
    today = datetime.now(UTC).date()
    for source in ("xa_light", "xa_fish"):
        for back in (0, 27, 28):
            day = f"{today - timedelta(days=back)}"
            row = {"source": source, "day": day, "number": 0, "crawls": 1, "good": 1, "listed": 1}
            row |= {"seen": 1, "new_statements": 0, "faults": 0}
            db.table("crawl_days").insert(row)
    db.close()
    found = {row["source"]: row for row in site.query("health_of_sources")}
    assert [
        (found[each]["good_days"], found[each]["due_days"]) for each in ("xa_light", "xa_fish")
    ] == [*((2, 28), (2, 4))]


def test_a_crawl_that_runs_does_not_hide_how_the_last_one_went(archive: Path, site: Site) -> None:
    db = Database(archive)
    row = {"id": "now", "source": "xb_port", "kind": "crawl", "started_at": "2026-03-18T08:00:00Z"}
    db.table("crawls").insert(row | {"outcome": "running", "software": "test"})
    db.close()
    assert states(site)["xb_port"] == "alarms"


def test_what_is_late_is_overdue_for_the_command_too(archive: Path, site: Site) -> None:
    db = Database(archive)
    today = datetime.now(UTC).date()
    found = covered(db, crawled_sources(db), since=date(2026, 3, 1), until=today)
    overdue = {each.source for each in found if each.is_overdue(today)}
    db.close()
    assert {name for name, state in states(site).items() if state == "late"} <= overdue
    assert all(states(site)[name] != "well" for name in overdue)


def test_the_calendar_has_the_signs_of_the_command(archive: Path, site: Site) -> None:
    for name in ("xa_light", "xa_fish"):
        db = Database(archive)
        month = date(2026, 3, 1), date(2026, 3, 18)
        told = list(lines(covered(db, [name], since=month[0], until=month[1]), *month))
        db.close()
        signs = next(each for each in told if each.startswith("  2026-03-01  "))[14:]
        calendar = section(site.page(f"/-/coverage/{name}"), "calendar")
        row = re.findall(r"<tr><th scope=\"row\">March 2026</th>(.*?)</tr>", calendar, re.DOTALL)[0]
        cells = re.findall(r"<td[^>]*>(?:<span[^>]*>(.)</span>)?</td>", row)
        assert "".join(each or " " for each in cells).rstrip() == signs.rstrip()
        assert len(cells) == 31


def test_the_calendar_needs_no_colour(site: Site) -> None:
    calendar = section(site.page("/-/coverage/xa_light"), "calendar")
    months = re.findall(r'<th scope="row">(.*?)</th>', calendar)
    assert (months[0], months[-1], len(months)) == ("April 2025", "March 2026", 12)
    assert len(re.findall(r'<th scope="col">\d+</th>', calendar)) == 31
    for sign, words in SIGNS.items():
        assert f"{sign} {words}" in text_of(calendar)
    assert 'aria-label="crawled, but not well" title="2026-03-04: ' in calendar
    assert "good crawl: 3; crawled, but not well: 2; none, though one was due: 12" in calendar
    assert "source=xa_light&amp;since=2025-04-01&amp;until=2026-03-18" in calendar


def test_gaps_alarms_and_crawls_have_their_dates(site: Site) -> None:
    light = site.page("/-/coverage/xa_light")
    gaps = text_of(section(light, "gaps"))
    assert "2026-03-04 to 2026-03-07, 4 days: met with faults: the list is empty" in gaps
    assert gaps.index("2026-03-09 to 2026-03-18") < gaps.index("2026-03-04 to")
    assert "A good crawl is overdue." in text_of(light)
    crawls = section(light, "crawls")
    assert re.findall(r"<td>(finished|faulty|interrupted)</td>", crawls) == [
        *("finished", "interrupted", "faulty", "finished", "finished")
    ]
    assert "the list is empty" in text_of(section(light, "issues"))
    alarms = text_of(section(site.page("/-/coverage/xb_port"), "alarms"))
    assert f"18 March 2026, 06:00 UTC : {ALARM}" in alarms
    assert [row["crawl_id"] for row in site.query("crawls_of_a_source", source="xb_new")] == [
        *("xb_new-18", "xb_new-17")
    ]


def test_numbers_are_told_only_where_the_publisher_counts(archive: Path, site: Site) -> None:
    assert 'aria-labelledby="numbers"' not in site.page("/-/coverage/xa_fish")
    db = Database(archive)
    db.execute("UPDATE sources SET ids = 'rising' WHERE name = 'xa_fish'")
    db.conn.commit()
    db.execute("PRAGMA foreign_keys = off")
    like = rows()["statements"][0] | {"source": "xa_fish", "capture_id": "none"}
    like |= {"speaker_id": None, "holder_id": None}
    for number in ("7", "11"):
        db.table("statements").insert(like | {"id": f"xa_fish-{number}", "native_id": number})
    db.close()
    numbers = text_of(section(site.page("/-/coverage/xa_fish"), "numbers"))
    assert "A missing number proves no deletion." in numbers
    assert "8 10 3" in numbers


def test_a_source_that_was_never_crawled(site: Site) -> None:
    page = text_of(site.page("/-/coverage/xb_none"))
    assert "Never crawled." in page
    assert "No crawl of it began in these twelve months." in page
    assert "No crawl or import of it is in this archive." in page


def test_an_unknown_source_is_told(site: Site) -> None:
    answer = site.get("/-/coverage/none")
    assert (answer.status_code, "No source is named none" in answer.text) == (404, True)


def test_events_that_wait_are_told_and_lead_to_what_they_hold(archive: Path, site: Site) -> None:
    db = Database(archive)
    event = {"id": "xb_port-18/many_gone", "source": "xb_port", "crawl_id": "xb_port-18"}
    event |= {"at": "2026-03-18T06:00:00Z", "kind": "many_gone", "statements": 9, "of": 12}
    db.table("events").insert(event)
    db.close()
    for path in ("/-/coverage", "/-/coverage/xb_port"):
        page = site.page(path)
        assert "9 of 12 statements of xb_port were missed at once" in text_of(page)
        assert 'href="/-/changes?source=xb_port#waiting"' in page


def test_markup_stays_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "onrecord.browse.coverage_page.utc_now", lambda: datetime(2031, 3, 6, tzinfo=UTC)
    )
    tables = rows()
    for table in ("sources", "issues", "shapes", "statements"):
        for row in tables[table]:
            for column in {"office", "publisher", "message", "feed"} & set(row):
                row[column] = MARKUP
    tables["shapes"][0]["alarms"] = '["<script>alert(1)</script>"]'
    site = open_site(build(tmp_path / "archive.db", tables))
    for path in ("/-/coverage", "/-/coverage/xv_mod"):
        page = site.page(path)
        assert "&lt;script&gt;alert(1)" in page
        assert not re.search(r"<script>alert|<img|<svg", page)
    close(site)


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    site = open_site(build(tmp_path / "archive.db", {}))
    assert "No source is in this archive." in text_of(site.page("/-/coverage"))
    close(site)


def test_a_log_that_has_grown_is_told_with_its_day(archive: Path, site: Site) -> None:
    assert "The archive itself" not in site.page("/-/coverage")
    row = {"since": "2026-03-16T08:00:00Z", "last_at": "2026-03-17T09:00:00Z"}
    db = Database(archive)
    db.table("log_alarms").insert({**row, "bytes": 300 * 1024**2, "ended_at": None})
    db.close()
    told = text_of(section(site.page("/-/coverage"), "log"))
    words = "2026-03-16 08:00 : the write-ahead log had 300 MB at 2026-03-17 09:00, since somebody"
    assert f"The archive itself {words} reads the archive for long" in told
