"""`onrecord who`: who held an office on a day."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands.options import json_option, sources_option

if TYPE_CHECKING:
    from onrecord.offices import Term


@click.command("who")
@click.argument("office")
@click.option(
    "--on",
    "moment",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="The day, such as 2020-09-02.  [default: today]",
)
@click.option("--country", metavar="CODE", help="Look in one country only, such as in.")
@sources_option
@json_option
def command(
    *,
    office: str,
    moment: datetime | None,
    country: str | None,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Name who held an office on a day, stood in for its holder, or spoke for it.

    OFFICE is a source, such as in_mod, or words, such as "defence minister". On a day of handover
    both are named. Only what the source files say is known: exit code 1 if that is nobody.

    \b
    Examples:
      onrecord who "defence minister" --country in --on 2020-09-02
      onrecord who gb_fcdo --on 2021-09-15
    """
    from archive.clock import utc_now
    from onrecord.declared import named_sources, usable_sources
    from onrecord.offices import handovers, on_day, terms_of

    day = moment.date() if moment else utc_now().date()
    sources = usable_sources(folders)
    if re.fullmatch(r"[a-z]{2}_\w+", office) and office not in sources:
        named_sources([office], folders)  # says which is meant
    _check_country(country, {source.country for source in sources.values()})
    terms = terms_of(office, sources, country)
    found = on_day(terms, day)
    both = handovers(found, day)
    if as_json:
        named = [term.as_dict() for term in found]
        pairs = [[leaving.holder.id, coming.holder.id] for leaving, coming in both]
        told = {"office": office, "on": day.isoformat(), "people": named, "handovers": pairs}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for term in found:
            click.echo(_line(term))
        for leaving, coming in both:
            click.echo(
                f"{day} is a day of handover from {leaving.holder.name} to {coming.holder.name}: "
                "words of that day may be either's"
            )
    if not found:
        click.echo(_nobody(office, day, terms, is_source=office in sources), err=True)
        raise click.exceptions.Exit(1)


def _check_country(country: str | None, known: set[str]) -> None:
    if country and country not in known:
        raise click.UsageError(
            f"no source is of the country '{country}': name it by its code in lower case, such as "
            "in or gb (`onrecord sources list` names them all)"
        )


def _line(term: "Term") -> str:
    holder, source = term.holder, term.source
    until = f"until {holder.until}" if holder.until else "not known to have ended"
    return (
        f"{holder.name}, {holder.role}, {source.office} ({source.country})\n"
        f"  {holder.capacity} since {holder.since}, {until}; {holder.id}, by {source.name}"
    )


def _nobody(office: str, day: date, terms: "list[Term]", *, is_source: bool) -> str:
    """Say that nobody is known, and what is."""
    if is_source and not terms:
        return f"{office} names no holders: add them to its file under 'holders:'"
    if not terms:
        return (
            f"No office is known by the words '{office}'. Name a source instead "
            "(`onrecord sources list` names them all)"
        )
    known = "".join(
        f"\n  {term.holder.since} to {term.holder.until or '(not known)'}: {term.holder.name} "
        f"({term.source.name})"
        for term in sorted(terms, key=lambda term: (term.source.name, term.holder.since))[:20]
    )
    return f"Nobody is known to have held it on {day}. Known are:{known}"
