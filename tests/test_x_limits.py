"""X's limits: everything is collected once behind them, and nothing is sent before its time."""

from pathlib import Path
from typing import Any

import pytest
from fake_x import TOKEN, USER_ID, USERNAME, FakeX
from loopback import crawl, onrecord, rows, write_source

POSTS = 10_000


def collect(api: FakeX, cwd: Path) -> dict[str, Any]:
    feed = f'{{channel: x, account: {USERNAME}, id: "{USER_ID}", base: {api.url}}}'
    write_source(cwd / "sources", api, feeds="  - " + feed.replace("{", "{{").replace("}", "}}"))
    return crawl(api, cwd)


@pytest.mark.parametrize(
    ("posts", "page", "limit", "header"),
    [
        (POSTS, 100, 15, "Retry-After"),
        (1_200, 10, 15, "x-rate-limit-reset"),
    ],
)
def test_every_post_is_collected_once_behind_a_limit(
    posts: int, page: int, limit: int, header: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    monkeypatch.setenv("ONRECORD_X_BUDGET", str(10 * posts))
    with FakeX(pages_of=page) as api:
        api.limit, api.header = limit, header
        published = [api.publish(f"Lamp {number} of the coast is lit.") for number in range(posts)]
        summary = collect(api, tmp_path)
    assert (summary["outcome"], summary["new_statements"]) == ("finished", posts)
    assert api.refused == api.too_early + (posts // page - 1) // limit
    assert api.too_early == 0
    assert api.gave == posts
    archive = tmp_path / "archive.db"
    found = [int(row["native_id"]) for row in rows(archive, "SELECT native_id FROM statements")]
    assert sorted(found) == published
    (reads,) = rows(archive, "SELECT sum(posts) AS posts FROM reads")
    assert reads["posts"] == posts


def test_a_rebuild_reads_what_came_after_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    with FakeX(pages_of=10) as api:
        api.limit = 2
        for number in range(40):
            api.publish(f"Lamp {number} of the coast is lit.")
        assert collect(api, tmp_path)["new_statements"] == 40
    assert api.refused == 1
    words = ["rebuild", "--to", "again.db", "--sources", tmp_path / "sources"]
    finished = onrecord(*words, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    sql = "SELECT id, text, capture_id FROM statements ORDER BY id"
    assert rows(tmp_path / "again.db", sql) == rows(tmp_path / "archive.db", sql)
    sql = "SELECT crawl_id, message FROM issues"
    assert rows(tmp_path / "again.db", sql) == rows(tmp_path / "archive.db", sql) == []
