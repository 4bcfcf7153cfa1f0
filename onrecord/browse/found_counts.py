"""The facets of statements that no kept count knows, such as those found: one pass for all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from datasette.database import QueryInterrupted

Ask = Callable[..., Awaitable[Any]]
"""How Datasette asks a database: SQL, parameters and limits in, its results out."""

_GIVEN = "counted_together"
"""The parameter that holds the counts."""

_PATIENCE = 2
"""How many times the time limit of a facet the one pass may take, for two or more facets."""


class FoundCounts:
    """Some statements by all columns that facets are wanted of: counted when the first is asked."""

    def __init__(self, columns: Sequence[str]) -> None:
        """Know the columns of all facets of a page; their names are ours, never a visitor's."""
        self._columns = columns
        self._counted: dict[str, str | QueryInterrupted] = {}
        """By the SQL of the statements."""

    def is_worth_it(self, column: str) -> bool:
        """Tell whether one pass saves others."""
        return len(self._columns) > 1 and column in self._columns

    async def facet(
        self, ask: Ask, column: str, rows: str, rest: str, params: dict[str, Any] | None, limit: int
    ) -> Any:
        """Give a facet of the statements that the SQL `rows` chooses, ordered and cut by `rest`.

        The limit is that of one facet, in milliseconds.

        Raises:
            QueryInterrupted: the one pass took too long; for each facet that needs it.
        """
        if rows not in self._counted:
            self._counted[rows] = await self._count(ask, rows, params, limit)
        counted = self._counted[rows]
        if isinstance(counted, QueryInterrupted):
            raise counted
        at = self._columns.index(column)
        sql = (
            f"select {column} as value, sum(statements) as count from (select json_extract(value, "  # noqa: S608 - our names
            f"'$[{at}]') as {column}, json_extract(value, '$[{len(self._columns)}]') as statements "
            f"from json_each(:{_GIVEN})) {rest}"
        )
        return await ask(sql, {_GIVEN: counted}, truncate=False, custom_time_limit=limit)

    async def _count(
        self, ask: Ask, rows: str, params: dict[str, Any] | None, limit: int
    ) -> str | QueryInterrupted:
        columns = ", ".join(self._columns)
        sql = (
            f"select json_group_array(json_array({columns}, statements)) from (select {columns}, "  # noqa: S608 - our names
            f"count(*) as statements from ({rows}) group by {columns})"
        )
        try:
            return str((await ask(sql, params, custom_time_limit=_PATIENCE * limit)).first()[0])
        except QueryInterrupted as error:
            return error
