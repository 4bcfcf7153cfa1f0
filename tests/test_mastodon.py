"""Mastodon's answers: every recorded post is read without loss, and its history in order."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.normalise import normalise_text
from archive.records import Capture
from spiders.items import FaultItem, Linked, StatementItem
from spiders.offline import kept_response, open_channel
from spiders.patience import asked_to_wait
from spiders.pipelines.validate import validate
from spiders.platforms.activitystreams import Reading, post_statement, read_post
from spiders.platforms.mastodon import (
    Account,
    Status,
    earlier_versions,
    read_entity,
    statement,
    status_id,
)
from spiders.platforms.post_html import post_links, post_words
from spiders.source import Source
from spiders.sourcefiles import read_source

AT = "2026-11-24T10:00:00Z"


def capture(url: str = "https://social.example/api") -> Capture:
    return Capture(
        id="0" * 32,
        url=url,
        captured_at=AT,
        status=200,
        content_type="application/json",
        bytes=0,
        sha256="",
        warc_file="",
        warc_offset=0,
        warc_length=0,
        warc_sha256="",
    )


def read(payload: Any, **rest: Any) -> StatementItem:
    return statement(read_entity(Status, payload), route="mastodon #1", capture=capture(), **rest)


def declared(folder: Path) -> Source:
    """Write the file of a source with an account, and read it."""
    path = folder / "xa" / "xa_light.yml"
    path.parent.mkdir()
    path.write_text(
        "office: Ministry of Lighthouses\ncountry: xa\npublisher: Arvenna\n"
        "url: https://lights.example/\nlanguage: en\ntimezone: Europe/Vienna\n"
        "feeds: [{channel: mastodon, server: 'https://social.example', handle: lamps}]\n"
        "provenance: {from: a test, verified: never}\n"
    )
    return read_source(path)


def statuses_in(payload: Any) -> Iterator[dict[str, Any]]:
    """Find the posts in an answer, wherever it holds them."""
    if isinstance(payload, list):
        for each in payload:
            yield from statuses_in(each)
    elif isinstance(payload, dict):
        if {"uri", "content", "account", "created_at"} <= payload.keys():
            yield payload
        for each in payload.values():
            yield from statuses_in(each)


def recorded(folder: Path) -> Iterator[tuple[str, str, Any]]:
    """Name every recorded answer's file and request, with its payload."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.glob("*.yaml")):
        for each in yaml.load(path.read_text(encoding="utf-8"), loader)["interactions"]:
            request, body = each["request"], each["response"]["body"]["string"]
            yield path.stem, f"{request['method']} {request['uri']}", json.loads(body)
    for path in sorted(folder.glob("*/*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        yield f"{path.parent.name}/{path.stem}", told["request"], told["body"]


@pytest.fixture(scope="module")
def answers(shared_data: Path) -> list[tuple[str, str, Any]]:
    return list(recorded(shared_data / "api" / "mastodon"))


def plain(html: str) -> str:
    """Take the words out of HTML by another way than the one that is tested."""
    without = re.sub(r'<p class="quote-inline">.*?</p>', "", html)
    return "".join(unescape(re.sub(r"<[^>]*>", "", without)).split())


def test_every_recorded_post_is_read_without_loss(answers: list[tuple[str, str, Any]]) -> None:
    seen = 0
    for name, _, payload in answers:
        for post in statuses_in(payload):
            item = read(post)
            seen += 1
            assert item.native_id == post["uri"], name
            assert item.published_raw == post["created_at"]
            assert item.updated_raw == post.get("edited_at")
            if post["reblog"]:
                assert item.text == ""
                assert item.linked[0].id == post["reblog"]["uri"]
                continue
            options = [each["title"] for each in (post.get("poll") or {}).get("options", [])]
            assert "".join(item.text.split()) == plain(post["content"]) + plain("".join(options))
            assert item.title == (post["spoiler_text"] or None)
            media = [each for each in item.linked if each.relation == "media"]
            assert [each.text for each in media] == [
                each["description"] for each in post["media_attachments"]
            ]
    assert seen == 207


def test_recorded_posts_are_statements_that_can_be_kept(
    answers: list[tuple[str, str, Any]], tmp_path: Path
) -> None:
    source = declared(tmp_path)
    texts = 0
    for _, _, payload in answers:
        for post in statuses_in(payload):
            kept = validate(read(post), source)
            assert kept.text == normalise_text(read(post).text)
            assert kept.published_precision == "time"
            texts += bool(kept.text)
    assert texts > 190


def test_every_recorded_history_gives_the_wordings_before_the_last_in_order(
    answers: list[tuple[str, str, Any]],
) -> None:
    found = []
    for name, request, payload in answers:
        match = re.search(r"GET .*/statuses/(\w+)/history$", request)
        if match and isinstance(payload, list):
            versions = sorted(payload, key=lambda each: str(each["created_at"]))
            post = {
                "id": match[1],
                "uri": f"https://social.example/statuses/{match[1]}",
                "account": {"acct": "lamps@social.example"},
                **versions[-1],
                "created_at": versions[0]["created_at"],
                "edited_at": versions[-1]["created_at"] if len(versions) > 1 else None,
            }
            past = list(earlier_versions(read(post), payload, capture()))
            assert {each.witness for each in past} <= {"publisher"}
            assert [each.seen_at for each in past] == sorted(str(each.seen_at) for each in past)
            found.append((name, len(payload), len(past)))
            for each, version in zip(past, versions, strict=False):
                assert "".join(each.text.split()).startswith(plain(version["content"]))
    assert found == [
        ("test_entity_statusedit", 2, 1),
        ("test_entity_statusedit", 2, 1),
        ("test_status_edit", 1, 0),
        ("test_status_edit", 2, 1),
        ("gotosocial/history", 2, 1),
    ]


def test_an_edit_on_snac_changes_the_id_and_not_the_identity(
    answers: list[tuple[str, str, Any]],
) -> None:
    by_name = {name: payload for name, _, payload in answers}
    edited, listed = by_name["snac2/edit"], by_name["snac2/statuses_after"]
    same = [each for each in listed if each["uri"] == edited["uri"]]
    assert [read(each).native_id for each in same] == [edited["uri"]]
    assert status_id("http://localhost:54040", edited["uri"], edited["url"]) is None


def test_a_servers_outbox_says_the_same_as_its_api(answers: list[tuple[str, str, Any]]) -> None:
    by_name = {name: payload for name, _, payload in answers}
    api = {each["uri"]: read(each) for each in by_name["snac2/statuses_noauth"]}
    how = Reading(route="mastodon #1", capture=capture())
    objects = [each["object"] for each in by_name["snac2/outbox"]["orderedItems"]]
    assert len(objects) == len(api) == 13
    for each in objects:
        item = post_statement(read_post(each), how)
        assert (item.text, item.title) == (api[item.native_id].text, api[item.native_id].title)
        assert item.account == api[item.native_id].account


def test_a_recorded_rate_limit_is_waited_for(shared_data: Path) -> None:
    path = shared_data / "api" / "mastodon" / "gotosocial" / "ratelimited.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    headers = {name.lower(): text for name, text in told["headers"].items()}
    now = datetime(2026, 11, 22, 22, 34, 6, tzinfo=UTC)
    assert asked_to_wait(told["status"], headers, now) == datetime(
        2026, 11, 22, 22, 38, 50, tzinfo=UTC
    )
    assert asked_to_wait(200, headers, now) is not None  # the last one before the limit


POST: dict[str, Any] = {
    "id": 110446223051565765,
    "uri": "https://social.example/users/lamps/statuses/110446223051565765",
    "url": "https://social.example/@lamps/110446223051565765",
    "created_at": "2026-03-01T08:00:00.000Z",
    "edited_at": None,
    "content": "<p>The lamps<br>stay lit.</p><p>See <a href='https://a.example/x/yz'>"
    "<span class='invisible'>https://</span><span class='ellipsis'>a.example/x</span>"
    "<span class='invisible'>/yz</span></a> and <a href='https://b.example/'>here</a> "
    "<a class='mention hashtag' href='https://social.example/tags/lamps'>#<span>lamps</span></a>"
    "</p>",
    "spoiler_text": "About lamps",
    "language": "en-GB",
    "account": {"id": 9, "acct": "lamps", "url": "https://social.example/@lamps"},
    "in_reply_to_id": 110446223051565700,
    "in_reply_to_account_id": 9,
    "media_attachments": [{"url": "https://m.example/1.jpg", "description": "A lamp."}],
    "mentions": [
        {"id": 7, "acct": "piers@other.example", "url": "https://other.example/@piers"},
        {"id": 8, "acct": "piers@other.example", "url": "https://other.example/@piers"},
    ],
    "card": {"url": "https://a.example/x/yz", "title": "A page"},
    "poll": {"options": [{"title": "Red", "votes_count": 3}, {"title": "Green"}]},
}


def test_all_that_a_post_says_is_kept() -> None:
    item = read(POST)
    assert item.text == (
        "The lamps\nstay lit.\n\nSee https://a.example/x/yz and here #lamps\n\nRed\nGreen"
    )
    assert (item.title, item.language) == ("About lamps", "en")
    assert item.account == "mastodon/lamps@social.example"
    assert item.linked == (
        Linked(relation="reply_to", id="110446223051565700", text="lamps@social.example"),
        Linked(relation="media", url="https://m.example/1.jpg", text="A lamp."),
        Linked(relation="link", url="https://a.example/x/yz", text="A page"),
        Linked(relation="link", url="https://b.example/", text="here"),
        Linked(relation="link", url="https://other.example/@piers", text="@piers@other.example"),
    )


def test_a_repost_has_no_words_of_its_own() -> None:
    other = POST | {"uri": "https://other.example/1", "account": {"acct": "piers@other.example"}}
    repost = POST | {"uri": POST["uri"] + "/activity", "reblog": other}
    item = read(repost)
    assert (item.text, item.title) == ("", None)
    assert item.linked == (
        Linked(
            relation="repost",
            url=POST["url"],
            id="https://other.example/1",
            text="piers@other.example",
        ),
    )


@pytest.mark.parametrize(
    ("quote", "linked"),
    [
        (
            {"state": "accepted", "quoted_status": {**POST, "uri": "https://other.example/1"}},
            Linked(
                relation="quote",
                url=POST["url"],
                id="https://other.example/1",
                text="lamps@social.example",
            ),
        ),
        (
            {"state": "accepted", "quoted_status_id": 110446223051565701},
            Linked(relation="quote", id="110446223051565701"),
        ),
        (
            {**POST, "uri": "https://other.example/1"},
            Linked(
                relation="quote",
                url=POST["url"],
                id="https://other.example/1",
                text="lamps@social.example",
            ),
        ),
        (
            {"state": "revoked", "quoted_status": None},
            Linked(relation="quote", url="https://other.example/@piers/1"),
        ),
    ],
    ids=["whole", "shallow", "truth-social", "revoked"],
)
def test_a_quoted_post_is_named_and_its_line_is_no_word(quote: Any, linked: Linked) -> None:
    url = "https://other.example/@piers/1"
    line = f'<p class="quote-inline">RE: <a href="{url}">{url}</a></p>'
    item = read(POST | {"content": f"{line}<p>Well said.</p>", "quote": quote, "poll": None})
    assert item.text == "Well said."
    assert linked in item.linked
    assert len([each for each in item.linked if each.relation == "quote"]) == 1


def test_truth_social_is_named_as_itself() -> None:
    item = read(POST, platform="truth_social")
    assert item.account == "truth_social/lamps"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://social.example/ap/users/117/statuses/118", "118"),
        ("https://social.example/users/lamps/statuses/118/activity", "118"),
        ("https://social.example/@lamps/118", "118"),
        ("https://social.example/@lamps/statuses/01M82PA9CZ", "01M82PA9CZ"),
        ("https://social.example/notice/AbC9", "AbC9"),
        ("https://social.example/objects/6f1c-22", None),
        ("https://social.example/lamps/p/1795387262.954241", None),
        ("https://elsewhere.example/@lamps/118", None),
    ],
)
def test_the_id_is_found_in_addresses_of_the_server(address: str, number: str | None) -> None:
    assert status_id("https://social.example", address) == number


def test_a_history_newer_than_the_post_that_was_listed_tells_no_more() -> None:
    post = read(POST | {"edited_at": "2026-03-01T08:10:00.000Z", "content": "B", "poll": None})
    history = [
        {"created_at": "2026-03-01T08:20:00.000Z", "content": "C", "spoiler_text": "About lamps"},
        {"created_at": "2026-03-01T08:10:00.000Z", "content": "B", "spoiler_text": "About lamps"},
        {"created_at": "2026-03-01T08:00:00.000Z", "content": "A"},
    ]
    (first,) = earlier_versions(post, history, capture())
    assert (first.text, first.title, first.seen_at) == ("A", None, "2026-03-01T08:00:00Z")
    assert (first.updated_raw, first.published_raw) == (None, POST["created_at"])


def test_a_version_of_a_clock_that_is_ahead_is_not_seen_after_us() -> None:
    post = read(POST | {"edited_at": "2099-01-01T00:00:01Z", "content": "B", "poll": None})
    history = [{"created_at": "2099-01-01T00:00:00Z", "content": "A"}]
    (first,) = earlier_versions(post, history, capture())
    assert first.seen_at == AT


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"<html>Log in</html>", 200, "is text/html and no JSON: a page that asks to log in"),
        (b'{"error": "Forbidden"}', 403, "403: Forbidden. It answers only those who log in: put"),
        (b"", 401, "401: It answers only those who log in: put an access token of an account on"),
        (b'{"error": "no"}', 200, "is no list of posts"),
        (b"[]", 200, "lists nothing"),
        (b'[{"id": 1', 200, "and no JSON"),
        (b"[" * 100_000, 200, "and no JSON"),
        (b'{"error": "gone"}', 410, "answered 410: gone"),
        (b"[\xff]", 200, "and no JSON"),
    ],
)
def test_a_listing_that_is_none_is_told(
    body: bytes, status: int, words: str, tmp_path: Path
) -> None:
    channel = open_channel(declared(tmp_path))
    url = "https://social.example/api/v1/accounts/9/statuses?limit=40"
    at = datetime(2026, 11, 24, tzinfo=UTC)
    response = kept_response(url, body, {"Content-Type": "text/html"}, at, status)
    (fault,) = channel.parse_listing(response, 1)
    assert isinstance(fault, FaultItem)
    assert (fault.level, fault.url) == ("error", url)
    assert words in fault.message


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({}, "is no status (created_at: Field required)"),
        ("gone", "is no status"),
        (POST | {"uri": ""}, "is no status (uri: String should have at least 1 character)"),
        (POST | {"account": None}, "is no status (account: Field required)"),
        (POST | {"content": ["a"]}, "is no status (content: Input should be a valid string)"),
    ],
)
def test_what_is_no_post_is_told(payload: Any, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        read_entity(Status, payload)


def test_an_account_has_its_server_in_its_name() -> None:
    assert Account(acct="lamps", url="https://social.example/@lamps").name == "lamps@social.example"
    assert Account(acct="lamps@other.example", url="https://x.example/").name == (
        "lamps@other.example"
    )


def test_html_that_hides_nothing_is_whole() -> None:
    assert post_words("") == ""
    assert post_words("  ", ["Yes"]) == "Yes"
    assert not list(post_links('<p><a href="/local">x</a> <a href="mailto:a@b.example">y</a></p>'))
