"""`onrecord events`: what happened to many statements at once, for a person to judge."""

import json
from pathlib import Path
from typing import Any

import click

from onrecord.commands.options import archive_option, json_option


@click.group("events", invoke_without_command=True)
@click.option("--all", "is_all", is_flag=True, help="Also those that were accepted or dismissed.")
@archive_option
@json_option
@click.pass_context
def command(ctx: click.Context, *, is_all: bool, archive: Path, as_json: bool) -> None:
    """List what happened to many statements of a source at once, and waits for you.

    When more than three statements of a source, or more than a fifth of it, are missed at once,
    that may be the source's own trouble. None of them is called gone before you accept it.

    \b
    Examples:
      onrecord events
      onrecord events show EVENT
      onrecord events accept EVENT --reason "the ministry closed its old archive"
      onrecord events dismiss EVENT --reason "their server is being moved"
    """
    if ctx.invoked_subcommand:
        return
    from onrecord.event_lists import listed

    found = listed(archive, is_all=is_all)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each['id']}: {_told(each)}")
    if not found:
        click.echo("no event waits" if not is_all else "there was no event")


@command.command("show")
@click.argument("event_id", metavar="EVENT")
@archive_option
@json_option
def show(*, event_id: str, archive: Path, as_json: bool) -> None:
    """Show an event with the statements that it holds and the looks that missed them."""
    from onrecord.event_lists import shown

    event = shown(archive, event_id)
    if as_json:
        click.echo(json.dumps(event, ensure_ascii=False))
        return
    click.echo(f"{event['id']}: {_told(event)}")
    for each in event["held"]:
        looks = [f"{each[at]}" for at in ("first_at", "at") if each[at]]
        missed = f", {each['evidence']} at {' and '.join(looks)}" if looks else ""
        click.echo(f"  {each['statement_id']} ({each['state']}) {each['url'] or ''}{missed}")


@command.command("accept")
@click.argument("event_id", metavar="EVENT")
@click.option("--reason", default="", help="Why, in words that others understand.")
@archive_option
def accept(*, event_id: str, reason: str, archive: Path) -> None:
    """Say that it is true: what is still missing of it is gone."""
    _decide(archive, "accept", event_id, reason)


@command.command("dismiss")
@click.argument("event_id", metavar="EVENT")
@click.option("--reason", required=True, help="Why, in words that others understand.")
@archive_option
def dismiss(*, event_id: str, reason: str, archive: Path) -> None:
    """Say that it is not true: the looks so far prove nothing, and new ones begin afresh."""
    _decide(archive, "dismiss", event_id, reason)


def _decide(archive: Path, kind: str, event_id: str, reason: str) -> None:
    from archive.store import open_for_reading
    from onrecord.deciding import decide_event
    from onrecord.event_lists import shown

    open_for_reading(archive).close()  # else a new archive would be made
    decision = decide_event(archive, kind, event_id, reason)
    event = shown(archive, event_id)
    gone = sum(each["state"] == "gone" for each in event["held"])
    click.echo(f"{event_id}: {event['state']}, {gone} of {event['statements']} statements are gone")
    click.echo(f"decision kept in {decision.warc_file}")


def _told(event: dict[str, Any]) -> str:
    what = {"many_gone": "missed", "many_edits": "edited"}.get(event["kind"], event["kind"])
    of = f" of {event['of']}" if event["of"] else ""
    text = f"{event['statements']}{of} statements of {event['source']} {what} at {event['at']}"
    if event["state"] == "waiting":
        return f"{text}, waiting"
    why = f": {event['reason']}" if event["reason"] else ""
    return f"{text}, {event['state']} at {event['decided_at']}{why}"
