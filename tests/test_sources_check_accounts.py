"""`onrecord sources check` of accounts and archives, which are asked through an API."""

import json
from pathlib import Path
from typing import Any

import pytest
from backfills import Both
from fake_pds import FEED as BLUESKY
from fake_pds import FakePds
from fake_x import TOKEN, USERNAME, FakeX
from fediverse import Fediverse
from loopback import Site, onrecord, write_source
from web_archive import WebArchive

MASTODON = '  - {{channel: mastodon, server: "{url}", handle: lamps}}\n'
X = f"  - {{{{channel: x, account: {USERNAME}, base: {{url}}}}}}\n"


def check(server: Any, cwd: Path, *words: str, **env: str) -> tuple[int, dict[str, Any]]:
    arguments = ["sources", "check", "xa_light", "--sources", cwd / "sources", "--json"]
    finished = onrecord(*arguments, *words, "--allow-host", server.host, cwd=cwd, **env)
    assert "Traceback" not in finished.stderr, finished.stderr
    return finished.returncode, json.loads(finished.stdout)


@pytest.mark.parametrize("style", ["mastodon", "snac"])
def test_an_account_of_the_fediverse_is_looked_up_and_read_once(tmp_path: Path, style: Any) -> None:
    with Fediverse(style) as server:
        write_source(tmp_path / "sources", server, feeds=MASTODON)
        for number in range(90):
            server.post(f"Lamp {number} was lit by the keepers at dusk.")
        code, told = check(server, tmp_path)
        asked = [path for path in server.asked if "/statuses" in path]
    (probe,) = told["probes"]
    assert (code, probe["outcome"], probe["status"]) == (0, "works", 200), probe
    assert probe["listed"] >= 20
    assert len(asked) == 1
    assert told["verified"]


def test_an_account_of_bluesky_is_resolved_and_read_once(tmp_path: Path) -> None:
    with FakePds() as pds:
        write_source(tmp_path / "sources", pds, feeds=BLUESKY)
        for number in range(120):
            pds.post(f"Lamp {number} was lit by the keepers at dusk.")
        code, told = check(pds, tmp_path)
        lists = [path for path in pds.asked if "listRecords" in path]
    (probe,) = told["probes"]
    assert (code, probe["outcome"], probe["listed"]) == (0, "works", 100), probe
    assert len(lists) == 1


def test_what_is_paid_for_is_asked_only_where_that_is_agreed_to(tmp_path: Path) -> None:
    with FakeX() as api:
        write_source(tmp_path / "sources", api, feeds=X)
        for number in range(30):
            api.publish(f"Lamp {number} of the harbour is lit.")
        code, told = check(api, tmp_path, X_BEARER_TOKEN=TOKEN)
        assert (code, told["probes"], told["verified"], api.asked) == (0, [], {}, [])
        code, told = check(api, tmp_path, "--paid", X_BEARER_TOKEN=TOKEN)
        (probe,) = told["probes"]
        assert (code, probe["outcome"], probe["listed"]) == (0, "works", 30), probe
        assert f"{api.gave} posts to pay for" in probe["message"]
        assert TOKEN not in json.dumps(told)


def test_a_token_that_is_missing_is_named(tmp_path: Path) -> None:
    with FakeX() as api:
        write_source(tmp_path / "sources", api, feeds=X)
        code, told = check(api, tmp_path, "--paid", X_BEARER_TOKEN="")
    (probe,) = told["probes"]
    assert (code, probe["outcome"]) == (1, "fails")
    assert "X_BEARER_TOKEN" in probe["message"]
    assert api.asked == []


def test_an_archive_of_the_web_is_no_preferred_route(tmp_path: Path) -> None:
    words = "We thank the keepers of the light. " * 9
    with Site() as site, Site() as keeper:
        both = Both(tmp_path, site, WebArchive(keeper))
        both.declare()
        both.hold("2025-09-01", "/pr/1", f"<h1>Lamps</h1><div class='words'>{words}</div>")
        code, told = check(site, tmp_path, "--allow-host", keeper.host)
    live, past = told["probes"]
    assert (code, live["is_preferred"], past["is_preferred"]) == (1, True, False)
    assert (past["listed"], past["read"]) == (1, len(words.strip()))
