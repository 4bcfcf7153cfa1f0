"""Crawling an account of the Fediverse: as Mastodon serves it, and as snac does."""

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fediverse import Fediverse, Post, reply, stamp
from loopback import Answer, crawl, onrecord, rows, write_source
from test_replay import SAME

from archive.errors import SourceError
from spiders.sourcefiles import read_source

FEED = '  - {{channel: mastodon, server: "{url}", handle: lamps%s}}\n'
STATUSES = "/api/v1/accounts/9/statuses"
WORDINGS = (
    "SELECT r.text, r.title, r.first_captured_at AS at, r.witness, r.is_silent FROM revisions AS r "
    "JOIN statements AS s ON s.id = r.statement_id WHERE s.native_id = '{}' ORDER BY r.revision"
)


def declare(cwd: Path, server: Fediverse, options: str = "", crawl: str = "") -> None:
    folder = write_source(cwd / "sources", server, feeds=FEED % options)
    path = folder / "xa" / "xa_light.yml"
    path.write_text(path.read_text().replace("{delay: 0", f"{{delay: 0{crawl}"))


def texts(cwd: Path) -> list[str]:
    return [each["text"] for each in rows(cwd / "archive.db", "SELECT text FROM statements")]


def states(cwd: Path) -> dict[str, int]:
    sql = "SELECT state, count(*) AS n FROM statements GROUP BY state"
    return {each["state"]: each["n"] for each in rows(cwd / "archive.db", sql)}


def issues(cwd: Path) -> list[str]:
    return [each["message"] for each in rows(cwd / "archive.db", "SELECT message FROM issues")]


@pytest.fixture(scope="module", params=["mastodon", "snac"])
def days(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Crawl on two days; between them a post comes, one is edited twice and one is deleted."""
    cwd = tmp_path_factory.mktemp(request.param)
    with Fediverse(request.param) as server:
        declare(cwd, server)
        for number in range(1, 251):
            server.post(f"Lamp {number} was lit by the keepers at dusk.")
        third = server.posts[3]
        server.edit(third, "Lamp 3 was lit at dawn.", timedelta(minutes=5), "Correction")
        server.edit(third, "Lamp 3 was lit at noon.", timedelta(minutes=5), "Correction")
        uris = {number: server.uri_of(post) for number, post in server.posts.items()}
        first = crawl(server, cwd)
        first["asked"] = list(server.asked)
        shutil.copy(cwd / "archive.db", cwd / "first.db")
        server.asked.clear()
        server.post("Lamp 251 was lit.")
        server.edit(server.posts[249], "Lamp 249 is out.", timedelta(minutes=5))
        for words in ("Lamp 249 is dark.", "Lamp 249 is broken."):
            server.edit(server.posts[249], words, timedelta(milliseconds=10))
        del server.posts[248]
        second = crawl(server, cwd)
        second["asked"] = list(server.asked)
        yield {
            "cwd": cwd,
            "style": request.param,
            "uris": uris,
            "first": first,
            "second": second,
            "url": server.url,
        }


def test_250_posts_are_found_once(days: dict[str, Any]) -> None:
    first = days["first"]
    assert (first["outcome"], first["exit"], first["listed"]) == ("finished", 0, 250)
    assert first["new_statements"] == 250
    found = rows(days["cwd"] / "first.db", "SELECT native_id, text FROM statements")
    assert {each["native_id"] for each in found} == set(days["uris"].values())
    pages = [path for path in first["asked"] if path.startswith(STATUSES)]
    assert len(pages) == len(set(pages)) == (7 if days["style"] == "mastodon" else 2)


def test_a_post_has_what_the_server_says(days: dict[str, Any]) -> None:
    sql = f"SELECT * FROM statements WHERE native_id = '{days['uris'][7]}'"
    (row,) = rows(days["cwd"] / "first.db", sql)
    assert (row["text"], row["kind"], row["language"]) == (
        "Lamp 7 was lit by the keepers at dusk.",
        "post",
        "en",
    )
    assert (row["published_at"], row["published_precision"]) == ("2026-03-01T15:00:00Z", "time")
    assert row["account"] == f"mastodon/lamps@{days['url'].removeprefix('http://')}"
    assert (row["state"], row["title"]) == ("live", None)


def test_the_wordings_before_the_first_look_are_the_publishers(days: dict[str, Any]) -> None:
    found = rows(days["cwd"] / "first.db", WORDINGS.format(days["uris"][3]))
    last = found.pop()
    assert (last["text"], last["title"], last["witness"]) == (
        "Lamp 3 was lit at noon.",
        "Correction",
        None,
    )
    told = [(each["text"], each["title"], each["at"], each["witness"]) for each in found]
    assert told == [
        ("Lamp 3 was lit by the keepers at dusk.", None, "2026-03-01T11:00:00Z", "publisher"),
        ("Lamp 3 was lit at dawn.", "Correction", "2026-03-01T11:05:00Z", "publisher"),
    ] * (days["style"] == "mastodon")
    assert {each["is_silent"] for each in found} <= {None}


def test_an_edit_adds_all_wordings_of_the_history(days: dict[str, Any]) -> None:
    """Two of those before the last began within one second."""
    found = rows(days["cwd"] / "archive.db", WORDINGS.format(days["uris"][249]))
    told = [(each["text"], each["witness"], each["is_silent"]) for each in found]
    words = ["Lamp 249 is out.", "Lamp 249 is dark."] * (days["style"] == "mastodon")
    assert told == [
        ("Lamp 249 was lit by the keepers at dusk.", None, None),
        *((each, "publisher", None) for each in words),
        ("Lamp 249 is broken.", None, 0),
    ]


def test_a_deleted_post_is_suspect_and_keeps_its_words(days: dict[str, Any]) -> None:
    sql = "SELECT native_id, text FROM statements WHERE state != 'live'"
    assert rows(days["cwd"] / "archive.db", sql) == [
        {"native_id": days["uris"][248], "text": "Lamp 248 was lit by the keepers at dusk."}
    ]
    (look,) = rows(days["cwd"] / "archive.db", "SELECT * FROM checks WHERE outcome = 'absent'")
    assert look["evidence"].startswith("HTTP 404")


def test_a_new_post_is_found_and_paging_stops_where_all_is_known(days: dict[str, Any]) -> None:
    second = days["second"]
    assert (second["outcome"], second["new_statements"], second["exit"]) == ("finished", 1, 0)
    assert len([path for path in second["asked"] if path.startswith(STATUSES)]) == 2


def test_what_has_a_history_is_not_asked_for_it_twice(days: dict[str, Any]) -> None:
    asked = [path for path in days["second"]["asked"] if path.endswith("/history")]
    assert len(asked) == 1
    assert asked[0] not in days["first"]["asked"]


def test_a_server_that_tells_no_history_is_noted_once(days: dict[str, Any]) -> None:
    notes = [each for each in issues(days["cwd"]) if "what edited posts said before" in each]
    assert len(notes) == (days["style"] == "snac")


def test_a_server_that_does_not_page_is_noted_once(days: dict[str, Any]) -> None:
    notes = [each for each in issues(days["cwd"]) if "the same posts again" in each]
    assert len(notes) == (days["style"] == "snac")


def test_a_rebuild_makes_the_same_archive(days: dict[str, Any]) -> None:
    cwd = days["cwd"]
    finished = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(cwd / "again.db", sql) == rows(cwd / "archive.db", sql), table
    told = "SELECT crawl_id, level, message FROM issues ORDER BY crawl_id, message"
    assert rows(cwd / "again.db", told) == rows(cwd / "archive.db", told)


@pytest.fixture
def server() -> Any:
    with Fediverse() as opened:
        yield opened


def fill(server: Fediverse, count: int) -> list[Post]:
    return [server.post(f"Lamp {number} was lit at dusk.") for number in range(1, count + 1)]


def test_a_rate_limit_with_an_iso_date_is_waited_for(server: Fediverse, tmp_path: Path) -> None:
    declare(tmp_path, server)
    fill(server, 90)
    reset: list[datetime] = []
    came: list[float] = []

    def refuse(path: str) -> Answer | None:
        came.append(time.time())
        if "max_id" in path and not reset:
            reset.append(datetime.now(UTC) + timedelta(seconds=2))
            told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": stamp(reset[0])}
            return reply({"error": "rate limit reached"}, 429, headers=told)
        return None

    server.refuse = refuse
    summary = crawl(server, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 90)
    after = [at for at in came if at > reset[0].timestamp() - 1.9]
    assert after
    assert min(after) >= reset[0].timestamp() - 0.001


@pytest.mark.parametrize("when", ["after an answer", "at the next request"])
def test_kept_connections_that_are_closed_lose_nothing(
    when: Any, server: Fediverse, tmp_path: Path
) -> None:
    declare(tmp_path, server)
    fill(server, 250)
    server.slams_the_door = when
    summary = crawl(server, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("finished", 250)
    assert len(rows(tmp_path / "archive.db", "SELECT * FROM captures")) == 8
    assert server.slammed >= 7


@pytest.mark.parametrize("style", ["mastodon", "snac"])
def test_a_page_repeated_for_ever_ends(style: Any, tmp_path: Path) -> None:
    with Fediverse(style) as server:
        declare(tmp_path, server)
        fill(server, 45)
        page = server.answer(f"{STATUSES}?limit=40").body

        def refuse(path: str) -> Answer | None:
            link = f'<{server.url}{STATUSES}?max_id={len(server.asked)}>; rel="next"'
            return Answer(page, headers={"Link": link}) if path.startswith(STATUSES) else None

        server.refuse = refuse
        summary = crawl(server, tmp_path)
        assert summary["outcome"] == "finished"
        assert len([path for path in server.asked if path.startswith(STATUSES)]) == 2


WALL = Answer(b"<html><form action='/login'>Log in</form></html>", content_type="text/html")
LONG = Answer(b"", 429, {"Retry-After": "99999999999999"})
REFUSED = reply({"error": "This method requires an authenticated user"}, 401)


def test_a_listing_that_says_nothing_marks_nothing(server: Fediverse, tmp_path: Path) -> None:
    declare(tmp_path, server)
    fill(server, 3)
    crawl(server, tmp_path)
    server.asked.clear()
    for answer, words in (
        (WALL, "is text/html and no JSON: a page that asks to log in"),
        (REFUSED, "an authenticated user. It answers only those who log in"),
        (LONG, "asked to be left alone until"),
    ):
        server.refuse = lambda path, answer=answer: (  # type: ignore[misc] # bound as it is now
            answer if path.startswith("/api/v1/accounts/9") else None
        )
        summary = crawl(server, tmp_path)
        assert (summary["outcome"], summary["exit"]) == ("faulty", 1)
        assert words in issues(tmp_path)[-1]
    assert states(tmp_path) == {"live": 3}
    assert not [path for path in server.asked if path.startswith("/api/v1/statuses")]


def test_looks_that_say_nothing_mark_nothing(server: Fediverse, tmp_path: Path) -> None:
    declare(tmp_path, server)
    posts = fill(server, 6)
    crawl(server, tmp_path)
    listed = reply([server.status(posts[5])])
    answers = dict(
        zip(
            [f"/api/v1/statuses/{server.id_of(post)}" for post in posts],
            [
                WALL,
                REFUSED,
                Answer(b"", 403),
                Answer(b"", 302, {"Location": "/login"}),
                reply(server.status(posts[0])),
            ],
            strict=False,
        )
    )
    server.refuse = lambda path: listed if "accounts/9" in path else answers.get(path)
    server.asked.clear()
    crawl(server, tmp_path)
    assert answers.keys() <= set(server.asked)
    assert "/login" in server.asked
    assert states(tmp_path) == {"live": 6}


def test_a_tombstone_is_the_servers_word(tmp_path: Path) -> None:
    with Fediverse("snac") as server:
        declare(tmp_path, server)
        first, *_ = fill(server, 3)
        crawl(server, tmp_path)
        uri = server.uri_of(server.posts.pop(1))
        path = uri.removeprefix(server.url)
        tomb = reply({"id": uri, "type": "Tombstone"})
        server.refuse = lambda asked: tomb if asked == path else None
        crawl(server, tmp_path)
        assert first.number == 1
        (look,) = rows(tmp_path / "archive.db", "SELECT * FROM checks WHERE outcome != 'seen'")
        assert (look["outcome"], look["evidence"]) == ("deleted", "the server gives a tombstone")


def test_what_is_missing_from_a_page_is_asked_for_first(server: Fediverse, tmp_path: Path) -> None:
    declare(tmp_path, server, crawl=", recheck: 1")
    fill(server, 100)
    crawl(server, tmp_path)
    del server.posts[90]
    summary = crawl(server, tmp_path)
    assert summary["absent"] == 1


def test_a_token_goes_to_its_server_and_nowhere_else(server: Fediverse, tmp_path: Path) -> None:
    declare(tmp_path, server)
    fill(server, 3)
    variable = "MASTODON_TOKEN_" + server.host.replace(".", "_").replace(":", "_")
    hosts = ["--sources", tmp_path / "sources", "--allow-host", server.host]
    finished = onrecord("crawl", "xa_light", *hosts, cwd=tmp_path, **{variable: "hush-hush-1"})
    assert finished.returncode == 0, finished.stderr
    assert {each.get("Authorization") for each in server.headers} == {"Bearer hush-hush-1"}
    assert "hush-hush-1" not in finished.stdout + finished.stderr
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"hush-hush-1" not in path.read_bytes()
    for path in (tmp_path / "archive-warc").iterdir():
        import gzip

        assert b"hush-hush-1" not in gzip.decompress(path.read_bytes())
    server.refuse = lambda path: REFUSED if path.startswith("/api") else None
    finished = onrecord("crawl", "xa_light", *hosts, cwd=tmp_path, **{variable: "hush-hush-2"})
    assert finished.returncode == 1
    assert f"does not take the token in {variable}: renew it" in finished.stderr
    assert states(tmp_path) == {"live": 3}


def test_options_choose_the_posts(server: Fediverse, tmp_path: Path) -> None:
    other = {"acct": "piers@other.example", "url": "https://other.example/@piers", "id": "7"}
    server.post("The first of a thread.")
    server.post("The second of a thread.", in_reply_to_id="1", in_reply_to_account_id="9")
    server.post("Yes, Piers.", in_reply_to_id="5", in_reply_to_account_id="7")
    theirs = server.status(server.posts[1]) | {"account": other, "uri": "https://other.example/1"}
    server.post("Words of another.", reblog=theirs)
    server.post("For followers.", visibility="private")
    server.post("For one.", visibility="direct")
    server.post("Quietly.", visibility="unlisted")
    declare(tmp_path, server, ', replies: false, id: "9"')
    crawl(server, tmp_path)
    thread = {"The first of a thread.", "The second of a thread.", "Quietly."}
    assert set(texts(tmp_path)) == thread
    assert not [path for path in server.asked if "lookup" in path]
    declare(tmp_path, server, ", reposts: true")
    crawl(server, tmp_path)
    assert set(texts(tmp_path)) == {*thread, "Yes, Piers.", ""}
    (row,) = rows(tmp_path / "archive.db", "SELECT * FROM statements WHERE text = ''")
    assert "piers@other.example" in row["linked"]


def test_one_bad_entry_stops_no_other(server: Fediverse, tmp_path: Path) -> None:
    declare(tmp_path, server)
    fill(server, 4)
    server.posts[2].extra = {"content": {"a": 1}}
    server.posts[3].extra = {"created_at": "yesterday"}
    summary = crawl(server, tmp_path)
    assert summary["new_statements"] == 2
    told = sorted(issues(tmp_path))
    assert "entry 2" in told[0]
    assert "entry 3" in told[1]
    assert "content: Input should be a valid string" in told[1]


def test_an_account_that_is_not_there_or_has_moved_is_told(
    server: Fediverse, tmp_path: Path
) -> None:
    fill(server, 1)
    write_source(tmp_path / "sources", server, feeds=FEED.replace("lamps", "piers") % "")
    summary = crawl(server, tmp_path)
    assert (summary["outcome"], summary["exit"]) == ("faulty", 1)
    assert "lookup?acct=piers answered 404: Record not found" in issues(tmp_path)[0]
    declare(tmp_path, server)
    moved = server.account() | {"moved": {"url": "https://other.example/@lamps"}}
    server.refuse = lambda path: reply(moved) if "lookup" in path else None
    crawl(server, tmp_path)
    assert "has moved to https://other.example/@lamps" in issues(tmp_path)[-1]


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        ('{channel: mastodon, server: "https://social.example"}', "'handle', or its 'id'"),
        ("{channel: mastodon, server: social.example, handle: a}", "complete http"),
        ('{channel: mastodon, server: "https://s.example", handle: "a/../b"}', "handle"),
        ('{channel: mastodon, server: "https://s.example", handle: a, platform: x}', "platform"),
    ],
)
def test_a_feed_that_cannot_work_is_told(feed: str, words: str, tmp_path: Path) -> None:
    with Fediverse() as server:
        escaped = feed.replace("{", "{{").replace("}", "}}")
        folder = write_source(tmp_path / "sources", server, feeds=f"  - {escaped}\n")
    with pytest.raises(SourceError, match=r"xa_light\.yml line \d+") as told:
        read_source(folder / "xa" / "xa_light.yml")
    assert words in str(told.value)
