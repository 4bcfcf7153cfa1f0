"""JSON values one by one, however large the whole, and whatever a single one of them holds."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import ijson

_SURROGATES = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F]"
)


def json_values(body: bytes, place: str) -> Iterator[Any]:
    """Give the values at a place, whose names are joined by dots and end in `item` for a list.

    Half of a surrogate pair would cost the whole list, or be read as another sign: where there is
    one, all is read at once, so that only the value that holds it is refused later.

    Raises:
        ijson.JSONError: it is no JSON from some place on.
    """
    if not _has_halves(body):
        yield from ijson.items(BytesIO(body), place, use_float=True)
        return
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ijson.JSONError(str(error)) from error
    yield from _at(whole, place.split(".") if place else [])


def _has_halves(body: bytes) -> bool:
    return any(found[1] is None for found in _SURROGATES.finditer(body))


def _at(value: Any, names: list[str]) -> Iterator[Any]:
    if not names:
        yield value
    elif names[0] == "item" and isinstance(value, list):
        for each in value:
            yield from _at(each, names[1:])
    elif isinstance(value, dict) and names[0] in value:
        yield from _at(value[names[0]], names[1:])
