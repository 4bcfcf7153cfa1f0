"""The rules of tables: who may see which, where the site's metadata says it of single tables."""

from collections.abc import Callable
from functools import wraps
from typing import Any

_LOOK_UP, _SOURCES = "_table_permission_allows", "_metadata_sources"
"""Where Datasette looks for rules, and what it finds them in; later versions may do otherwise."""

Rules = Callable[[Any, str, str], list[Any]]
"""How Datasette looks up the rules of a table: of a site, a database and a table."""


def look_where_there_are_some() -> None:
    """Let every site of this process look for rules only where there are any."""
    from datasette.app import Datasette  # Datasette loads us while it loads itself.

    if hasattr(Datasette, _LOOK_UP) and hasattr(Datasette, _SOURCES):
        setattr(Datasette, _LOOK_UP, sparing(getattr(Datasette, _LOOK_UP)))


def sparing(rules: Rules) -> Rules:
    """Look for rules only where there are any.

    Datasette copies all metadata for each table that it is asked about, and ours describes every
    column: that was three quarters of the time of a page.
    """
    if getattr(rules, "is_sparing", False):
        return rules

    @wraps(rules)
    def spared(datasette: Any, database: str, table: str) -> list[Any]:
        sources = getattr(datasette, _SOURCES)("tables", database, None)
        has_some = any(has_rules(each) for each in sources)
        return rules(datasette, database, table) if has_some else []

    spared.is_sparing = True  # type: ignore[attr-defined]
    return spared


def has_rules(metadata: Any) -> bool:
    """Tell whether metadata names who may see a table; what is not understood may name it.

    >>> has_rules({"allow": {"id": "root"}, "databases": {"archive": {"tables": {"a": {}}}}})
    False
    >>> has_rules({"databases": {"archive": {"tables": {"a": {"allow": False}}}}})
    True
    """
    if not isinstance(metadata, dict):
        return bool(metadata)
    databases = metadata.get("databases") or {}
    if not isinstance(databases, dict):
        return True
    return any(_says_who(place) for place in (metadata, *databases.values()))


def _says_who(place: Any) -> bool:
    """Tell whether a site or a database has a rule of a table."""
    if not isinstance(place, dict):
        return bool(place)
    tables = place.get("tables") or {}
    if not isinstance(tables, dict):
        return True
    return any(
        each.get("allow") is not None if isinstance(each, dict) else bool(each)
        for each in tables.values()
    )
