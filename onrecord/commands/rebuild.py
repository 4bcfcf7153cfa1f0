"""`onrecord rebuild`: make the archive again from its WARC files alone."""

from pathlib import Path

import click

from onrecord.commands.options import archive_option, sources_option


@click.command("rebuild")
@archive_option
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The archive to make; it must not exist yet.",
)
@click.option(
    "--imports",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    multiple=True,
    metavar="FOLDER",
    help="Where imported files are of which only the hash was kept; may be repeated.",
)
@sources_option
def command(
    *, archive: Path, target: Path, imports: tuple[Path, ...], folders: tuple[Path, ...]
) -> None:
    """Make the archive again from its WARC files alone.

    The same statements, revisions, texts, dates and scores come out. The WARC files are taken
    along as links where the disk allows it. The archive given by --db says where they are, and
    may be lost; if it is there, the articles that were checked are taken over from it, else those
    that were fetched are read and judged again.

    \b
    Example:
      onrecord rebuild --to again.db
    """
    from archive.store import warc_folder
    from onrecord.rebuilding import rebuild

    with click.progressbar(length=0, label="Rebuilding", show_pos=True) as bar:

        def advance(total: int) -> None:
            bar.length = total
            bar.update(1)

        crawls, troubles = rebuild(
            warc_folder(archive), target, folders, advance, imports, replaced=archive
        )
    click.echo(f"{target}: {crawls} crawls and imports read again")
    for trouble in troubles:
        click.echo(f"Warning: {trouble}", err=True)
    if troubles:
        raise click.exceptions.Exit(1)
