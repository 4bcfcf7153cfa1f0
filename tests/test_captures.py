"""Frozen responses: each source still reads in them what a person once checked, field by field."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord.freezing import read_case
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

HERE = Path(__file__).parent / "captures"
CASES = sorted(path.parent for path in HERE.glob("*/*/request.json"))
SOURCES = find_sources([BUILT_IN])[0]
FICTIONAL = find_sources([HERE / "sources"])[0]
"""Sources of hand-made pages, in the structure of a site of which there is no capture."""


def name(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@cache
def expected(case: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return read


@cache
def found(case: Path) -> list[dict[str, Any]]:
    return read_case((SOURCES | FICTIONAL)[case.parent.name], case)


def shape(read: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [
        (kind, sorted(told)) for each in read for kind, told in each.items() if kind[0].isupper()
    ]


FIELDS = [
    (case, at, kind, field)
    for case in CASES
    for at, each in enumerate(expected(case))
    for kind, told in each.items()
    for field in (told if isinstance(told, dict) else [""])
]


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_frozen_response_gives_as_much_as_before(case: Path) -> None:
    assert len(found(case)) == len(expected(case))
    assert shape(found(case)) == shape(expected(case))


@pytest.mark.parametrize(
    ("case", "at", "kind", "field"),
    FIELDS,
    ids=[f"{name(case)}/{at}.{kind}.{field}".rstrip(".") for case, at, kind, field in FIELDS],
)
def test_a_field_is_read_as_before(case: Path, at: int, kind: str, field: str) -> None:
    was, read = expected(case)[at][kind], found(case)[at][kind]
    assert (read[field] if field else read) == (was[field] if field else was)


def has_selectors(source: Source) -> bool:
    """Tell whether a source says in CSS where a page keeps its parts: what a redesign breaks."""
    every = [each.options for feed in source.feeds for each in (feed, *feed.fallback)]
    picked = (options.model_dump(exclude_defaults=True) for options in every)
    return any(told.keys() & {"entry", "page", "layouts"} for told in picked)


def test_every_source_with_selectors_has_a_case() -> None:
    """One that is read by feeds, links and trafilatura alone has nothing of its own to freeze."""
    wanted = {source.name for source in (SOURCES | FICTIONAL).values() if has_selectors(source)}
    assert wanted - {case.parent.name for case in CASES} == set()
