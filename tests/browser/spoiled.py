"""An archive whose every text is hostile, to see that its pages only show it."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsing import HARBOUR, Rows, build, rows
from hostile import Supply
from sqlite_utils import Database

LONG = {"text", "item", "words", "description"}
IN_LONG = 12
COPIES = 20
MOMENT = re.compile(r"\d{4}(-\d\d)*(T[\d:]+Z)?$")
CLOSED = re.compile(r"(\w+) TEXT(?: NOT NULL)?(?: DEFAULT '\w+')?\s+CHECK \(\s*\1 IN")
OURS_IN_JSON = {"relation", "kind", "kinds", "part", "flags", "before_at", "after_at"}
JOINS = {
    *("id", "source", "native_id", "key", "country", "text_sha256", "statement_id", "other_id"),
    *("first_id", "last_id", "capture_id", "crawl_id", "article_id", "event_id", "entity_id"),
    *("person_id", "speaker_id", "holder_id", "target", "said_by", "who"),
}
"""Columns by which rows find each other."""


@dataclass
class Spoiler:
    """Spoils rows: what others can write, or, if it is thorough, keys and moments as well."""

    closed: set[tuple[str, str]]
    """Columns that take only the words of a list; the archive refuses others."""

    is_thorough: bool
    supply: Supply = field(default_factory=Supply)
    keys: dict[str, str] = field(default_factory=dict)
    """What a key became, so that it still finds its row."""

    def spoil(self, tables: Rows) -> Rows:
        for table, lines in tables.items():
            for line in lines:
                for column, value in line.items():
                    if isinstance(value, str) and (table, column) not in self.closed:
                        line[column] = self._spoilt(table, column, value)
        return tables

    def _spoilt(self, table: str, column: str, value: str) -> str:
        is_key = column in JOINS or (table, column) == ("sources", "name")
        if is_key or MOMENT.match(value):
            if not self.is_thorough:
                return value
            if is_key and value not in self.keys:
                self.keys[value] = f"{self.supply.some(1)} {value}"
            return self.keys[value] if is_key else f"{self.supply.some(1)} {value}"
        if value.startswith(("[", "{")):
            return json.dumps(self._spoilt_json(json.loads(value)))
        if column.endswith("url"):
            return self.supply.some(1)
        if column in LONG:
            return f"{value}\n\n" + self.supply.some(IN_LONG, "\n\n")
        return f"{self.supply.some(2)} {value}"

    def _spoilt_json(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self._spoilt_json(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._spoilt_json(each, name) for each in value]
        return self.supply.some(1) if isinstance(value, str) and name not in OURS_IN_JSON else value


def build_spoiled(path: Path, *, is_thorough: bool) -> set[str]:
    """Build the archive of tests/browse/archive.yml, spoiled; gives the strings that are in it."""
    build(path, {})
    db = Database(path)
    closed = {
        (table.name, column) for table in db.tables for column in CLOSED.findall(table.schema)
    }
    db.close()
    spoiler = Spoiler(closed, is_thorough)
    build(path, spoiler.spoil(_with_copies(rows())))
    return spoiler.supply.given


def _with_copies(tables: Rows) -> Rows:
    """Add statements, so that a list is as long as it usually is."""
    for table, column in (("statements", "id"), ("revisions", "statement_id")):
        original = next(line for line in tables[table] if line[column] == HARBOUR)
        tables[table].extend(_copies(original, column))
    return tables


def _copies(original: dict[str, Any], column: str) -> Iterator[dict[str, Any]]:
    for number in range(COPIES):
        copy = deepcopy(original) | {column: f"{HARBOUR}-{number}"}
        if "native_id" in copy:
            copy["native_id"] += f"-{number}"
        yield copy
