"""Columns: what the generic formats share: which column is which of our fields, and what is bad."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from spiders.channels.options import Kind
from spiders.fields import did_you_mean
from spiders.formats.base import Context
from spiders.items import StatementItem

FIELDS = ("native_id", "url", "speaker", "published_at", "text", "language", "kind", "title")
NEEDED = ("native_id", "text")

LONGEST = 16 * 1024**2
"""Bytes of one record; beyond it something is wrong, and memory is no place for it."""

_KINDS = frozenset(get_args(Kind))
_PLAIN = frozenset({str, type(None)})


def check_field(name: str) -> str:
    """Accept the name of one of our fields.

    Raises:
        ValueError: there is none of this name.
    """
    if name not in FIELDS:
        hint = did_you_mean(name, FIELDS) or f" (there are {', '.join(FIELDS)})"
        raise ValueError(f"there is no field '{name}'{hint}")
    return name


def column_of(field: str, columns: Mapping[str, str]) -> str:
    """Name the file's column for a field: as it was told, else of the same name."""
    return columns.get(field, field)


def missing_columns(present: Iterable[str], columns: Mapping[str, str]) -> list[str]:
    """Name the columns that a file must have, and does not: those needed and those asked for."""
    there = set(present)
    wanted = dict.fromkeys([column_of(field, columns) for field in NEEDED] + [*columns.values()])
    return [column for column in wanted if column not in there]


class Taker:
    """Make statements of the fields of records."""

    def __init__(self, context: Context, name: str) -> None:
        self._columns = [column_of(field, context.columns) for field in FIELDS]
        self._is_nested = any("." in column for column in self._columns)
        self._capture = context.capture
        self._route = f"import {name} #given"
        self._seen_at = context.capture.captured_at

    def take(self, record: Mapping[str, Any]) -> StatementItem:
        """Make a statement of one record.

        Raises:
            ValueError: it lacks what is needed, or has it in another form.
        """
        told = list(map(record.get, self._columns))
        if self._is_nested or not _PLAIN.issuperset(map(type, told)):
            told = [self._text(record, column) for column in self._columns]
        native_id, url, speaker, published, text, language, kind, title = told
        if not native_id or not text:
            raise ValueError(f"has no {self._columns[4 if native_id else 0]!r}")
        kind = kind or "post"
        if kind not in _KINDS:
            known = ", ".join(get_args(Kind))
            raise ValueError(f"has the unknown kind {kind!r} (known: {known})")
        return StatementItem(
            native_id=native_id,
            url=url or "",
            kind=kind,  # type: ignore[arg-type] # looked up above
            text=text,
            title=title or None,
            published_raw=published or None,
            language=language or None,
            is_language_told=True,
            speaker=speaker or None,
            route=self._route,
            capture=self._capture,
            witness="import",
            seen_at=self._seen_at,
        )

    @staticmethod
    def _text(record: Mapping[str, Any], column: str) -> str | None:
        """Take a field as text: ids of 64 bits arrive as numbers."""
        field = record.get(column)
        if field is None and "." in column and column not in record:
            field = _within(record, column)
        if field is None or isinstance(field, str):
            return field
        if isinstance(field, int) and not isinstance(field, bool):
            return str(field)
        raise ValueError(f"has {column!r} as {type(field).__name__}, not as text")


def _within(record: Any, path: str) -> Any:
    """Look into a record for a column such as user.name."""
    for name in path.split("."):
        if not isinstance(record, dict):
            return None
        record = record.get(name)
    return record
