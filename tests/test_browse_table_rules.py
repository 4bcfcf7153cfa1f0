"""The rules of tables are those that Datasette finds, wherever metadata puts them."""

from typing import Any

import pytest
from browsing import METADATA, build, open_site, rows
from datasette.app import Datasette

from onrecord.browse.table_rules import has_rules, sparing

RULE = {"allow": {"id": "ann"}}
NO_RULE: list[Any] = [
    {},
    {"allow": False},
    {"databases": None},
    {"databases": {"archive": None}},
    {"databases": {"archive": {"allow": False, "tables": {}}}},
    {"databases": {"archive": {"tables": {"statements": {"allow": None}}}}},
    {"databases": {"archive": {"tables": {"statements": {"description": "allow"}}}}},
    METADATA,
]
RULES: list[Any] = [
    {"tables": {"statements": RULE}},
    {"databases": {"archive": {"tables": {"statements": {"allow": False}}}}},
    {"databases": {"archive": {"tables": {"STATEMENTS": RULE, "statements": {"allow": True}}}}},
    {"databases": {"archive": {"tables": {"statements": {"allow": 0}}}}},
    {"databases": {"archive": {"tables": {"statements": {"allow": {}}}}}},
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    return open_site(build(tmp_path_factory.mktemp("rules") / "archive.db", rows())).datasette


@pytest.mark.parametrize("metadata", [*NO_RULE, *RULES])
def test_they_are_those_of_datasette(site: Datasette, metadata: Any) -> None:
    site._metadata_local = metadata
    method = Datasette._table_permission_allows
    theirs = getattr(method, "__wrapped__", method)
    found = theirs(site, "archive", "statements")
    assert sparing(theirs)(site, "archive", "statements") == found
    assert bool(found) == has_rules(metadata) == (metadata in RULES)


@pytest.mark.parametrize(
    "odd", [["a"], {"databases": ["a"]}, {"tables": ["a"]}, {"tables": {"a": ["b"]}}]
)
def test_what_is_not_understood_is_left_to_datasette(odd: Any) -> None:
    assert has_rules(odd)


def test_a_site_looks_for_none_where_there_are_none(site: Datasette) -> None:
    asked = []

    def rules(_site: Any, _database: str, table: str) -> list[Any]:
        asked.append(table)
        return []

    site._metadata_local = METADATA
    assert sparing(sparing(rules))(site, "archive", "statements") == asked == []
    site._metadata_local = RULES[0]
    sparing(rules)(site, "archive", "statements")
    assert asked == ["statements"]
