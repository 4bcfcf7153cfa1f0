"""Guessing how an answer in JSON lists statements."""

import json
from collections.abc import Callable, Iterator
from typing import Any

_LINKS = ("link", "url", "href", "permalink", "uri", "path")
_TITLES = ("title", "headline", "titel", "titre", "titulo", "name", "subject")
_DATES = ("date", "published", "datum", "fecha", "time", "created", "updated")


def guess_json_list(body: bytes, is_date: Callable[[str], bool]) -> dict[str, Any] | None:
    """Write the options of a list in JSON; None where it holds none with links."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    found = [
        (len(items), place, fields)
        for place, items in _lists(answer, "")
        if (fields := _fields(items, is_date))
        and "link" in fields
        and ("title" in fields or len(items) > 1)
    ]
    if not found:
        return None
    _, place, fields = max(found, key=lambda each: (len(each[2]), each[0]))
    return ({"items": place} if place else {}) | {"fields": fields}


def _lists(value: Any, place: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        items = [each for each in value if isinstance(each, dict)]
        if items:
            yield place, items
    elif isinstance(value, dict):
        for name, inner in value.items():
            if "." not in name:
                yield from _lists(inner, f"{place}.{name}".lstrip("."))


def _fields(items: list[dict[str, Any]], is_date: Callable[[str], bool]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for item in items:
        for place, text in _texts(item, ""):
            texts.setdefault(place, []).append(text)
    common = {place: lines for place, lines in texts.items() if len(lines) >= len(items) * 0.8}
    fields = {}
    for name, signs, fits in (
        ("link", _LINKS, _is_address),
        ("title", _TITLES, lambda line: len(line) > 5),  # noqa: PLR2004 - a word says more
        ("published", _DATES, is_date),
    ):
        places = [
            (rank, place.count("."), place)
            for place, lines in common.items()
            for rank, sign in enumerate(signs)
            if sign in place.rpartition(".")[2].lower() and all(map(fits, lines))
        ]
        if places:
            fields[name] = min(places)[2]
    return fields


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value.strip()
    elif isinstance(value, dict):
        for name, inner in value.items():
            if "." not in name:
                yield from _texts(inner, f"{place}.{name}".lstrip("."))


def _is_address(line: str) -> bool:
    return line.startswith(("http://", "https://", "/")) and " " not in line
