"""What a statement refers to, and which of it is in the archive: versions, mirrors, answers."""

from typing import TYPE_CHECKING, Any

from onrecord.browse import posts
from onrecord.browse.reader import Row
from onrecord.browse.seeing import may_see

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette

VERSIONS = ("translation", "version", "mirror")
"""How the same words in another language, or in another place, are linked."""

_MOST = 30
_SHOWN = (
    "SELECT s.id, s.title, substr(s.text, 1, 200) AS text, s.language, s.account, s.office "
    "FROM statements AS s "
)
_NAMED = (
    f"{_SHOWN} WHERE s.source IN (SELECT :source UNION ALL SELECT name FROM sources) "  # noqa: S608 - our own words
    "AND s.native_id IN (:id, :url) AND s.id <> :statement ORDER BY s.source <> :source LIMIT 1"
)
_CAPTURED = (
    f"{_SHOWN} WHERE s.url = :url AND s.id <> :statement AND s.id IN ("  # noqa: S608 - our own words
    "SELECT k.statement_id FROM captures AS c JOIN checks AS k ON k.capture_id = c.id "
    "WHERE c.url = :url LIMIT 50) ORDER BY s.source <> :source LIMIT 1"
)


async def find_linked(
    datasette: "Datasette",
    actor: Any,
    database: str,
    statement: Row,
    linked: list[dict[str, str]],
) -> list[dict[str, Any]]:
    """Add to what a statement refers to the statement of the archive that it is, if it is one.

    It is found by its publisher's id, or by the address that it was captured at.
    """
    if not await may_see(datasette, actor, database, "statements", "captures", "checks"):
        return list(linked)
    found: list[dict[str, Any]] = []
    for number, each in enumerate(linked):
        other = None
        if number < _MOST and (each.get("id") or each.get("url")):
            other = await _find(datasette, database, statement, each)
        found.append({**each, "statement": other})
    return found


async def _find(
    datasette: "Datasette", database: str, statement: Row, each: dict[str, str]
) -> Row | None:
    asked = {
        "source": statement["source"],
        "statement": statement["id"],
        "id": each.get("id"),
        "url": each.get("url"),
    }
    for sql in (_NAMED, _CAPTURED):
        results = await datasette.execute(database, sql, asked)
        for row in results.rows:
            return {**dict(row), "said": posts.say_heading(dict(row))}
    return None
