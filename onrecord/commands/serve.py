"""`onrecord serve`: browse an archive in Datasette."""

import socket
from pathlib import Path

import click

from archive.errors import ArchiveError
from onrecord.commands.options import archive_option


@click.command("serve")
@archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", "-p", default=8001, show_default=True, type=click.IntRange(0, 65535))
@click.option("--open", "open_browser", is_flag=True, help="Open a browser.")
@click.option(
    "--public",
    "is_public",
    is_flag=True,
    help="For strangers: no SQL of their own, no file paths, no download of the archive.",
)
@click.option(
    "--robots",
    type=click.Choice(["allow", "none"]),
    help="What search engines may read. [default: allow if --public without a password, else none]",
)
def command(
    *,
    archive: Path,
    host: str,
    port: int,
    open_browser: bool,
    is_public: bool,
    robots: str | None,
) -> None:
    """Browse an archive with Datasette. A crawl may go on meanwhile.

    The same as `datasette archive.db -m metadata.yml`. Everybody must log in if the environment has
    the hash of a password, ONRECORD_PASSWORD_HASH: see docs/publishing.md.

    \b
    Examples:
      onrecord serve --port 8002
      onrecord serve --public --robots none
    """
    from onrecord.serving import serve

    serve(
        archive,
        host=host,
        port=free_port(host, port),
        open_browser=open_browser,
        is_public=is_public,
        robots=robots,
    )


def free_port(host: str, port: int) -> int:
    """Make sure that a port can be listened on; 0 means any."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ArchiveError(
                f"{host}:{port} cannot be listened on ({error.strerror}). Choose another --port"
            ) from error
        chosen: int = probe.getsockname()[1]
        return chosen
