"""Feeds: Atom for edits, for what is gone, for a person, an office, a country, words, any query."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from sqlite3 import OperationalError
from urllib.parse import quote

from datasette.utils.asgi import Forbidden, Response

from archive.clock import utc_now
from onrecord.browse.atom import CONTENT_TYPE, Entry, Feed, moment, plain, tag, write_feed
from onrecord.browse.feed_entries import absolute, edits, statements_of, statements_with, turns
from onrecord.browse.feed_rows import row_entries
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader, Row, TemplateVars, canned_queries

_ARCHIVE = """
SELECT
    (SELECT min((SELECT min(started_at) FROM crawls WHERE source = name)) FROM sources) AS begun,
    (SELECT max(applied_at) FROM _sqlite_migrations) AS made,
    (SELECT captured_at FROM captures ORDER BY rowid DESC LIMIT 1) AS captured,
    (SELECT max((SELECT max(started_at) FROM crawls WHERE source = name)) FROM sources) AS crawled,
    (SELECT max(at) FROM takedowns) AS taken,
    (SELECT max(decided_at) FROM events) AS decided,
    (SELECT last_read_at FROM articles ORDER BY rowid DESC LIMIT 1) AS read
"""
_IN_QUERIES = "%/:?@!$&'()*+,;=-._~"
_START = datetime(1970, 1, 1, tzinfo=UTC)
_SETTLED = timedelta(seconds=2)
"""A time of whole seconds says nothing of writes in the same second."""

_NOT_READ = "The search could not be read. Leave out what is no word"


@dataclass(frozen=True, slots=True)
class _Archive:
    """Whose feeds these are."""

    name: str
    """When its first crawl began, which no rebuild changes."""

    changed: datetime
    """When something last came into it, or was decided."""


async def _archive(reader: Reader) -> _Archive:
    """Name the archive, by the time of its first crawl, and say when it last changed."""
    row = await reader.row(_ARCHIVE) or {}
    begun = str(row.get("begun") or "empty")
    names = ("captured", "crawled", "taken", "decided", "read")
    times = [found for name in names if (found := moment(row.get(name)))]
    return _Archive(begun, max(times, default=_made(row)))


def _made(row: Row) -> datetime:
    """Say when an archive without anything in it was made."""
    return moment(str(row.get("made") or "").replace(" ", "T")) or _START


async def _edits(reader: Reader) -> Response:
    archive = await _archive(reader)
    return _answer(
        reader,
        archive,
        await edits(reader, archive.name),
        name=("edits",),
        title="Edits",
        told="Texts that were changed after they were first captured, the latest first.",
        page=reader.page("changes"),
    )


async def _gone(reader: Reader) -> Response:
    archive = await _archive(reader)
    return _answer(
        reader,
        archive,
        await turns(reader, archive.name),
        name=("gone",),
        title="Gone, moved, withdrawn and back",
        told="What became of statements. Who took something away, and why, is not known.",
        page=reader.page("changes") + "#turns",
    )


async def _person(reader: Reader) -> Response:
    key = _given(reader, "person")
    row = await reader.row("SELECT name FROM persons WHERE id = :key", key=key)
    if row is None:
        raise NotThereError(f"No person is named {key}")
    found = await statements_of(reader, "speaker_id", key)
    return await _statements(reader, ("person", key), row["name"], reader.person(key), found)


async def _office(reader: Reader) -> Response:
    key = _given(reader, "source")
    row = await reader.row("SELECT office FROM sources WHERE name = :key", key=key)
    if row is None:
        raise NotThereError(f"No source is named {key}")
    found = await statements_of(reader, "source", key)
    return await _statements(reader, ("office", key), row["office"], reader.office(key), found)


async def _country(reader: Reader) -> Response:
    key = _given(reader, "country").lower()
    if await reader.row("SELECT 1 FROM sources WHERE country = :key LIMIT 1", key=key) is None:
        raise NotThereError(f"No office of {key} is in this archive")
    row = await reader.row(
        "SELECT name FROM entities WHERE kind = 'country' AND id = :key", key=key
    )
    name = f"Offices of {row['name'] if row else key}"
    found = await statements_of(reader, "country", key)
    return await _statements(reader, ("country", key), name, reader.country(key), found)


async def _search(reader: Reader) -> Response:
    words = plain(_given(reader, "q"))
    try:
        found = await statements_with(reader, words)
    except OperationalError:
        raise NotThereError(_NOT_READ) from None
    page = reader.page("search", q=words)
    return await _statements(reader, ("search", words), f"Search: {words}", page, found)


async def _statements(
    reader: Reader, name: tuple[str, ...], title: str, page: str, found: Sequence[Entry]
) -> Response:
    told = "The latest statements, by the time at which their words were first captured."
    archive = await _archive(reader)
    return _answer(reader, archive, found, name=name, title=title, told=told, page=page)


async def _query(reader: Reader) -> Response:
    name = reader.asked("query")
    query = canned_queries().get(name)
    if query is None:
        raise NotThereError(f"No query is named {name}")
    await _permit_query(reader, name)
    given = {each: reader.request.args.get(each) or "" for each in _parameters(name)}
    try:
        rows = await reader.answer(name, **given)
    except OperationalError as error:
        raise NotThereError(f"The query could not be answered: {error}") from None
    archive = await _archive(reader)
    asked = {each: value for each, value in given.items() if value}
    page = reader.of_query(name, **asked)
    return _answer(
        reader,
        archive,
        row_entries(
            reader, rows, query=name, page=page, archive=archive.name, changed=archive.changed
        ),
        name=("query", name, *(part for pair in sorted(asked.items()) for part in pair)),
        title=str(query["title"]),
        told=" ".join(str(query["description"]).split()),
        page=page,
    )


def _parameters(name: str) -> list[str]:
    """Name the parameters of a canned query, as Datasette finds them."""
    query = canned_queries()[name]
    named = re.findall(r"(?<!:):(\w+)", query["sql"])
    return list(query.get("params") or dict.fromkeys(named))


async def _permit_query(reader: Reader, name: str) -> None:
    """Refuse a query that the site's own metadata keeps from the visitor."""
    site, actor = reader.datasette, reader.request.actor
    if await site.get_canned_query(reader.database, name, actor) is None:
        return  # The archive has another name, or is served without our metadata.
    visible, _ = await site.check_visibility(
        actor,
        permissions=[
            ("view-query", (reader.database, name)),
            ("view-database", reader.database),
            "view-instance",
        ],
    )
    if not visible:
        raise Forbidden(f"You may not see the query {name}")


def _given(reader: Reader, name: str) -> str:
    found = reader.asked(name)
    if not plain(found).strip():
        raise NotThereError(f"Say which: ?{name}=…")
    return found


def _answer(
    reader: Reader,
    archive: _Archive,
    entries: Sequence[Entry],
    *,
    name: tuple[str, ...],
    title: str,
    told: str,
    page: str,
) -> Response:
    """Write a feed, or only say that it is as it was when the visitor last came."""
    query = quote(reader.request.query_string, safe=_IN_QUERIES)
    itself = reader.page(reader.request.path.partition("/-/")[2])
    feed = Feed(
        id=tag(archive.name, "feeds", *name),
        title=f"{title} · On Record",
        subtitle=told,
        itself=absolute(reader, f"{itself}?{query}" if query else itself),
        page=absolute(reader, page),
        entries=entries,
        changed=archive.changed,
    )
    body = write_feed(feed)
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": "no-cache"}
    written = _written_at(reader)
    if written and utc_now() - written > _SETTLED:
        headers["Last-Modified"] = format_datetime(written, usegmt=True)
    if _is_known(reader, mark, written):
        return Response(b"", 304, headers, CONTENT_TYPE)
    return Response(body, 200, headers, f"{CONTENT_TYPE}; charset=utf-8")


def _written_at(reader: Reader) -> datetime | None:
    """Say when the archive's files were last written, which is never before a feed changes."""
    path = reader.datasette.get_database(reader.database).path
    times = [
        each.stat().st_mtime
        for each in (Path(str(path)), Path(f"{path}-wal"))
        if path and each.exists()
    ]
    return datetime.fromtimestamp(int(max(times)), UTC) if times else None


def _is_known(reader: Reader, mark: str, written: datetime | None) -> bool:
    """Tell whether the visitor has this feed: by its mark, or by its time if no mark is given."""
    headers = reader.request.headers
    if headers.get("if-none-match"):
        return reader.knows(mark)
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since") or "")
    except (TypeError, ValueError):
        return False
    since = since if since.tzinfo else since.replace(tzinfo=UTC)
    return written is not None and written <= since


async def _list(reader: Reader) -> TemplateVars:
    """Read whose feeds there are."""
    persons = "SELECT id, name FROM persons ORDER BY name LIMIT 1000"
    sources = "SELECT name, office, country FROM sources ORDER BY office, name LIMIT 1000"
    rows = await reader.rows(sources)
    return {
        "persons": await reader.rows(persons),
        "sources": rows,
        "countries": sorted({each["country"] for each in rows}),
        "queries": [
            {
                "name": name,
                "title": query["title"],
                "sentence": _first_sentence(query["description"]),
                "parameters": _parameters(name),
            }
            for name, query in canned_queries().items()
        ],
    }


def _first_sentence(text: str) -> str:
    """Take the first sentence of a description.

    >>> _first_sentence("The latest ones. Give a name.")
    'The latest ones.'
    """
    return f"{' '.join(text.split()).partition('. ')[0].removesuffix('.')}."


def _feed(path: str, read: Callable[[Reader], Awaitable[Response]], *tables: str) -> Page:
    base = ("statements", "revisions", "takedowns", "sources", "crawls", "captures")
    return Page(path=f"feeds/{path}\\.atom", template="", tables=(*base, *tables), read=read)


PAGES = (
    Page(path="feeds", template="onrecord_feeds.html", tables=("sources", "persons"), read=_list),
    _feed("edits", _edits, "edits", "told_edits"),
    _feed("gone", _gone, "fates"),
    _feed("person", _person, "persons"),
    _feed("office", _office),
    _feed("country", _country, "entities"),
    _feed("search", _search),
    _feed("query/(?P<query>[a-z0-9_]+)", _query),
)
