"""`onrecord takedown`: withhold the words of a statement, and keep their hashes."""

from pathlib import Path

import click

from onrecord.commands.options import archive_option


@click.command("takedown")
@click.argument("statement_id", metavar="ID")
@click.option("--reason", required=True, help="Why, in words that others will read on its page.")
@archive_option
def command(*, statement_id: str, reason: str, archive: Path) -> None:
    """Withhold the words of a statement everywhere, and keep their hashes.

    Its title and texts, in all revisions, and what was read out of them are removed from the
    archive. Its page, its address, its dates and the hashes stay, with the day and the reason.
    Neither a new crawl nor a rebuild brings the words back.

    The WARC files still hold them, as do copies of the archive: see docs/vanishing.md.

    \b
    Example:
      onrecord takedown xa_fisheries-ibxilvurbz6k5mgr --reason "order of the court of Ostrel, 3/26"
    """
    from archive.store import open_for_reading
    from onrecord.deciding import take_down

    open_for_reading(archive).close()  # else a new archive would be made
    decision = take_down(archive, statement_id, reason)
    click.echo(f"{statement_id}: its words are withheld since {decision.at}")
    click.echo(f"decision kept in {decision.warc_file}")
    click.echo("The WARC files still hold the words, see docs/vanishing.md", err=True)
