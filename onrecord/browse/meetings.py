"""Meetings: pairs of statements that may tell of one meeting, to choose from."""

from datetime import date, timedelta
from typing import Any

from datasette.database import QueryInterrupted

from onrecord.browse.country_names import Names, by_name, country_names
from onrecord.browse.meeting_accounts import read_accounts
from onrecord.browse.page_frame import NotThereError, Page
from onrecord.browse.reader import Reader, Row, TemplateVars

QUERY = "accounts_of_one_meeting"

_LATEST = (
    "SELECT substr(max(published_at), 1, 10) AS day FROM statements "
    "WHERE published_at <= date('now', '+1 day')"
)
_COUNTRIES = "SELECT DISTINCT country FROM sources LIMIT 1000"
_DAYS = {"all": (3, 10, 31, 366, 7_320), "chosen": (92, 366, 7_320)}
"""How many days are searched, and how many more where nothing is found."""

_MOST = 2_000
"""Statements among which more days are searched; so many take a twentieth of a second."""

_MANY = (
    "SELECT count(*) > :most AS is_many FROM (SELECT 1 FROM statements "
    "WHERE {}published_at BETWEEN :since AND :until || '~' LIMIT :most + 1)"
)
_OF = {True: "country IN (:one, :other) AND ", False: ""}


async def read_meetings(reader: Reader) -> TemplateVars:
    """Show two accounts if two statements are asked for, else the pairs to choose from."""
    if reader.asked("a") or reader.asked("b"):
        return {"accounts": await read_accounts(reader)}
    return await _candidates(reader)


async def _candidates(reader: Reader) -> TemplateVars:
    names = await country_names(reader)
    here = by_name((row["country"] for row in await reader.rows(_COUNTRIES)), names)
    one, other = reader.asked("one").lower(), reader.asked("other").lower()
    if one and one == other:
        raise NotThereError("A meeting of two offices of one country is not looked for")
    rows, asked = await _search(reader, one, other)
    people = await _people(reader, rows)
    since = asked["since"]
    earlier = {**asked, "until": since, "since": ""} if since else None
    return {
        "accounts": None,
        "countries": here,
        "names": names,
        "one": one,
        "other": other,
        "asked": asked,
        "earlier": earlier,
        "pairs": [row | {"why": say_why(row, names, people)} for row in rows],
        "query": QUERY,
    }


async def _search(reader: Reader, one: str, other: str) -> tuple[list[Row], dict[str, str]]:
    """Search the days asked for, or the last ones with a pair."""
    asked = {"one": one, "other": other}
    since, until = _day(reader.asked("since")), _day(reader.asked("until"))
    latest = await reader.row(_LATEST)
    until = until or _day((latest or {}).get("day") or "")
    if until is None:
        return [], {**asked, "since": "", "until": ""}
    rows: list[Row] = []
    steps = [(until - since).days] if since else _DAYS["chosen" if one or other else "all"]
    for days in steps:
        tried = until - timedelta(days=days)
        if days != steps[0] and await _are_many(reader, asked, tried, until):
            break
        try:
            rows = await _ask(reader, asked, tried, until)
        except QueryInterrupted:
            if since or tried == until - timedelta(days=steps[0]):
                raise
            break  # so much was published that older days are to be asked for
        since_found = tried
        if rows:
            break
    return rows, {**asked, "since": since_found.isoformat(), "until": until.isoformat()}


async def _are_many(reader: Reader, asked: dict[str, str], since: date, until: date) -> bool:
    """Tell whether more was published in some days than is searched unasked."""
    days = {"since": since.isoformat(), "until": until.isoformat(), "most": _MOST}
    found = await reader.row(_MANY.format(_OF[any(asked.values())]), **asked, **days)
    return bool(found and found["is_many"])


async def _ask(reader: Reader, asked: dict[str, str], since: date, until: date) -> list[Row]:
    return await reader.answer(QUERY, **asked, since=since.isoformat(), until=until.isoformat())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotThereError("A day is written such as 2031-03-05") from error


async def _people(reader: Reader, rows: list[Row]) -> dict[str, str]:
    """Name the people whom pairs name."""
    ids = sorted({row[column] for row in rows for column in ("names", "other_names")} - {None})
    marks = ", ".join(f":p{number}" for number in range(len(ids)))
    found = await reader.rows(
        f"SELECT id, name FROM persons WHERE id IN ({marks})",  # noqa: S608 - numbered parameters
        **{f"p{number}": each for number, each in enumerate(ids)},
    )
    return {row["id"]: row["name"] for row in found}


def say_why(row: Row, names: Names, people: dict[str, str]) -> list[str]:
    """Say why two statements were paired, each reason in a few words."""
    said = [_say_days(row)]
    sides: tuple[tuple[str, Any, Any], ...] = (
        (row["one"], row["names"], row["other"]),
        (row["other"], row["other_names"], row["one"]),
    )
    for speaking, person, about in sides:
        named = f"{people.get(person, person)}, who speaks for {names[about]}" if person else ""
        said.append(f"{names[speaking]} names {named or names[about]}")
    words = [f"“{row[column]}”" for column in ("word", "other_word") if row[column]]
    if words:
        said.append(f"{' and '.join(dict.fromkeys(words))} in the title")
    if row["common"]:
        others = "other that both mention" if row["common"] == 1 else "others whom both mention"
        said.append(f"{row['common']} {others}")
    return said


def _say_days(row: Row) -> str:
    apart = abs((date.fromisoformat(row["one_day"]) - date.fromisoformat(row["other_day"])).days)
    return {0: "of the same day", 1: "one day apart"}.get(apart, f"{apart} days apart")


PAGES = (
    Page(
        path="meetings",
        template="onrecord_meetings.html",
        tables=(
            *("statements", "sources", "entities", "said_about", "persons", "holders"),
            "mentions",
        ),
        read=read_meetings,
    ),
)
