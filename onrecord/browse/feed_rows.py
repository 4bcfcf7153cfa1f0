"""What a feed says of a row of any canned query: a title, a time, a link, and an id that stays."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from onrecord.browse.atom import MOST_ENTRIES, Entry, moment, tag
from onrecord.browse.feed_entries import absolute
from onrecord.browse.posts import excerpt
from onrecord.browse.reader import Reader, Row

_OWN_KEYS = {
    *("statement_id", "revision", "like_id", "other_id", "article_id", "quote", "about", "target"),
    *("turn", "at", "changed_at"),
}
"""Columns that say which row of a statement or of an article it is."""

_KEYS = {
    *("event_id", "crawl_id", "capture_id", "person_id", "speaker_id", "entity_id", "target", "id"),
    *("source", "country", "with_country", "speaker", "said_by", "about", "publisher", "office"),
    *("kind", "name", "person", "role", "account", "platform", "feed", "alarm", "what", "detail"),
    *("phrase", "series", "first", "url", "code", "day", "month", "week", "period", "since", "at"),
    *("started_at", "said_on"),
}
"""Columns that say which row it is elsewhere, whatever is counted or found of it later."""

_TITLES = ("title", "article", "phrase")
_AUTHORS = ("speaker", "office", "publisher", "source", "name")
_TIMES = (
    *("seen_at", "changed_at", "checked_at", "last_look_at", "captured_at", "at", "started_at"),
    *("last_crawl_at", "first_printed_at", "last_seen_at", "published_at", "said_on"),
    *("last_used_on", "published_on", "until", "day", "week", "month", "period", "before_day"),
)
"""Columns of times, the one that says best when the row came to be as it is first."""

_NAMELESS = re.compile(r"(^|_)(id|url|sha256|at|on)$")
_MOST_TITLE_PARTS = 3
_VALUE = 300


def row_entries(
    reader: Reader, rows: Sequence[Row], *, query: str, page: str, archive: str, changed: datetime
) -> list[Entry]:
    """Make an entry of each of the first rows; of rows that are wholly the same, one.

    `page` is where rows without a statement lead, `changed` when the archive last changed: rows
    without a time have that, and none has a later one.
    """
    different = list({_hash(row): row for row in rows}.values())[:MOST_ENTRIES]
    keys = [_key(row) for row in different]
    times = Counter(keys)
    return [
        _entry(
            reader,
            row,
            tag(archive, "queries", query, key if times[key] == 1 else _hash(row)),
            page,
            changed,
        )
        for row, key in zip(different, keys, strict=True)
    ]


def _entry(reader: Reader, row: Row, entry_id: str, page: str, changed: datetime) -> Entry:
    title, named = _title(row)
    statement = row.get("statement_id")
    link = reader.statement(str(statement)) if statement else _link(reader, row) or page
    author = next((row[each] for each in _AUTHORS if isinstance(row.get(each), str)), "On Record")
    told = [
        f"{_word(name)}: {_value(value)}"
        for name, value in row.items()
        if name not in named and value not in (None, "")
    ]
    return Entry(
        id=entry_id,
        title=title,
        link=absolute(reader, link),
        author=author,
        updated=_updated(row, changed),
        summary="\n".join(told),
    )


def _title(row: Row) -> tuple[str, set[str]]:
    """Give a title, and the columns that it is made of: a title, or the first words of the row."""
    own = next((name for name in _TITLES if isinstance(row.get(name), str) and row[name]), None)
    if own:
        return excerpt(row[own], _VALUE), {own}
    words = [name for name, value in row.items() if _is_name(name, value)]
    texts = ([name for name in words if name in _KEYS] or words)[:_MOST_TITLE_PARTS]
    said = " · ".join(excerpt(row[name], _VALUE) for name in texts)
    return said or ", ".join(f"{_word(name)} {row[name]}" for name in list(row)[:1]), set(texts)


def _is_name(name: str, value: Any) -> bool:
    """Tell whether a value names the row: words, or its month or day, but no id, time or JSON."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and not _NAMELESS.search(name)
        and not value.startswith(("[", "{"))
    )


def _updated(row: Row, changed: datetime) -> datetime:
    own = next(filter(None, (moment(row.get(name)) for name in _TIMES)), None)
    return min(own, changed) if own else changed


def _link(reader: Reader, row: Row) -> str | None:
    if row.get("event_id"):
        return reader.of_row("events", str(row["event_id"]))
    if row.get("crawl_id"):
        return reader.of_row("crawls", str(row["crawl_id"]))
    return None


def _key(row: Row) -> str:
    names = _OWN_KEYS if {"statement_id", "article_id"} & set(row) else _KEYS
    kept = {name: value for name, value in row.items() if name in names}
    return _hash(kept or {name: value for name, value in row.items() if isinstance(value, str)})


def _hash(row: Mapping[str, Any]) -> str:
    text = json.dumps(dict(row), sort_keys=True, ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _word(column: str) -> str:
    return column.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{round(value, 3) + 0.0:g}"
    return excerpt(str(value), _VALUE)
