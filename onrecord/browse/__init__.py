"""The Datasette plugin: how an archive is browsed."""

import sqlite3
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup
from pluggy import HookimplMarker

from archive.errors import ArchiveError
from onrecord.browse import check_page, home_page, strangers
from onrecord.browse.cells import in_order, render_value
from onrecord.browse.check_page import is_json_check
from onrecord.browse.compressed import with_compression
from onrecord.browse.headers import App, nonce_of, with_headers
from onrecord.browse.kept_counts import column_facet, counting
from onrecord.browse.labels import label_controls
from onrecord.browse.long_texts import measured, showing_long_texts
from onrecord.browse.page_frame import room_vars, routes_of
from onrecord.browse.reader import TemplateVars
from onrecord.browse.rooms import PAGES
from onrecord.browse.safe_csv import with_safe_csv
from onrecord.browse.shared_answers import with_shared_answers
from onrecord.browse.sql_guard import bounding_memory, guard
from onrecord.browse.sql_turns import in_turns
from onrecord.browse.sql_watch import watched
from onrecord.browse.statement_page import row_page, table_page
from onrecord.browse.stylesheet import address_of, stylesheets
from onrecord.browse.table_rules import look_where_there_are_some
from onrecord.publishing import read_publishing

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

hookimpl = HookimplMarker("datasette")
_TURN = 0.0005
"""Seconds for which Python leaves a page to be written while another's query waits to go on.

Ten times less than Python's own: a query wants a turn every 1,000 steps, and its time is limited.
"""

OF_PLUGINS = Path(__file__).parent / "templates" / "of_plugins"


@hookimpl
def extra_css_urls(template: str | None) -> list[str]:
    """Add our stylesheet to every page, and to one of ours its own."""
    return list(stylesheets(template))


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Add our pages."""
    ours = home_page.routes() + check_page.routes() + routes_of(PAGES)
    return [*ours, (r"^/robots\.txt$", strangers.robots_txt)]


@hookimpl(trylast=True)  # The last wraps all others.
def asgi_wrapper(datasette: "Datasette") -> Callable[[App], App]:
    """Share answers, give them our headers, send them small; let who brings SQL wait."""

    def wrapped(app: App) -> App:
        bounded = showing_long_texts(in_turns(bounding_memory(app)))
        safe = with_safe_csv(strangers.closing_own_pages(bounded))
        return with_headers(with_compression(with_shared_answers(safe, datasette)))

    return wrapped


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Let nothing but reading be done, whoever asks."""
    if database != "_internal":  # Datasette's own notes in memory, which it writes
        guard(conn, is_file=database != "_memory")


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Add what every page uses, and put our forms before those of plugins."""
    env.filters["label_controls"] = label_controls
    env.filters["in_order"] = in_order
    env.globals["onrecord_static"] = address_of
    env.loader = ChoiceLoader([FileSystemLoader(OF_PLUGINS), *([env.loader] if env.loader else [])])


@hookimpl
def startup() -> None:
    """Watch over queries, and read what is counted; refuse to start where no password can be asked.

    It is refused only where one is wanted.
    """
    from datasette import database  # Datasette loads us while it loads itself.

    sys.setswitchinterval(_TURN)
    # There is no hook for these.
    database.sqlite_timelimit = watched(database.sqlite_timelimit)
    database.Database.execute = counting(database.Database.execute)
    database.Database.execute_fn = measured(database.Database.execute_fn)
    look_where_there_are_some()
    try:
        read_publishing()
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error  # one line on the terminal


@hookimpl(hookwrapper=True)
def register_facet_classes() -> Generator[None, Any, None]:
    """Count the statements by what the archive keeps; the other facets are Datasette's own."""
    from datasette.facets import ColumnFacet  # Datasette loads us while it loads itself.

    outcome = yield
    outcome.force_result(
        [
            [column_facet if each is ColumnFacet else each for each in facets]
            for facets in outcome.get_result()
        ]
    )


@hookimpl
def get_metadata() -> dict[str, Any]:
    """Ask for the password of the site, if it has one."""
    return strangers.metadata_of_password()


@hookimpl(trylast=True)  # The last word counts.
def permission_allowed(actor: Any, action: str) -> bool | None:
    """Deny strangers what a published site does not give them."""
    return strangers.may(read_publishing(), actor, action)


@hookimpl
def forbidden(datasette: "Datasette", request: Request) -> Response | None:
    """Lead to the form those who have not logged in."""
    return strangers.lead_to_login(datasette, request)


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """Let scripts send JSON to be checked."""
    return is_json_check(scope)


@hookimpl(specname="extra_template_vars")
def vars_of_every_page(
    datasette: "Datasette", request: Request | None
) -> Callable[[], Awaitable[TemplateVars]]:
    """Link to the rooms of the archive from every page."""
    return room_vars(datasette, request)


@hookimpl(specname="extra_template_vars")
def vars_of_the_policy(request: Request | None) -> TemplateVars:
    """Give every page the mark of its own style elements."""
    return {"onrecord_nonce": nonce_of(request.scope) if request else ""}


@hookimpl
def extra_template_vars(
    template: str,
    database: str | None,
    table: str | None,
    request: Request | None,
    datasette: "Datasette",
) -> TemplateVars | Callable[[], Awaitable[TemplateVars]]:
    """Give the pages of statements what they show; others get nothing."""
    pages = {"table.html": table_page, "row.html": row_page}
    if request and database and table == "statements" and template in pages:
        return partial(pages[template], datasette, request, database)
    return {}


@hookimpl
def render_cell(
    row: Mapping[str, Any],
    value: Any,
    column: str,
    table: str | None,
    database: str,
    datasette: "Datasette",
) -> Markup | None:
    """Show links, long texts and JSON so that people can read them."""

    def statement_link(statement_id: str) -> str:
        return str(datasette.urls.row(database, "statements", tilde_encode(statement_id)))

    return render_value(table, column, value, row, statement_link)
