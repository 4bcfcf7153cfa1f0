"""Serving: Datasette over an archive, with the metadata that describes it."""

import os
import sys
from pathlib import Path

from archive.store import open_current
from onrecord.publishing import PUBLIC, ROBOTS, read_publishing, say_publishing

SETTINGS = {
    "sql_time_limit_ms": "1000",
    "num_sql_threads": "4",
    "max_returned_rows": "1000",
    "facet_time_limit_ms": "500",
    "suggest_facets": "off",
}


def metadata_file() -> Path:
    """Find metadata.yml: inside an installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    installed = package / "metadata.yml"
    return installed if installed.exists() else package.parent / "metadata.yml"


OF_STRANGERS = {"default_allow_sql": "off", "allow_download": "off"}
"""Settings of a public site; the plugin refuses more, see onrecord/browse/publishing.py."""


def datasette_arguments(
    archive: Path, *, host: str, port: int, is_public: bool = False
) -> list[str]:
    """Write the command line that serves an archive; never as an immutable file."""
    arguments = ["serve", str(archive), "--metadata", str(metadata_file())]
    arguments += ["--host", host, "--port", str(port)]
    for name, value in (SETTINGS | (OF_STRANGERS if is_public else {})).items():
        arguments += ["--setting", name, value]
    return arguments


def serve(
    archive: Path,
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    is_public: bool = False,
    robots: str | None = None,
) -> None:
    """Serve an archive until interrupted; one of an earlier On Record is brought up to date first.

    Raises:
        ArchiveError: the file is no archive, or is of an earlier On Record and cannot be written;
            or a password is asked for and cannot be.
    """
    # The plugin reads it there; plain `datasette` has only the environment.
    os.environ.update({PUBLIC: "1"} if is_public else {}, **({ROBOTS: robots} if robots else {}))
    publishing = read_publishing()
    open_current(archive).close()
    from datasette.cli import cli

    print(f"{archive} is served at http://{host}:{port}/  (Ctrl-C ends)", flush=True)  # noqa: T201
    for each in say_publishing(publishing):
        print(each, flush=True)  # noqa: T201
    arguments = datasette_arguments(archive, host=host, port=port, is_public=publishing.is_public)
    sys.exit(cli.main(arguments + ["--open"] * open_browser, standalone_mode=True))
