"""What the pages of statements show: read from the archive, never written to it."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils import tilde_encode, to_css_class, urlsafe_components
from datasette.utils.asgi import Request

from analysis.worddiff import Piece, compare_texts
from onrecord.browse import becoming, moments, posts, tone_words, wording
from onrecord.browse.cells import is_web_address
from onrecord.browse.reader import Row, TemplateVars

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

_OURS = {"native_id", "published_precision", "last_seen_at", "tone_confidence", "capture_id"}

_LIST_ORDER = [
    "id",
    "published_at",
    "speaker",
    "title",
    "tone_label",
    "tone",
    "text",
    "tone_confidence",
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

_MOST_REVISIONS = 30
_MOST_CHECKS = 20
_MOST_MENTIONS = 500
_MOST_SIMILAR = 5
_LIMITS = {
    "revisions": _MOST_REVISIONS + 1,
    "checks": _MOST_CHECKS + 1,
    "fates": _MOST_CHECKS,
    "mentions": _MOST_MENTIONS,
    "similar": _MOST_SIMILAR,
}

_QUERIES = {
    "sources": "SELECT * FROM sources WHERE name = :source",
    "persons": "SELECT name FROM persons WHERE id = :holder_id",
    "holders": "SELECT * FROM holders WHERE source = :source AND person_id = :holder_id",
    "revisions": (
        "SELECT * FROM revisions WHERE statement_id = :id "
        "ORDER BY first_captured_at DESC, revision DESC LIMIT :revisions"
    ),
    "edits": "SELECT * FROM edits WHERE statement_id = :id LIMIT 200",
    "tone": (
        "SELECT * FROM tone WHERE text_sha256 = :text_sha256 "
        "AND language = coalesce(:language, '') ORDER BY tone IS :tone DESC, rowid DESC LIMIT 1"
    ),
    "mentions": (
        "SELECT m.*, e.name, q.is_quoted, q.start_at AS sentence_start, q.end_at AS sentence_end "
        "FROM mentions AS m LEFT JOIN entities AS e ON e.kind = m.kind AND e.id = m.entity_id "
        "LEFT JOIN sentences AS q ON q.text_sha256 = m.text_sha256 AND q.sentence = m.sentence "
        "WHERE m.text_sha256 = :text_sha256 ORDER BY m.start_at, m.mention LIMIT :mentions"
    ),
    "similar": (
        "SELECT p.similarity, p.other_id AS id, s.title, substr(s.text, 1, 200) AS text, "
        "s.published_at, s.published_precision, s.speaker, s.source "
        "FROM similar AS p JOIN statements AS s ON s.id = p.other_id "
        "WHERE p.statement_id = :id ORDER BY p.similarity DESC, p.other_id LIMIT :similar"
    ),
    "checks": (
        "SELECT * FROM checks WHERE statement_id = :id "
        "ORDER BY checked_at DESC, id DESC LIMIT :checks"
    ),
    "fates": (
        "SELECT * FROM fates WHERE statement_id = :id ORDER BY at DESC, rowid DESC LIMIT :fates"
    ),
    "takedowns": "SELECT * FROM takedowns WHERE statement_id = :id",
    "captures": (
        "SELECT * FROM captures WHERE id IN (SELECT capture_id FROM checks "
        "WHERE statement_id = :id ORDER BY checked_at DESC, id DESC LIMIT :checks)"
    ),
}


async def table_page(datasette: "Datasette", request: Request, database: str) -> TemplateVars:
    """Show the list of statements with the columns that matter first, unless some are chosen."""
    columns = await statement_columns(datasette, database)
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
    if not await statement_columns(datasette, database):
        return {}
    (statement_id,) = urlsafe_components(request.url_vars["pks"])
    results = await datasette.execute(
        database, "SELECT * FROM statements WHERE id = :id", {"id": statement_id}
    )
    statement = dict(results.rows[0])
    found = await _related(datasette, request, database, statement)
    shown = _told(statement, found) | _addresses(datasette, request, database, statement_id)
    shown["edits"] = await asyncio.to_thread(_edits, found["revisions"], found["edits"])
    return {"onrecord": shown}


def _told(statement: Row, found: Mapping[str, list[Row]]) -> TemplateVars:
    """Put what was read into the words of the page."""
    source = next(iter(found["sources"]), {})
    linked = wording.read_linked(statement["linked"])
    day = statement["delivered_on"] or statement["published_at"]
    return {
        "statement": statement,
        "source": source,
        "heading": posts.say_heading(statement, linked),
        "account": posts.say_account(statement["account"]),
        "holder": wording.say_holder(
            next(iter(found["persons"]), None), found["holders"], (day or "")[:10]
        ),
        "published": moments.say_published(
            statement["published_at"], statement["published_precision"], source.get("timezone")
        ),
        "state": becoming.say_gone(statement, found["fates"])
        or wording.say_state(statement, found["checks"]),
        "turns": [turn | {"said": becoming.say_turn(turn)} for turn in found["fates"]],
        "taken_down": becoming.say_takedown(found["takedowns"]),
        "paragraphs": tone_words.mark_mentions(statement["text"] or "", found["mentions"]),
        "page_numbers": _page_numbers(statement, found["revisions"]),
        "linked": linked,
        "corrections": wording.read_corrections(statement["corrections"]),
        "tone": _tone(statement, found["tone"]) | _without_words(statement, linked),
        "no_words_sha256": posts.NO_WORDS_SHA256,
        "mentions": tone_words.read_mentions(statement["text"] or "", found["mentions"]),
        "similar": [
            row
            | {
                "said": posts.say_heading(row),
                "published": moments.say_published(row["published_at"], row["published_precision"]),
            }
            for row in found["similar"]
        ],
        "has_more_edits": len(found["revisions"]) > _MOST_REVISIONS,
        "looks": found["checks"][:_MOST_CHECKS],
        "has_more_looks": len(found["checks"]) > _MOST_CHECKS,
        "captures": {capture["id"]: capture for capture in found["captures"]},
        "say_time": moments.say_time,
        "say_witness": wording.say_witness,
        "say_date": moments.say_date,
        "is_web_address": is_web_address,
    }


def _tone(statement: Row, found: Sequence[Row]) -> TemplateVars:
    """Put the tone of the latest text into words, with what moved it and the other opinions."""
    row = found[0] if found else {}
    words = tone_words.read_tone_words(row.get("tone_evidence"), statement["tone"])
    return {
        "number": _two_places(statement["tone"]),
        "label": tone_words.say_label(statement["tone_label"]),
        "confidence": tone_words.say_confidence(statement["tone_confidence"]),
        "why_not": tone_words.say_tone(statement["tone_status"]),
        "words": words,
        "sum": tone_words.sum_of(words),
        "baseline": any(word.words == tone_words.BASELINE for word in words),
        "quoted": _two_places(row.get("quoted_tone")),
        "quoted_label": tone_words.say_label(row.get("quoted_tone_label")),
        "textblob": (statement["textblob_polarity"], statement["textblob_subjectivity"]),
        "textblob_version": row.get("textblob_version"),
        "vader": row.get("vader_compound"),
        "model": row.get("tone_model"),
    }


def _two_places(tone: float | None) -> float | None:
    """Round a tone for people; 0.0 is added, so that nothing is shown as -0.00."""
    return None if tone is None else round(tone, 2) + 0.0


def _without_words(statement: Row, linked: Sequence[object]) -> TemplateVars:
    why_not = posts.say_no_words(statement, linked)
    return {"why_not": why_not, "model": None} if why_not else {}


def _page_numbers(statement: Row, revisions: Sequence[Row]) -> dict[int, int]:
    """Number the paragraphs that begin a page of a printed document, where it has several."""
    text = statement["text"] or ""
    pages = next(
        (row["pages"] for row in revisions if row["revision"] == statement["revision"]), None
    )
    starts = wording.read_json(pages)
    if not isinstance(starts, list) or len(starts) == 1:
        return {}
    # A page may be said to begin at the blank line before its words; empty ones begin there too.
    return {
        text.count("\n\n", 0, start + 2): number
        for number, start in enumerate(starts, start=1)
        if isinstance(start, int) and start < len(text)
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

    def query_address(name: str, **parameters: str) -> str:
        return f"{urls.database(database)}/{name}?{urlencode(parameters)}"

    def statement_address(other: str) -> str:
        return row_address("statements", other)

    return {
        "query_address": query_address,
        "statement_address": statement_address,
        "permalink": datasette.absolute_url(request, urls.row(database, "statements", key)),
        "row_address": row_address,
        "rows_address": rows_address,
        "revision_address": revision_address,
    }


async def statement_columns(datasette: "Datasette", database: str) -> list[str]:
    """Name the columns of our statements; none if another program's table has that name."""
    columns: list[str] = await datasette.get_database(database).table_columns("statements")
    return columns if set(columns) >= _OURS else []


async def _related(
    datasette: "Datasette", request: Request, database: str, statement: Mapping[str, Any]
) -> dict[str, list[Row]]:
    """Read the rows that belong to a statement, of the tables that the reader may see.

    An archive of an earlier On Record lacks some of them.
    """
    found: dict[str, list[Row]] = {}
    parameters = {**statement, **_LIMITS}
    named = await datasette.execute(database, "SELECT name FROM sqlite_schema")
    there = {row[0] for row in named}
    for table, sql in _QUERIES.items():
        is_visible, _ = await datasette.check_visibility(
            request.actor,
            permissions=[
                ("view-table", (database, table)),
                ("view-database", database),
                "view-instance",
            ],
        )
        is_read = is_visible and table in there
        results = await datasette.execute(database, sql, parameters) if is_read else []
        found[table] = [dict(row) for row in results]
    return found


def _edits(revisions: Sequence[Row], told: Sequence[Row] = ()) -> list[Row]:
    """Put beside each revision what it changed; `revisions` are the latest first."""
    classes = {each["revision"]: each for each in told}
    edits = [
        _edit(revision, before, classes.get(revision["revision"]))
        for revision, before in pairwise([*revisions, {}])
        if revision
    ]
    return edits[:_MOST_REVISIONS]


def _edit(revision: Row, before: Row, told: Row | None) -> Row:
    notes = wording.read_notes(revision["publisher_changes"])
    known = wording.read_notes(before.get("publisher_changes"))
    edit = revision | {
        "said": _said(revision, told, is_first=not before),
        "classes": wording.say_classes(told) if before else "",
        "seen": wording.say_seen(revision),
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


def _said(revision: Row, told: Row | None, *, is_first: bool) -> str:
    """Call nothing a change that is held."""
    is_held = told is not None and bool(told["is_held"])
    return "Reads otherwise." if is_held else wording.say_edit(revision, is_first=is_first)


def _change(before: str, after: str) -> list[Piece]:
    pieces = compare_texts(before, after)
    return pieces if any(piece.kind in {"gone", "new"} for piece in pieces) else []
