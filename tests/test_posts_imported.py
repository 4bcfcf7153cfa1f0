"""Importing an account's archive beside the crawled account: each post is there once."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fediverse import Fediverse
from loopback import crawl, onrecord, rows, write_source
from test_posts_import import MESSAGES
from test_replay import SAME

ACCOUNT = '  - {{channel: mastodon, server: "{url}", handle: lamps}}\n'
CHANNEL = '  - {{channel: telegram, base: "{url}/none", handle: Arvenna_Lights}}\n'


def outbox(server: Fediverse, words: dict[int, str]) -> str:
    activities: list[Any] = [
        {
            "type": "Create",
            "object": server._note(server.posts[number])
            | {"content": f"<p>{text}</p>", "url": server.status(server.posts[number])["url"]},
        }
        for number, text in words.items()
    ]
    activities.insert(1, {"type": "Create"})
    return json.dumps({"type": "OrderedCollection", "orderedItems": activities})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crawl three posts, then import an archive with one of them as it was, and an older one."""
    cwd = tmp_path_factory.mktemp("imported")
    with Fediverse() as server:
        write_source(cwd / "sources", server, feeds=ACCOUNT)
        for number in range(1, 5):
            server.post(f"Lamp {number} was lit at dusk.")
        server.edit(server.posts[2], "Lamp 2 was lit at dawn.", timedelta(minutes=5))
        first = server.posts.pop(1)
        crawl(server, cwd)
        server.posts[1] = first
        told = outbox(
            server,
            {
                1: "Lamp 1 was lit at dusk.",
                2: "Lamp 2 was lit at dusk.",
                3: "Lamp 3 was lit at dusk.",
                4: "Lamp 4 was lit in haste.",
            },
        )
        (cwd / "outbox.json").write_text(told)
        write_source(cwd / "sources", server, feeds=ACCOUNT + CHANNEL)
    half = {"id": 99, "type": "message", "date_unixtime": "1772355600", "text": "Lamp \ud800."}
    messages = [*MESSAGES, half, {**half, "id": 100, "text": "Lamp \U0001f4a1."}]
    (cwd / "result.json").write_text(
        json.dumps({"name": "Lights", "type": "public_channel", "id": 1, "messages": messages})
    )
    for name in ("outbox.json", "result.json"):
        finished = onrecord("import", name, "--source", "xa_light", "--sources", "sources", cwd=cwd)
        assert finished.returncode == 1, finished.stderr  # something was set aside
        assert "Traceback" not in finished.stderr
    return cwd


def test_each_post_is_there_once_with_all_its_wordings(kept: Path) -> None:
    found = rows(
        kept / "archive.db",
        "SELECT s.state, r.text, r.witness FROM statements AS s JOIN revisions AS r "
        "ON r.statement_id = s.id WHERE s.account LIKE 'mastodon/%' "
        "ORDER BY s.native_id, r.revision",
    )
    assert [tuple(each.values()) for each in found] == [
        ("unchecked", "Lamp 1 was lit at dusk.", "import"),
        ("live", "Lamp 2 was lit at dusk.", "publisher"),
        ("live", "Lamp 2 was lit at dawn.", None),
        ("live", "Lamp 3 was lit at dusk.", None),
        ("live", "Lamp 4 was lit at dusk.", None),
        ("live", "Lamp 4 was lit in haste.", "import"),
    ]


def test_messages_of_an_export_are_statements(kept: Path) -> None:
    sql = "SELECT * FROM statements WHERE account LIKE 'telegram/%' ORDER BY native_id"
    found = rows(kept / "archive.db", sql)
    assert [each["native_id"] for each in found] == [
        f"arvenna_lights/{n}" for n in (100, 2, 3, 4, 5)
    ]
    assert found[1]["published_at"] == "2026-03-01T09:00:00Z"
    assert (found[1]["speaker"], found[1]["state"]) == ("Ilse Marrant", "unchecked")
    assert found[2]["published_at"] is None
    assert found[0]["text"] == "Lamp \U0001f4a1."


def test_what_cannot_be_read_is_set_aside_with_its_number(kept: Path) -> None:
    sql = "SELECT reason FROM quarantine ORDER BY id"
    reasons = [each["reason"] for each in rows(kept / "archive.db", sql)]
    assert reasons[0].startswith("outbox.json entry 2: it is no post")
    assert [each.partition(":")[0] for each in reasons[1:]] == [
        f"message {number}" for number in (6, 7, 8, 9, 10)
    ]


def test_a_rebuild_makes_the_same_archive(kept: Path) -> None:
    finished = onrecord("rebuild", "--to", "again.db", "--sources", "sources", cwd=kept)
    assert finished.returncode == 0, finished.stderr
    for table, sql in SAME.items():
        assert rows(kept / "again.db", sql) == rows(kept / "archive.db", sql), table
