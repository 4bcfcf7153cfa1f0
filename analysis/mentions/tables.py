"""The tables beside this file: rows of names, read once, and the hash that names their state."""

import csv
import hashlib
import io
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent

TABLES = (
    "abbreviations",
    "capitals",
    "countries",
    "decoys",
    "demonyms",
    "given_names",
    "groups",
    "inflected",
    "metonyms",
    "names",
    "offices",
    "organisations",
    "shown",
    "words",
)


@cache
def rows_of(table: str) -> tuple[tuple[str, ...], ...]:
    """Read the rows of a table, without its head."""
    lines = csv.reader(io.StringIO((_FOLDER / f"{table}.csv").read_text(encoding="utf-8")))
    return tuple(map(tuple, lines))[1:]


def words_of(name: str) -> frozenset[str]:
    """Give one of the lists of words in `words.csv`, named after the module that uses it."""
    return frozenset(next(words for key, words in rows_of("words") if key == name).split())


def entity_names() -> dict[tuple[str, str], str]:
    """Map kind and id of each country and organisation to the name that pages show."""
    shown = {("country", code): name for code, name in rows_of("shown")}
    for organisation, forms, _rule in rows_of("organisations"):
        names = [form.rstrip("=") for form in forms.split(";") if form.isascii()]
        shown.setdefault(("organisation", organisation), max(names, key=lambda name: " " in name))
    return shown


@cache
def tables_hash() -> str:
    """Hash all tables and the rules that read them, so that a change of either is seen."""
    told = hashlib.sha256()
    for path in sorted(_FOLDER.glob("*.csv")) + sorted(_FOLDER.glob("*.py")):
        told.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()
