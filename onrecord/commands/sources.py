"""`onrecord sources`: list, check, try and record sources."""

import json
from pathlib import Path

import click

from onrecord.commands import sources_check, sources_try
from onrecord.commands.options import allow_host_option, json_option, sources_option


@click.group("sources")
def command() -> None:
    """List and check the declared sources, and try new ones."""


command.add_command(sources_check.command)
command.add_command(sources_try.command)


@command.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--country", metavar="CODE", help="Sources of one country only, such as in.")
@sources_option
@json_option
def list_sources(
    *, words: tuple[str, ...], country: str | None, folders: tuple[Path, ...], as_json: bool
) -> None:
    """List the declared sources, country by country.

    With WORDs, only those whose name, office, publisher, country or channels bear all of them.

    \b
    Examples:
      onrecord sources list
      onrecord sources list defence --country in
      onrecord sources list telegram
    """
    from onrecord.declared import usable_sources
    from onrecord.register import bears, by_country, channels

    every = usable_sources(folders).values()
    sources = [each for each in every if country in {None, each.country} and bears(each, words)]
    if as_json:
        click.echo(json.dumps([source.model_dump(mode="json") for source in sources]))
        return
    countries = by_country(sources)
    for name, of_country in countries:
        click.echo(name)
        for source in of_country:
            click.echo(f"  {source.name:16}  {source.office}  [{', '.join(channels(source))}]")
    click.echo(f"Sources: {len(sources)}. Countries and organisations: {len(countries)}")


@command.command("record")
@click.argument("name")
@click.argument("url")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tests/captures"),
    show_default=True,
    help="The folder of frozen responses.",
)
@sources_option
@allow_host_option
def record(
    *, name: str, url: str, folder: Path, folders: tuple[Path, ...], allowed_hosts: tuple[str, ...]
) -> None:
    """Keep one response of a source as a frozen test case.

    A folder is written with the request, the body, and what the source reads in it: check that by
    eye, and every test run compares with it from then on.

    \b
    Example:
      onrecord sources record gb_fcdo https://www.gov.uk/api/content/government/speeches/a-speech
    """
    from archive.clock import utc_now
    from onrecord.declared import named_sources
    from onrecord.freezing import freeze
    from onrecord.looking import look_at

    source = named_sources([name], folders)[0]
    response = look_at(url, allowed_hosts, is_proof_demanded=source.tls.is_demanded)
    case = freeze(source, response, folder, utc_now())
    found = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    click.echo(f"{case}: {len(found)} read. Check expected.json by eye")
