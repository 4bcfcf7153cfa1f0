"""X's payloads: every recorded answer and post is read, and what its fields say comes out."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.records import Capture
from spiders.items import Linked, StatementItem
from spiders.platforms.x import Answer, read_answer
from spiders.platforms.x_posts import API, Origin, Post, moment, plain, post_id_in, statements
from spiders.platforms.x_v1 import read_post

EVERY_TEXT = "7668b68dc17bcac705c19d6b1e318a3388cfb617b9bef4c4fb2075e406103423"
CAPTURE = Capture(
    id="c1",
    url="https://api.x.com/2/tweets",
    captured_at="2026-11-24T12:00:00Z",
    status=200,
    content_type="application/json",
    bytes=0,
    sha256="",
    warc_file="",
    warc_offset=0,
    warc_length=0,
    warc_sha256="",
)


def answers(folder: Path) -> Iterator[Answer]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                yield read_answer(json.loads(line))
            except ValueError:
                continue


def every_post(folder: Path) -> Iterator[tuple[dict[str, Any], Post]]:
    for answer in answers(folder):
        for each in (*answer.posts, *answer.others):
            yield dict(each), answer.read(each)


def read(post: dict[str, Any], **rest: Any) -> Post:
    return next(read_answer({"data": [post], **rest}).versions())[0]


def items(answer: Answer) -> list[StatementItem]:
    origin = Origin(capture=CAPTURE, place="x lighthouses", reading=API, username="lighthouses")
    return [each for versions in answer.versions() for each in statements(versions, origin)]


def test_every_recorded_post_is_read(shared_data: Path) -> None:
    found = list(every_post(shared_data / "api" / "x_v2"))
    assert len({post.id for _, post in found}) == 521
    assert sum(len(post.history) > 1 for _, post in found) == 11
    for raw, post in found:
        assert post.id == raw["id"]
        assert (post.created_at, post.language) == (raw["created_at"], raw["lang"])
        assert post.author_id == raw["author_id"]


def test_every_word_of_a_recorded_post_is_kept(shared_data: Path) -> None:
    notices = 0
    for raw, post in every_post(shared_data / "api" / "x_v2"):
        whole = raw["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        reposted = [each for each in post.linked if each.relation == "repost"]
        notices += post.notice is not None
        if reposted:
            assert post.text == ""
            shown = whole.partition(": ")[2].removesuffix("…")
            assert (reposted[0].text or "").startswith(shown)
        elif post.notice:
            assert (post.text, post.notice.endswith(whole)) == ("", True)
        else:
            assert post.text == whole
    assert notices == 13


def test_every_reference_of_a_recorded_post_is_kept(shared_data: Path) -> None:
    names = {"retweeted": "repost", "quoted": "quote", "replied_to": "reply_to"}
    for raw, post in every_post(shared_data / "api" / "x_v2"):
        expected = {(names[e["type"]], e["id"]) for e in raw.get("referenced_tweets", [])}
        linked = {(e.relation, e.id) for e in post.linked if e.relation in names.values()}
        assert linked == expected
        keys = raw.get("attachments", {}).get("media_keys", [])
        assert {e.id for e in post.linked if e.relation == "media"} >= {*keys}
        if ("repost",) not in {(each.relation,) for each in post.linked}:
            links = {e.text for e in post.linked if e.relation != "media"}
            for url in raw.get("entities", {}).get("urls", []):
                address = url["expanded_url"]
                is_elsewhere = "/photo/" in address or "/video/" in address
                is_quoted = post_id_in(address) in {each.id for each in post.linked}
                assert url["url"] in links or is_elsewhere or is_quoted or "media_key" in url


def test_the_texts_of_all_recorded_posts(shared_data: Path) -> None:
    texts = {post.id: post.text for _, post in every_post(shared_data / "api" / "x_v2")}
    whole = "\n".join(f"{each}\t{texts[each]}" for each in sorted(texts, key=int))
    assert hashlib.sha256(whole.encode()).hexdigest() == EVERY_TEXT


def test_posts_of_both_vocabularies_read_alike() -> None:
    old = {
        "id": "3",
        "text": "Short",
        "edit_history_tweet_ids": ["2", "3"],
        "note_tweet": {"text": "Long"},
    }
    new = {
        "id": "3",
        "text": "Short",
        "edit_history_post_ids": ["2", "3"],
        "note_post": {"text": "Long"},
    }
    old["referenced_tweets"] = new["referenced_posts"] = [{"type": "quoted", "id": "1"}]
    other = {"id": "1", "text": "Before"}
    assert read(old, includes={"tweets": [other]}) == read(new, includes={"posts": [other]})
    assert read(new).text == "Long"
    assert read(new).history == ("2", "3")


def test_versions_of_one_post_make_one_statement(shared_data: Path) -> None:
    for name in ("edited", "edited_after", "edited_before"):
        line = (shared_data / "api" / "x_v2" / f"{name}.jsonl").read_text(encoding="utf-8")
        first, second = items(read_answer(json.loads(line)))
        assert first.native_id == second.native_id == "1576994746135764992"
        assert (first.witness, first.seen_at) == ("publisher", "2022-10-03T17:57:01Z")
        assert (second.witness, second.seen_at) == (None, None)
        assert second.published_raw == first.published_raw == "2022-10-03T17:57:01.000Z"
        assert second.updated_raw == "2022-10-03T17:57:11.000Z"
        assert second.url.endswith("/status/1576994789110992896")
        assert second.linked[-1].text == "version 2 of 2"


def test_a_version_that_is_not_given_is_not_invented() -> None:
    post = {"id": "9", "text": "Now", "edit_history_tweet_ids": ["7", "8", "9"]}
    (only,) = items(read_answer({"data": [post]}))
    assert (only.native_id, only.text, only.witness) == ("7", "Now", None)
    (older,) = items(read_answer({"data": [post | {"id": "8", "text": "Before"}]}))
    assert (older.native_id, older.witness) == ("7", "publisher")


def test_ids_are_compared_as_numbers() -> None:
    post = {"id": "1000", "text": "Now", "edit_history_tweet_ids": ["1000", "999"]}
    assert read(post).history == ("999", "1000")
    assert read({"id": 9007199254740993, "text": "A number"}).id == "9007199254740993"


def test_withheld_posts_say_where(shared_data: Path) -> None:
    withheld = {p.id: p for _, p in every_post(shared_data / "api" / "x_v2") if p.withheld}
    assert len(withheld) == 14
    assert withheld["25712847277"].withheld == "withheld by X in DE, FR"
    assert withheld["25712847277"].text
    assert withheld["1404388728617975811"].withheld == "withheld by X in IN (the user)"
    assert withheld["1404388728617975811"].text == ""
    assert withheld["1257108668492984321"].withheld == "withheld by X in XY (copyright, the tweet)"


@pytest.mark.parametrize(
    ("published", "read_as"),
    [
        ("Fish &amp; chips &lt;3 &gt; bread", "Fish & chips <3 > bread"),
        ("&amp;amp; stays one", "&amp; stays one"),
        ("&nbsp; is none of X's", "&nbsp; is none of X's"),
        ("A bare & says: nothing here is escaped, not &amp; either", None),
        ("1 < 2 &amp; nothing is escaped", None),
    ],
)
def test_what_x_escapes_is_read_where_it_was_escaped(published: str, read_as: str | None) -> None:
    if published.startswith("&nbsp;"):
        read_as = None
    assert plain(published) == (read_as or published)


def test_links_media_and_polls() -> None:
    post = {
        "id": "5",
        "text": "Look https://t.co/a https://t.co/b https://t.co/c",
        "attachments": {"media_keys": ["3_1", "7_2", "3_9"], "poll_ids": ["77"]},
        "referenced_tweets": [{"type": "quoted", "id": "4"}, {"type": "replied_to", "id": "2"}],
        "in_reply_to_user_id": "31",
        "entities": {
            "mentions": [{"username": "keeper", "id": "31"}],
            "urls": [
                {"url": "https://t.co/a", "expanded_url": "https://arvenna.example/a"},
                {"url": "https://t.co/b", "expanded_url": "https://x.com/tower/status/4"},
                {"url": "https://t.co/c", "expanded_url": "https://x.com/l/status/5/photo/1"},
                {"url": "https://t.co/c", "expanded_url": "https://x.com/l/status/5/photo/1"},
            ],
        },
    }
    variants = [{"url": "p.m3u8"}, {"bit_rate": 1, "url": "low"}, {"bit_rate": 9, "url": "high"}]
    media = [
        {"media_key": "3_1", "url": "https://pbs.example/1.jpg", "alt_text": "The tower by night"},
        {"media_key": "7_2", "variants": variants, "preview_image_url": "preview"},
    ]
    polls = [{"id": "77", "options": [{"label": "Red"}, {"label": "Green"}]}]
    assert read(post, includes={"media": media, "polls": polls}).linked == (
        Linked(relation="quote", id="4", url="https://x.com/tower/status/4"),
        Linked(relation="reply_to", id="2", url="https://x.com/keeper/status/2"),
        Linked(
            relation="media", id="3_1", url="https://pbs.example/1.jpg", text="The tower by night"
        ),
        Linked(relation="media", id="7_2", url="high"),
        Linked(relation="media", id="3_9", url="https://x.com/l/status/5/photo/1"),
        Linked(relation="media", id="77", text="Red | Green"),
        Linked(relation="link", url="https://arvenna.example/a", text="https://t.co/a"),
    )


def test_a_text_that_x_cut_short_is_told_from_whole_ones() -> None:
    url = {"url": "https://t.co/z", "expanded_url": "https://twitter.com/i/web/status/5"}
    post = {"id": "5", "text": "We shall… https://t.co/z", "entities": {"urls": [url]}}
    cut, whole = read(post), read(post | {"note_tweet": {"text": "We shall light it."}})
    assert (cut.is_cut, whole.is_cut, whole.text) == (True, False, "We shall light it.")
    routes = {
        items(read_answer({"data": [each]}))[0].route for each in (post, {"id": "6", "text": "a"})
    }
    assert len(routes) == 2


@pytest.mark.parametrize("bad", [None, 5, "text", [], {}, {"title": "Unauthorized"}])
def test_what_is_no_answer_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match=r"is no JSON object|holds none of"):
        read_answer(bad)


@pytest.mark.parametrize("odd", [None, 7, "x", [7], {"urls": 7}, {"urls": [None]}])
def test_fields_of_an_odd_kind_do_no_harm(odd: object) -> None:
    names = ("entities", "attachments", "withheld", "note_tweet", "referenced_tweets", "author")
    for name in (*names, "edit_history_tweet_ids", "lang", "created_at", "author_id"):
        assert read({"id": "5", "text": "Words", name: odd}).text == "Words"
    assert read_answer({"data": [{"id": "5", "text": "a"}], "includes": odd, "errors": odd}).posts


def test_recorded_posts_of_the_older_api(shared_data: Path) -> None:
    found = json.loads((shared_data / "api" / "x_v11_tweets.json").read_text(encoding="utf-8"))
    posts = [read_post(each) for each in found]
    assert [post.id for post in posts] == [each["id_str"] for each in found]
    assert [post.username for post in posts] == [each["user"]["screen_name"] for each in found]
    assert [bool(post.text) for post in posts] == [False, True, True]
    reposted, answer, quote = posts
    original = found[0]["retweeted_status"]
    assert (reposted.linked[0].id, reposted.linked[0].relation) == (original["id_str"], "repost")
    assert reposted.linked[0].text == original["full_text"].replace("&amp;", "&")
    assert [each.relation for each in answer.linked] == ["reply_to", "media", "link", "link"]
    assert quote.linked[0].id == "861696799362478085"
    assert [each.relation for each in quote.linked] == ["quote"]


def test_times_of_both_apis() -> None:
    assert moment("Wed Sep 04 13:51:55 +0200 2019") == "2019-09-04T11:51:55Z"
    assert moment("2022-10-03T17:57:11.000Z") == "2022-10-03T17:57:11Z"
    assert moment("yesterday") is None
    assert moment(None) is None
