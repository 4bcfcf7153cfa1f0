"""The Prime Minister's Office of Tessaune: documents in the shape of GOV.UK's content items."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from onrecord.demo.markup import to_html
from onrecord.demo.printed_dates import long_date
from onrecord.demo.search import search
from onrecord.demo.statements import Day, Statement, office
from onrecord.demo.visits import Answer, Visit, as_json, noise, render

ORGANISATION = "prime-ministers-office"
_HOME = f"/government/organisations/{ORGANISATION}"
_CONTENT = "/api/content"
_SPEECHES = {"speech", "oral_statement", "written_statement"}
_ZONE = "Europe/Tallinn"
_EVE = datetime(2026, 10, 29, 3, tzinfo=UTC)
_OFFICE = office("xt_pm")


def path_of(statement: Statement) -> str:
    """Name the page of a statement, which the API calls its base path."""
    folder = "speeches" if statement.kind in _SPEECHES else "news"
    return f"/government/{folder}/{statement.id}"


def content_id(statement: Statement) -> str:
    """Give the id that all language versions of a document share."""
    return str(uuid5(NAMESPACE_URL, f"tag:{_OFFICE.source}:{statement.original}"))


def native_id(statement: Statement) -> str:
    """Name a statement as the API does, by content id and locale."""
    return f"{content_id(statement)}:{statement.language}"


class PremierSite:
    """The office's pages and API."""

    def answer(self, visit: Visit) -> Answer | None:
        """Answer with search results, a content item, or a page for readers."""
        published = _OFFICE.published(visit.day)
        if visit.path == "/api/search.json":
            return search(visit, [_result(each, visit.day) for each in published if _found(each)])
        if visit.path == _HOME:
            return render(
                "premier_home.html",
                visit,
                office=_OFFICE.name,
                entries=published,
                path_of=path_of,
                noise=noise(visit, published),
            )
        wanted = visit.path.removeprefix(_CONTENT)
        statement = next((each for each in published if path_of(each) == wanted), None)
        if visit.path.startswith(_CONTENT):
            return as_json(_item(visit, statement)) if statement else as_json({}, 404)
        return _page(visit, statement) if statement else None


def _found(statement: Statement) -> bool:
    """The search knows originals; translations are found through them."""
    return statement.translation_of is None


def _result(statement: Statement, day: Day) -> dict[str, Any]:
    return {
        "_id": path_of(statement),
        "title": statement.title,
        "description": statement.summary,
        "link": path_of(statement),
        "public_timestamp": _time(statement.updated_at_on(day)),
        "content_id": content_id(statement),
        "content_store_document_type": statement.kind,
        "organisations": [{"slug": ORGANISATION, "title": _OFFICE.name, "link": _HOME}],
    }


def _item(visit: Visit, statement: Statement) -> dict[str, Any]:
    speaks = statement.kind in _SPEECHES
    return {
        "base_path": path_of(statement),
        "content_id": content_id(statement),
        "description": statement.summary,
        "details": _details(statement, visit.day),
        "document_type": statement.kind,
        "first_published_at": _time(statement.at),
        "links": _links(visit, statement),
        "locale": statement.language,
        "public_updated_at": _time(statement.updated_at_on(visit.day)),
        "publishing_request_id": noise(visit, ()).request,
        "schema_name": "speech" if speaks else "news_article",
        "title": statement.title,
        "updated_at": _time(_EVE + timedelta(days=visit.day - 1)),
        "withdrawn_notice": {},
    }


def _details(statement: Statement, day: Day) -> dict[str, Any]:
    edit = statement.edit_on(day)
    notes = [(edit.at, edit.note)] if edit and edit.note else []
    notes.append((statement.at, "First published."))
    details: dict[str, Any] = {
        "body": f'<div class="govspeak">{to_html(statement.text_on(day))}</div>',
        "change_history": [{"public_timestamp": _time(at), "note": note} for at, note in notes],
        "first_public_at": _time(statement.at),
    }
    if statement.kind in _SPEECHES and statement.at:
        details["delivered_on"] = statement.at.astimezone(ZoneInfo(_ZONE)).isoformat()
    return details


def _links(visit: Visit, statement: Statement) -> dict[str, Any]:
    body = _link(visit, _HOME, _OFFICE.name, "organisation")
    person = f"/government/people/{statement.speaker.lower().replace(' ', '-')}"
    versions = (each for each in _OFFICE.statements if each.original == statement.original)
    return {
        "available_translations": [
            _link(visit, path_of(each), each.title, each.kind, each.language)
            | {"content_id": content_id(each)}
            for each in versions
        ],
        "organisations": [body],
        "primary_publishing_organisation": [body],
        "speaker": [_link(visit, person, statement.speaker, "person")],
    }


def _link(
    visit: Visit, path: str, title: str, document_type: str, locale: str = "en"
) -> dict[str, Any]:
    return {
        "api_path": f"{_CONTENT}{path}",
        "api_url": f"{visit.base_url}{_CONTENT}{path}",
        "base_path": path,
        "content_id": str(uuid5(NAMESPACE_URL, f"tag:{_OFFICE.source}:{path}")),
        "document_type": document_type,
        "locale": locale,
        "title": title,
        "web_url": f"{visit.base_url}{path}",
    }


def _page(visit: Visit, statement: Statement) -> Answer:
    edit = statement.edit_on(visit.day)
    updated_at = statement.updated_at_on(visit.day)
    others = [each for each in _OFFICE.published(visit.day) if each != statement]
    return render(
        "premier_page.html",
        visit,
        office=_OFFICE.name,
        statement=statement,
        published=long_date(statement.at, _ZONE, statement.language) if statement.at else None,
        updated=long_date(updated_at, _ZONE, "en") if edit and updated_at else None,
        note=edit.note if edit else None,
        text=statement.text_on(visit.day),
        noise=noise(visit, others),
        path_of=path_of,
    )


def _time(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
