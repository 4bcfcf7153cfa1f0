"""`onrecord schedule`: files that run `onrecord crawl --due` again and again."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from onrecord.commands.options import archive_option, sources_option


@click.command("schedule")
@click.argument("kind", type=click.Choice(["cron", "systemd", "github"]))
@archive_option
@sources_option
def command(*, kind: str, archive: Path, folders: tuple[Path, ...]) -> None:
    """Print a ready file that crawls what is due, again and again.

    Nothing is installed: read it, and put it where it says. `crawl --due` is safe at any time: it
    does nothing when nothing is due, and leaves an archive alone that another crawl is writing.

    \b
    Examples:
      onrecord schedule cron
      onrecord schedule systemd --db /srv/onrecord/archive.db
      onrecord schedule github > .github/workflows/crawl.yml
    """
    from onrecord.schedules import SCHEDULES

    found = shutil.which("onrecord")
    words = [found] if found else [sys.executable, "-m", "onrecord"]
    words += ["crawl", "--due", "--db", str(archive.resolve())]
    for folder in folders:
        words += ["--sources", str(folder.resolve())]
    click.echo(
        SCHEDULES[kind].format(
            command=shlex.join(words),
            folder=archive.resolve().parent,
            name=archive.name,
            warcs=f"{archive.stem}-warc",
            sources="".join(f" --sources {shlex.quote(str(folder))}" for folder in folders),
        )
    )
