"""Comparing: whether a look is news, and whether a difference of words is an edit."""

import json

from sqlite_utils import Database

from archive.records import Statement

_ENOUGH = 80
"""Characters by which a language is told."""

_KEPT = 0.3
"""The share of its words that a text keeps which is only edited."""


class UncertainEditError(ValueError):
    """Refuse to call it an edit when nobody can tell whether it was one."""


def reading_of(route: str) -> str:
    """Give the part of a route's name that tells how it reads a page, whatever led there."""
    return route.rpartition("#")[2]


def cannot_tell(statement: Statement, route: str) -> str:
    """Say why a statement that reads differently by two routes is not called edited."""
    return (
        f"{statement.native_id} reads differently by '{statement.route}' than it did by "
        f"'{route}': whether it was edited cannot be told. `onrecord rebuild` reads the "
        "older captures in the new way"
    )


def told_since(db: Database, key: str, statement: Statement, last_seen_at: str) -> int | None:
    """Find the revision of a wording that the publisher's own log told of since the last look."""
    row = db.execute(
        "SELECT max(revision) FROM revisions WHERE statement_id = ? AND text_sha256 = ? "
        "AND title IS ? AND witness = 'publisher' AND first_captured_at >= ?",
        [key, statement.text_sha256, statement.title, last_seen_at],
    ).fetchone()
    revision: int | None = row[0]
    return revision


def is_later_known(db: Database, key: str, statement: Statement, last_seen_at: str) -> bool:
    """Tell whether this look is already recorded, or older than what is (a replay)."""
    if statement.witness is None and last_seen_at > statement.seen_at:
        return True
    seen = db.execute(
        "SELECT 1 FROM checks AS c WHERE statement_id = ? AND capture_id = ? AND checked_at = ? "
        "AND witness IS ? AND (witness IS NULL OR EXISTS (SELECT 1 FROM revisions AS r WHERE "
        "r.statement_id = c.statement_id AND r.revision = c.revision AND text_sha256 = ?))",
        [
            *(key, statement.capture.id, statement.seen_at, statement.witness),
            statement.text_sha256,  # a platform's history may hold two wordings of one second
        ],
    )
    return seen.fetchone() is not None


def is_silent_edit(statement: Statement, updated_at: str | None, changes: str | None) -> int | None:
    """Tell a new text under unmoved change notes and dates; None where the publisher has none.

    A note without a date, such as a mark "edited", covers an edit that comes after it too.
    """
    told = (statement.publisher_updated_at, statement.publisher_changes)
    if told == (None, None):
        return None
    is_same = told == (updated_at, changes)
    is_dated = told[0] or all(each["at"] for each in json.loads(told[1] or "[]"))
    return int(is_same) if is_dated or not is_same else None


def check_language(db: Database, key: str, statement: Statement) -> None:
    """Refuse to call it an edit when a page answers in another language, and in other words.

    A post has one text, whatever its language: its platform would say so if it were edited.

    Raises:
        UncertainEditError: it does.
    """
    language, text = db.execute(
        "SELECT language, text FROM statements WHERE id = ?", [key]
    ).fetchone()
    languages = {_base(language), _base(statement.language)}
    if statement.kind == "post" or "" in languages or len(languages) == 1:
        return
    if not _is_other_text(text or "", statement.text or ""):
        return
    raise UncertainEditError(
        f"{statement.native_id} answers in '{statement.language}', and did so in '{language}' "
        "before: another language version is no edit, and it is left as it was. Does its address "
        f"lead to both? Then give each version an address of its own in the source: {statement.url}"
    )


def _base(language: str | None) -> str:
    return (language or "").partition("-")[0].lower()


def _is_other_text(before: str, after: str) -> bool:
    if min(len(before), len(after)) < _ENOUGH:
        return False
    words = set(before.casefold().split()), set(after.casefold().split())
    return len(words[0] & words[1]) < _KEPT * min(map(len, words))
