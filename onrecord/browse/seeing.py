"""Who may see what: no page shows a table to a visitor who may not open it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette


async def may_see(datasette: "Datasette", actor: Any, database: str, *tables: str) -> bool:
    """Tell whether a visitor may see all of these tables.

    As `check_visibility` tells it, which asks anew about the database and the site for each table,
    and once more whether somebody else could see it.
    """
    ways = (("view-database", database), ("view-instance", None))
    otherwise: bool | None = None
    for table in tables:
        said = await _ask(datasette, actor, "view-table", (database, table))
        if said is None:
            if otherwise is None:
                otherwise = await _first_word(datasette, actor, ways)
            said = otherwise
        if not said:
            return False
    return True


async def _first_word(
    datasette: "Datasette", actor: Any, ways: tuple[tuple[str, str | None], ...]
) -> bool:
    """Ask until somebody says yes or no; where nobody does, all is open."""
    for action, resource in ways:
        said = await _ask(datasette, actor, action, resource)
        if said is not None:
            return said
    return True


async def _ask(datasette: "Datasette", actor: Any, action: str, resource: Any) -> bool | None:
    said: bool | None = await datasette.permission_allowed(actor, action, resource, default=None)
    return said
