"""Facets of a large archive: counted by an index, never by a look at each statement."""

from pathlib import Path

import pytest
from browsing import METADATA, build, rows
from sqlite_utils import Database

from onrecord.serving import datasette_arguments

FACETS = METADATA["databases"]["archive"]["tables"]["statements"]["facets"]


@pytest.mark.parametrize("column", [*FACETS, "language", "tone_status"])
def test_a_facet_is_counted_by_an_index_alone(tmp_path: Path, column: str) -> None:
    db = Database(build(tmp_path / "archive.db", rows()))
    sql = f"SELECT {column}, count(*) FROM statements GROUP BY {column}"
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert "USING COVERING INDEX" in plan
    assert "TEMP B-TREE" not in plan
    db.close()


def test_no_facet_is_guessed_by_reading_all_statements() -> None:
    arguments = datasette_arguments(Path("archive.db"), host="127.0.0.1", port=8001)
    assert arguments[arguments.index("suggest_facets") + 1] == "off"
