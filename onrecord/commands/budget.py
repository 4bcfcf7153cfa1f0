"""`onrecord budget`: what was read from X this month, what it cost, and what is left."""

import json
from pathlib import Path

import click

from onrecord.commands.options import archive_option, json_option, sources_option


@click.command("budget")
@archive_option
@sources_option
@json_option
def command(*, archive: Path, folders: tuple[Path, ...], as_json: bool) -> None:
    """Show what was read from X this month, what it cost, and what is left.

    X charges for every post read. No crawl reads more than ONRECORD_X_BUDGET posts a month into an
    archive, which is 2000 ($10) where it is not set; 0 reads none.

    \b
    Example:
      ONRECORD_X_BUDGET=6000 onrecord budget
    """
    from onrecord.declared import usable_sources
    from onrecord.spending import in_dollars, month_of, needs, written
    from spiders.budget import dollars, in_posts

    month = month_of(archive)
    wanted = needs(usable_sources(folders).values(), archive)
    most = min(sum(need.posts for need in wanted), month.left)
    if as_json:
        told = {
            "month": month.name,
            "limit": month.limit,
            "posts": month.given.posts,
            "users": month.given.users,
            "used": in_posts(month.given),
            "left": month.left,
            "dollars": float(dollars(month.given)),
            "next": [{"source": e.source, "due": e.due, "at_most": e.posts} for e in wanted],
            "next_at_most": most,
        }
        click.echo(json.dumps(told))
        return
    cost = written(dollars(month.given))
    given = f"{month.given.posts} posts and {month.given.users} users read"
    click.echo(f"{month.name}: {given}, {cost}")
    click.echo(f"left: {month.left} of {month.limit} posts, {in_dollars(month.left)}")
    for need in wanted:
        click.echo(f"{need.source}: {need.due} posts are due to be looked at again")
    if not wanted:
        click.echo("no source reads from X (a feed with `channel: x`)")
        return
    click.echo(f"next crawl: at most {most} posts, {in_dollars(most)}")
