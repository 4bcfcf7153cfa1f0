"""Pages on which quotations are checked: what is pasted is answered, escaped and stored nowhere."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from recorded import record_world

from archive.passages.refreshing import refresh
from archive.store import Archive
from onrecord.browse.fetching_apart import fetch_apart
from spiders.articles import ArticleError

WORLD = Path(__file__).parent / "articles" / "valmora"
OPENING = "Rowan Aldecott, the foreign minister of Valmora, met the press.\n\n"
ALTERED = (
    "“We are asking both fleets to fish on both sides of it under one set of rules,” Aldecott said."
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("checked") / "archive.db"
    record_world(WORLD, path)
    with Archive.open(path) as archive:
        refresh(archive)
    return path


def ask(path: Path, method: str, address: str, **given: Any) -> Any:
    async def one() -> Any:
        client = Datasette([str(path)]).client
        if method == "form":
            page = await client.get(address)
            token = page.cookies["ds_csrftoken"]
            data = {**given["data"], "csrftoken": token}
            return await client.post(address, data=data, cookies={"ds_csrftoken": token})
        return await getattr(client, method)(address, **given)

    return asyncio.run(one())


def test_the_form_asks_for_a_text_and_fetches_nothing(made: Path) -> None:
    page = ask(made, "get", "/-/check?url=http://127.0.0.1:9/")
    assert page.status_code == 200
    assert 'for="check-text"' in page.text
    assert "This site fetches no addresses" in page.text
    assert "127.0.0.1" not in page.text
    assert "no-store" in page.headers["cache-control"]


def test_an_article_is_answered_with_its_differences(made: Path) -> None:
    page = ask(made, "form", "/-/check", data={"text": OPENING + ALTERED, "date": "2026-04-19"})
    assert page.status_code == 200
    assert "altered" in page.text
    assert "either side" in page.text
    assert "/archive/statements/xv_mfa-" in page.text


def test_what_is_pasted_is_escaped(made: Path) -> None:
    evil = "<script>alert(1)</script>"
    text = f"{evil} said: “We will close the {evil} harbour before the winter comes.”"
    page = ask(made, "form", "/-/check", data={"text": text, "speaker": evil})
    assert page.status_code == 200
    assert evil not in page.text


def test_json_in_and_out(made: Path) -> None:
    sent = {"text": OPENING + ALTERED, "date": "2026-04-19"}
    answer = ask(made, "post", "/-/check.json", json=sent)
    assert answer.status_code == 200
    (quote,) = answer.json()["quotes"]
    assert (quote["verdict"], quote["speaker_id"]) == ("altered", "xv-rowan-aldecott")


@pytest.mark.parametrize(
    ("sent", "status", "where"),
    [
        ({}, 400, "text"),
        ({"text": " "}, 400, "text"),
        ({"text": "a", "date": "19.4.2026"}, 400, "date"),
        ({"text": "a", "spaker": "b"}, 400, "spaker"),
        ({"text": 1}, 400, "text"),
        ({"url": "http://127.0.0.1:9/"}, 400, "url"),
        ({"text": "a" * 1_000_001}, 413, "text"),
        ([1], 400, "body"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(
    made: Path, sent: object, status: int, where: str
) -> None:
    answer = ask(made, "post", "/-/check.json", json=sent)
    assert (answer.status_code, answer.json()["where"]) == (status, where)
    assert answer.json()["error"]


def test_other_ways_of_asking(made: Path) -> None:
    assert ask(made, "get", "/-/check.json").status_code == 405
    headers = {"content-type": "application/json"}
    broken = ask(made, "post", "/-/check.json", content=b"{", headers=headers)
    assert (broken.status_code, broken.json()["where"]) == (400, "body")
    forged = ask(made, "post", "/-/check", data={"text": "a"}, cookies={"ds_csrftoken": "x"})
    assert forged.status_code == 403


def test_an_archive_without_an_index_says_so(tmp_path: Path) -> None:
    record_world(WORLD, tmp_path / "archive.db")
    answer = ask(tmp_path / "archive.db", "post", "/-/check.json", json={"text": ALTERED})
    assert answer.status_code == 503
    assert "onrecord check" in answer.json()["error"]
    assert "no index of its passages" in ask(tmp_path / "archive.db", "get", "/-/check").text


def test_nothing_is_stored(made: Path) -> None:
    before = made.read_bytes()
    ask(
        made,
        "post",
        "/-/check.json",
        content=json.dumps({"text": ALTERED}),
        headers={"content-type": "application/json"},
    )
    assert made.read_bytes() == before


def test_an_address_is_fetched_under_the_guard_in_a_process_of_its_own() -> None:
    with pytest.raises(ArticleError, match=r"127\.0\.0\.1"):
        fetch_apart("http://127.0.0.1:9/story")
