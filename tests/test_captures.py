"""Frozen responses: each source still reads in them what a person once checked."""

import json
from pathlib import Path

import pytest

from onrecord.freezing import read_case
from spiders.sourcefiles import BUILT_IN, find_sources

HERE = Path(__file__).parent / "captures"
CASES = sorted(path.parent for path in HERE.glob("*/*/request.json"))
SOURCES = find_sources([BUILT_IN])[0]


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_frozen_response_is_read_as_before(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert read_case(SOURCES[case.parent.name], case) == expected


def test_every_source_has_a_case() -> None:
    assert {case.parent.name for case in CASES} == set(SOURCES)
