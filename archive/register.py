"""The register: what an archive keeps of a source's declaration, its people and its accounts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

Fields = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """What the archive keeps of a source's declaration."""

    name: str
    office: str
    country: str
    publisher: str
    url: str
    language: str
    timezone: str
    retention: str
    licence: str | None
    every_seconds: int | None = None
    ids: str | None = None
    persons: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Person's id to name and other ways in which the name is written."""

    holders: tuple[Fields, ...] = ()
    accounts: tuple[Fields, ...] = ()
    channels: tuple[Fields, ...] = ()


def keep_source(db: Database, source: SourceRow) -> None:
    """Write a declaration as it stands now; a person may be declared by several sources."""
    own = ("name", "office", "country", "publisher", "url", "language", "timezone")
    row = {
        name: getattr(source, name)
        for name in (*own, "retention", "licence", "every_seconds", "ids")
    }
    db.table("sources").upsert(row, pk="name")
    for table in ("holders", "accounts"):
        db.execute(f"DELETE FROM {table} WHERE source = ?", [source.name])  # noqa: S608 - our own names
    for person_id, (name, aliases) in source.persons.items():
        _keep_person(db, person_id, name, aliases)
    db.table("holders").insert_all({**row, "source": source.name} for row in source.holders)
    db.table("accounts").insert_all({**row, "source": source.name} for row in source.accounts)
    db.table("channels").upsert_all(map(dict, source.channels), pk="name")


def _keep_person(db: Database, person_id: str, name: str, aliases: tuple[str, ...]) -> None:
    known = db.execute("SELECT aliases FROM persons WHERE id = ?", [person_id]).fetchone()
    told: list[str] = json.loads(known[0]) if known and known[0] else []
    every = sorted({*told, *aliases} - {name})
    row: dict[str, Any] = {"id": person_id, "name": name}
    row["aliases"] = json.dumps(every, ensure_ascii=False) if every else None
    db.table("persons").upsert(row, pk="id")
