"""What the pages of statements show: read from the archive, never written to it."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from datasette.utils import tilde_encode, to_css_class, urlsafe_components
from datasette.utils.asgi import NotFound, Request

from onrecord.browse import (
    becoming,
    citing,
    marked_text,
    moments,
    posts,
    tone_words,
    wording,
)
from onrecord.browse.cells import is_web_address
from onrecord.browse.country_names import Names
from onrecord.browse.linked_statements import VERSIONS, find_linked
from onrecord.browse.reader import Row, TemplateVars
from onrecord.browse.side_by_side import side_by_side
from onrecord.browse.statement_rows import (
    MOST_CHECKS,
    MOST_QUOTES,
    MOST_REVISIONS,
    as_of,
    read_number,
    revision_of,
    rows_of_statement,
    with_tone,
    withhold,
)

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
    """Read everything that the archive holds on one statement, or on an earlier text of it.

    Raises:
        NotFound: the address names a text that there is not.
    """
    if not await statement_columns(datasette, database):
        return {}
    (statement_id,) = urlsafe_components(request.url_vars["pks"])
    results = await datasette.execute(
        database, "SELECT * FROM statements WHERE id = :id", {"id": statement_id}
    )
    latest = dict(results.rows[0])
    texts = await _texts(datasette, request, database, statement_id)
    earlier = texts.get("revision")
    statement = latest if earlier is None else as_of(latest, earlier)
    found = await rows_of_statement(datasette, request.actor, database, statement)
    if earlier:
        statement = with_tone(statement, next(iter(found["tone"]), None))
    statement = withhold(statement, found)
    linked = await find_linked(
        datasette, request.actor, database, latest, wording.read_linked(statement["linked"])
    )
    shown = await asyncio.to_thread(_told, statement, found, linked)
    shown |= _addresses(datasette, request, database, statement_id)
    shown |= await asyncio.to_thread(_compared, found, texts)
    shown |= {
        "latest_revision": latest["revision"],
        "is_earlier": earlier is not None and earlier["revision"] != latest["revision"],
    }
    return {"onrecord": shown | _citation(datasette, request, database, shown, earlier)}


async def _texts(
    datasette: "Datasette", request: Request, database: str, statement_id: str
) -> dict[str, Row]:
    """Read the texts that the address names: `revision`, or the two that `from` and `to` are."""
    texts: dict[str, Row] = {}
    for name in ("revision", "from", "to"):
        if name not in request.args:
            continue
        number = read_number(request.args[name])
        row = await revision_of(datasette, request.actor, database, statement_id, number)
        if row is None:
            raise NotFound("The archive has no such text of this statement")
        texts[name] = row
    return texts


def _told(
    statement: Row, found: Mapping[str, list[Row]], linked: Sequence[Mapping[str, Any]]
) -> TemplateVars:
    """Put what was read into the words of the page."""
    source = next(iter(found["sources"]), {})
    day = statement["delivered_on"] or statement["published_at"]
    text, tone = statement["text"] or "", _tone(statement, found["tone"])
    paragraphs = marked_text.mark_text(text, found["mentions"], tone["words"])
    return {
        "statement": statement,
        "source": source,
        "country": next(iter(found["entities"]), {}).get("name") or Names()[statement["country"]],
        "heading": "Words withheld" if found["takedowns"] else posts.say_heading(statement, linked),
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
        "paragraphs": paragraphs,
        "legend": any(piece.kind == "tone" for pieces in paragraphs for piece in pieces),
        "page_numbers": _page_numbers(statement, found["revisions"]),
        "linked": [each for each in linked if each.get("relation") not in VERSIONS],
        "versions": [each for each in linked if each.get("relation") in VERSIONS],
        "corrections": wording.read_corrections(statement["corrections"]),
        "tone": tone | _without_words(statement, linked),
        "no_words_sha256": posts.NO_WORDS_SHA256,
        "mentions": tone_words.read_mentions(text, found["mentions"]),
        "similar": [_named(row) for row in found["similar"]],
        "quotes": [_quote(row) for row in found["quoted"][:MOST_QUOTES]],
        "has_more_quotes": len(found["quoted"]) > MOST_QUOTES,
        "has_more_edits": len(found["revisions"]) > MOST_REVISIONS,
        "looks": found["checks"][:MOST_CHECKS],
        "has_more_looks": len(found["checks"]) > MOST_CHECKS,
        "captures": {capture["id"]: capture for capture in found["captures"]},
        "say_time": moments.say_time,
        "say_witness": wording.say_witness,
        "say_date": moments.say_date,
        "is_web_address": is_web_address,
    }


def _named(row: Row) -> Row:
    published = moments.say_published(row["published_at"], row["published_precision"])
    return row | {"said": posts.say_heading(row), "published": published}


def _quote(row: Row) -> Row:
    """Put what became of a quotation into a sentence."""
    from onrecord.checking.verdict_words import MEANINGS

    meaning: str = MEANINGS.get(row["verdict"], "")
    return row | {"named": row["verdict"].replace("_", " "), "meaning": meaning}


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
        "country_address": lambda code: str(urls.path(f"/-/countries/{quote(code, safe='')}")),
        "person_address": lambda person: str(urls.path(f"/-/people/{quote(person, safe='')}")),
        "office_address": lambda source: str(urls.path(f"/-/offices/{quote(source, safe='')}")),
        "warc_address": lambda key: str(urls.path(f"/-/captures/{quote(key, safe='')}.warc.gz")),
        "permalink": datasette.absolute_url(request, urls.row(database, "statements", key)),
        "row_address": row_address,
        "rows_address": rows_address,
        "revision_address": revision_address,
    }


async def statement_columns(datasette: "Datasette", database: str) -> list[str]:
    """Name the columns of our statements; none if another program's table has that name."""
    columns: list[str] = await datasette.get_database(database).table_columns("statements")
    return columns if set(columns) >= _OURS else []


def _citation(
    datasette: "Datasette",
    request: Request,
    database: str,
    shown: TemplateVars,
    earlier: Row | None,
) -> TemplateVars:
    """Cite the text that the page shows, by the address that will show it for good."""
    statement = shown["statement"]
    number = statement["revision"]
    key = statement["id"]
    cited = earlier or next((edit for edit in shown["edits"] if edit["revision"] == number), None)
    if cited is None:
        return {"cited": None}
    words = {"title": statement["title"], "text": statement["text"]}
    address = citing.permalink(datasette, request, database, key, number)
    return {
        "cited": cited,
        "cited_at": address,
        "cited_seen": wording.say_seen(cited),
        "bibtex": citing.bibtex(statement, cited | words, address),
        "bib_file": datasette.urls.path(f"/-/cite/{tilde_encode(key)}.bib?revision={number}"),
    }


def _compared(found: Mapping[str, list[Row]], texts: Mapping[str, Row]) -> TemplateVars:
    """Lay the texts side by side: each beside the one before it, and the two that were chosen."""
    edits = _edits(found["revisions"], found["edits"])
    told: TemplateVars = {"edits": edits, "chosen": None}
    if "from" in texts and "to" in texts:
        words = {"title": None, "text": None} if found["takedowns"] else {}
        before, after = texts["from"] | words, texts["to"] | words
        told["chosen"] = _compare(before, after) | {
            "before": before,
            "after": after,
            "steps": _steps(edits, before, after),
        }
    return told


def _steps(edits: Sequence[Row], before: Row, after: Row) -> list[Row]:
    """Give the edits that lie between two texts in time, the earliest first."""
    low, high = sorted((each["first_captured_at"], each["revision"]) for each in (before, after))
    return [
        edit
        for edit in reversed(edits)
        if low < (edit["first_captured_at"], edit["revision"]) <= high
    ]


def _edits(revisions: Sequence[Row], told: Sequence[Row] = ()) -> list[Row]:
    """Put beside each revision what it changed; `revisions` are the latest first."""
    classes = {each["revision"]: each for each in told}
    edits = [
        _edit(revision, before, classes.get(revision["revision"]))
        for revision, before in pairwise([*revisions, {}])
        if revision
    ]
    return edits[:MOST_REVISIONS]


def _edit(revision: Row, before: Row, told: Row | None) -> Row:
    notes = wording.read_notes(revision["publisher_changes"])
    known = wording.read_notes(before.get("publisher_changes"))
    edit = revision | {
        "said": _said(revision, told, is_first=not before),
        "classes": wording.say_classes(told) if before else "",
        "seen": wording.say_seen(revision),
        "notes": [note for note in notes if note not in known] if before else [],
    }
    return edit | _compare(before, revision) if before else edit


def _compare(before: Row, after: Row) -> TemplateVars:
    """Lay two texts side by side, and say why no word is marked, if none is."""
    texts = before["text"], after["text"]
    title = side_by_side(before["title"] or "", after["title"] or "")
    text = [] if None in texts else side_by_side(*texts)
    return {
        "title_change": title,
        "text_change": text,
        "comparison": wording.say_comparison(
            is_kept=None not in texts, is_marked=bool(title or text)
        ),
        "from_revision": before["revision"],
    }


def _said(revision: Row, told: Row | None, *, is_first: bool) -> str:
    """Call nothing a change that is held."""
    is_held = told is not None and bool(told["is_held"])
    return "Reads otherwise." if is_held else wording.say_edit(revision, is_first=is_first)
