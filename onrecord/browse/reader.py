"""A reader: what a page asks of the archive for its visitor, and where things are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

import yaml
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request

from onrecord.serving import metadata_file

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

TemplateVars = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """One visitor's request, and the archive that it is answered from."""

    datasette: "Datasette"
    request: Request
    database: str

    def asked(self, name: str, default: str = "") -> str:
        """Give a part of the address: one that its pattern names, or a parameter."""
        # Datasette leaves the parts of an address as they were sent.
        part = unquote(self.request.url_vars.get(name) or "")
        return (part or self.request.args.get(name) or default).strip()

    def knows(self, mark: str) -> bool:
        """Tell whether the visitor has the answer with this mark, an entity tag in its quotes."""
        marks = self.request.headers.get("if-none-match") or ""
        return bool({each.strip().removeprefix("W/") for each in marks.split(",")} & {mark, "*"})

    async def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Read rows; as with every query of the site, 1,000 at most.

        Raises:
            QueryInterrupted: it took longer than the site allows.
        """
        results = await self.datasette.execute(self.database, sql, parameters)
        return [dict(row) for row in results.rows]

    async def row(self, sql: str, **parameters: Any) -> Row | None:
        """Read the first row; None if there is none."""
        return next(iter(await self.rows(sql, **parameters)), None)

    async def answer(self, query: str, **parameters: Any) -> list[Row]:
        """Ask a canned query, so that its page, its CSV and its SQL give the same as our page.

        Raises:
            KeyError: metadata.yml has no such query.
        """
        return await self.rows(canned_queries()[query]["sql"], **parameters)

    def page(self, path: str, **parameters: str) -> str:
        """Give the address of a page of ours: `reader.page("people", "xa-odalys-ferrant")`."""
        asked = f"?{urlencode(parameters)}" if parameters else ""
        return str(self.datasette.urls.path(f"/-/{path}")) + asked

    def person(self, person: str) -> str:
        """Give the address of a person's page."""
        return self.page(f"people/{quote(person, safe='')}")

    def office(self, source: str) -> str:
        """Give the address of an office's page, by its source."""
        return self.page(f"offices/{quote(source, safe='')}")

    def country(self, code: str) -> str:
        """Give the address of a country's page."""
        return self.page(f"countries/{quote(code, safe='')}")

    def statement(self, statement_id: str) -> str:
        """Give the address of a statement's page."""
        return self.of_row("statements", statement_id)

    def of_row(self, table: str, *key: str) -> str:
        """Give the address of a row by its primary key."""
        named = ",".join(tilde_encode(str(part)) for part in key)
        return str(self.datasette.urls.row(self.database, table, named))

    def of_table(self, table: str, **filters: str) -> str:
        """Give the address of a table's rows that match filters of Datasette."""
        asked = f"?{urlencode(filters)}" if filters else ""
        return str(self.datasette.urls.table(self.database, table)) + asked

    def of_query(self, query: str, extension: str = "", **parameters: str) -> str:
        """Give the address of a canned query's page, or of its rows as csv or json."""
        named = f"{query}.{extension}" if extension else query
        asked = f"?{urlencode(parameters)}" if parameters else ""
        return str(self.datasette.urls.path(f"/{tilde_encode(self.database)}/{named}")) + asked


@cache
def canned_queries() -> Mapping[str, Mapping[str, Any]]:
    """Read the queries of our metadata.yml, whichever metadata the site itself was given."""
    text = metadata_file().read_text(encoding="utf-8")
    queries: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)["databases"]["archive"][
        "queries"
    ]
    return queries
