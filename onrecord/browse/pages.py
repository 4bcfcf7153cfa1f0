"""What the pages of statements show: read from the archive, never written to it."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode, to_css_class, urlsafe_components
from datasette.utils.asgi import Request

from onrecord.browse import moments, wording
from onrecord.browse.cells import excerpt, is_web_address
from onrecord.browse.worddiff import Piece, compare_texts

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

TemplateVars = dict[str, Any]
Row = dict[str, Any]

_OURS = {"native_id", "published_precision", "last_seen_at", "tone_status", "capture_id"}

_LIST_ORDER = [
    "id",
    "published_at",
    "speaker",
    "title",
    "text",
    "textblob_polarity",
    "tone_status",
    "state",
    "revision",
    "kind",
    "language",
    "office",
    "country",
    "source",
]
"""The columns that a reader looks for first; the others follow as they are stored."""

_HEADING = 90
"""A post has no title: its page is headed by as many of its first characters."""

_MOST_REVISIONS = 30
_MOST_CHECKS = 20
_LIMITS = {"revisions": _MOST_REVISIONS + 1, "checks": _MOST_CHECKS + 1}

_QUERIES = {
    "sources": "SELECT * FROM sources WHERE name = :source",
    "revisions": (
        "SELECT * FROM revisions WHERE statement_id = :id "
        "ORDER BY first_captured_at DESC, revision DESC LIMIT :revisions"
    ),
    "tone": (
        "SELECT * FROM tone WHERE statement_id = :id AND revision = :revision ORDER BY scorer"
    ),
    "checks": (
        "SELECT * FROM checks WHERE statement_id = :id "
        "ORDER BY checked_at DESC, id DESC LIMIT :checks"
    ),
    "captures": (
        "SELECT * FROM captures WHERE id IN (SELECT capture_id FROM checks "
        "WHERE statement_id = :id ORDER BY checked_at DESC, id DESC LIMIT :checks)"
    ),
}


async def table_page(datasette: "Datasette", request: Request, database: str) -> TemplateVars:
    """Show the list of statements with the columns that matter first, unless some are chosen."""
    columns = await _columns(datasette, database)
    if "_col" in request.args or not columns:
        return {}
    first = [column for column in _LIST_ORDER if column in columns]
    name = to_css_class(database)
    return {
        "custom_table_templates": [
            f"_table-{name}-statements.html",
            f"_table-table-{name}-statements.html",
            "_onrecord_list.html",
        ],
        "onrecord_columns": first + [column for column in columns if column not in first],
    }


async def row_page(datasette: "Datasette", request: Request, database: str) -> TemplateVars:
    """Read everything that the archive holds on one statement."""
    if not await _columns(datasette, database):
        return {}
    (statement_id,) = urlsafe_components(request.url_vars["pks"])
    results = await datasette.execute(
        database, "SELECT * FROM statements WHERE id = :id", {"id": statement_id}
    )
    statement = dict(results.rows[0])
    found = await _related(datasette, request, database, statement)
    shown = _told(statement, found) | _addresses(datasette, request, database, statement_id)
    shown["edits"] = await asyncio.to_thread(_edits, found["revisions"])
    return {"onrecord": shown}


def _told(statement: Row, found: Mapping[str, list[Row]]) -> TemplateVars:
    """Put what was read into the words of the page."""
    source = next(iter(found["sources"]), {})
    return {
        "statement": statement,
        "source": source,
        "heading": statement["title"] or excerpt(statement["text"] or "Untitled", _HEADING),
        "published": moments.say_published(
            statement["published_at"], statement["published_precision"], source.get("timezone")
        ),
        "state": wording.say_state(statement, found["checks"]),
        "paragraphs": (statement["text"] or "").split("\n\n"),
        "linked": wording.read_linked(statement["linked"]),
        "corrections": wording.read_corrections(statement["corrections"]),
        "tone": wording.say_tone(statement["tone_status"]),
        "tones": [
            row
            | {
                "said": wording.say_tone(row["status"]),
                "words": wording.read_tone_words(row["evidence"]),
            }
            for row in found["tone"]
        ],
        "has_more_edits": len(found["revisions"]) > _MOST_REVISIONS,
        "looks": found["checks"][:_MOST_CHECKS],
        "has_more_looks": len(found["checks"]) > _MOST_CHECKS,
        "captures": {capture["id"]: capture for capture in found["captures"]},
        "say_time": moments.say_time,
        "say_date": moments.say_date,
        "is_web_address": is_web_address,
    }


def _addresses(
    datasette: "Datasette", request: Request, database: str, statement_id: str
) -> TemplateVars:
    """Give the template the addresses of the statement and of the rows around it."""
    urls, key = datasette.urls, tilde_encode(statement_id)

    def row_address(table: str, row: str) -> str:
        return str(urls.row(database, table, tilde_encode(row)))

    def rows_address(table: str) -> str:
        return f"{urls.table(database, table)}?{urlencode({'statement_id': statement_id})}"

    def revision_address(revision: int) -> str:
        return str(urls.row(database, "revisions", f"{key},{revision}"))

    return {
        "permalink": datasette.absolute_url(request, urls.row(database, "statements", key)),
        "row_address": row_address,
        "rows_address": rows_address,
        "revision_address": revision_address,
    }


async def _columns(datasette: "Datasette", database: str) -> list[str]:
    """Name the columns of our statements; none if another program's table has that name."""
    columns: list[str] = await datasette.get_database(database).table_columns("statements")
    return columns if set(columns) >= _OURS else []


async def _related(
    datasette: "Datasette", request: Request, database: str, statement: Mapping[str, Any]
) -> dict[str, list[Row]]:
    """Read the rows that belong to a statement, of the tables that the reader may see."""
    found: dict[str, list[Row]] = {}
    parameters = {**statement, **_LIMITS}
    for table, sql in _QUERIES.items():
        is_visible, _ = await datasette.check_visibility(
            request.actor,
            permissions=[
                ("view-table", (database, table)),
                ("view-database", database),
                "view-instance",
            ],
        )
        results = await datasette.execute(database, sql, parameters) if is_visible else []
        found[table] = [dict(row) for row in results]
    return found


def _edits(revisions: Sequence[Row]) -> list[Row]:
    """Put beside each revision what it changed; `revisions` are the latest first."""
    edits = [_edit(revision, before) for revision, before in pairwise([*revisions, {}]) if revision]
    return edits[:_MOST_REVISIONS]


def _edit(revision: Row, before: Row) -> Row:
    notes = wording.read_notes(revision["publisher_changes"])
    known = wording.read_notes(before.get("publisher_changes"))
    edit = revision | {
        "said": wording.say_edit(revision, is_first=not before),
        "notes": [note for note in notes if note not in known] if before else [],
    }
    if before:
        texts = before["text"], revision["text"]
        edit["title_change"] = _change(before["title"] or "", revision["title"] or "")
        edit["text_change"] = [] if None in texts else _change(*texts)
        edit["comparison"] = wording.say_comparison(
            is_kept=None not in texts, is_marked=bool(edit["title_change"] or edit["text_change"])
        )
    return edit


def _change(before: str, after: str) -> list[Piece]:
    pieces = compare_texts(before, after)
    return pieces if any(piece.kind in {"gone", "new"} for piece in pieces) else []
