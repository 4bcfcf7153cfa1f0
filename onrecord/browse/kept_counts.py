"""How many statements a list has, and its facets: read from what the archive keeps counted."""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from onrecord.browse.found_counts import FoundCounts

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

Execute = Callable[..., Awaitable[Any]]
"""How Datasette asks a database something."""

_TABLE = "statement_counts"
_KEPT = ("source", "country", "kind", "state", "language", "tone_status")
_COUNTS = (
    "(select source, country, kind, state, nullif(language, '') as language, tone_status, "
    "statements from statement_counts)"
)
_COLUMN = rf'"?(?:{"|".join(_KEPT)})"?'
_CONDITION = rf"{_COLUMN} (?:(?:!=|=) :p\d+|is null|is not null|(?:not )?in \((?:, |:p\d+)*\))"
_CONDITIONS = re.compile(rf"{_CONDITION}(?: and {_CONDITION})*")
_ROWS = re.compile(r"select [\w, \[\]\"]+ from statements\s*(?:where (?P<where>.*))?", re.DOTALL)
_TOTAL = re.compile(r"select count\(\*\) from statements\s*(?:where (?P<where>.*))?", re.DOTALL)
_FOUND = re.compile(
    r"(select count\(\*\) from )statements where rowid in \(select rowid from ("
    r"\[?statements_fts\]? where \[?statements_fts\]? match (?:escape_fts\(:search\)|:search)"
    r")\)\s*"
)
_FACET = re.compile(
    r"\s*select (?P<column>\w+) as value, count\(\*\) as count from \(\s*"
    r"(?P<rows>select .*?)\s*\)(?P<rest>\s*where \w+ is not null\s+group by .*)",
    re.DOTALL,
)


def column_facet(
    datasette: "Datasette", request: Any, database: str, *, table: str | None = None, **given: Any
) -> Any:
    """Make Datasette's facet of a column, which counts statements by what the archive keeps."""
    from datasette.facets import ColumnFacet

    facet = ColumnFacet(datasette, request, database, table=table, **given)
    if table == "statements":
        asked = [
            each["config"].get("column") or each["config"]["simple"] for each in facet.get_configs()
        ]
        columns = [each for each in _KEPT if each in asked]
        facet.ds = _Counting(datasette, columns, is_further=bool(request.args.get("_next")))
    return facet


def counting(execute: Execute) -> Execute:
    """Let Datasette read how many statements a list has, where the archive keeps it."""
    if getattr(execute, "is_counting", False):
        return execute

    @wraps(execute)
    async def counted(database: Any, sql: str, *given: Any, **more: Any) -> Any:
        total = counted_total(sql)
        if total and _TABLE in await database.table_names():
            sql = total
        return await execute(database, sql, *given, **more)

    counted.is_counting = True  # type: ignore[attr-defined]
    return counted


class _Counting:
    """A Datasette that answers the SQL of facets from counts, and all else as ever."""

    def __init__(self, datasette: "Datasette", columns: Sequence[str], *, is_further: bool) -> None:
        self._datasette = datasette
        self._found = FoundCounts(columns)
        self._is_further = is_further
        """Whether a further page of a list is asked for."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._datasette, name)

    async def execute(
        self, database: str, sql: str, params: dict[str, Any] | None = None, **more: Any
    ) -> Any:
        ask = partial(self._datasette.execute, database)
        counted = counted_sql(sql, is_further=self._is_further)
        if counted and _TABLE in await self._datasette.get_database(database).table_names():
            return await ask(counted, params, **more)
        facet = _FACET.fullmatch(sql)
        if facet and self._found.is_worth_it(facet["column"]):
            rows = _without_place(facet["rows"].strip()) if self._is_further else facet["rows"]
            limit = more["custom_time_limit"]
            return await self._found.facet(ask, facet["column"], rows, facet["rest"], params, limit)
        return await ask(sql, params, **more)


def counted_total(sql: str) -> str | None:
    """Ask the counts how many statements a list has; None if they cannot tell.

    Of a search the index of words tells it.

    >>> print(counted_total('select count(*) from statements where "kind" = :p0 '))
    select coalesce(sum(statements), 0) from (select source, country, kind, state, \
nullif(language, '') as language, tone_status, statements from statement_counts) where \
("kind" = :p0) and 1
    """
    if found := _FOUND.fullmatch(sql):
        return found[1] + found[2]
    total = _TOTAL.fullmatch(sql)
    where = _of_kept(total["where"] or "", is_further=False) if total else None
    if where is None:
        return None
    return f"select coalesce(sum(statements), 0) from {_COUNTS} where {where}1"  # noqa: S608 - ours


def counted_sql(sql: str, *, is_further: bool = False) -> str | None:
    """Ask the counts what the SQL of a facet asks of all statements; None if they cannot tell.

    On a further page Datasette counts what is left of the list; this counts the list.

    >>> print(counted_sql(
    ...     'select kind as value, count(*) as count from (select id from statements where '
    ...     '"language" = :p0 ) where kind is not null group by kind'
    ... ))
    select kind as value, sum(statements) as count from (select source, country, kind, state, \
nullif(language, '') as language, tone_status, statements from statement_counts) where \
("language" = :p0) and kind is not null group by kind
    """
    facet = _FACET.fullmatch(sql)
    rows = facet and _ROWS.fullmatch(facet["rows"].strip())
    if not facet or not rows or facet["column"] not in _KEPT:
        return None
    where = _of_kept(rows["where"] or "", is_further=is_further)
    if where is None:
        return None
    return (
        f"select {facet['column']} as value, sum(statements) as count "  # noqa: S608 - of Datasette
        f"from {_COUNTS} where {where}"
        f"{facet['rest'].strip().removeprefix('where ')}"
    )


def _of_kept(where: str, *, is_further: bool) -> str | None:
    """Give conditions on kept columns, with what is to follow them; None if there are others."""
    where = where.strip()
    if is_further:
        where = _without_place(where)
    if not where:
        return ""
    return f"({where}) and " if _CONDITIONS.fullmatch(where) else None


def _without_place(where: str) -> str:
    """Leave out where in a list a page begins: the condition in brackets at its end.

    >>> _without_place('"kind" = :p0 and (id > :p1 or (id is null))'), _without_place("(id > :p0)")
    ('"kind" = :p0', '')
    >>> _without_place("(kind is null) and (id > :p0)")
    '(kind is null)'
    >>> _without_place("select id from statements where (id > :p0)")
    'select id from statements'
    """
    if not where.endswith(")"):
        return where
    depth = 0
    for at in range(len(where) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(where[at], 0)
        if depth == 0:
            return where[:at].removesuffix(" and ").removesuffix(" where ")
    return where
