"""`onrecord import`: take in statements from a file."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from onrecord.commands.options import archive_option, json_option, sources_option


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--source", "name", required=True, metavar="NAME", help="Whose statements they are.")
@archive_option
@sources_option
@json_option
def command(
    *,
    files: tuple[Path, ...],
    name: str,
    archive: Path,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Take in statements from files of JSON lines.

    A line is {"native_id", "url", "speaker", "published_at", "text", "language", "kind"}, of which
    native_id and text must be there; "title" may be. A bad line is set aside with its number, and
    the file is kept in the archive's WARC folder. Importing a file again changes nothing.

    \b
    Example:
      onrecord import posts.ndjson --source in_mod
    """
    from onrecord.declared import named_sources
    from onrecord.importing import import_file

    source = named_sources([name], folders)[0]
    set_aside = 0
    for path in files:
        size = path.stat().st_size if path.is_file() else 0
        with click.progressbar(length=size, label=f"Importing {path.name}", hidden=as_json) as bar:
            imported = import_file(path, source, archive, bar.update)
        set_aside += imported.quarantined
        counts = asdict(imported)
        click.echo(
            json.dumps({"file": path.name} | counts)
            if as_json
            else f"{path.name}: {imported.lines} lines, {imported.new_statements} new, "
            f"{imported.new_revisions} edited, {imported.unchanged} unchanged, "
            f"{imported.quarantined} set aside"
        )
    if set_aside:
        raise click.exceptions.Exit(1)
