"""`onrecord import`: take in statements from files of many kinds."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import ArchiveError
from onrecord.commands.options import archive_option, json_option, sources_option

if TYPE_CHECKING:
    from onrecord.import_run import Watch
    from onrecord.importing import Imported
    from spiders.source import Source

_SHOWN = 10


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--source", "name", required=True, metavar="NAME", help="Whose statements they are.")
@click.option(
    "--format",
    "format_name",
    default="auto",
    show_default=True,
    metavar="FORMAT",
    help="What kind of file it is, if it cannot be told by looking.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Which column of a table, or field of a line, is one of ours; may be repeated.",
)
@click.option(
    "--keep/--reference",
    "is_kept",
    default=None,
    help="Keep a copy as evidence, or only the hash.  [default: a copy up to 256 MiB; of a packed "
    "export of a whole account only the hash, since it also holds what is private]",
)
@click.option("--no-tone", is_flag=True, help="Do not score the tone, which takes most time.")
@click.option("--again", is_flag=True, help="Read a file again that was imported before.")
@click.option("--dry-run", is_flag=True, help="Show what the first records would become.")
@archive_option
@sources_option
@json_option
def command(  # noqa: PLR0913 - one parameter an option
    *,
    files: tuple[Path, ...],
    name: str,
    format_name: str,
    columns: tuple[str, ...],
    is_kept: bool | None,
    no_tone: bool,
    again: bool,
    dry_run: bool,
    archive: Path,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Take in statements from files, or from folders of them.

    \b
    Formats: ndjson (a JSON object a line) and csv (a table with a header), also gzipped;
             x_archive (what X hands to an account's owner), x_v2 and x_v1 (answers of its
             interfaces); mastodon_outbox, bluesky_car, telegram_export;
             html (pages saved by a browser); warc (WARC and WACZ files of other tools)

    The fields of ndjson and csv are native_id and text, which must be there, and url, speaker,
    published_at, language, kind and title. A bad record is set aside with its place. An import may
    be stopped at any time: run again, it goes on where it stopped. A file that was imported before
    brings nothing.

    \b
    Examples:
      onrecord import posts.ndjson --source in_mod
      onrecord import twitter-archive.zip --source in_mod --no-tone
      onrecord import talks.csv --source in_mod --column native_id=nr --column text=body
    """
    from onrecord.declared import named_sources
    from onrecord.import_files import check_format
    from onrecord.importing import Wish, import_path

    wish = Wish(
        format=check_format(format_name),
        columns=_read_columns(columns),
        evidence="auto" if is_kept is None else "keep" if is_kept else "reference",
        is_scored=not no_tone,
        folders=folders,
        is_again=again,
    )
    source = named_sources([name], folders)[0]
    if dry_run:
        for path in files:
            _show(path, source, wish.format, dict(wish.columns), as_json=as_json)
        return
    is_clean = True
    for path in files:
        with _progress(path, hidden=as_json) as watch:
            imported = import_path(path, source, archive, wish, watch)
        _tell(imported, as_json=as_json)
        is_clean &= imported.is_clean
        if imported.outcome == "interrupted":
            break
    if not is_clean:
        raise click.exceptions.Exit(1)


def _read_columns(told: tuple[str, ...]) -> dict[str, str]:
    from spiders.formats.columns import check_field

    columns: dict[str, str] = {}
    for each in told:
        ours, sign, theirs = each.partition("=")
        if not sign or not theirs:
            raise ArchiveError(f"--column {each}: write OURS=THEIRS, such as text=body")
        try:
            columns[check_field(ours)] = theirs
        except ValueError as error:
            raise ArchiveError(f"--column {each}: {error}") from error
    return columns


def _tell(imported: "Imported", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(imported)))
        return
    if imported.outcome == "unchanged":
        click.echo(
            f"{imported.file}: imported before, by {imported.crawl_id}: nothing to do. "
            "--again reads it again"
        )
        return
    click.echo(
        f"{imported.file}: {imported.records} records ({imported.format}), "
        f"{imported.new_statements} new, {imported.new_revisions} edited, "
        f"{imported.unchanged} unchanged, {imported.quarantined} set aside"
    )
    if imported.outcome == "interrupted":
        click.echo("Interrupted. The same command goes on where it stopped.", err=True)
    if not imported.is_kept:
        click.echo(
            f"{imported.file} itself was not copied. Keep it: a rebuild needs it "
            f"(SHA-256 {imported.sha256})",
            err=True,
        )


def _as_it_is(words: str | None) -> str | None:
    return words


@contextmanager
def _progress(path: Path, *, hidden: bool) -> Iterator["Watch"]:
    """Show how far an import is, and how fast it goes."""
    from onrecord.import_files import size_of

    began: list[tuple[float, int]] = []
    with click.progressbar(
        length=size_of(path),
        label=path.name,
        hidden=hidden,
        file=sys.stderr,
        item_show_func=_as_it_is,
    ) as bar:

        def watch(records: int, read: int) -> None:
            began.append((time.monotonic(), records))
            del began[1:]
            seconds = time.monotonic() - began[0][0]
            speed = f", {(records - began[0][1]) / seconds:,.0f}/s" if seconds > 1 else ""
            bar.update(max(read - bar.pos, 0), f"{records:,} records{speed}")

        yield watch


def _show(
    path: Path, source: "Source", format_name: str, columns: dict[str, str], *, as_json: bool
) -> None:
    """Print what the first records of a file would become; nothing is recorded."""
    from archive.clock import utc_now
    from onrecord.import_files import find_files
    from onrecord.import_trial import try_records

    found = find_files(path, format_name, columns)
    if not as_json:
        click.echo(f"{found.name} is read as {found.format}")
    for tried in islice(try_records(found, source, columns, utc_now()), _SHOWN):
        if as_json:
            click.echo(json.dumps({"place": tried.place, "problem": tried.problem} | tried.shown))
            continue
        click.echo(f"{tried.place}:" + (f" {tried.problem}" if tried.problem else ""))
        for column, words in tried.shown.items():
            click.echo(f"  {column}: {words}")
