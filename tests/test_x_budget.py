"""The budget: no request may bring more than is left, and what was stopped goes on later."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fake_x import TOKEN, USER_ID, USERNAME, FakeX, age
from loopback import crawl, onrecord, rows, write_source
from sqlite_utils import Database

from archive.charges import Given
from archive.schema import migrations
from archive.timelines import Gap, gaps
from spiders import budget
from spiders.budget import Budget, allowance, budget_of, dollars, in_posts
from spiders.channels.x_requests import VOCABULARIES, Timeline, lookup_url

TIMELINE = "https://api.x.com/2/users/7/tweets?max_results="


@pytest.fixture
def archive() -> Database:
    db = Database(memory=True)
    migrations.apply(db)
    return db


def declare(cwd: Path, api: FakeX) -> None:
    feed = f'{{channel: x, account: {USERNAME}, id: "{USER_ID}", base: {api.url}}}'
    write_source(cwd / "sources", api, feeds="  - " + feed.replace("{", "{{").replace("}", "}}"))


@pytest.mark.parametrize(
    ("written", "posts"), [("", 2000), (" ", 2000), ("0", 0), ("50000", 50_000)]
)
def test_the_allowance_is_a_number_of_posts(written: str, posts: int) -> None:
    assert allowance({"ONRECORD_X_BUDGET": written}) == posts


@pytest.mark.parametrize("written", ["ten", "-5", "1.5", "1e3"])
def test_an_allowance_that_is_no_number_is_told(written: str) -> None:
    with pytest.raises(ValueError, match=r"ONRECORD_X_BUDGET is '.*': write a whole number"):
        allowance({"ONRECORD_X_BUDGET": written})


def test_prices() -> None:
    assert dollars(Given(posts=2000)) == 10
    assert dollars(Given(posts=1, users=1)) == Decimal("0.015")
    assert in_posts(Given(posts=3, users=2)) == 7


def test_what_is_under_way_is_set_aside_for_all_crawls(
    archive: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_X_BUDGET", "100")
    one, other = budget_of(archive), budget_of(archive)
    one.set_aside(80)
    assert other.left == 20
    one.settle(80, Given(posts=30, users=1))
    assert (other.left, other.used) == (68, 32)
    add_reads(archive, posts=30, users=1)  # a little later the answer is recorded
    assert (other.left, other.used) == (68, 32)
    assert Budget(archive).used == 32


def add_reads(db: Database, posts: int, users: int = 0) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    row = {"platform": "x", "month": budget.this_month(), "posts": posts, "users": users}
    db.table("reads").insert(row | {"capture_id": f"c{posts}"})


def test_a_crawl_never_reads_more_than_the_budget_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    monkeypatch.setenv("ONRECORD_X_BUDGET", "300")
    with FakeX() as api:
        declare(tmp_path, api)
        for number in range(400):
            api.publish(f"Lamp {number} is lit.")
        first = crawl(api, tmp_path)
        assert (first["outcome"], first["exit"]) == ("faulty", 1)
        assert 260 < api.gave == first["posts_read"] == first["new_statements"] <= 300
        (issue,) = rows(tmp_path / "archive.db", "SELECT * FROM issues")
        assert "the budget of the month is used up" in issue["message"]
        assert f"{api.gave} of 300 posts read" in issue["message"]
        assert "x: up to 300 posts, at most $1.50; 300 of 300 left this month" in first["log"]
        assert f"x: {api.gave} posts read, $1." in first["log"]
        asked = len(api.asked)
        assert crawl(api, tmp_path)["posts_read"] == 0
        assert len(api.asked) == asked
        newest = [api.publish(f"Lamp {number} is lit.") for number in range(400, 410)]
        monkeypatch.setenv("ONRECORD_X_BUDGET", "5000")
        third = crawl(api, tmp_path)
        assert (third["outcome"], third["exit"]) == ("finished", 0)
        assert third["posts_read"] == third["new_statements"] == 410 - first["posts_read"]
        assert f"since_id={newest[0] - 1_001}" in api.asked[asked]
        assert api.gave == 410
        assert crawl(api, tmp_path)["posts_read"] == 0
        assert f"since_id={newest[-1]}" in api.asked[-1]


def test_looks_by_the_plan_stop_at_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    with FakeX() as api:
        declare(tmp_path, api)
        for number in range(30):
            api.publish(f"Lamp {number} is lit.", hours_ago=0.5)
        crawl(api, tmp_path)
        age(tmp_path / "archive.db", 25)
        monkeypatch.setenv("ONRECORD_X_BUDGET", "150")
        second = crawl(api, tmp_path)
        assert (second["outcome"], second["exit"]) == ("finished", 0)
        assert api.gave <= 150
        looked_at = second["posts_read"]
        assert 0 < looked_at < 30
        (issue,) = rows(tmp_path / "archive.db", "SELECT level, message FROM issues")
        assert issue["level"] == "warning"
        assert f"{30 - looked_at} posts cannot be looked at again" in issue["message"]


def test_the_command_tells_what_was_read_and_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    words: list[Any] = ["budget", "--sources", "sources"]
    with FakeX() as api:
        declare(tmp_path, api)
        assert "left: 2000 of 2000 posts, $10.00" in onrecord(*words, cwd=tmp_path).stdout
        for number in range(20):
            api.publish(f"Lamp {number} is lit.", hours_ago=0.5)
        crawl(api, tmp_path)
    age(tmp_path / "archive.db", 25)
    told = onrecord(*words, cwd=tmp_path, ONRECORD_X_BUDGET="120").stdout.splitlines()
    assert told[0].endswith(": 20 posts and 0 users read, $0.10")
    assert told[1] == "left: 100 of 120 posts, $0.50"
    assert "xa_light: 20 posts are due to be looked at again" in told
    assert told[-1] == "next crawl: at most 100 posts, $0.50"
    figures = json.loads(onrecord(*words, "--json", cwd=tmp_path).stdout)
    assert (figures["posts"], figures["left"], figures["dollars"]) == (20, 1980, 0.1)
    assert {"source": "xa_light", "due": 20, "at_most": 20 * 8 + 3200 * 8} in figures["next"]
    bad = onrecord(*words, cwd=tmp_path, ONRECORD_X_BUDGET="ten")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "ONRECORD_X_BUDGET is 'ten': write a whole number of posts a month" in bad.stderr


def crawl_row(db: Database, number: int, ids: list[int], outcome: str, *, fails: bool) -> None:
    """Write what a crawl of a timeline leaves behind."""
    crawl_id = f"xa_light-{number}"
    at = "2026-11-24T10:00:00Z"
    made = {"source": "xa_light", "kind": "crawl", "started_at": at, "software": "a test"}
    db.table("crawls").insert(made | {"id": crawl_id, "outcome": outcome})
    capture = dict.fromkeys(("bytes", "warc_offset", "warc_length"), 0)
    capture |= dict.fromkeys(("sha256", "warc_file", "warc_sha256"), "")
    told = {"id": f"c{number}", "crawl_id": crawl_id, "url": f"{TIMELINE}100"}
    db.table("captures").insert(capture | told | {"captured_at": at, "status": 200})
    for each in ids:
        row = {"id": f"s{each}", "source": "xa_light", "native_id": str(each), "revision": 1}
        row |= {"kind": "post", "office": "o", "country": "xa", "state": "live", "route": "x #1"}
        row |= {"first_seen_at": at, "last_seen_at": at, "tone_status": "", "capture_id": "c1"}
        db.table("statements").insert(row | {"url": f"https://x.com/a/status/{each}"}, ignore=True)
        look = {"statement_id": f"s{each}", "capture_id": f"c{number}", "checked_at": at}
        db.table("checks").insert(look | {"outcome": "seen", "revision": 1})
    if fails:
        issue = {"source": "xa_light", "crawl_id": crawl_id, "at": at, "level": "error"}
        db.table("issues").insert(issue | {"message": "m", "url": f"{TIMELINE}"})


@pytest.mark.parametrize(
    ("crawls", "expected"),
    [
        ([], [Gap()]),
        ([([5, 9], "finished", False)], [Gap(9)]),
        ([([5, 9], "faulty", False)], [Gap(9)]),
        ([([5, 9], "interrupted", False)], [Gap()]),
        ([([], "finished", False)], [Gap()]),
        ([([5, 9], "faulty", True)], [Gap(9), Gap(None, 5)]),
        (
            [([5, 9], "faulty", True), ([20, 24], "faulty", True)],
            [Gap(24), Gap(9, 20), Gap(None, 5)],
        ),
        (
            [([5, 9], "faulty", True), ([20, 24], "faulty", True), ([2, 12], "finished", False)],
            [Gap(24)],
        ),
        (
            [([5, 9], "finished", False), ([20, 24], "faulty", True)],
            [Gap(24), Gap(9, 20)],
        ),
        (
            [([5, 9], "finished", False), ([20, 24], "faulty", True), ([], "finished", False)],
            [Gap(24)],
        ),
        ([([999, 1000], "finished", False)], [Gap(1000)]),
    ],
)
def test_gaps_of_a_timeline(
    crawls: list[tuple[list[int], str, bool]], expected: list[Gap], archive: Database
) -> None:
    archive.execute("PRAGMA foreign_keys = OFF")
    for number, (ids, outcome, fails) in enumerate(crawls, start=1):
        crawl_row(archive, number, ids, outcome, fails=fails)
    assert gaps(archive, "xa_light", TIMELINE) == expected
    assert gaps(archive, "xb_light", TIMELINE) == [Gap()]


def test_requests_are_within_the_contract(shared_data: Path) -> None:
    written = (shared_data / "api" / "x_openapi" / "openapi_2.167.json").read_text("utf-8")
    contract = json.loads(written)
    timeline = Timeline("https://api.x.com", "7", ("replies", "retweets"))
    urls = {
        "/2/users/{id}/tweets": timeline.url(VOCABULARIES[0], 100, Gap(5, 9), "t1"),
        "/2/tweets": lookup_url("https://api.x.com", VOCABULARIES[0], ["1", "2"]),
    }
    for path, url in urls.items():
        declared = {}
        for each in contract["paths"][path]["get"]["parameters"]:
            named = contract["components"]["parameters"].get(each.get("$ref", "").split("/")[-1])
            declared[(named or each)["name"]] = (named or each)["schema"]
        for pair in url.partition("?")[2].split("&"):
            name, _, value = pair.partition("=")
            allowed = declared[name].get("items", {}).get("enum")
            assert not allowed or {*value.split(",")} <= {*allowed}, name
