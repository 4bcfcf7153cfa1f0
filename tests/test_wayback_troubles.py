"""A web archive that leads astray, is in trouble, or answers in pieces."""

from pathlib import Path
from typing import Any

import pytest
from backfills import Both, words
from loopback import Answer, Site, listing, onrecord, release, rows
from web_archive import Held, WebArchive

OWN_PAGE = b"<html><body><h1>Wayback Machine</h1><div class='words'>Sorry. This URL has been "
OWN_PAGE += b"excluded from the Wayback Machine.</div></body></html>"


@pytest.fixture
def both(tmp_path: Path) -> Any:
    with Site() as site, Site() as other:
        found = Both(tmp_path, site, WebArchive(other))
        found.declare()
        site.html("/list", listing({"/pr/1": "02/03/2024"}))
        site.html("/pr/1", release(words("greet")))
        yield found


def test_a_capture_that_the_archive_has_at_another_time_counts_at_that_time(both: Both) -> None:
    asked = both.hold("2024-03-05", "/pr/1", release(words("thank")))
    other = both.hold("2024-03-07", "/pr/1", release(words("thank")), mime="unlisted")
    both.archive.site.answers[asked] = Answer(b"", 302, {"Location": both.archive.site.url + other})
    summary = both.backfill()
    assert both.archive.asked() == [asked, other]
    assert both.revisions("/pr/1")[0] == ("2024-03-07", "thank", "wayback")
    assert summary["faults"] == 0
    both.backfill()
    assert both.archive.asked() == []


def test_the_time_that_the_archive_tells_with_the_page_counts(both: Both) -> None:
    both.archive.is_pywb = True
    both.hold("2024-03-07", "/pr/1", release(words("thank")))
    real = both.archive.index
    both.archive.index = lambda query: Answer(  # type: ignore[method-assign]
        real(query).body.replace(b"20240307120000", b"20240305110000")
    )
    both.backfill()
    assert [path[5:19] for path in both.archive.asked()] == ["20240305110000"]
    assert both.revisions("/pr/1")[0] == ("2024-03-07", "thank", "wayback")


def test_what_leads_elsewhere_is_not_followed(both: Both) -> None:
    archive, live = both.archive.site, both.site.url
    asked = [both.hold("2024-03-05", f"/pr/{n}", release(words("thank"))) for n in range(3, 8)]
    both.hold("2024-03-07", "/pr/2", release(words("blame")), mime="unlisted")
    another = f"{archive.url}/web/20240307120000id_/{live}/pr/2"
    wheres = [
        f"{live}/pr/3",
        another,
        f"{archive.url}/sorry",
        "http://[bad",
        archive.url + asked[4],
    ]
    for path, where in zip(asked, wheres, strict=True):
        archive.answers[path] = Answer(b"", 302, {"Location": where})
    summary = both.backfill()
    assert both.archive.asked() == asked
    assert "/pr/3" not in both.site.asked
    assert (summary["new_statements"], summary["outcome"]) == (1, "finished")
    issues = both.rows("SELECT message FROM issues ORDER BY id")
    assert [each["message"] for each in issues] == [
        f"xa_light: {archive.url}{path} leads to {where}, which is not that page"
        for path, where in zip(asked[:4], wheres, strict=False)
    ]


def test_a_page_that_led_elsewhere_at_that_time_is_no_trouble(both: Both) -> None:
    asked = both.hold("2024-03-05", "/pr/1", "moved", mime="warc/revisit")
    both.archive.site.answers[asked] = Answer(
        b"",
        301,
        {
            "Location": f"{both.archive.site.url}/web/20240305120000id_/{both.site.url}/",
            "Memento-Datetime": both.archive.held[0].at,
        },
    )
    summary = both.backfill()
    assert (summary["outcome"], both.rows("SELECT * FROM issues")) == ("finished", [])


def test_a_page_of_the_archives_own_is_no_page_of_the_publisher(both: Both) -> None:
    for status in (200, 403, 404):
        asked = both.hold("2024-03-05", f"/pr/{status}", release(words("thank")))
        both.archive.site.answers[asked] = Answer(OWN_PAGE, status)
    both.backfill()
    assert [row["url"][-5:] for row in both.rows("SELECT url FROM statements")] == ["/pr/1"]
    issues = both.rows("SELECT level, message FROM issues")
    assert [issue["level"] for issue in issues] == ["warning"] * 3
    assert all("a page of the archive's own" in issue["message"] for issue in issues)


def test_a_capture_of_another_page_is_not_read(both: Both) -> None:
    asked = both.hold("2024-03-05", "/pr/7", release(words("thank")))
    headers: dict[str, str | None] = {
        "Memento-Datetime": both.archive.held[0].at,
        "Link": f'<{both.site.url}/pr/8>; rel="original"',
    }
    both.archive.site.answers[asked] = Answer(both.archive.held[0].body, 200, headers)
    both.backfill()
    assert [row["url"][-5:] for row in both.rows("SELECT url FROM statements")] == ["/pr/1"]
    (issue,) = both.rows("SELECT message FROM issues")
    assert issue["message"].endswith(f"is a capture of {both.site.url}/pr/8")


def test_an_archive_in_trouble_is_left_alone_and_asked_again_another_day(both: Both) -> None:
    asked = [
        both.hold("2024-03-05", f"/pr/{number}", release(words("thank"))) for number in range(2, 8)
    ]
    for path in asked[1:]:
        both.archive.site.answers[path] = Answer(b"Service unavailable", 503)
    summary = both.backfill()
    assert list(dict.fromkeys(both.archive.asked())) == asked[:4]
    assert (summary["outcome"], summary["faults"]) == ("faulty", 1)
    assert "the archive is left alone now, and 2 more captures with it" in summary["log"]
    for path in asked[1:]:
        del both.archive.site.answers[path]
    summary = both.backfill()
    assert both.archive.asked() == asked[1:]
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 5)


def test_a_passing_trouble_stops_nothing(both: Both) -> None:
    asked = [
        both.hold("2024-03-05", f"/pr/{number}", release(words("thank"))) for number in range(2, 8)
    ]
    for path in asked[::2]:
        both.archive.site.answers[path] = Answer(b"Service unavailable", 503)
    summary = both.backfill()
    assert list(dict.fromkeys(both.archive.asked())) == asked
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 4)


def test_an_archive_that_asks_to_be_left_alone_is_left_alone(both: Both) -> None:
    asked = [
        both.hold("2024-03-05", f"/pr/{number}", release(words("thank"))) for number in range(2, 5)
    ]
    both.archive.site.answers[asked[0]] = Answer(b"Slow down", 429, {"Retry-After": "7200"})
    summary = both.backfill()
    assert both.archive.asked() == asked[:1]
    assert summary["outcome"] == "faulty"
    assert "asked to be left alone until" in summary["log"]
    both.backfill()
    assert both.archive.site.asked == []


def test_an_archive_that_is_away_is_told(both: Both) -> None:
    both.hold("2024-03-05", "/pr/1", release(words("thank")))
    path = both.cwd / "sources" / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace(both.archive.site.url, "http://127.0.0.1:9"))
    summary = both.crawl("--allow-host", "127.0.0.1:9", "--backfill")
    assert summary["outcome"] == "faulty"
    assert "http://127.0.0.1:9/cdx" in summary["log"]
    assert "Traceback" not in summary["log"]
    assert summary["seen"] == 1


def test_an_index_in_pieces_is_read_to_its_end(both: Both) -> None:
    both.archive.page_size = 3  # one of them comes again
    for number in range(2, 9):
        kept = {"status": 301} if number < 6 else {}
        both.hold("2024-03-05", f"/pr/{number}", release(words("thank")), **kept)
    summary = both.backfill()
    assert summary["new_statements"] == 4
    assert len([path for path in both.archive.site.asked if path.startswith("/cdx")]) > 1


def test_an_index_that_cuts_without_a_word_is_asked_for_all(both: Both) -> None:
    both.archive.is_pywb = True
    page = b"<h1>Moved</h1>"
    for number in range(5000):
        both.archive.held.append(
            Held("20240305120000", f"{both.site.url}/pr/0{number}", page, status=301)
        )
    both.hold("2024-03-05", "/pr/7", release(words("thank")))
    summary = both.backfill()
    assert summary["new_statements"] == 2
    index = [path for path in both.archive.site.asked if path.startswith("/cdx")]
    assert ["limit=" in path for path in index] == [True, False]


def test_a_bad_line_stops_no_other(both: Both) -> None:
    both.hold("2024-03-05", "/pr/7", release(words("thank")))
    real = both.archive.index
    bad = b'["x", "soon", "http://[bad", "text/html", "200", "AAAA", "1"], '
    worse = b'["x", "20240305120000", "http://[bad/pr/7", "text/html", "200", "AAAA", "1"], '
    both.archive.index = lambda query: Answer(  # type: ignore[method-assign]
        real(query).body.replace(b'"length"], ', b'"length"], ' + bad + worse)
    )
    summary = both.backfill()
    assert summary["new_statements"] == 2
    messages = [row["message"] for row in both.rows("SELECT message FROM issues ORDER BY id")]
    assert len(messages) == 2
    assert "names no capture" in messages[0]
    assert "is no address" in messages[1]


def test_a_rebuild_takes_the_same_ways(both: Both) -> None:
    asked = [
        both.hold("2024-03-05", f"/pr/{number}", release(words("thank"))) for number in range(2, 7)
    ]
    there = both.hold("2024-03-07", "/pr/2", release(words("blame")), mime="unlisted")
    answers = both.archive.site.answers
    answers[asked[0]] = Answer(b"", 302, {"Location": both.archive.site.url + there})
    answers[asked[1]] = Answer(OWN_PAGE, 200)
    for path in asked[2:]:
        answers[path] = Answer(b"Service unavailable", 503)
    both.backfill()
    for path in asked[2:4]:
        del answers[path]
    both.backfill()
    words_ = ["rebuild", "--to", "again.db", "--sources", "sources"]
    assert "Traceback" not in onrecord(*words_, cwd=both.cwd).stderr
    sql = "SELECT id, text, state, last_seen_at, revision FROM statements ORDER BY id"
    assert rows(both.cwd / "again.db", sql) == both.rows(sql)
    assert len(both.rows(sql)) == 4
