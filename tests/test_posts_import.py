"""Account archives of Mastodon and exports of Telegram: all public posts, bad ones set aside."""

import gzip
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.records import Capture
from spiders.formats import detect_format
from spiders.formats.base import Context, Record
from spiders.formats.mastodon_outbox import FORMAT as OUTBOX
from spiders.formats.telegram_export import FORMAT as EXPORT
from spiders.items import Linked, StatementItem
from spiders.offline import open_channel
from spiders.platforms.mastodon import DIGEST
from spiders.sourcefiles import read_source

AT = "2026-11-24T10:00:00Z"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACCOUNTS = """
accounts:
  - {platform: mastodon, handle: lamps, url: "https://social.example/@lamps",
     proof: "https://lights.example/"}
  - {platform: telegram, handle: Arvenna_Lights, id: "1200300400", url: "https://t.me/Arvenna_Lights",
     proof: "https://lights.example/"}
"""
TWO_CHANNELS = ACCOUNTS.replace(', id: "1200300400"', "") + (
    '  - {platform: telegram, handle: Arvenna_Lamps, url: "https://t.me/Arvenna_Lamps", '
    'proof: "https://lights.example/"}\n'
)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return context_of(tmp_path)


def context_of(folder: Path, accounts: str = ACCOUNTS) -> Context:
    path = folder / "xa" / "xa_light.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "office: Ministry of Lighthouses\ncountry: xa\npublisher: Arvenna\n"
        "url: https://lights.example/\nlanguage: en\ntimezone: Europe/Vienna\n"
        "feeds: [{channel: mastodon, server: 'https://social.example', handle: lamps}]\n"
        f"provenance: {{from: a test, verified: never}}{accounts}"
    )
    capture = Capture(
        id="0" * 32,
        url="urn:onrecord:import:file",
        captured_at=AT,
        status=200,
        content_type=None,
        bytes=0,
        sha256="",
        warc_file="",
        warc_offset=0,
        warc_length=0,
        warc_sha256="",
    )
    return Context(source=read_source(path), capture=capture)


def note(number: int, words: str, **rest: Any) -> dict[str, Any]:
    uri = f"https://social.example/users/lamps/statuses/{number}"
    post = {
        "id": uri,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": "2026-03-01T08:00:00Z",
        "url": f"https://social.example/@lamps/{number}",
        "attributedTo": "https://social.example/users/lamps",
        "to": [PUBLIC],
        "cc": ["https://social.example/users/lamps/followers"],
        "content": f"<p>{words}</p>",
        "contentMap": {"en": f"<p>{words}</p>"},
        "attachment": [],
        "tag": [],
    }
    return {
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": "https://social.example/users/lamps",
        "object": post | rest,
    }


ACTIVITIES: list[Any] = [
    note(1, "The lamps stay lit."),
    note(
        2,
        "They were <b>lit</b>.<br>See <a href='https://a.example/'>here</a>.",
        summary="About lamps",
        updated="2026-03-02T08:00:00Z",
        inReplyTo="https://other.example/1",
        attachment=[{"type": "Document", "url": "/media/1.jpg", "name": "A lamp."}],
        tag=[
            {"type": "Mention", "href": "https://other.example/@piers", "name": "@piers@o.example"}
        ],
    ),
    note(3, "For followers.", to=["https://social.example/users/lamps/followers"], cc=[]),
    note(4, "Quietly.", to=["https://social.example/users/lamps/followers"], cc=PUBLIC),
    note(5, "Which?", type="Question", oneOf=[{"type": "Note", "name": "Red"}, {"name": "Green"}]),
    {
        "id": "https://social.example/users/lamps/statuses/6/activity",
        "type": "Announce",
        "actor": "https://social.example/users/lamps",
        "published": "2026-03-03T08:00:00Z",
        "object": "https://other.example/2",
    },
    "no activity",
    {"type": "Create", "object": {"type": "Note"}},
    {"id": "https://social.example/7", "type": "Announce"},
    {"type": "Dance"},
    {"type": "Like", "object": "https://other.example/3"},
    note(8, "Of another.", url="https://social.example/@piers/8"),
    note(9, "Damaged.", content=["a"]),
]
OUTBOX_JSON = json.dumps(
    {
        "@context": ["https://www.w3.org/ns/activitystreams", {"toot": ["x"]}],
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(ACTIVITIES),
        "orderedItems": ACTIVITIES,
    }
).encode()


def plain(folder: Path) -> Path:
    path = folder / "outbox.json"
    path.write_bytes(OUTBOX_JSON)
    return path


def zipped(folder: Path) -> Path:
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("media_attachments/1.jpg", b"\x00" * 999)
        packed.writestr("outbox.json", OUTBOX_JSON)
    return path


def tarred(folder: Path) -> Path:
    path = folder / "archive.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        for name, body in (("./actor.json", b"{}"), ("./outbox.json", OUTBOX_JSON)):
            about = tarfile.TarInfo(name)
            about.size = len(body)
            packed.addfile(about, io.BytesIO(body))
    return path


def items(records: list[Record]) -> list[StatementItem]:
    return [each.item for each in records if each.item]


@pytest.mark.parametrize("made", [plain, zipped, tarred])
def test_an_account_archive_is_read_whole(
    made: Callable[[Path], Path], tmp_path: Path, context: Context
) -> None:
    path = made(tmp_path)
    assert detect_format(path) is OUTBOX
    records = list(OUTBOX.read(path, context))
    assert [each.place for each in records] == [
        f"outbox.json entry {number}" for number in range(1, len(ACTIVITIES) + 1)
    ]
    found = items(records)
    base = "https://social.example/users/lamps/statuses/"
    assert [(each.native_id, each.text) for each in found] == [
        (f"{base}1", "The lamps stay lit."),
        (f"{base}2", "They were lit.\nSee here."),
        (f"{base}4", "Quietly."),
        (f"{base}5", "Which?\n\nRed\nGreen"),
        (f"{base}6/activity", ""),
    ]
    assert {each.account for each in found} == {"mastodon/lamps@social.example"}
    assert {(each.witness, each.seen_at) for each in found} == {("import", AT)}
    problems = {each.place.rpartition(" ")[2]: each for each in records if each.problem}
    assert [*problems] == ["7", "8", "9", "10", "12", "13"]
    assert problems["7"].raw == '"no activity"'
    assert "it is no post (id: Field required)" in str(problems["8"].problem)
    assert "Dance" in str(problems["10"].problem)
    assert "piers@social.example" in str(problems["12"].problem)
    assert 0 < records[0].read <= records[-1].read <= path.stat().st_size


def test_an_archived_post_has_all_that_it_says(tmp_path: Path, context: Context) -> None:
    second = items(list(OUTBOX.read(plain(tmp_path), context)))[1]
    assert (second.title, second.language) == ("About lamps", "en")
    assert (second.published_raw, second.updated_raw) == (
        "2026-03-01T08:00:00Z",
        "2026-03-02T08:00:00Z",
    )
    assert second.linked == (
        Linked(relation="reply_to", url="https://other.example/1", id="https://other.example/1"),
        Linked(relation="media", url="/media/1.jpg", text="A lamp."),
        Linked(relation="link", url="https://a.example/", text="here"),
        Linked(relation="link", url="https://other.example/@piers", text="@piers@o.example"),
    )


def test_an_archive_and_the_channel_read_words_in_the_same_way(
    tmp_path: Path, context: Context
) -> None:
    route = items(list(OUTBOX.read(plain(tmp_path), context)))[0].route
    assert route == f"import mastodon_outbox #{DIGEST}"
    assert open_channel(context.source).route.endswith(f"#{DIGEST}")


def test_the_recorded_outbox_is_read(shared_data: Path, tmp_path: Path) -> None:
    told = json.loads((shared_data / "api/mastodon/snac2/outbox.json").read_text(encoding="utf-8"))
    path = tmp_path / "outbox.json"
    path.write_text(json.dumps(told["body"]))
    assert detect_format(path) is OUTBOX
    records = list(OUTBOX.read(path, context_of(tmp_path, "\n")))
    assert [
        each.problem for each in records if each.problem and "no account" not in each.problem
    ] == []
    assert len(records) == 13


def bomb_zip(folder: Path) -> Path:
    path = folder / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("outbox.json", b'{"orderedItems": [' + b" " * 60_000_000)
    return path


def bomb_tar(folder: Path) -> Path:
    path = folder / "bomb.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        about = tarfile.TarInfo("media.bin")
        about.size = 60_000_000
        packed.addfile(about, io.BytesIO(bytes(about.size)))
    return path


def damaged(made: Callable[[Path], Path], keep: float) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = made(folder)
        body = path.read_bytes()
        path.write_bytes(body[: int(len(body) * keep)])
        return path

    return make


def written(name: str, body: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(body)
        return folder / name

    return make


def empty_tar(folder: Path) -> Path:
    path = folder / "empty.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("actor.json"), io.BytesIO())
    return path


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (bomb_zip, "as only a zip bomb does"),
        (bomb_tar, "grows more than 200 times, as only a bomb does"),
        (damaged(zipped, 0.5), "is it whole?"),
        (damaged(tarred, 0.5), "is it whole?"),
        (damaged(plain, 0.5), "cannot be read on after entry"),
        (empty_tar, "holds no outbox"),
        (written("a.tar.gz", gzip.compress(b"no tar")), "is packed, but is no tar file"),
        (written("deep.json", b'{"orderedItems": [' + b"[" * 500_000), "nested more than 64 deep"),
        (written("none.json", b'{"items": []}'), "holds no list named 'orderedItems'"),
        (written("long.json", b'{"orderedItems": ["' + b"a" * 70_000_000), "more than 64 MiB"),
    ],
    ids=["zip-bomb", "tar-bomb", "zip", "tar", "json", "empty", "gzip", "deep", "none", "long"],
)
def test_a_file_that_cannot_be_read_is_told(
    made: Callable[[Path], Path], words: str, tmp_path: Path, context: Context
) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        list(OUTBOX.read(made(tmp_path), context))


MESSAGES: list[Any] = [
    {"id": 1, "type": "service", "date": "2026-03-01T09:00:00", "action": "create_channel"},
    {
        "id": 2,
        "type": "message",
        "date": "2026-03-01T12:00:00",
        "date_unixtime": "1772355600",
        "edited": "2026-03-01T12:10:00",
        "edited_unixtime": "1772356200",
        "from": "Lights",
        "from_id": "channel1200300400",
        "author": "Ilse Marrant",
        "reply_to_message_id": 1,
        "text": ["The lamps ", {"type": "bold", "text": "stay"}, " lit.\n\nSee here"],
        "text_entities": [
            {"type": "plain", "text": "The lamps "},
            {"type": "bold", "text": "stay"},
            {"type": "plain", "text": " lit.\n\nSee "},
            {"type": "text_link", "text": "here", "href": "https://a.example/"},
        ],
    },
    {"id": 3, "type": "message", "date": "2019-03-01T12:00:00", "text": "Of an old export."},
    {
        "id": 4,
        "type": "message",
        "date_unixtime": "1772355600",
        "forwarded_from": "Ministry of Ports",
        "photo": "photos/photo_1.jpg",
        "text": "",
    },
    {
        "id": 5,
        "type": "message",
        "date_unixtime": "1772355600",
        "text": "",
        "poll": {
            "question": "Which?",
            "answers": [{"text": "Red", "voters": 1}, {"text": "Green"}],
        },
    },
    {"type": "message", "text": "No id."},
    7,
    {"id": 8, "type": "message", "date_unixtime": "99999999999999999999", "text": "Too late."},
    {"id": 9, "type": "dance"},
]


def export(folder: Path, **rest: Any) -> Path:
    path = folder / "result.json"
    told = {"name": "Lights", "type": "public_channel", "id": 1200300400, "messages": MESSAGES}
    path.write_text(json.dumps(told | rest, indent=1))
    return path


def test_an_export_is_read_whole(tmp_path: Path, context: Context) -> None:
    path = export(tmp_path)
    assert detect_format(path) is EXPORT
    records = list(EXPORT.read(path, context))
    assert len(records) == len(MESSAGES)
    assert (records[0].item, records[0].problem) == (None, None)
    second, old, photo, poll = items(records)
    assert second.native_id == "arvenna_lights/2"
    assert second.text == "The lamps stay lit.\n\nSee here"
    assert second.published_raw == "2026-03-01T09:00:00+00:00"
    assert second.updated_raw == "2026-03-01T09:10:00+00:00"
    assert (second.speaker, second.account) == ("Ilse Marrant", "telegram/Arvenna_Lights")
    assert Linked(relation="link", url="https://a.example/", text="here") in second.linked
    assert second.linked[0].id == "arvenna_lights/1"
    assert (old.text, old.published_raw) == ("Of an old export.", None)
    assert (photo.text, photo.speaker) == ("", "Ministry of Ports")
    assert [each.relation for each in photo.linked] == ["repost", "media"]
    assert poll.text == "Which?\n\nRed\nGreen"
    problems = {each.place: str(each.problem) for each in records if each.problem}
    assert [*problems] == ["message 6", "message 7", "message 8", "message 9"]
    assert "id: Field required" in problems["message 6"]
    assert "no possible time" in problems["message 8"]


@pytest.mark.parametrize(
    ("accounts", "rest", "words"),
    [
        (ACCOUNTS, {"type": "private_supergroup"}, "the export of a private supergroup"),
        ("\n", {}, "xa_light names none: list the channel under `accounts:` with its `id`"),
        (ACCOUNTS, {"id": 77}, "list the channel under `accounts:` with its `id` 77"),
        (TWO_CHANNELS, {}, "xa_light names several: list the channel"),
    ],
    ids=["group", "unnamed", "another", "twice"],
)
def test_an_export_that_is_not_the_sources_is_refused(
    accounts: str, rest: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        list(EXPORT.read(export(tmp_path, **rest), context_of(tmp_path, accounts)))
