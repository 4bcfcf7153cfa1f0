"""The pages `/-/check` and `/-/check.json`: a text in, what became of its quotations out."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response

from onrecord.browse.check_request import JSON, RefusedError, Submitted, read_submitted
from onrecord.browse.check_running import (
    Answer,
    answer,
    body_of,
    find_archive,
    may_fetch,
    read_index_state,
    say_index,
)

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

_PATH = "/-/check"
_HEADERS = {"Cache-Control": "no-store"}  # what a visitor pastes is stored nowhere


def routes() -> list[tuple[str, Any]]:
    """Give the addresses of both pages."""
    return [(r"^/-/check$", check_page), (r"^/-/check\.json$", check_json)]


async def check_links(datasette: "Datasette", actor: Any) -> list[dict[str, str]]:
    """Link to the check, if there is an archive that the visitor may see."""
    if await find_archive(datasette, actor) is None:
        return []
    return [{"href": datasette.urls.path(_PATH), "label": "Check quotations"}]


def is_json_check(scope: dict[str, Any]) -> bool:
    """Tell whether a request needs no CSRF token: no form of another site can send JSON."""
    kinds = [value for name, value in scope.get("headers", ()) if name == b"content-type"]
    is_json = bool(kinds) and kinds[0].split(b";")[0].strip().lower() == JSON.encode()
    return str(scope.get("path", "")).endswith(f"{_PATH}.json") and is_json


async def check_page(datasette: "Datasette", request: Request) -> Response:
    """Show the form and, where something was posted, the report above it."""
    database = await _database(datasette, request)
    if database is None:
        return await _shown(datasette, request, None, 404, trouble=_NO_ARCHIVE)
    if request.method in {"GET", "HEAD"}:
        return await _shown(datasette, request, database, 200, submitted=_linked(request))
    if request.method != "POST":
        allow = {"Allow": "GET, HEAD, POST"}
        return Response.text("Get this page, or post its form", 405, _HEADERS | allow)
    submitted = Submitted()
    try:
        submitted = await read_submitted(request)
        answered = await answer(datasette, database, submitted)
    except RefusedError as error:
        return await _shown(
            datasette, request, database, error.status, submitted=submitted, trouble=str(error)
        )
    return await _shown(datasette, request, database, 200, submitted=submitted, answered=answered)


async def check_json(datasette: "Datasette", request: Request) -> Response:
    """Answer JSON or a form with the report as JSON."""
    from onrecord.checking.json_report import as_dict

    database = await _database(datasette, request)
    if database is None:
        return _refused(RefusedError(404, "archive", _NO_ARCHIVE))
    if request.method != "POST":
        return _refused(RefusedError(405, "method", 'Post JSON such as {"text": "…"}'))
    try:
        answered = await answer(datasette, database, await read_submitted(request))
    except RefusedError as error:
        return _refused(error)
    told = {**as_dict(answered.article), "notes": list(answered.limits)}
    return Response.json(told, headers=_HEADERS)


def _refused(error: RefusedError) -> Response:
    told = {"ok": False, "status": error.status, "where": error.where, "error": str(error)}
    allow = {"Allow": "POST"} if error.status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    return Response.json(told, status=error.status, headers=_HEADERS | allow)


def _linked(request: Request) -> Submitted:
    """Fill the form from its address; nothing is checked before somebody posts it."""
    url, speaker, day = (request.args.get(name) or "" for name in ("url", "speaker", "date"))
    return Submitted(url=url, speaker=speaker, date=day)


_NO_ARCHIVE = "No database here is an archive of On Record that you may see"


async def _database(datasette: "Datasette", request: Request) -> str | None:
    return await find_archive(datasette, request.actor)


async def _shown(
    datasette: "Datasette",
    request: Request,
    database: str | None,
    status: int,
    *,
    submitted: Submitted | None = None,
    answered: Answer | None = None,
    trouble: str = "",
) -> Response:
    from onrecord.checking.html_report import stylesheet

    report: str = ""
    limits: tuple[str, ...] = ()
    if answered and database:
        report = await body_of(datasette, database, answered.article)
        limits = answered.limits
    elif database and not trouble:
        lag = say_index(await read_index_state(datasette, database))
        limits = (lag,) if lag else ()
    page = await datasette.render_template(
        "onrecord_check.html",
        {
            "submitted": submitted or Submitted(),
            "trouble": trouble,
            "report": report,
            "report_css": stylesheet(),
            "limits": limits,
            "may_fetch": may_fetch(datasette),
            "is_there": database is not None,
        },
        request=request,
    )
    return Response.html(page, status=status, headers=_HEADERS)
