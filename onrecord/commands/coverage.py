"""`onrecord coverage`: what was collected of each source day by day, and what was not."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import click

from onrecord.commands.options import archive_option, json_option

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_WINDOW = timedelta(days=27)


@click.command("coverage")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--since", type=_DAY, metavar="DATE", help="First day.  [default: 27 days before]")
@click.option("--until", type=_DAY, metavar="DATE", help="Last day.  [default: today]")
@archive_option
@json_option
def command(
    *,
    names: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    archive: Path,
    as_json: bool,
) -> None:
    """Show what was collected of sources day by day, and what was not, with the reason.

    Without SOURCE, of all that were ever crawled. A day (UTC) is covered if a crawl without a fault
    began on it; how often one is expected says the `every:` of the source's file. Exit code 1 if
    there is a gap or an alarm in the window, a source is overdue, or the archive's write-ahead log
    has grown too large and not shrunk since.

    \b
    Examples:
      onrecord coverage
      onrecord coverage gb_fcdo --since 2026-01-01 --until 2026-03-31
    """
    from dataclasses import asdict

    from archive.clock import utc_now
    from archive.covered import covered, crawled_sources
    from archive.log_alarms import log_alarms
    from archive.store import open_current
    from onrecord.covering import lines

    last = until.date() if until else utc_now().date()
    first = since.date() if since else last - _WINDOW
    if first > last:
        raise click.UsageError(f"--since {first} is after --until {last}: exchange the two")
    db = open_current(archive)
    try:
        found = covered(db, _chosen(names, crawled_sources(db)), since=first, until=last)
        of_log = log_alarms(db, since=first, until=last)
    finally:
        db.close()
    overdue = {each.source for each in found if each.is_overdue(last)}
    if as_json:
        told = [asdict(each) | {"overdue": each.source in overdue} for each in found]
        window = {"since": str(first), "until": str(last), "sources": told}
        click.echo(json.dumps(window | {"log_alarms": [asdict(each) for each in of_log]}))
    else:
        for line in lines(found, first, last, of_log):
            click.echo(line)
    is_log_large = any(each.ended_at is None for each in of_log)
    if overdue or is_log_large or any(each.gaps or each.alarms for each in found):
        raise click.exceptions.Exit(1)


def _chosen(names: tuple[str, ...], known: list[str]) -> list[str]:
    from difflib import get_close_matches

    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            raise click.UsageError(
                f"no crawl of '{name}' is in the archive{hint}: `onrecord coverage` names all "
                "that were crawled"
            )
    return list(names) or known
