"""The Ministry of Foreign Affairs of Ostramere: an RSS feed of summaries, full texts on pages."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from onrecord.demo.printed_dates import long_date
from onrecord.demo.statements import Statement, office
from onrecord.demo.visits import Answer, Visit, noise, render

_ZONE = "Asia/Tbilisi"
_HOME = "/foreign/"
_FOLDERS = {"en": "en/statements", "fr": "fr/declarations"}
_EVE = datetime(2026, 10, 29, 4, tzinfo=UTC)
_OFFICE = office("xo_mfa")


def path_of(statement: Statement) -> str:
    """Name the page of a statement."""
    return f"{_HOME}{_FOLDERS[statement.language]}/{statement.id}"


def native_id(statement: Statement) -> str:
    """Name a statement as its address does."""
    return statement.id


class ForeignSite:
    """The ministry's site."""

    def answer(self, visit: Visit) -> Answer | None:
        """Answer with the feed, the newsroom or a page."""
        published = _OFFICE.published(visit.day)
        if visit.path == f"{_HOME}feed.xml":
            return _feed(visit, published)
        if visit.path == _HOME:
            return render(
                "foreign_home.html",
                visit,
                office=_OFFICE.name,
                entries=published,
                path_of=path_of,
                noise=noise(visit, published),
            )
        statement = next((each for each in published if path_of(each) == visit.path), None)
        return _page(visit, statement, published) if statement else None


def _feed(visit: Visit, published: list[Statement]) -> Answer:
    zone = ZoneInfo(_ZONE)
    built_at = _EVE + timedelta(days=visit.day - 1, seconds=visit.number)
    return render(
        "foreign_feed.xml",
        visit,
        content_type="application/rss+xml; charset=utf-8",
        office=_OFFICE.name,
        built=format_datetime(built_at.astimezone(zone)),
        entries=[
            (each, path_of(each), format_datetime(each.at.astimezone(zone)))
            for each in published
            if each.at
        ],
    )


def _page(visit: Visit, statement: Statement, published: list[Statement]) -> Answer:
    versions = [each for each in published if each.original == statement.original]
    return render(
        "foreign_page.html",
        visit,
        office=_OFFICE.name,
        statement=statement,
        date=long_date(statement.at, _ZONE, statement.language) if statement.at else None,
        text=statement.text_on(visit.day),
        versions=[each for each in versions if each != statement],
        noise=noise(visit, [each for each in published if each not in versions]),
        path_of=path_of,
    )
