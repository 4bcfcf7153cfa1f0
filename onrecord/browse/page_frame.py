"""The frame of our pages: an address, the tables that it reads, a template, and who may see it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Forbidden, Request, Response

from onrecord.browse import moments
from onrecord.browse.charts import Chart, draw
from onrecord.browse.check_page import check_links
from onrecord.browse.check_running import find_archive
from onrecord.browse.reader import Reader, TemplateVars
from onrecord.browse.seeing import may_see
from onrecord.browse.statement_page import statement_columns

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, or what else is given at an address of ours."""

    path: str
    """A regular expression of the address below `/-/`; its named groups are parts to ask for."""

    template: str
    tables: tuple[str, ...]
    """What it reads: who may not see one of them does not see the page."""

    read: Callable[[Reader], Awaitable[TemplateVars | Response]]
    charts: Mapping[str, Callable[[Reader], Awaitable[Chart | None]]] = field(default_factory=dict)
    """The pictures below its address, by name: who may see the page sees them."""


class NotThereError(Exception):
    """What was asked for is not in the archive, or is not given; says what, in a sentence."""

    def __init__(self, said: str, status: int = HTTPStatus.NOT_FOUND) -> None:
        super().__init__(said)
        self.status = status


def routes_of(pages: Sequence[Page]) -> list[tuple[str, Any]]:
    """Give Datasette the addresses of pages."""
    charts = [_pictures_of(page) for page in pages if page.charts]
    return [(rf"^/-/{page.path}$", _view(page)) for page in [*pages, *charts]]


def _pictures_of(page: Page) -> Page:
    """Give a page's pictures their addresses, all below its own and for the same visitors."""

    async def read(reader: Reader) -> Response:
        make = page.charts.get(reader.asked("chart"))
        chart = await make(reader) if make else None
        if chart is None:
            raise NotThereError("There is no such chart")
        # Asked for anew each time: what is in the archive changes, and who may see it.
        headers = {"ETag": chart.mark(), "Cache-Control": "private, no-cache"}
        if reader.knows(chart.mark()):
            return Response(b"", 304, headers, SVG)
        return Response(await draw(chart), 200, headers, SVG)

    path = rf"{page.path}/charts/(?P<chart>[a-z]+)\.svg"
    return Page(path=path, template="", tables=page.tables, read=read)


SVG = "image/svg+xml; charset=utf-8"


def _view(page: Page) -> Callable[..., Awaitable[Response]]:
    async def view(datasette: "Datasette", request: Request) -> Response:
        return await _answer(page, datasette, request)

    return view


async def _answer(page: Page, datasette: "Datasette", request: Request) -> Response:
    if request.method not in {"GET", "HEAD"}:
        return Response.text("Get this page", 405, {"Allow": "GET, HEAD"})
    try:
        reader = await _reader(page, datasette, request)
        found = await page.read(reader)
    except NotThereError as error:
        return await _told(datasette, request, error.status, str(error))
    except QueryInterrupted:
        return await _told(datasette, request, HTTPStatus.SERVICE_UNAVAILABLE, _TOO_LONG)
    if isinstance(found, Response):
        return found
    return await _rendered(datasette, request, page.template, {"reader": reader, **found})


async def _reader(page: Page, datasette: "Datasette", request: Request) -> Reader:
    """Open the archive to a visitor who may see what the page reads."""
    name = await find_archive(datasette, request.actor) or await _first_archive(datasette)
    if name is None:
        raise NotThereError(_NO_ARCHIVE)
    await _permit(datasette, request, name, page.tables)
    database = datasette.get_database(name)
    there = {*await database.table_names(), *await database.view_names()}
    if not there.issuperset(page.tables):
        raise NotThereError(_EARLIER)
    return Reader(datasette, request, name)


_NO_ARCHIVE = "No database here is an archive of On Record"
_EARLIER = (
    "This archive was made by an earlier On Record and holds nothing for this page yet. "
    "`onrecord serve` brings it up to date"
)
_TOO_LONG = "The archive took too long to answer. Ask for less, or try again"


async def _first_archive(datasette: "Datasette") -> str | None:
    """Name the first archive of ours, where a visitor may see none: to say that they may not."""
    for name in datasette.databases:
        if await statement_columns(datasette, name):
            return str(name)
    return None


async def _permit(
    datasette: "Datasette", request: Request, database: str, tables: Sequence[str]
) -> None:
    if not await may_see(datasette, request.actor, database, *tables):
        raise Forbidden(f"You may not see all of these tables: {', '.join(tables)}")


async def _told(datasette: "Datasette", request: Request, status: int, said: str) -> Response:
    return await _rendered(datasette, request, "onrecord_not_there.html", {"said": said}, status)


async def _rendered(
    datasette: "Datasette",
    request: Request,
    template: str,
    found: TemplateVars,
    status: int = HTTPStatus.OK,
) -> Response:
    words = {"say_time": moments.say_time, "say_date": moments.say_date}
    page = await datasette.render_template(template, {**words, **found}, request=request)
    return Response.html(page, status=status)


_ROOMS = (
    ("people", "People"),
    ("countries", "Countries"),
    ("changes", "Changes"),
    ("coverage", "Coverage"),
)


def room_vars(
    datasette: "Datasette", request: Request | None
) -> Callable[[], Awaitable[TemplateVars]]:
    """Give every page the links to the rooms of the archive that its visitor may enter."""
    return partial(_rooms, datasette, request.actor if request else None)


async def _rooms(datasette: "Datasette", actor: Any) -> TemplateVars:
    check = await check_links(datasette, actor)
    database = await find_archive(datasette, actor) if check else None
    if database is None:
        return {"onrecord_rooms": []}
    urls = datasette.urls
    statements = str(urls.table(database, "statements"))
    rooms = [(statements, "Statements")]
    rooms += [(str(urls.path(f"/-/{path}")), label) for path, label in _ROOMS]
    rooms += [(link["href"], link["label"]) for link in check]
    return {"onrecord_rooms": rooms, "onrecord_search": str(urls.path("/-/search"))}
