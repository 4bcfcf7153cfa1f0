"""The front page: what the archive holds, what came last, and the ways into it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response
from datasette.views.index import IndexView

from onrecord.browse import becoming, holdings, moments, posts, wording
from onrecord.browse.check_running import find_archive
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.browse.seeing import may_see

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

_LATEST = 10

_STATEMENTS = """
SELECT
    s.id, s.published_at, s.published_precision, s.speaker, s.office, s.language, s.account,
    s.linked, s.title, substr(s.text, 1, 200) AS text, t.at AS withheld
FROM (
    SELECT id FROM statements WHERE published_at IS NOT NULL
    ORDER BY published_at DESC LIMIT :latest
) AS l
JOIN statements AS s ON s.id = l.id
LEFT JOIN takedowns AS t ON t.statement_id = s.id
ORDER BY s.published_at DESC, s.id
"""
_EDITS = """
SELECT
    s.id, s.speaker, s.office, s.language, r.title, substr(r.text, 1, 200) AS text, r.revision,
    r.first_captured_at, r.is_silent, e.from_revision, e.kinds, e.reverts_to, e.is_held, e.changes,
    t.at AS withheld
FROM (
    SELECT * FROM edits WHERE is_held = 0
    ORDER BY seen_at DESC, statement_id, revision LIMIT :latest
) AS e
JOIN revisions AS r ON r.statement_id = e.statement_id AND r.revision = e.revision
JOIN statements AS s ON s.id = e.statement_id
LEFT JOIN takedowns AS t ON t.statement_id = s.id
ORDER BY r.first_captured_at DESC, s.id, r.revision DESC
"""
_FATES = """
SELECT
    s.id, s.speaker, s.office, s.language, s.title, substr(s.text, 1, 200) AS text, f.at, f.state,
    f.evidence, t.at AS withheld
FROM (SELECT * FROM fates ORDER BY at DESC LIMIT :latest) AS f
JOIN statements AS s ON s.id = f.statement_id
LEFT JOIN takedowns AS t ON t.statement_id = s.id
ORDER BY f.at DESC, s.id
"""
_EVENTS = """
SELECT id, source, at, kind, statements, of FROM events
WHERE source IN (SELECT name FROM sources) AND state = 'waiting' ORDER BY at DESC LIMIT :latest
"""
_SECTIONS = {
    "statements": (_STATEMENTS, ("statements", "takedowns")),
    "edits": (_EDITS, ("statements", "takedowns", "revisions", "edits")),
    "fates": (_FATES, ("statements", "takedowns", "fates")),
    "events": (_EVENTS, ("events", "sources")),
}
"""How each list of the page is read, and the tables whose rows it shows."""


def routes() -> list[tuple[str, Any]]:
    """Give the address of the front page; its JSON stays Datasette's."""
    return [(r"^/(?P<format>)$", front_page)]


async def front_page(datasette: "Datasette", request: Request) -> Response:
    """Show the archive, or Datasette's own front page to who may see none."""
    name = await find_archive(datasette, request.actor)
    if name is None or request.method not in {"GET", "HEAD"}:
        own: Response = await IndexView(datasette).dispatch_request(request)
        return own
    reader = Reader(datasette, request, name)
    found = {"reader": reader, "metadata": datasette.metadata(), **await _read(reader)}
    page = await datasette.render_template("onrecord_home.html", found, request=request)
    return Response.html(page)


async def _read(reader: Reader) -> TemplateVars:
    database = reader.datasette.get_database(reader.database)
    there = {*await database.table_names(), *await database.view_names()}

    async def is_shown(*tables: str) -> bool:
        return there.issuperset(tables) and await may_see(
            reader.datasette, reader.request.actor, reader.database, *tables
        )

    found: dict[str, list[Row] | None] = {}
    for name, (sql, tables) in _SECTIONS.items():
        rows = await reader.rows(sql, latest=_LATEST) if await is_shown(*tables) else None
        # What may not be seen, or was not kept yet, is left out and not called empty.
        found[name] = rows and [_READ[name](row) for row in rows]
    return {
        **found,
        "held": await holdings.read(reader) if await is_shown(*holdings.TABLES) else None,
        "others": await _other_databases(reader),
        "say_time": moments.say_time,
    }


def _headed(row: Row) -> Row:
    """Head a statement by its title or first words, where they may be shown."""
    if row["withheld"]:
        row = row | {"title": None, "text": None, "linked": None}
    is_kept = row["title"] is not None or row["text"] is not None
    linked = wording.read_linked(row.get("linked"))
    return row | {"heading": posts.say_heading(row, linked) if is_kept else "Words not kept"}


def _statement(row: Row) -> Row:
    published = moments.say_published(row["published_at"], row["published_precision"])
    return _headed(row) | {"published": published}


def _edit(row: Row) -> Row:
    """Say what an edit changed, with the first words that went and came."""
    headed = _headed(row)
    changes = None if row["withheld"] else wording.read_json(row["changes"])
    first = changes[0] if isinstance(changes, list) and changes else {}
    return headed | {
        "classes": wording.say_classes(row),
        "before": posts.excerpt(str(first.get("before") or "")),
        "after": posts.excerpt(str(first.get("after") or "")),
    }


def _fate(row: Row) -> Row:
    return _headed(row) | {"said": becoming.say_turn(row)}


_READ: dict[str, Callable[[Row], Row]] = {
    "statements": _statement,
    "edits": _edit,
    "fates": _fate,
    "events": dict,
}


async def _other_databases(reader: Reader) -> list[tuple[str, str]]:
    """Name the other databases of the site that the visitor may see, with their addresses."""
    datasette, others = reader.datasette, []
    for name in datasette.databases:
        visible, _ = await datasette.check_visibility(
            reader.request.actor, permissions=[("view-database", name), "view-instance"]
        )
        if visible and name != reader.database:
            others.append((str(name), str(datasette.urls.database(name))))
    return others
