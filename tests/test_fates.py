"""What became of statements: a site is crawled day after day, and pages vanish, move, come back."""

from pathlib import Path

from days import Days
from loopback import Answer, Site
from rebuilt import assert_rebuilds_the_same


def test_a_statement_is_gone_by_two_looks_a_day_apart_and_can_come_back(tmp_path: Path) -> None:
    with Site() as site:
        days = Days(tmp_path, site, 6)
        assert days.crawl(0)["new_statements"] == 6
        days.remove("/pr/1")
        assert days.crawl(24)["gone"] == 0
        assert days.state("/pr/1") == "suspect"
        days.crawl(30)  # too soon after the first
        assert days.state("/pr/1") == "suspect"
        summary = days.crawl(49)
        assert (summary["absent"], summary["gone"], summary["held"]) == (1, 1, 0)
        assert days.state("/pr/1") == "gone"
        suspect, gone = days.fates("/pr/1")
        assert (suspect["state"], gone["state"]) == ("suspect", "gone")
        assert gone["evidence"] == "HTTP 404"
        assert gone["first_at"] == suspect["at"] < gone["at"]
        captured = days.rows(f"SELECT * FROM captures WHERE id = '{gone['first_capture_id']}'")
        assert (captured[0]["status"], captured[0]["captured_at"]) == (404, suspect["at"])
        assert days.rows("SELECT kind FROM ledger WHERE kind IN ('suspect', 'gone')") == [
            {"kind": "suspect"},
            {"kind": "gone"},
        ]
        days.put_back("/pr/1")
        days.show(days.paths)
        days.crawl(73)
        assert days.state("/pr/1") == "live"
        back = days.fates("/pr/1")[-1]
        assert (back["state"], back["first_at"]) == ("back", suspect["at"])
    assert_rebuilds_the_same(tmp_path)


def test_a_redirect_to_the_same_words_is_a_move_and_one_home_is_nothing(tmp_path: Path) -> None:
    with Site() as site:
        days = Days(tmp_path, site, 6)
        days.crawl(0)
        site.html("/new/1-b", days.page("/pr/1"))
        site.html("/new/2-b", days.page("/pr/3"))
        site.html("/", "<h1>Home</h1>")
        days.remove("/pr/1", answer=Answer(b"", 302, {"Location": "/new/1-b"}))
        days.remove("/pr/2", answer=Answer(b"", 302, {"Location": "/new/2-b"}))
        days.remove("/pr/3", answer=Answer(b"", 302, {"Location": "/"}))
        days.show(["/pr/4", "/pr/5", "/pr/6"])
        for hours in (24, 49, 74):
            summary = days.crawl(hours)
        assert (summary["absent"], summary["moved"], summary["gone"]) == (3, 1, 0)
        states = {path: days.state(path) for path in ("/pr/1", "/pr/2", "/pr/3")}
        assert states == {"/pr/1": "moved", "/pr/2": "suspect", "/pr/3": "suspect"}
        moved = days.fates("/pr/1")[-1]
        assert moved["moved_to"] == f"{site.url}/new/1-b"
    assert_rebuilds_the_same(tmp_path)
