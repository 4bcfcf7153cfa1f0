"""The house: imports go one way, modules stay small, names name things."""

import ast
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "analysis": {"analysis"},
    "archive": {"archive"},
    "spiders": {"spiders", "archive", "analysis"},
    "onrecord": {"onrecord", "spiders", "archive", "analysis"},
}
MODULES = sorted(path for package in MAY_IMPORT for path in (CHECKOUT / package).rglob("*.py"))
LINES = 400
FUNCTION_LINES = 60
SAYS_NOTHING = {"utils", "helpers", "common", "misc"}


def name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {each.partition(".")[0] for each in names}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(CHECKOUT).parts[0]
    ours = imported(ast.parse(path.read_text(encoding="utf-8"))) & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_are_small_and_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    assert path.stem not in SAYS_NOTHING
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES, node.name


def test_analysis_and_archive_know_no_scrapy_and_only_archive_writes_sql() -> None:
    for path in MODULES:
        package = path.relative_to(CHECKOUT).parts[0]
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        if package in {"analysis", "archive"}:
            assert not names & {"scrapy", "twisted", "datasette", "click"}, path
        if package == "analysis":
            assert not names & {"sqlite3", "sqlite_utils"}, path


def test_test_files_are_small() -> None:
    for path in (CHECKOUT / "tests").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES, path
