"""Options that several commands share."""

from pathlib import Path

import click

archive_option = click.option(
    "--db",
    "archive",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("archive.db"),
    show_default=True,
    help="The archive to work on.",
)
sources_option = click.option(
    "--sources",
    "folders",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    envvar="ONRECORD_SOURCES",
    help="A folder with source files of your own; may be repeated. [env: ONRECORD_SOURCES]",
)
allow_host_option = click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="HOST:PORT",
    multiple=True,
    help="Allow a private or loopback address; may be repeated.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
