"""`onrecord demo`: the whole way of a statement on an offline example."""

from pathlib import Path

import click

from archive.errors import ArchiveError
from onrecord.commands.options import archive_option
from onrecord.commands.serve import free_port


@click.command("demo")
@archive_option
@click.option("--port", "-p", default=8001, show_default=True, type=click.IntRange(0, 65535))
@click.option("--no-serve", is_flag=True, help="Make the archive and end; for scripts.")
def command(*, archive: Path, port: int, no_serve: bool) -> None:
    """Crawl a small web of fictional ministries, and browse what was kept.

    Nothing leaves this machine. Four days are made within a minute: statements are edited,
    one is new, some vanish, and some of these come back. An archive that the demo did not make
    is never touched.

    \b
    Examples:
      onrecord demo
      onrecord demo --no-serve --db example.db
    """
    from onrecord.demo.run import make_demo
    from onrecord.demo.web import DemoWeb
    from onrecord.serving import serve

    if not no_serve:
        port = free_port("127.0.0.1", port)
    with DemoWeb(port=_web_port()) as web:
        make_demo(archive, web, tell=click.echo)
        if not no_serve:
            click.echo(f"Open http://127.0.0.1:{port}/{archive.stem}/statements in a browser.")
            serve(archive, host="127.0.0.1", port=port)


def _web_port() -> int:
    """Prefer the same port every time, so that two demos make the same addresses."""
    try:
        return free_port("127.0.0.1", 8010)
    except ArchiveError:
        return 0
