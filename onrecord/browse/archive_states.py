"""The state of the files that a site serves: whether anything was written to them since."""

import sqlite3
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

_IN_MEMORY = {"_internal", "_memory"}
"""Datasette's own, which hold nothing that a page of ours shows."""


class States:
    """Tells one state of a site's files from another."""

    def __init__(self) -> None:
        self._looks: dict[str, sqlite3.Connection] = {}

    def read(self, datasette: "Datasette") -> Hashable | None:
        """Give what differs as soon as anybody has committed something; None if nobody can tell."""
        seen: list[Hashable] = []
        for name, database in datasette.databases.items():
            if name in _IN_MEMORY:
                continue
            version = self._version(database.path) if database.path else None
            if version is None:
                return None
            seen.append((name, version))
        return tuple(seen)

    def _version(self, path: str | Path) -> Hashable | None:
        """Ask SQLite, which counts the commits of other connections for each connection."""
        try:
            look = self._looks.get(str(path))
            if look is None:
                address = f"{Path(path).absolute().as_uri()}?mode=ro"
                look = sqlite3.connect(address, uri=True, timeout=0, check_same_thread=False)
                self._looks[str(path)] = look
            (version,) = look.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None
        # A connection that has to be opened again counts from another number.
        return id(look), version
