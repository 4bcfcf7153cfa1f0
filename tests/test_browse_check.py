"""Pages on which quotations are checked: what is pasted is answered, escaped and stored nowhere."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from loopback import Site
from recorded import record_world
from sqlite_utils import Database

from archive.passages.refreshing import refresh
from archive.store import Archive
from onrecord.browse.fetching_apart import fetch_apart
from onrecord.browse.turns import Turns
from spiders.articles import Article, ArticleError

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


def ask(
    path: Path, method: str, address: str, metadata: dict[str, Any] | None = None, **given: Any
) -> Any:
    async def one() -> Any:
        client = Datasette([str(path)], metadata=metadata).client
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
    assert "object-src 'none'" in page.headers["content-security-policy"]


def test_the_check_is_linked_from_every_page_of_an_archive(made: Path, tmp_path: Path) -> None:
    front = ask(made, "get", "/").text
    assert front.count('href="/-/check"') == 2
    assert front.count("<h1>") == 1
    assert 'href="/-/check"' in ask(made, "get", "/archive/statements").text
    other = tmp_path / "other.db"
    Database(other).table("notes").insert({"text": "a"})
    assert "/-/check" not in ask(other, "get", "/").text
    assert ask(other, "get", "/-/check").status_code == 404


def test_what_a_visitor_may_not_see_is_not_searched(made: Path) -> None:
    hidden = {"databases": {"archive": {"tables": {"revisions": {"allow": False}}}}}
    assert "/-/check" not in ask(made, "get", "/", hidden).text
    answer = ask(made, "post", "/-/check.json", hidden, json={"text": ALTERED})
    assert (answer.status_code, answer.json()["where"]) == (404, "archive")


def test_an_article_is_answered_with_its_differences(made: Path) -> None:
    page = ask(made, "form", "/-/check", data={"text": OPENING + ALTERED, "date": "2026-04-19"})
    assert page.status_code == 200
    assert "altered" in page.text
    assert "either side" in page.text
    assert "/archive/statements/xv_mfa-" in page.text
    assert 'action="/-/check#answer"' in page.text
    assert '<div id="answer" tabindex="-1">' in page.text
    assert page.text.count("<h1") == 1


def test_a_post_is_checked_as_a_whole(made: Path) -> None:
    words = "Looking forward to further deepening our special and privileged partnership."
    sent = {"text": words, "speaker": "@TansleyVM"}
    assert ask(made, "post", "/-/check.json", json=sent).json()["quotes"] == []
    (quote,) = ask(made, "post", "/-/check.json", data={**sent, "post": "1"}).json()["quotes"]
    assert (quote["verdict"], quote["speaker_id"]) == ("verbatim", "xv-eleanor-tansley")


def test_words_from_right_to_left_and_endless_ones_are_shown(made: Path) -> None:
    arabic = "نحن لا نقبل ذلك الان"
    text = f"«{arabic}».\n\n“It is {'x' * 100_000} and has no end today,” he said."
    page = ask(made, "form", "/-/check", data={"text": text}).text
    assert f'<blockquote class="printed" dir="auto">{arabic}</blockquote>' in page
    page = ask(made, "form", "/-/check", data={"text": f"قال الوزير: «{arabic}»."}).text
    assert '<p class="check-limit">The article is in &#39;ar&#39;: quotations are found' in page


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
        ({"text": "a", "url": "http://127.0.0.1:9/"}, 400, "url"),
        ({"text": "a" * 1_000_001}, 413, "text"),
        ({"text": "\u0627" * 500_001}, 413, "text"),
        ({"text": "a" * 4_000_000}, 413, "body"),
        ({"text": "“We do not accept a line,” he said. " * 501}, 413, "text"),
        ({"text": "a", "speaker": "b" * 301}, 400, "speaker"),
        ({"text": "a", "speaker": "\ud800"}, 400, "speaker"),
        ({"text": "a", "post": "yes"}, 400, "post"),
        ({"text": "a\x00b"}, 400, "text"),
        ([1], 400, "body"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_words(
    made: Path, sent: object, status: int, where: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = ask(made, "post", "/-/check.json", content=json.dumps(sent), headers=headers)
    told = answer.json()
    assert (answer.status_code, told["status"], told["where"]) == (status, status, where)
    assert told["error"]


def test_a_refused_form_keeps_what_was_typed(made: Path) -> None:
    page = ask(made, "form", "/-/check", data={"text": "Kept words", "date": "soon"})
    assert page.status_code == 400
    assert 'id="answer" class="message-error" role="alert"' in page.text
    assert "write it as 2031-03-05.<" in page.text


def test_other_ways_of_asking(made: Path) -> None:
    got = ask(made, "get", "/-/check.json")
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
    assert ask(made, "put", "/-/check").status_code == 405
    plain = ask(made, "post", "/-/check.json", content="a", headers={"content-type": "text/plain"})
    assert plain.status_code == 415
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


def test_an_index_that_lags_is_told(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    shutil.copy(made, path)
    Database(path).table("passage_changes").insert({"text": 1})
    answer = ask(path, "post", "/-/check.json", json={"text": ALTERED})
    assert answer.json()["notes"][0].startswith("1 text is not in the index")
    for page in (
        ask(path, "get", "/-/check"),
        ask(path, "form", "/-/check", data={"text": ALTERED}),
    ):
        assert page.text.count("1 text is not in the index") == 1


def test_each_visitor_gets_an_answer_of_their_own(made: Path) -> None:
    speakers = ["Eleanor Tansley", "Rowan Aldecott", "Lucien Vasseray", "Samuel Merriday"]

    async def all_at_once() -> list[Any]:
        client = Datasette([str(made)]).client
        texts = [f"“We do not accept that line,” {speaker} said." for speaker in speakers]
        return await asyncio.gather(
            *(client.post("/-/check.json", json={"text": text}) for text in texts)
        )

    answers = asyncio.run(all_at_once())
    assert [answer.json()["quotes"][0]["speaker"] for answer in answers] == speakers


def test_a_long_line_is_turned_away() -> None:
    async def told() -> list[bool]:
        turns = Turns(most_waiting=1)

        async def one() -> bool:
            async with turns.take() as is_ours:
                await asyncio.sleep(0)
                return is_ours

        return await asyncio.gather(one(), one(), one())

    assert sorted(asyncio.run(told())) == [False, True, True]


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


FETCHING = {"plugins": {"onrecord_browse": {"fetch": True}}}


def test_an_address_is_fetched_once_it_is_posted(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def fetch(url: str) -> Article:
        fetched.append(url)
        if url.endswith("gone"):
            raise ArticleError(f"{url} is not there")
        return Article(OPENING + ALTERED, url=url, title="From afar")

    monkeypatch.setattr("onrecord.browse.check_running.fetch_apart", fetch)
    story = "https://news.example/story"
    page = ask(made, "get", f"/-/check?url={story}", FETCHING)
    assert f'name="url" value="{story}"' in page.text
    assert fetched == []
    page = ask(made, "form", "/-/check", FETCHING, data={"text": "", "url": story})
    assert "From afar" in page.text
    answer = ask(made, "post", "/-/check.json", FETCHING, json={"url": f"{story}/gone"})
    assert (answer.status_code, answer.json()["where"]) == (400, "url")
    assert fetched == [story, f"{story}/gone"]


def test_a_page_is_fetched_in_a_process_of_its_own() -> None:
    words = "<p>The foreign minister met the press in the harbour on Monday.</p>" * 8
    with Site() as site:
        site.html("/story", f"<article><h1>A harbour opens</h1>{words}</article>")
        article = fetch_apart(f"{site.url}/story", [site.host])
    assert "met the press" in article.text


def test_an_address_is_fetched_under_the_guard_in_a_process_of_its_own() -> None:
    with pytest.raises(ArticleError) as caught:
        fetch_apart("http://localhost:9/story")
    assert "not on the public internet" in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
