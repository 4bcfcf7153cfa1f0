"""`onrecord score`: read again what the present model has not read yet."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands.options import archive_option, json_option, sources_option

if TYPE_CHECKING:
    from onrecord.scoring import Scored


@click.command("score")
@click.option("--rescore", is_flag=True, help="Also read again what the present model has read.")
@archive_option
@sources_option
@json_option
def command(*, rescore: bool, archive: Path, folders: tuple[Path, ...], as_json: bool) -> None:
    """Score the tone of what the present model has not read yet.

    That is after an import with --no-tone, or after an update of On Record that brought a new
    model. All cores work. It may be stopped at any time: run again, it goes on where it stopped.
    Scores of earlier models stay in the table tone. --rescore is for when the sources name other
    people than before, so that mentions are found anew.

    \b
    Examples:
      onrecord score
      onrecord score --rescore --db press.db
    """
    from onrecord.scoring import score_archive

    with _progress(hidden=as_json) as advance:
        scored = score_archive(archive, folders, again=rescore, advance=advance)
    if as_json:
        click.echo(json.dumps(scored.as_dict(), ensure_ascii=False))
    else:
        _tell(archive, scored)
    for trouble in scored.troubles:
        click.echo(f"Error: {trouble}", err=True)
    if scored.failed or scored.outcome != "finished":
        raise click.exceptions.Exit(1)


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Callable[[int, int], None]]:
    label, is_hidden = "Scoring", hidden or not sys.stderr.isatty()
    with click.progressbar(
        length=0, label=label, show_pos=True, file=sys.stderr, hidden=is_hidden
    ) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield advance


def _tell(archive: Path, scored: "Scored") -> None:
    told = scored.as_dict()
    click.echo(f"{archive}: {told['scored']} texts scored by {scored.tone_model}")
    for status, count in told["not_scored"].items():
        click.echo(f"  {count} {status}")
    if scored.scored_before:
        click.echo(f"  {scored.scored_before} scored before")
    if scored.withheld:
        click.echo(f"  {scored.withheld} withheld: only their hashes are kept")
    if scored.failed:
        click.echo(f"  {scored.failed} could not be read")
    if scored.outcome == "interrupted":
        click.echo("Interrupted. Run it again: it goes on where it stopped")
