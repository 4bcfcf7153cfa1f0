"""What metadata.yml says of an archive, compared with the archive's schema."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlite_utils import Database

from archive.schema import migrations

ARCHIVE = yaml.safe_load((Path(__file__).parents[1] / "metadata.yml").read_text())["databases"][
    "archive"
]
DESCRIBED = {name: table for name, table in ARCHIVE["tables"].items() if "description" in table}


@pytest.fixture(scope="module")
def schema() -> dict[str, set[str]]:
    db = Database(memory=True)
    migrations.apply(db)
    return {table.name: {column.name for column in table.columns} for table in db.tables}


def test_every_table_is_described_or_internal(schema: dict[str, set[str]]) -> None:
    internal = {name for name in schema if re.match(r"statements_fts|_sqlite|sqlite_", name)}
    assert set(DESCRIBED) == set(schema) - internal
    hidden = set(ARCHIVE["tables"]) - set(DESCRIBED)
    assert hidden == {name for name in internal if not re.match(r"statements_fts_", name)}


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_column_is_described(schema: dict[str, set[str]], name: str) -> None:
    table = DESCRIBED[name]
    assert set(table["columns"]) == schema[name]
    for text in (table["description"], *table["columns"].values()):
        assert isinstance(text, str)
        assert text.strip().endswith("."), text


@pytest.mark.parametrize("name", DESCRIBED)
def test_options_name_columns_that_exist(schema: dict[str, set[str]], name: str) -> None:
    table = DESCRIBED[name]
    named = [table[option] for option in ("sort", "sort_desc", "label_column") if option in table]
    assert {*named, *table.get("facets", [])} <= schema[name]
    assert table.get("fts_table", "statements_fts") in schema
    assert "description_html" not in table


def test_every_query_is_explained() -> None:
    for name, query in ARCHIVE["queries"].items():
        assert set(query) - {"params"} == {"title", "description", "hide_sql", "sql"}, name
        named = set(re.findall(r"(?<!:):(\w+)", query["sql"]))
        assert set(query.get("params", named)) == named, name
        assert query["description"].strip().endswith("."), name


def test_the_closed_words_of_a_column_are_explained() -> None:
    db = Database(memory=True)
    migrations.apply(db)
    for name, table in DESCRIBED.items():
        for column, words in closed_words(db.table(name).schema):
            described: Any = table["columns"][column]
            for word in words:
                assert word in described, f"{name}.{column}: {word}"


def closed_words(schema: str) -> list[tuple[str, list[str]]]:
    found = re.findall(r"CHECK \((\w+) IN \(('[^)]*)\)\)", schema)
    return [(column, re.findall(r"'([^']+)'", words)) for column, words in found]
