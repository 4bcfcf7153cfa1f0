"""The command line: `onrecord COMMAND`."""

import os
import sqlite3
import sys
from importlib import import_module
from importlib.metadata import version

import click

from archive.disks import as_archive_error
from archive.errors import ArchiveError

_COMMANDS = {
    "budget": "onrecord.commands.budget",
    "check": "onrecord.commands.check",
    "coverage": "onrecord.commands.coverage",
    "crawl": "onrecord.commands.crawl",
    "demo": "onrecord.commands.demo",
    "events": "onrecord.commands.events",
    "import": "onrecord.commands.importing",
    "rebuild": "onrecord.commands.rebuild",
    "schedule": "onrecord.commands.schedule",
    "score": "onrecord.commands.score",
    "serve": "onrecord.commands.serve",
    "sources": "onrecord.commands.sources",
    "takedown": "onrecord.commands.takedown",
    "tone": "onrecord.commands.tone",
    "who": "onrecord.commands.who",
}


_WORK = {"crawl", "import", "rebuild", "score"}
_BEHIND = 15


class _Commands(click.Group):
    """Find commands by name and turn our own errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(f"Error: {error}", err=True)
            raise click.exceptions.Exit(error.exit_code) from error
        except (sqlite3.Error, OSError) as error:
            self._stop_by_disk(ctx, error)
            return None

    def _stop_by_disk(self, ctx: click.Context, error: sqlite3.Error | OSError) -> None:
        """Say that the disk is full, fails or is locked; raise another error as it is."""
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        told = as_archive_error(error)
        if told is None or ctx.params.get("debug"):
            raise error
        click.echo(f"Error: {told}", err=True)
        raise click.exceptions.Exit(told.exit_code) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(version("onrecord"), prog_name="onrecord")
def main(*, debug: bool) -> None:
    """Keep what ministers say in public, and see when it changes.

    \b
    Examples:
      onrecord demo                      try it on an offline example
      onrecord crawl gb_fcdo in_mod      collect into archive.db
      onrecord serve                     browse archive.db at http://127.0.0.1:8001

    \b
    Exit codes:
      0   done
      1   done, but something is missing or was set aside (see the table `issues`)
      2   nothing was done: the command, a source file or the archive is not usable
      74  the disk is full or fails: what was recorded stays, run it again when there is room
      75  another process is writing the archive: try again later
    """
    del debug


def run() -> None:
    """Run the command of this process; long work stands behind whoever reads on the machine."""
    if _WORK.intersection(sys.argv[1:3]) and hasattr(os, "nice"):  # --debug may come first
        os.nice(max(0, _BEHIND - os.nice(0)))
    main(prog_name="onrecord")
