"""X in files: recorded answers, account archives of many years, and what is wrong with them."""

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from loopback import SOURCE

from archive.records import Capture
from spiders.formats import file_format
from spiders.formats.base import Context, Record
from spiders.formats.x_archive import FORMAT as ARCHIVE
from spiders.formats.x_v1 import FORMAT as V1
from spiders.formats.x_v2 import FORMAT as V2
from spiders.source import Source
from spiders.sourcefiles import read_source

FEEDS = "  - {channel: feed, urls: [https://lighthouses.example/rss]}"
ACCOUNT = """
accounts:
  - {platform: x, handle: lighthouses_xa, id: "77", url: "https://x.com/lighthouses_xa",
     proof: "https://lighthouses.example/contact"}
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return declared(tmp_path, "")


def declared(tmp_path: Path, more: str) -> Source:
    path = tmp_path / "xa" / "xa_light.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SOURCE.format(url="https://lighthouses.example", feeds=FEEDS) + more)
    return read_source(path)


def read(name: str, path: Path, source: Source) -> list[Record]:
    capture = Capture(
        id="c1",
        url=f"urn:onrecord:import:{path.name}",
        captured_at="2026-11-24T12:00:00Z",
        status=200,
        content_type=None,
        bytes=0,
        sha256="",
        warc_file="",
        warc_offset=0,
        warc_length=0,
        warc_sha256="",
    )
    return list(file_format(name).read(path, Context(source, capture)))


def texts(records: list[Record]) -> list[str]:
    return [record.item.text for record in records if record.item]


def problems(records: list[Record]) -> list[str]:
    return [f"{each.place}: {each.problem}" for each in records if each.problem]


def tweet(number: int, text: str, **rest: Any) -> dict[str, Any]:
    at = "Mon Mar 02 10:00:00 +0000 2026"
    return {"id_str": str(number), "full_text": text, "created_at": at, "lang": "en"} | rest


def script(entries: list[Any], name: str = "tweets", part: int = 0) -> str:
    return f"window.YTD.{name}.part{part} = {json.dumps(entries)}"


def zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("name", "items", "set_aside"),
    [
        ("cotweet", 1, 0),
        ("counts", 0, 1),
        ("edited", 2, 0),
        ("edited_after", 2, 0),
        ("edited_before", 2, 0),
        ("flat", 104, 0),
        ("media_tweet", 1, 0),
        ("mentions_tweet", 1, 0),
        ("noflat", 106, 0),
        ("quoted_edit", 1, 0),
        ("streaming_output_with_error", 7, 1),
        ("tweets_compliance", 0, 2),
        ("two_tweets", 1, 0),
        ("users", 52, 1),
        ("users_compliance", 0, 2),
        ("verified_type", 1, 0),
        ("withheld", 215, 0),
    ],
)
def test_recorded_answers(
    name: str, items: int, set_aside: int, shared_data: Path, source: Source
) -> None:
    path = shared_data / "api" / "x_v2" / f"{name}.jsonl"
    records = read("x_v2", path, source)
    counts = Counter("item" if each.item else "problem" for each in records)
    assert (counts["item"], counts["problem"]) == (items, set_aside)
    assert records[-1].read == path.stat().st_size or name == "users_compliance"
    for record in records:
        if record.item:
            assert (record.item.witness, record.item.kind) == ("import", "post")
            assert record.item.text or record.item.linked
            assert (record.item.seen_at or "") <= "2026-11-24T12:00:00Z"
    assert V2.fits(path, path.read_bytes()[:65_536])


def test_recorded_answers_say_what_is_no_post(shared_data: Path, source: Source) -> None:
    folder = shared_data / "api" / "x_v2"
    (broken,) = problems(read("x_v2", folder / "streaming_output_with_error.jsonl", source))
    assert broken.startswith("line 8: is no JSON: Expecting ',' delimiter")
    compliance = problems(read("x_v2", folder / "tweets_compliance.jsonl", source))
    assert "1170025343920402432 is to be deleted, because protected" in compliance[0]
    with pytest.raises(ValueError, match=r"empty\.json is empty"):
        read("x_v2", folder / "empty.json", source)


def test_recorded_answers_of_the_emulator(
    shared_data: Path, source: Source, tmp_path: Path
) -> None:
    folder = shared_data / "api" / "x_openapi"
    page = json.loads((folder / "pg_timeline_page1.json").read_text(encoding="utf-8"))["body"]
    (tmp_path / "page.json").write_text(json.dumps(page, indent=1))
    assert len(texts(read("x_v2", tmp_path / "page.json", source))) == 20
    assert len(texts(read("x_v2", folder / "pg_tweets.body", source))) == 5
    assert len(texts(read("x_v2", folder / "pg_lookup_deleted.json", source))) == 1
    (refused,) = problems(read("x_v2", folder / "pg_badmax.body", source))
    assert "max_results must be at most 100" in refused


def test_the_older_api_in_all_its_shapes(shared_data: Path, source: Source, tmp_path: Path) -> None:
    path = shared_data / "api" / "x_v11_tweets.json"
    whole = texts(read("x_v1", path, source))
    assert len(whole) == 3
    assert V1.fits(path, path.read_bytes()[:65_536])
    assert not V2.fits(path, path.read_bytes()[:65_536])
    posts = json.loads(path.read_text(encoding="utf-8"))
    shapes = {
        "lines.ndjson": "\n".join(map(json.dumps, posts)),
        "one.json": json.dumps(posts[1], indent=2),
        "search.json": json.dumps({"statuses": posts, "search_metadata": {}}),
    }
    for name, text in shapes.items():
        (tmp_path / name).write_text(text)
        expected = [whole[1]] if name == "one.json" else whole
        assert texts(read("x_v1", tmp_path / name, source)) == expected
    (tmp_path / "odd.json").write_text(
        '[{"id_str": "1"}, 7, {"full_text": "a"}, {"id": 5, "text": "b"}]'
    )
    assert texts(read("x_v1", tmp_path / "odd.json", source)) == ["b"]
    assert problems(read("x_v1", tmp_path / "odd.json", source)) == [
        "entry 1: has no text (full_text)",
        "entry 2: is no JSON object",
        "entry 3: has no id (id_str)",
    ]


def test_an_account_archive_of_each_age(source: Source, tmp_path: Path) -> None:
    old = {"id_str": "4", "text": "Grailbird sang", "created_at": "2013-05-01 10:00:00 +0000"}
    shapes = {
        "tweets.js": script([{"tweet": tweet(1, "Wrapped &amp; new")}]),
        "tweet.js": script([tweet(1, "Wrapped &amp; new")], "tweet"),
        "semicolon.js": script([{"tweet": tweet(1, "Wrapped &amp; new")}]) + " ;\n",
        "bom.js": "\ufeff" + script([{"tweet": tweet(1, "Wrapped &amp; new")}], part=12),
    }
    for name, text in shapes.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert texts(read("x_archive", tmp_path / name, source)) == ["Wrapped & new"], name
        assert ARCHIVE.fits(tmp_path / name, text.encode()[:65_536])
        assert not V1.fits(tmp_path / name, text.encode())
    months = {f"export/data/js/tweets/2013_{n:02}.js": "" for n in (5, 6)}
    for member in months:
        months[member] = f"Grailbird.data.tweets_{member[-10:-3]} = \n [{json.dumps(old)}]"
    records = read("x_archive", zipped(tmp_path / "old.zip", months), source)
    assert texts(records) == ["Grailbird sang"] * 2


def test_a_zipped_archive_with_parts_notes_and_an_edit(tmp_path: Path) -> None:
    source = declared(tmp_path, ACCOUNT)
    long = "The lamp of the harbour was lit at dusk. " * 12
    cut = f"{long[:276].rstrip()}… https://t.co/x"
    edit = {"edit": {"initialTweetId": "20", "editControlInitial": {"editTweetIds": ["20", "21"]}}}
    first = {"initial": {"editTweetIds": ["20", "21"]}}
    mention = {"user_mentions": [{"screen_name": "keeper"}]}
    members = {
        "data/account.js": script([{"account": {"username": "Lighthouses_XA"}}], "account"),
        "data/manifest.js": 'window.__THAR_CONFIG = {"userInfo": {"userName": "Lighthouses_XA"}, '
        '"archiveInfo": {"generationDate": "2026-05-01T00:00:00.000Z"}}',
        "data/tweets.js": script([{"tweet": tweet(10, cut)}, {"tweet": tweet(11, "Short")}]),
        "data/tweets-part2.js": script([{"tweet": tweet(30, "Last")}], part=2),
        "data/tweets-part1.js": script(
            [
                {"tweet": tweet(20, "Befor", edit_info=first)},
                {"tweet": tweet(21, "Before", edit_info=edit)},
                {"tweet": tweet(22, "RT @keeper: We rowed out", entities=mention)},
                {"tweet": tweet(23, "RT @nobody: typed by hand")},
            ],
            part=1,
        ),
        "data/note-tweet.js": script([{"noteTweet": {"core": {"text": long}}}], "note_tweet"),
        "data/direct-messages.js": script([{"dmConversation": {}}], "direct_messages"),
        "data/deleted-tweets.js": script([{"tweet": tweet(99, "Gone")}], "deleted_tweets"),
    }
    path = zipped(tmp_path / "twitter-2026.zip", members)
    assert ARCHIVE.fits(path, path.read_bytes()[:65_536])
    records = read("x_archive", path, source)
    assert problems(records) == []
    assert [item.place for item in records][:3] == [
        "data/tweets.js entry 1",
        "data/tweets.js entry 2",
        "data/tweets-part1.js entry 1",
    ]
    items = [record.item for record in records if record.item]
    assert [item.text for item in items] == [
        *(long, "Short", "Befor", "Before", "", "RT @nobody: typed by hand", "Last")
    ]
    assert {item.account for item in items} == {"x/Lighthouses_XA"}
    assert items[0].url == "https://x.com/Lighthouses_XA/status/10"
    assert [item.native_id for item in items[2:4]] == ["20", "20"]
    assert [item.seen_at for item in items[2:4]] == ["2026-03-02T10:00:00Z", "2026-05-01T00:00:00Z"]
    assert items[4].linked[0].text == "We rowed out"
    assert len({item.route for item in items}) == 1
    assert all(0 < record.read <= path.stat().st_size for record in records)


def test_a_post_that_is_cut_short_is_never_compared_with_whole_ones(
    source: Source, tmp_path: Path
) -> None:
    cut = "The lamp of the harbour was lit at dusk. " * 7 + "The…"
    (tmp_path / "tweets.js").write_text(script([tweet(1, cut), tweet(2, "Whole")]))
    records = read("x_archive", tmp_path / "tweets.js", source)
    assert len({record.item.route for record in records if record.item}) == 2


def test_the_archive_of_another_account_is_refused(tmp_path: Path) -> None:
    source = declared(tmp_path, ACCOUNT)
    account = script([{"account": {"username": "somebody"}}], "account")
    members = {"data/account.js": account, "data/tweets.js": script([tweet(1, "Mine")])}
    with pytest.raises(ValueError, match=r"is by @somebody, who is no account of xa_light"):
        read("x_archive", zipped(tmp_path / "other.zip", members), source)


def test_posts_of_other_accounts_are_set_aside(tmp_path: Path) -> None:
    source = declared(tmp_path, ACCOUNT)
    users = [{"id": "77", "username": "lighthouses_xa"}, {"id": "5", "username": "somebody"}]
    posts = [
        {"id": "1", "text": "Ours", "author_id": "77"},
        {"id": "2", "text": "Theirs", "author_id": "5"},
    ]
    page = {"data": posts, "includes": {"users": users}}
    (tmp_path / "page.json").write_text(json.dumps(page))
    records = read("x_v2", tmp_path / "page.json", source)
    assert texts(records) == ["Ours"]
    assert "post 2 is by @somebody" in problems(records)[0]
    (tmp_path / "page.json").write_text(json.dumps({"data": posts[:1]}))
    (ours,) = read("x_v2", tmp_path / "page.json", source)
    assert ours.item
    assert ours.item.account == "x/lighthouses_xa"


def test_what_is_wrong_with_a_file_is_told(source: Source, tmp_path: Path) -> None:
    def refused(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=name) as caught:
            read("x_archive", tmp_path / name, source)
        return str(caught.value)

    whole = script([tweet(n, "The lamp is lit") for n in range(9)]).encode()
    assert "cannot be read on after entry 4" in refused("cut.js", whole[: len(whole) // 2])
    assert "holds no list" in refused("none.js", b"window.YTD.tweets.part0 = {}")
    assert "is it whole?" in refused("cut.zip", b"PK\x03\x04 and nothing else")
    assert "is it an account archive" in refused("other.zip", empty_zip(tmp_path))
    (tmp_path / "odd.js").write_text(script([{"tweet": {"rest_id": "1"}}, tweet(2, "Known")]))
    records = read("x_archive", tmp_path / "odd.js", source)
    assert texts(records) == ["Known"]
    assert problems(records) == [
        "odd.js entry 1: has no id (id_str): X may have changed the form of its archives"
    ]
    assert "rest_id" in records[0].raw


def empty_zip(tmp_path: Path) -> bytes:
    return zipped(tmp_path / "empty.zip", {"readme.txt": "nothing"}).read_bytes()


def test_a_zip_bomb_is_refused_before_and_while_it_unpacks(source: Source, tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"data/tweets.js": "[" + " " * 40_000_000 + "]"})
    with pytest.raises(ValueError, match=r"would grow \d+ times .* as only a zip bomb does"):
        read("x_archive", bomb, source)
    packed = bytearray(bomb.read_bytes())
    directory = packed.rfind(b"PK\x01\x02")
    for at in (directory + 24, 22):  # both places that declare what it unpacks to
        packed[at : at + 4] = (1_000_000).to_bytes(4, "little")
    (tmp_path / "lie.zip").write_bytes(packed)
    with pytest.raises(
        ValueError, match=r"lie\.zip: data/tweets\.js cannot be unpacked|cannot be read on"
    ):
        read("x_archive", tmp_path / "lie.zip", source)


def test_one_entry_does_not_fill_the_memory(source: Source, tmp_path: Path) -> None:
    with (tmp_path / "tweets.js").open("w") as file:
        file.write('window.YTD.tweets.part0 = ["')
        file.writelines("word " * 200_000 for _ in range(70))
        file.write('"]')
    with pytest.raises(ValueError, match=r"has an entry of more than 64 MiB"):
        read("x_archive", tmp_path / "tweets.js", source)


def test_what_is_nested_beyond_reason_is_refused(source: Source, tmp_path: Path) -> None:
    deep = "[" * 100_000
    (tmp_path / "tweets.js").write_text(f"window.YTD.tweets.part0 = [{deep}")
    with pytest.raises(ValueError, match=r"tweets\.js cannot be read on .*more than 64 deep"):
        read("x_archive", tmp_path / "tweets.js", source)
    line = '{"id": "1", "text": "Lit.", "author_id": "2"}'
    (tmp_path / "lines.ndjson").write_text(f"{line}\n{deep}\n{line}\n")
    records = read("x_v2", tmp_path / "lines.ndjson", source)
    assert texts(records) == ["Lit."] * 2
    assert "line 2: is no JSON" in problems(records)[0]
