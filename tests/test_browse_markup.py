"""Markup in archived words: shown as it is, and never live."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from browsing import HARBOUR, MARKUP, QUERIES, TABLES, Rows, build, close, open_site, row_path, rows


def test_archived_markup_is_shown_and_never_live(tmp_path: Path) -> None:
    spoiled = open_site(build(tmp_path / "archive.db", spoil(rows())))
    links = ["/archive/statements?_labels=on", "/archive/statements?_search=script"]
    links += [f"/archive/{table}" for table in TABLES]
    links += [f"/archive/{name}" for name in QUERIES]
    links += ["/archive/mentions_of_a_phrase?phrase=script"]
    pages = {link: spoiled.page(link) for link in links}
    rows_named = {
        path
        for table in TABLES
        for path in re.findall(rf'href="(/archive/{table}/[^"?]+)"', pages[f"/archive/{table}"])
    }
    pages |= {path: spoiled.page(path) for path in rows_named}
    assert len(rows_named) > 15
    for path, page in pages.items():
        assert "alert(1)</script>" not in page, path
        found = Live()
        found.feed(page)
        assert found.live == [], path
    assert pages[row_path(HARBOUR)].count("&lt;script&gt;alert(1)") > 20
    close(spoiled)


OF_OURS = re.compile(r"/-/[\w/%.~-]+/charts/[a-z]+\.svg(\?period=[\d-]*)?")


class Live(HTMLParser):
    """Collects what would run: event handlers, foreign images, addresses that are no web page."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            address = (value or "").strip().lower()
            is_script = name in {"href", "src"} and address.startswith(
                ("javascript:", "data:", "vbscript:")
            )
            if (
                name.startswith("on")
                or is_script
                or (tag == "img" and name == "src" and not OF_OURS.fullmatch(value or ""))
            ):
                self.live.append(f"{tag} {name}={value}")


OURS = [
    "id",
    "name",
    "source",
    "statement_id",
    "capture_id",
    "crawl_id",
    "native_id",
    "key",
    "country",
    "status",
    "state",
    "outcome",
    "retention",
    "tone_status",
    "published_precision",
    "level",
    "capacity",
    "person_id",
    "speaker_id",
    "holder_id",
    "tone_label",
    "quoted_tone_label",
    "target_tone_label",
    "text_sha256",
    "entity_id",
    "target",
    "said_by",
    "said_on",
    "summary",
]
"""Columns with keys and closed words, which nobody outside can fill."""


def spoil(tables: Rows) -> Rows:
    """Put markup into every text that comes from outside, and a script into every address."""
    for lines in tables.values():
        for at, line in enumerate(lines):
            line.update({column: spoilt(column, value, at) for column, value in line.items()})
    tables["crawls"][0]["kind"] = "crawl"
    for name in ("mentions", "entities", "edits", "events"):
        for line, clean in zip(tables[name], rows()[name], strict=True):
            line["kind"] = clean["kind"]
    return tables


def spoilt(column: str, value: Any, at: int) -> Any:
    if not isinstance(value, str) or column in OURS:
        return value
    if column == "url":
        return f"javascript:alert(1)//{MARKUP}"
    if value.startswith(("[", "{")):
        value = re.sub(r'"url": "[^"]*"', '"url": "javascript:alert(1)"', value)
        outside = re.compile(r"great|Corrected the date|Ilse Marow|A quay")
        return outside.sub(lambda _: json.dumps(MARKUP)[1:-1], value)
    return f"{at}{MARKUP} {value}"  # The number makes every revision differ in the markup.
