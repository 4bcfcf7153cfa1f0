"""Half of a surrogate pair in an export: its entry is refused, and no other is touched."""

import json
from io import BytesIO
from typing import IO

import pytest

from spiders.formats import halves
from spiders.formats.json_records import entries
from spiders.formats.json_streams import ObjectStream

TEXTS = [
    "lit",
    "a \ud800 b",
    "\udc00",
    "\\ud800 as words",
    "\U0001f600",
    "\ud83d\ud83d\ude00",
    "\\",
]


class ByteByByte(BytesIO):
    """A stream that gives as little as it may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 1, 3) if size and size > 0 else size)


def written(texts: list[str]) -> bytes:
    return json.dumps({"name": "x", "messages": [{"text": text} for text in texts]}).encode()


@pytest.mark.parametrize("opened", [BytesIO, ByteByByte])
def test_each_entry_is_read_as_it_is_written(opened: type[BytesIO]) -> None:
    stream: IO[bytes] = opened(written(TEXTS))
    found = [piece.found for piece in ObjectStream(stream, "x", "messages")]
    whole = json.loads(written(TEXTS))["messages"]
    assert found == whole


def test_so_it_is_in_a_list() -> None:
    texts = json.dumps(TEXTS * 2_000).encode()
    stream = BytesIO(b"window.YTD.tweets.part0 = " + texts + b";")
    assert [piece.found for piece in entries(stream, "x")] == json.loads(texts)


def test_names_may_hold_halves_too() -> None:
    body = rb'{"messages": [{"\ud800": {"a": ["\udfff", 1, null]}}]}'
    (piece,) = ObjectStream(BytesIO(body), "x", "messages")
    assert piece.found == {"\ud800": {"a": ["\udfff", 1, None]}}


def test_long_runs_of_escapes_are_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "_MORE", 1)
    texts = ["\u0627" * 50 + "\ud83d\ude00" * 50 + "\ud800", "\\" * 77]
    found = [
        piece.found["text"] for piece in ObjectStream(BytesIO(written(texts)), "x", "messages")
    ]
    assert found == [json.loads(json.dumps(text)) for text in texts]
