"""The search of the Prime Minister's Office: parameters, paging and refusals as GOV.UK's."""

from collections.abc import Sequence
from typing import Any

from onrecord.demo.visits import Answer, Visit, as_json

_MOST = 1500
_ORDERS = ("-public_timestamp", "public_timestamp")
_ORGANISATION = "filter_organisations"
_DOCUMENT_TYPE = "filter_content_store_document_type"
_KNOWN = {_ORGANISATION, _DOCUMENT_TYPE, "order", "start", "count"}


def search(visit: Visit, documents: Sequence[dict[str, Any]]) -> Answer:
    """Answer a query over some documents; 422 where it is not understood."""
    try:
        return as_json(_results(visit, documents))
    except ValueError as error:
        return as_json({"error": str(error)}, 422)


def _results(visit: Visit, documents: Sequence[dict[str, Any]]) -> dict[str, Any]:
    unknown = sorted({name for name, _ in visit.query} - _KNOWN)
    if unknown:
        raise ValueError(f"Unexpected parameters: {', '.join(unknown)}")
    start, count = _number(visit, "start", 0), _number(visit, "count", 10)
    order = _last(visit, "order", _ORDERS[0])
    if order not in _ORDERS:
        raise ValueError(f'"{order}" is not a valid sort field')
    found = [each for each in documents if _matches(each, visit)]
    found.sort(key=lambda each: each["public_timestamp"], reverse=order.startswith("-"))
    return {"results": found[start : start + count], "total": len(found), "start": start}


def _matches(document: dict[str, Any], visit: Visit) -> bool:
    slugs = {each["slug"] for each in document["organisations"]}
    types = {document["content_store_document_type"]}
    return all(
        not wanted or wanted & has
        for wanted, has in (
            (_all(visit, _ORGANISATION), slugs),
            (_all(visit, _DOCUMENT_TYPE), types),
        )
    )


def _all(visit: Visit, name: str) -> set[str]:
    return {value for asked, value in visit.query if asked == name}


def _last(visit: Visit, name: str, default: str) -> str:
    return dict(visit.query).get(name, default)


def _number(visit: Visit, name: str, default: int) -> int:
    written = _last(visit, name, str(default))
    if not (written.isascii() and written.isdecimal()):
        raise ValueError(f'Invalid value "{written}" for parameter "{name}" (expected integer)')
    if int(written) > _MOST:
        raise ValueError(f'Maximum value for "{name}" is {_MOST}')
    return int(written)
