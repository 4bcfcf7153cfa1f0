"""The rules of RFC 4287 that matter to a reader of feeds, and what feedparser makes of one."""

import re
from datetime import datetime
from typing import Any

import feedparser
from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[\w;/?:@&=+$.\-!~*'()%,]*", re.ASCII)


def read_feed(body: bytes, itself: str) -> Any:
    """Hold a feed against the rules and parse it; `itself` is the address that it was read at."""
    root = etree.fromstring(body)
    assert root.tag == f"{_ATOM}feed"
    _check_named(root)
    assert _links(root, "self") == [itself]
    assert len(_links(root, "alternate")) == 1
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        _check_named(entry)
        _one(entry, "author/" + _ATOM + "name")
        (link,) = _links(entry, "alternate")
        assert link.startswith(("http://", "https://"))
        for summary in entry.findall(f"{_ATOM}summary"):
            assert summary.get("type") == "text"
            assert len(summary) == 0
        assert len(entry.findall(f"{_ATOM}published")) <= 1
    ids = [_one(entry, "id") for entry in entries]
    assert len(ids) == len(set(ids)) <= 50
    updated = [datetime.fromisoformat(_one(entry, "updated")) for entry in entries]
    assert updated == sorted(updated, reverse=True)
    parsed = feedparser.parse(body)
    assert parsed.bozo == 0, parsed.get("bozo_exception")
    assert len(parsed.entries) == len(entries)
    return parsed


def _check_named(element: Any) -> None:
    """Want one id, one title and one true time."""
    assert _TAG.fullmatch(_one(element, "id")), _one(element, "id")
    title = element.find(f"{_ATOM}title")
    assert title.get("type", "text") == "text"
    assert _one(element, "title")
    for name in ("updated", "published"):
        for found in element.findall(f"{_ATOM}{name}"):
            assert _TIME.fullmatch(found.text), found.text
    _one(element, "updated")


def _one(element: Any, name: str) -> str:
    (found,) = element.findall(_ATOM + name)
    assert len(found) == 0
    assert found.text
    assert found.text.strip()
    return str(found.text)


def _links(element: Any, relation: str) -> list[str]:
    links = element.findall(f"{_ATOM}link")
    return [each.get("href") for each in links if each.get("rel", "alternate") == relation]
