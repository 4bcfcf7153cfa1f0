"""Who may see what: no page shows a table to a visitor who may not open it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette


async def may_see(datasette: "Datasette", actor: Any, database: str, *tables: str) -> bool:
    """Tell whether a visitor may see all of these tables."""
    for table in tables:
        visible, _ = await datasette.check_visibility(
            actor,
            permissions=[
                ("view-table", (database, table)),
                ("view-database", database),
                "view-instance",
            ],
        )
        if not visible:
            return False
    return True
