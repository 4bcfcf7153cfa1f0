"""The mastodon channel against a real snac: everything that happened is in the archive, once."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from loopback import crawl, onrecord, rows, write_source
from snac import Snac, User
from test_replay import SAME

pytestmark = pytest.mark.servers

FEED = '  - {{channel: mastodon, server: "{url}", handle: %s}}\n'
EVERY_WORDING = (
    "SELECT s.native_id, r.revision, r.text, r.witness, s.state FROM statements AS s "
    "JOIN revisions AS r ON r.statement_id = s.id ORDER BY s.published_at, s.native_id, r.revision"
)


class Server(NamedTuple):
    """What the tests' own helpers need to know of a server."""

    host: str
    url: str


def look(cwd: Path, user: User) -> dict[str, Any]:
    server = Server(user.snac.url.removeprefix("http://"), user.snac.url)
    write_source(cwd / "sources", server, feeds=FEED % user.name)
    return crawl(server, cwd)


def same_again(cwd: Path) -> None:
    finished = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(cwd / "again.db", sql) == rows(cwd / "archive.db", sql), table


def test_a_post_an_edit_and_a_deletion_are_all_in_the_archive(snac: Snac, tmp_path: Path) -> None:
    user = snac.user("keeper")
    first = user.post("The lamps stay lit. See https://lights.example/a/b?c=1&d=2 #lamps")
    second = user.post("The pier is open.\n\nFrom dusk.")
    third = user.post("The pier is closed.")
    assert look(tmp_path, user)["new_statements"] == 3
    edited = user.edit(first, "The lamps were lit.")
    assert edited["id"] != first["id"]
    user.delete(second)
    fourth = user.post("The ferry runs.")
    summary = look(tmp_path, user)
    assert (summary["outcome"], summary["exit"]) == ("finished", 0)
    assert (summary["new_statements"], summary["new_revisions"], summary["absent"]) == (1, 1, 1)
    found = rows(tmp_path / "archive.db", EVERY_WORDING)
    assert {
        (each["native_id"], each["revision"], each["text"], each["state"]) for each in found
    } == {
        (
            first["uri"],
            1,
            "The lamps stay lit. See https://lights.example/a/b?c=1&d=2 #lamps",
            "live",
        ),
        (first["uri"], 2, "The lamps were lit.", "live"),
        (second["uri"], 1, "The pier is open.\n\nFrom dusk.", "suspect"),
        (third["uri"], 1, "The pier is closed.", "live"),
        (fourth["uri"], 1, "The ferry runs.", "live"),
    }
    silent = "SELECT is_silent FROM revisions WHERE revision = 2"
    assert rows(tmp_path / "archive.db", silent) == [{"is_silent": 0}]
    same_again(tmp_path)


def test_a_post_that_is_looked_at_by_itself_reads_the_same(snac: Snac, tmp_path: Path) -> None:
    """Beyond the newest 256 that snac lists, a post is asked for as servers tell it each other."""
    user = snac.user("scribe")
    first = user.post("The lamps stay lit. See https://lights.example/a #lamps")
    look(tmp_path, user)
    user.post_many([f"Number {number}" for number in range(256)])
    summary = look(tmp_path, user)
    assert (summary["new_statements"], summary["new_revisions"], summary["absent"]) == (256, 0, 0)
    looks = rows(
        tmp_path / "archive.db",
        "SELECT c.outcome, captures.url FROM checks AS c JOIN statements AS s ON s.id = "
        "c.statement_id JOIN captures ON captures.id = c.capture_id WHERE s.native_id = "
        f"'{first['uri']}' ORDER BY c.id",
    )
    assert [each["outcome"] for each in looks] == ["seen", "seen"]
    assert looks[1]["url"] == first["uri"]


def test_250_posts_are_found_once(snac: Snac, tmp_path: Path) -> None:
    user = snac.user("crier")
    words = [f"Lamp {number} was lit by the keepers at dusk." for number in range(250)]
    user.post_many(words)
    summary = look(tmp_path, user)
    assert (summary["outcome"], summary["listed"]) == ("finished", 250)
    found = rows(tmp_path / "archive.db", EVERY_WORDING)
    assert len({each["native_id"] for each in found}) == 250
    assert sorted(each["text"] for each in found) == sorted(words)
    assert look(tmp_path, user)["new_statements"] == 0
    same_again(tmp_path)
