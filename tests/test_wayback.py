"""A back-fill from a web archive: earlier wordings become revisions of their own time."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from backfills import Both, words
from loopback import Answer, Site, listing, onrecord, release, rows, write_source
from past import Past
from scrapy.settings import Settings
from test_replay import SAME
from web_archive import BLOCKED, WebArchive

from onrecord.crawling import Job, _crawler
from spiders.sourcefiles import read_source

QUOTED = "20210105120000id_/{}/pr/7?from=a%20b%7Cc&to=%C3%A9"
BOTH_DIALECTS = pytest.mark.parametrize("is_pywb", [False, True], ids=["array", "pywb"])


@pytest.fixture
def is_pywb() -> bool:
    return False


@pytest.fixture
def both(tmp_path: Path, *, is_pywb: bool) -> Any:
    with Site() as site, Site() as other:
        found = Both(tmp_path, site, WebArchive(other, is_pywb=is_pywb))
        found.declare()
        site.html("/list", listing({"/pr/1": "02/03/2024"}))
        site.html("/pr/1", release(words("greet")))
        yield found


@BOTH_DIALECTS
def test_earlier_wordings_are_revisions_of_their_own_time(both: Both) -> None:
    past = Past(both.cwd, both.site)
    past.crawled("2024-04-02", {"/pr/1": release(words("praise"))})
    past.crawled("2024-06-02", {"/pr/1": release(words("greet"))})
    past.rebuild().rename(both.cwd / "archive.db")
    shutil.rmtree(both.cwd / "again-warc")
    both.hold("2024-03-05", "/pr/1", release(words("thank")))
    both.hold("2024-04-20", "/pr/1", release(words("praise")) + "<i>and a counter</i>")
    both.hold("2024-05-05", "/pr/1", release(words("blame")))
    summary = both.backfill()
    assert (summary["outcome"], summary["new_revisions"], summary["quarantined"]) == (
        "finished",
        2,
        0,
    )
    assert both.revisions("/pr/1") == [
        ("2024-03-05", "thank", "wayback"),
        ("2024-04-02", "praise", None),
        ("2024-05-05", "blame", "wayback"),
        ("2024-06-02", "greet", None),
    ]
    (now,) = both.rows("SELECT text, state, first_seen_at FROM statements")
    assert (now["text"], now["state"]) == (words("greet"), "live")
    looks = both.rows("SELECT checked_at, outcome, revision FROM checks WHERE witness = 'wayback'")
    assert [(row["checked_at"], row["outcome"]) for row in looks] == [
        ("2024-03-05T12:00:00Z", "seen"),
        ("2024-04-20T12:00:00Z", "seen"),
        ("2024-05-05T12:00:00Z", "seen"),
    ]
    same = both.rows(f"SELECT text FROM revisions WHERE revision = {looks[1]['revision']}")
    assert same == [{"text": words("praise")}]


def test_what_only_the_archive_knows_is_unchecked_and_never_looked_for(both: Both) -> None:
    both.hold("2021-03-05", "/pr/7", release(words("thank")))
    both.hold("2021-05-05", "/pr/7", release(words("praise")))
    both.hold("2021-07-05", "/pr/7", "<h1>Not found</h1>", status=404)
    both.backfill()
    sql = "SELECT text, state, last_seen_at FROM statements WHERE url LIKE '%/pr/7'"
    unchecked = {"text": words("praise"), "state": "unchecked"}
    assert both.rows(sql) == [unchecked | {"last_seen_at": "2021-05-05T12:00:00Z"}]
    assert len(both.archive.asked()) == 2
    both.site.asked.clear()
    both.crawl()
    assert "/pr/7" not in both.site.asked
    assert both.archive.site.asked == []
    assert both.rows("SELECT * FROM checks WHERE outcome = 'absent'") == []


def test_a_page_that_is_seen_live_later_is_compared_with_what_the_archive_had(both: Both) -> None:
    both.hold("2021-03-05", "/pr/7", release(words("thank")))
    both.backfill()
    both.site.html("/list", listing({"/pr/7": "02/03/2021"}))
    both.site.html("/pr/7", release(words("blame")))
    summary = both.crawl()
    assert (summary["new_revisions"], summary["quarantined"]) == (1, 0)
    assert [text for _, text, _ in both.revisions("/pr/7")] == ["thank", "blame"]
    (row,) = both.rows("SELECT state FROM statements WHERE url LIKE '%/pr/7'")
    assert row["state"] == "live"


@BOTH_DIALECTS
def test_a_rebuild_makes_the_same_archive(both: Both) -> None:
    both.hold("2024-03-05", "/pr/1", release(words("thank")))
    both.hold("2024-05-05", "/pr/1", release(words("blame")))
    both.hold("2021-05-05", "/pr/7", release(words("praise")))
    both.hold("2021-06-05", "/pr/7", "<h1>A page without words</h1>")
    both.backfill()
    both.hold("2022-06-05", "/pr/7", release(words("thank")))
    both.backfill()
    again = ["rebuild", "--to", "again.db", "--sources", "sources"]
    finished = onrecord(*again, cwd=both.cwd)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(both.cwd / "again.db", sql) == both.rows(sql), table
    assert len(both.rows("SELECT * FROM revisions WHERE witness = 'wayback'")) == 4


@BOTH_DIALECTS
def test_captures_are_asked_for_once_and_a_back_fill_goes_on_where_it_stopped(both: Both) -> None:
    both.declare("most: 2")
    wanted = [
        both.hold(f"2021-0{month}-05", f"/pr/{number}", release(words(f"praise{month}")))
        for number in (7, 8)
        for month in (1, 2, 3)
    ]
    asked: list[str] = []
    for _ in range(3):
        both.backfill()
        assert len(both.archive.asked()) == 2
        asked += both.archive.asked()
    assert asked == wanted
    told = both.rows("SELECT level, message FROM issues")
    assert [each["level"] for each in told] == ["warning"] * 3
    assert "2 captures are asked for, as 'most' says" in told[0]["message"]
    both.backfill()
    assert both.archive.asked() == []
    assert len(both.rows("SELECT * FROM revisions WHERE witness = 'wayback'")) == 6


def test_only_pages_with_the_wanted_address_and_a_new_body_are_asked_for(both: Both) -> None:
    page = release(words("thank"))
    wanted = [both.hold("2021-01-05", "/pr/7", page)]
    both.hold("2021-02-05", "/pr/7", page, mime="warc/revisit")
    both.hold("2021-03-05", "/pr/7", page)
    both.hold("2021-03-05", "/pr/7?print=1", release(words("praise")))
    both.hold("2021-03-05", "/pr/8", "<h1>Moved</h1>", status=301)
    both.hold("2021-03-05", "/pr/9", "picture", mime="image/png")
    wanted += [both.hold("2021-03-05", "/pr/10", release("Seen again."), mime="warc/revisit")]
    both.backfill()
    assert sorted(both.archive.asked()) == sorted(wanted)


def test_an_address_that_is_written_loosely_is_asked_for_once(both: Both) -> None:
    both.declare()
    path = both.cwd / "sources" / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace("'/pr/\\d+$'", "'/pr/\\d'"))
    both.hold("2021-01-05", "/pr/7?from=a b|c&to=\u00e9", release(words("thank")))
    both.archive.site.answers["/web/" + QUOTED.format(both.site.url)] = both.archive.replay(
        "20210105120000", both.archive.held[0].url
    )
    assert both.backfill()["new_statements"] == 2
    assert both.backfill()["captures"] == 4
    again = ["rebuild", "--to", "again.db", "--sources", "sources"]
    assert onrecord(*again, cwd=both.cwd).returncode == 0
    assert rows(both.cwd / "again.db", SAME["statements"]) == both.rows(SAME["statements"])


def test_dates_bound_what_is_asked_for(both: Both) -> None:
    both.declare("from: 2021-02-01\n    to: 2021-03-05")
    for day in ("2021-01-31", "2021-02-01", "2021-03-05", "2021-03-06"):
        both.hold(day, f"/pr/{day[-2:]}", release(words("thank")))
    both.backfill()
    assert [path[5:13] for path in both.archive.asked()] == ["20210201", "20210305"]


def test_a_page_of_that_time_is_read_by_the_layout_of_that_time(both: Both) -> None:
    layouts = "layouts: [{{until: 2022-12-31, title: h2, text: td}}]"
    both.declare(layouts)
    old = f"<h2>A title</h2><table><td>{words('thank')}</td></table>"
    both.hold("2022-12-31", "/pr/7", old)
    both.hold("2023-01-01", "/pr/8", release(words("blame")))
    both.hold("2023-01-01", "/pr/9", old)
    summary = both.backfill()
    assert summary["quarantined"] == 1
    assert both.revisions("/pr/7") == [("2022-12-31", "thank", "wayback")]
    assert both.revisions("/pr/8") == [("2023-01-01", "blame", "wayback")]
    (aside,) = both.rows("SELECT reason FROM quarantine")
    assert "page.text '.words' matched nothing" in aside["reason"]
    assert "'layouts'" in aside["reason"]


def test_what_is_read_in_another_way_is_set_aside_unless_the_words_are_the_same(
    both: Both,
) -> None:
    both.declare(more_page=", remove: i")
    both.hold("2024-03-05", "/pr/1", release(words("greet")))
    both.hold("2024-04-05", "/pr/1", release(words("blame")))
    summary = both.backfill()
    assert (summary["new_revisions"], summary["quarantined"]) == (0, 1)
    (aside,) = both.rows("SELECT reason FROM quarantine")
    assert "whether it was edited cannot be told" in aside["reason"]
    looks = both.rows("SELECT checked_at FROM checks WHERE witness = 'wayback'")
    assert looks == [{"checked_at": "2024-03-05T12:00:00Z"}]


def test_a_page_without_its_title_is_set_aside_and_no_edit(both: Both) -> None:
    both.hold("2024-03-05", "/pr/1", release(words("greet")).replace("h1", "h3"))
    summary = both.backfill()
    assert (summary["new_revisions"], summary["quarantined"]) == (0, 1)
    (aside,) = both.rows("SELECT reason FROM quarantine")
    assert "page.title 'h1' matched nothing" in aside["reason"]


def test_an_index_without_captures_is_told(both: Both) -> None:
    summary = both.backfill()
    assert summary["exit"] == 1
    assert "lists nothing" in summary["log"]


def test_a_site_that_the_archive_does_not_show_is_told(both: Both) -> None:
    both.hold("2024-03-05", "/pr/1", release(words("thank")))
    both.archive.index = lambda _: Answer(BLOCKED, 403, content_type="text/plain")  # type: ignore[method-assign]
    summary = both.backfill()
    assert summary["exit"] == 1
    assert "answered 403: the archive does not show this site" in summary["log"]
    assert "Blocked Site Error" in summary["log"]
    assert summary["seen"] == 1


@pytest.mark.parametrize("body", [b'[["urlkey","timestamp","ori', b"<html>Sorry</html>"])
def test_an_answer_that_is_no_index_is_told(both: Both, body: bytes) -> None:
    both.archive.index = lambda _: Answer(body)  # type: ignore[method-assign]
    summary = both.backfill()
    assert summary["exit"] == 1
    assert "an index of captures" in summary["log"] or "no index of captures" in summary["log"]


def test_nothing_is_read_from_an_archive_unless_asked(both: Both) -> None:
    both.hold("2024-03-05", "/pr/1", release(words("thank")))
    both.crawl()
    assert both.archive.site.asked == []
    due = onrecord(
        *["crawl", "--due", "--backfill", "--sources", both.cwd / "sources"], cwd=both.cwd
    )
    assert (due.returncode, "--backfill goes with NAME or --all" in due.stderr) == (2, True)


def test_a_replay_waits_for_no_archive(tmp_path: Path) -> None:
    settings = Settings({"DOWNLOAD_SLOTS": {"web.archive.org": {"delay": 3}}})
    with Site() as site:
        write_source(tmp_path, site)
    source = read_source(tmp_path / "xa" / "xa_light.yml")
    assert not _crawler(Job(source, tmp_path / "x.warc.gz"), settings).settings["DOWNLOAD_SLOTS"]


def test_a_source_without_such_a_feed_is_told(tmp_path: Path) -> None:
    with Site() as site:
        write_source(tmp_path / "sources", site)
    finished = onrecord("crawl", "xa_light", "--backfill", "--sources", "sources", cwd=tmp_path)
    assert finished.returncode == 2
    assert "xa_light has no feed that waits to be asked" in finished.stderr
