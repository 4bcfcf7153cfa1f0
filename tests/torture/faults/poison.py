"""Poison: one item in a hundred cannot be stored or cannot be right; its neighbours are kept."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from loopback import Answer, Site, rows, write_source

from torture.figure import Counts, Figure, Trial, unless
from torture.hurt.fault import Fault
from torture.hurt.nursery import LONGEST, Run

ITEMS = 1_000
"""How many items a trial brings, ten of them poison."""

_PAGE = 200
_LIST = """\
  - channel: jsonlist
    kind: statement
    urls: ["{url}/list-0.json"]
    items: items
    text: entry
    fields: {{id: id, link: link, title: title, text: text, published: date}}
    next_url: "{url}/list-{{page}}.json"
    first_page: 1
    pages: 10000
"""
_TOO_LONG = 17 * 1024**2
"""Characters; a text of ten million is no poison, but kept."""

Poison = Callable[[dict[str, Any]], dict[str, Any] | str]


def _with(**fields: Any) -> Poison:
    return lambda item: item | fields


_ANYWHERE: dict[str, Poison] = {
    "half a surrogate pair in the title": _with(title="Lamp \ud800"),
    "half a surrogate pair in the text": _with(text="The lamp \udfff is lit."),
    "a day long ago": _with(date="1799-01-01"),
    "a day to come": _with(date="2999-01-01"),
    "no text": _with(text=""),
}
_IN_FILES: dict[str, Poison] = {
    "a list for a text": _with(text=["The lamp", "is lit."]),
    "a number for a day": _with(date=1.5),
    "an unknown kind": _with(kind="lamp"),
    "no line": lambda item: f"{item['id']} is no JSON",
    "a line of many millions": lambda item: item | {"text": "lamp " * (_TOO_LONG // 5)},
    "nothing but zeros": lambda _: "\0" * 400,
    "a number of 70 bits for a title": _with(title={"n": 2**70}),
}


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Serve lists of posts, some of them poison."""
    with Site() as site:

        def trial(number: int, chance: random.Random) -> Counts:
            place = folder / f"poison-{number}"
            place.mkdir()
            write_source(place / "sources", site, feeds=_LIST)
            is_import = bool(number % 2)
            kinds = _ANYWHERE | (_IN_FILES if is_import else {})
            items, poisoned = _items(chance, kinds)
            words = _write_file(place, items) if is_import else _publish(site, items)
            running = Run(place, [*words, "--sources", "sources"], Fault(), None, 500)
            running.wait(3 * LONGEST)
            ended = running.ended()
            if ended.code not in {0, 1}:
                raise AssertionError(f"it ended with {ended.code}: {ended.out}")
            return _counted(place / "archive.db", poisoned)

        yield trial


def _items(chance: random.Random, kinds: dict[str, Poison]) -> tuple[list[Any], set[str]]:
    """Make items with one poisonous in a hundred; give the ids of those."""
    at = set(chance.sample(range(ITEMS), ITEMS // 100))
    names = sorted(kinds)
    chance.shuffle(names)
    items = []
    for number in range(ITEMS):
        item = {
            "id": f"lamp-{number}",
            "link": f"/lamps/{number}",
            "title": f"Lamp {number}",
            "text": f"The lamp of tower {number} is lit, and we thank its keeper.",
            "date": "2025-09-02",
        }
        is_poison = number in at
        items.append(kinds[names[len(items) % len(names)]](item) if is_poison else item)
    return items, {f"lamp-{number}" for number in at}


def _write_file(place: Path, items: list[Any]) -> list[str]:
    lines = (each if isinstance(each, str) else json.dumps(each) for each in items)
    (place / "lamps.ndjson").write_text("".join(f"{line}\n" for line in lines))
    columns = ("native_id=id", "url=link", "published_at=date")
    named = [word for column in columns for word in ("--column", column)]
    return ["import", "lamps.ndjson", "--source", "xa_light", "--no-tone", *named]


def _publish(site: Site, items: list[Any]) -> list[str]:
    for start in range(0, ITEMS, _PAGE):
        page = json.dumps({"items": items[start : start + _PAGE]}).encode()
        path = f"/list-{start // _PAGE}.json"
        site.answers[path] = Answer(page, content_type="application/json")
    return ["crawl", "xa_light", "--allow-host", site.host]


def _counted(archive: Path, poisoned: set[str]) -> Counts:
    kept = {each["native_id"] for each in rows(archive, "SELECT native_id FROM statements")}
    aside = rows(archive, "SELECT native_id, reason, item FROM quarantine")
    sound = rows(archive, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    return {
        "items": ITEMS,
        "kept": len(kept - poisoned),
        "swallowed": len(kept & poisoned),
        "quarantined": len(aside),
        "unsound": not sound,
    }


FIGURE = Figure(
    promise="of 10,000 items in a crawl, and 10,000 in imports, 9,900 are kept and 100 set aside",
    trials=20,
    quick=2,
    ready=ready,
    broken=lambda counts: unless(
        kept=counts["items"] * 0.99, quarantined=counts["items"] * 0.01, swallowed=0, unsound=0
    )(counts),
)
