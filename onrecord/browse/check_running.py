"""Checking for the pages: which archive, how far its index has come, and the work in a thread."""

import asyncio
import sqlite3
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from datasette.utils import tilde_encode
from sqlite_utils import Database

from archive.passages.refreshing import IndexState, index_state
from archive.store import is_current
from onrecord.browse.check_request import RefusedError, Submitted, check_submitted
from onrecord.browse.fetching_apart import fetch_apart
from onrecord.browse.seeing import may_see
from onrecord.browse.statement_page import statement_columns
from onrecord.browse.turns import Turns

if TYPE_CHECKING:  # Datasette loads us while it loads itself.
    from datasette.app import Datasette
    from markupsafe import Markup

    from onrecord.checking.checked import CheckedArticle, Match
    from spiders.articles import Article

PLUGIN = "onrecord_browse"

_checks = Turns(most_waiting=8)
_fetches = Turns(most_waiting=4)

_MOST_QUOTATIONS = 500
"""In one text: each takes about 12 ms, and others wait."""

_READ = ("statements", "revisions")
"""The tables whose texts a report shows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked article and what limits the check, a sentence each."""

    article: "CheckedArticle"
    limits: tuple[str, ...]


def may_fetch(datasette: "Datasette") -> bool:
    """Tell whether the site's metadata lets it fetch addresses that visitors name."""
    config: dict[str, Any] = datasette.plugin_config(PLUGIN) or {}
    return config.get("fetch") is True


async def find_archive(datasette: "Datasette", actor: Any) -> str | None:
    """Name the database that pages show and that is checked against, of those a visitor may see.

    It is the first with an index of passages, else the first archive; None if there is none.
    """
    archives: list[str] = [
        name
        for name in datasette.databases
        if await statement_columns(datasette, name)
        and await may_see(datasette, actor, name, *_READ)
    ]
    for name in archives:
        if await datasette.get_database(name).table_exists("passage_blocks"):
            return name
    return archives[0] if archives else None


async def read_index_state(datasette: "Datasette", database: str) -> IndexState:
    """Tell how far the archive's index of passages has come."""

    def read(connection: sqlite3.Connection) -> IndexState:
        return index_state(Database(connection))

    state: IndexState = await datasette.get_database(database).execute_fn(read)
    return state


def say_index(state: IndexState) -> str:
    """Say what the index lacks and what to do about it; empty if it lacks nothing."""
    if not state.is_there:
        return f"The archive has no index of its passages yet, so nothing can be checked. {_REMEDY}"
    if not state.behind:
        return ""
    texts = "text is" if state.behind == 1 else "texts are"
    return f"{state.behind:,} {texts} not in the index of passages yet and not searched. {_REMEDY}"


_EARLIER = (
    "This archive is of an earlier On Record: nothing can be checked until a command such as "
    "“onrecord score” has brought it up to date."
)
_REMEDY = "Checking anything with the command “onrecord check” brings the index up to date."


async def answer(datasette: "Datasette", database: str, submitted: Submitted) -> Answer:
    """Check what was submitted, in a thread and in turn.

    Raises:
        RefusedError: it cannot be checked; says why, and what to do.
    """
    check_submitted(submitted, may_fetch=may_fetch(datasette))
    state = await read_index_state(datasette, database)
    if not state.is_there:
        raise RefusedError(503, "archive", say_index(state))
    fetched = await _fetch(submitted.url) if submitted.url else None
    # A Checker takes 15 ms to make for 293 persons. It keeps the article and the connection,
    # which belong to this visitor and this thread: one is made for each check.
    work = partial(_check, submitted, fetched)
    async with _checks.take() as is_ours:
        if not is_ours:
            raise RefusedError(503, "server", "Many others wait for a check: try in a minute")
        checked: Answer = await datasette.get_database(database).execute_fn(work)
    lag = say_index(state)
    return replace(checked, limits=(lag, *checked.limits)) if lag else checked


async def body_of(datasette: "Datasette", database: str, article: "CheckedArticle") -> "Markup":
    """Write the report, with links to the pages of its statements."""
    from onrecord.checking.html_report import report_body

    def match_link(match: "Match") -> str:
        return str(datasette.urls.row(database, "statements", tilde_encode(match.statement)))

    return await asyncio.to_thread(report_body, article, match_link=match_link)


async def _fetch(url: str) -> "Article":
    from archive.errors import ArchiveError

    async with _fetches.take() as is_ours:
        if not is_ours:
            raise RefusedError(503, "server", "Many others wait for a page: try in a minute")
        try:
            return await asyncio.to_thread(fetch_apart, url)
        except ArchiveError as error:
            raise RefusedError(400, "url", str(error)) from error


def _check(
    submitted: Submitted, fetched: "Article | None", connection: sqlite3.Connection
) -> Answer:
    # Scrapy comes with these: a site that nobody asks to check anything does without it.
    from analysis.quotes import extract_quotes
    from archive.errors import ArchiveError
    from onrecord.checking.checking import Checker, Told
    from onrecord.checking.running import doubts_about
    from spiders.articles import article_of_text

    db = Database(connection)
    if not is_current(db):
        raise RefusedError(503, "archive", _EARLIER)
    try:
        article = fetched or article_of_text(submitted.text)
    except ArchiveError as error:
        raise RefusedError(400, "text", str(error)) from error
    if len(extract_quotes(article.text, article.blocks)) > _MOST_QUOTATIONS:
        raise RefusedError(
            413,
            "text",
            f"The text has more than {_MOST_QUOTATIONS} quotations: send a part of it, "
            "or use the command “onrecord check”",
        )
    checker = Checker(db)
    told = Told(speaker=submitted.speaker or None, on=submitted.on)
    check = checker.check_post if submitted.post else checker.check
    return Answer(check(article, told), tuple(doubts_about(article)))
