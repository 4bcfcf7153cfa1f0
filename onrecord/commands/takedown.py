"""`onrecord takedown`: withhold the words of a statement, and keep their hashes."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands.options import archive_option

if TYPE_CHECKING:
    from sqlite_utils import Database


@click.command("takedown")
@click.argument("statement_id", metavar="ID")
@click.option("--reason", required=True, help="Why, in words that others will read on its page.")
@click.option("--yes", is_flag=True, help="Do not ask. Nobody is asked in a script.")
@archive_option
def command(*, statement_id: str, reason: str, yes: bool, archive: Path) -> None:
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

    said = _name(open_for_reading(archive), statement_id)  # else a new archive would be made
    if said and sys.stdin.isatty() and not yes:
        click.echo(said)
        click.confirm("Withhold its words for good?", abort=True)
    decision = take_down(archive, statement_id, reason)
    click.echo(f"{statement_id}: its words are withheld since {decision.at}")
    click.echo(f"decision kept in {decision.warc_file}")
    click.echo("The WARC files still hold the words, see docs/vanishing.md", err=True)


def _name(db: "Database", statement_id: str) -> str | None:
    """Say which statement it is; None if there is none."""
    with closing(db.conn):
        row = db.execute(_NAMED, [statement_id]).fetchone()
    return ", ".join(filter(None, row)) if row else None


_NAMED = """
SELECT '“' || coalesce(title, substr(text, 1, 80) || '…', 'without words') || '”', speaker, office,
    published_at
FROM statements WHERE id = ?
"""
