"""What the model says of a wrong value, in the words of someone who writes a source file."""

from datetime import date
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from spiders.channels.options import FeedOptions
from spiders.fields import did_you_mean

MUST_BE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "date_type": "a date like 2026-01-31, without quotes",
    "date_from_datetime_inexact": "a date like 2026-01-31, without a time",
    "tuple_type": "a list: write '- ...' lines or [a, b]",
    "dict_type": "keys with values",
    "model_type": "keys with values",
}

READ_AS = {int: "a number", float: "a number", bool: "yes or no", date: "a date"}
"""What YAML has made of a text without quotes."""


def is_consequence(detail: ErrorDetails) -> bool:
    """Tell whether an error only follows from another: a list is short of its wrong entries."""
    return detail["type"] == "too_short" and bool(detail["input"])


def complaint(detail: ErrorDetails, model: type[BaseModel], written: str | None) -> str:
    """Say what is wrong with a value and what to write instead."""
    kind, value = detail["type"], detail["input"]
    place = detail["loc"]
    if place[-1:] == ("[key]",) or kind == "invalid_key":
        return "a key must be text: write it in quotes"
    whole = "the feed" if issubclass(model, FeedOptions) else "the file"
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), whole)
    context = detail.get("ctx", {})
    match kind:
        case "missing":
            told = f"missing key '{key}'{_example(model, place)}"
        case "extra_forbidden":
            told = f"unknown key '{key}'{did_you_mean(key, _keys_at(model, place[:-1]))}"
        case "value_error":
            told = f"{key} {context['error']}"
        case "literal_error":
            told = f"{key} must be {context['expected']}, not '{value}'{_nearest(value, context)}"
        case "too_short" | "string_too_short":
            told = f"{key} must not be empty"
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            told = f"{key} must be {bound}, not {value}"
        case _ if kind in MUST_BE:
            told = f"{key} must be {MUST_BE[kind]}{_instead(kind, value, written)}"
        case _:
            told = f"{key}: {detail['msg']}"
    return told


def _instead(kind: str, value: object, written: str | None) -> str:
    if value is None:
        return ", not empty"
    if kind == "string_type" and not isinstance(value, dict | tuple):
        read_as = READ_AS.get(type(value), "a time")
        return f', but YAML reads {read_as}: write "{value if written is None else written}"'
    return "" if isinstance(value, dict | tuple) else f", not '{value}'"


def _nearest(value: object, context: dict[str, Any]) -> str:
    allowed = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
    return did_you_mean(str(value), tuple(allowed))


def _example(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    holder = _model_at(model, place[:-1])
    for name, info in (holder.model_fields if holder else {}).items():
        if (info.alias or name) == place[-1] and info.examples:
            return f", for example {place[-1]}: {info.examples[0]}"
    return ""


def _keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    """List the keys that may stand at a place."""
    found = _model_at(model, place)
    if found is None:
        return set()
    keys = {info.alias or name for name, info in found.model_fields.items()}
    return keys | {"fallback"} if issubclass(found, FeedOptions) else keys


def _model_at(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Follow a place through nested models."""
    for part in place:
        if isinstance(part, int):
            continue
        inner = next(
            (
                _model_in(info.annotation)
                for name, info in model.model_fields.items()
                if (info.alias or name) == part
            ),
            None,
        )
        if inner is None:
            return None
        model = inner
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the model in an annotation such as Holder, tuple[Holder, ...] or Holder | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, UnionType):
        return next(filter(None, map(_model_in, get_args(annotation))), None)
    return None
