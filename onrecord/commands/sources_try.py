"""`onrecord sources try`: a source file from an address."""

import json
import re
from typing import TYPE_CHECKING

import click

from onrecord.commands.options import allow_host_option, json_option

if TYPE_CHECKING:
    from onrecord.looking import Get
    from onrecord.trying.address import Tried

_SHOWN = 5


def _checked_name(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:
    del ctx, param
    from spiders.fields import check_country

    if name is None:
        return None
    if not re.fullmatch(r"[a-z]{2}_[a-z0-9]+(_[a-z0-9]+)*", name):
        raise click.BadParameter(f"must be <country>_<office>, such as in_mod, not '{name}'")
    try:
        check_country(name[:2])
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return name


def _no_empty_reason(ctx: click.Context, param: click.Parameter, reason: str | None) -> str | None:
    del ctx, param
    if reason is not None and not reason.strip():
        raise click.BadParameter("must say why, in words that others understand")
    return reason and " ".join(reason.split())


@click.command("try")
@click.argument("url")
@click.option(
    "--name",
    "own_name",
    metavar="NAME",
    callback=_checked_name,
    help="What the source is to be called, such as in_mod.  [default: a suggestion]",
)
@click.option("--guess", is_flag=True, help="Also ask for the addresses that feeds commonly have.")
@click.option(
    "--unverified",
    metavar="WHY",
    callback=_no_empty_reason,
    help="Read it though its certificate proves nothing; the file says so, and why.",
)
@allow_host_option
@json_option
def command(
    *,
    url: str,
    own_name: str | None,
    guess: bool,
    unverified: str | None,
    allowed_hosts: tuple[str, ...],
    as_json: bool,
) -> None:
    """Look at an address, and print the source file that would read it.

    The page is looked at for feeds, sitemaps and a list, and one item for where it keeps its parts.
    The file goes to standard output, and what it reads now to standard error: compare that with
    the page. What cannot be known is marked FILL IN, what was guessed, to be checked.

    \b
    Examples:
      onrecord sources try https://ministry.example/news
      onrecord sources try https://ministry.example/news --name xa_ministry > xa_ministry.yml
    """
    from dataclasses import asdict

    from archive.clock import utc_now
    from onrecord.looking import visit
    from onrecord.trying.address import try_address
    from spiders.fields import check_url

    try:
        check_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None

    async def script(get: "Get") -> "Tried":
        return await try_address(
            get, url, now=utc_now(), name=own_name, guess=guess, unverified=unverified
        )

    tried = visit(script, allowed_hosts=allowed_hosts, is_proof_demanded=unverified is None)
    if as_json:
        click.echo(json.dumps(asdict(tried), ensure_ascii=False))
        return
    _tell(tried)
    click.echo(tried.source, nl=False)


def _tell(tried: "Tried") -> None:
    """Say on standard error what was found, and what the drafted file reads."""
    reading = tried.reading
    lines = [f"{tried.url} answered {tried.status}: a {tried.kind}"]
    lines += [f"  feed: {url}" for url in tried.feeds]
    lines += [f"  sitemap: {url}" for url in tried.sitemaps]
    lines += ["  made by WordPress, whose lists have feeds: see --guess"] * (
        tried.is_wordpress and not tried.feeds
    )
    lines += [f"  {note}" for note in tried.notes]
    lines.append(
        f"Read by {tried.name[:2]}/{tried.name}.yml as below: {len(reading.entries)} entries"
    )
    lines += [f"  {date or 'no date':20} {title}" for title, date in reading.entries[:_SHOWN]]
    if reading.text:
        lines.append(
            f"The first: {reading.title or 'no title'}, {reading.published_raw or 'no date'}"
        )
        lines.append(f"  {reading.text_start}")
    lines += [f"  {fault}" for fault in reading.faults[:_SHOWN]]
    click.echo("\n".join(lines), err=True)
