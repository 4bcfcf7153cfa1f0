"""Persons: whom an archive knows, what offices they hold or held, and their accounts."""

import json
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of the register and other ways in which the name is written."""

    id: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term in an office: ISO dates of its first and last day, None while it goes on."""

    source: str
    person_id: str
    role: str
    capacity: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of a person, or of the office itself; `since` is empty if it is not known."""

    source: str
    platform: str
    handle: str
    since: str
    until: str | None
    person_id: str | None
    url: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """The office of a source."""

    source: str
    office: str
    country: str
    publisher: str
    language: str


@dataclass(frozen=True, slots=True)
class RegisterRows:
    """All that an archive keeps of the declarations of its sources."""

    persons: tuple[PersonRow, ...]
    terms: tuple[TermRow, ...]
    accounts: tuple[AccountRow, ...]
    offices: tuple[OfficeRow, ...]


def read_register(db: Database) -> RegisterRows:
    """Read persons, terms, accounts and offices, each in the order of their keys."""
    persons = db.execute("SELECT id, name, aliases FROM persons ORDER BY id").fetchall()
    terms = db.execute(
        "SELECT source, person_id, role, capacity, since, until FROM holders "
        "ORDER BY source, since, person_id, role"
    ).fetchall()
    accounts = db.execute(
        "SELECT source, platform, handle, since, until, person_id, url FROM accounts "
        "ORDER BY source, platform, handle, since"
    ).fetchall()
    offices = db.execute(
        "SELECT name, office, country, publisher, language FROM sources ORDER BY name"
    ).fetchall()
    return RegisterRows(
        tuple(PersonRow(key, name, tuple(json.loads(told or "[]"))) for key, name, told in persons),
        tuple(TermRow(*row) for row in terms),
        tuple(AccountRow(*row) for row in accounts),
        tuple(OfficeRow(*row) for row in offices),
    )
