"""What the archive holds on one statement: its rows, table by table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from onrecord.browse.reader import Row
from onrecord.browse.seeing import may_see

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

MOST_REVISIONS = 30
MOST_CHECKS = 20
MOST_QUOTES = 5
_MOST_MENTIONS = 500
_MOST_SIMILAR = 5
_LIMITS = {
    "revisions": MOST_REVISIONS + 1,
    "checks": MOST_CHECKS + 1,
    "fates": MOST_CHECKS,
    "mentions": _MOST_MENTIONS,
    "similar": _MOST_SIMILAR,
    "quoted": MOST_QUOTES + 1,
}

_QUERIES = {
    "sources": "SELECT * FROM sources WHERE name = :source",
    "entities": "SELECT name FROM entities WHERE kind = 'country' AND id = :country",
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
    "quoted": (
        "SELECT * FROM quoted WHERE statement_id = :id ORDER BY published_on IS NULL, "
        "published_on, first_printed_at, article_id, quote LIMIT :quoted"
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
_LONG = 10

_ALSO_READ = {"quoted": ("quotes", "quote_others", "articles"), "mentions": ("entities",)}
"""The tables whose words a query shows beside those of its own."""

_OF_REVISION = (
    *("textblob_polarity", "textblob_subjectivity"),
    *("tone", "tone_label", "tone_confidence"),
)


async def rows_of_statement(
    datasette: "Datasette", actor: Any, database: str, statement: Mapping[str, Any]
) -> dict[str, list[Row]]:
    """Read the rows that belong to a statement, of the tables that the reader may see.

    An archive of an earlier On Record lacks some of them.
    """
    found: dict[str, list[Row]] = {}
    parameters = {**statement, **_LIMITS}
    named = await datasette.execute(database, "SELECT name FROM sqlite_schema")
    there = {row[0] for row in named}
    for table, sql in _QUERIES.items():
        is_read = table in there and await may_see(
            datasette, actor, database, table, *_ALSO_READ.get(table, ())
        )
        results = await datasette.execute(database, sql, parameters) if is_read else []
        found[table] = [dict(row) for row in results]
    return found


async def revision_of(
    datasette: "Datasette", actor: Any, database: str, statement_id: str, revision: int
) -> Row | None:
    """Read one text of a statement; None if there is none, or the reader may not see it."""
    if not await may_see(datasette, actor, database, "revisions"):
        return None
    results = await datasette.execute(
        database,
        "SELECT * FROM revisions WHERE statement_id = :id AND revision = :revision",
        {"id": statement_id, "revision": revision},
    )
    return next((dict(row) for row in results.rows), None)


def read_number(text: str) -> int:
    """Read the number of a text from an address; what is none is the number of no text.

    >>> read_number("12"), read_number("-1"), read_number("9" * 30)
    (12, 0, 0)
    """
    is_number = text.isascii() and text.isdigit() and len(text) < _LONG
    return int(text) if is_number else 0


def as_of(statement: Row, revision: Row) -> Row:
    """Give a statement with the words of an earlier text; its tone is still to be read."""
    words = {name: revision[name] for name in ("title", "text", "text_sha256", "revision")}
    # No tone is like this one, so that the latest reading of the text is taken.
    return statement | words | {"tone": "", "tone_status": "not scored: not asked for"}


def with_tone(statement: Row, tone: Row | None) -> Row:
    """Give the statement of an earlier text the tone that was read of it."""
    read = (
        dict.fromkeys(_OF_REVISION) if tone is None else {name: tone[name] for name in _OF_REVISION}
    )
    status = tone["tone_status"] if tone else statement["tone_status"]
    return statement | read | {"tone_status": status}


def withhold(statement: Row, found: dict[str, list[Row]]) -> Row:
    """Leave no word where a person decided that none is to be shown, wherever it may still be.

    What was read out of a text is kept by its hash, and may be kept for another statement's sake.
    """
    if not found["takedowns"]:
        return statement
    for table in ("tone", "mentions", "similar"):
        found[table] = []
    found["revisions"] = [
        row | {"title": None, "text": None, "publisher_changes": None} for row in found["revisions"]
    ]
    found["quoted"] = [row | {"said": None, "printed": None} for row in found["quoted"]]
    return statement | {"title": None, "text": None, "linked": None, "corrections": None}
