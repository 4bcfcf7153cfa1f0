"""What the pages in docs/ take from the program itself: help texts and the archive's schema."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
import yaml

from onrecord.cli import main
from onrecord.serving import metadata_file

if TYPE_CHECKING:
    from sqlite_utils.db import Table

_WIDTH = 80
"""Columns of a help text, whatever terminal the pages are made in."""


def command_paths() -> list[tuple[str, ...]]:
    """Name every command and subcommand by its words, such as ("sources", "check")."""
    return [words for words, _ in _commands()]


def help_block(*paths: str) -> str:
    """Show the help of some commands ("sources check") as a block of Markdown."""
    known = {" ".join(words): context for words, context in _commands()}
    shown = [f"$ {known[path].command_path} --help\n{known[path].get_help()}" for path in paths]
    return _fenced("\n\n".join(shown))


def subcommands(group: str) -> list[str]:
    """Name the subcommands of a group, with the group's own name first."""
    return [" ".join(words) for words in command_paths() if words[:1] == (group,)]


def schema_sections() -> str:
    """Describe every table and column, from the migrations and from metadata.yml."""
    from sqlite_utils import Database

    from archive.schema import migrations

    db = Database(memory=True)
    migrations.apply(db)
    described = _described_tables()
    return "\n".join(_section(db.table(name), described[name]) for name in described)


def _commands() -> Iterator[tuple[tuple[str, ...], click.Context]]:
    root = click.Context(main, info_name="onrecord", terminal_width=_WIDTH, **main.context_settings)
    return _below(root, ())


def _below(
    context: click.Context, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Context]]:
    yield words, context
    group = context.command
    if not isinstance(group, click.Group):
        return
    for name in sorted(group.list_commands(context)):
        command = group.get_command(context, name)
        assert command is not None
        yield from _below(click.Context(command, context, info_name=name), (*words, name))


def _fenced(text: str) -> str:
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(["```text", *lines, "```", ""])


def _described_tables() -> dict[str, dict[str, Any]]:
    written = yaml.safe_load(metadata_file().read_text(encoding="utf-8"))
    tables = written["databases"]["archive"]["tables"]
    return {name: table for name, table in tables.items() if "description" in table}


def _section(table: "Table", described: dict[str, Any]) -> str:
    references = {column: key.other_table for key in table.foreign_keys for column in key.columns}
    rows = [
        (
            f"`{column.name}`",
            _type(column.type, column.name in table.pks, references.get(column.name)),
            _one_line(described["columns"][column.name]),
        )
        for column in table.columns
    ]
    lines = [f"### `{table.name}`", "", _one_line(described["description"]), ""]
    lines += ["| column | type | what it holds |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, ""])


def _type(name: str, is_key: bool, refers_to: str | None) -> str:
    parts: Sequence[str | None] = (
        name,
        "key" if is_key else None,
        f"→ [{refers_to}](#{refers_to})" if refers_to else None,
    )
    return " ".join(part for part in parts if part)


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
