"""`onrecord sources`: list, check, try and record sources."""

import json
from pathlib import Path

import click

from onrecord.commands.options import allow_host_option, json_option, sources_option


@click.group("sources")
def command() -> None:
    """List and check the declared sources, and try new ones."""


@command.command("list")
@sources_option
@json_option
def list_sources(*, folders: tuple[Path, ...], as_json: bool) -> None:
    """List the declared sources.

    \b
    Example:
      onrecord sources list --sources my-sources
    """
    from onrecord.declared import usable_sources

    sources = usable_sources(folders).values()
    if as_json:
        click.echo(json.dumps([source.model_dump(mode="json") for source in sources]))
        return
    width = max((len(source.name) for source in sources), default=0)
    for source in sources:
        channels = ", ".join(dict.fromkeys(feed.options.channel for feed in source.feeds))
        click.echo(f"{source.name:{width}}  {source.country}  {source.office}  [{channels}]")


@command.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@sources_option
@json_option
def check(*, names: tuple[str, ...], folders: tuple[Path, ...], as_json: bool) -> None:
    """Check source files, and name the line and the likely fix of every problem.

    Nothing is fetched. Exit code 2 if any file cannot be used.

    \b
    Example:
      onrecord sources check --sources my-sources
    """
    from spiders.sourcefiles import BUILT_IN, find_sources

    sources, errors = find_sources([BUILT_IN, *folders])
    messages = [str(error) for error in errors]
    missing = [name for name in names if name not in sources]
    messages += [
        f"{name}: no usable source of that name"
        for name in missing
        if not any(message.startswith(f"{name}.") for message in messages)
    ]
    if names:
        messages = [each for each in messages if each.split(".")[0].split(":")[0] in names]
        sources = {name: source for name, source in sources.items() if name in names}
    if as_json:
        click.echo(json.dumps({"usable": list(sources), "problems": messages}))
    else:
        for message in messages:
            click.echo(message, err=True)
        click.echo(f"{len(sources)} usable, {len(messages)} not")
    if messages:
        raise click.exceptions.Exit(2)


@command.command("try")
@click.argument("url")
@allow_host_option
@json_option
def try_url(*, url: str, allowed_hosts: tuple[str, ...], as_json: bool) -> None:
    """Look at an address: what it is, what can be read in it, and a source file to start from.

    \b
    Example:
      onrecord sources try https://ministry.example/news
    """
    from dataclasses import asdict

    from archive.errors import ArchiveError
    from onrecord.looking import look_at
    from onrecord.trying import draft, examine

    response = look_at(url, allowed_hosts)
    try:
        tried = examine(response)
    except ValueError as error:
        raise ArchiveError(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(tried) | {"status": response.status}, ensure_ascii=False))
        return
    click.echo(f"# {tried.url} answered {response.status}: a {tried.kind}", err=True)
    for title in tried.entries[:5]:
        click.echo(f"#   entry: {title}", err=True)
    for feed in tried.feeds:
        click.echo(f"#   feed: {feed}", err=True)
    if tried.text_start:
        click.echo(f"#   text: {' '.join(tried.text_start.split())}", err=True)
    if tried.published_raw:
        click.echo(f"#   date: {tried.published_raw}", err=True)
    click.echo(draft(tried), nl=False)


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
    case = freeze(source, look_at(url, allowed_hosts), folder, utc_now())
    found = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    click.echo(f"{case}: {len(found)} read. Check expected.json by eye")
