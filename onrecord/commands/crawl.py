"""`onrecord crawl`: collect what sources publish."""

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands.options import (
    allow_host_option,
    archive_option,
    json_option,
    sources_option,
)

if TYPE_CHECKING:
    from onrecord.crawling import Job, Summary


@click.command("crawl")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every_source", is_flag=True, help="Crawl every declared source.")
@click.option("--due", is_flag=True, help="Crawl what is due by each source's `every:`.")
@click.option(
    "--backfill",
    is_flag=True,
    help="Also read the feeds that wait to be asked, such as a web archive's captures.",
)
@click.option(
    "--js",
    "javascript",
    is_flag=True,
    help="Run the scripts of pages that need it, in a browser (extra [js]).",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read captures from this WARC file instead of the network.",
)
@archive_option
@sources_option
@allow_host_option
@json_option
@click.option("--verbose", "-v", is_flag=True, help="Show Scrapy's log.")
def command(  # noqa: PLR0913 - one for each option
    *,
    names: tuple[str, ...],
    every_source: bool,
    due: bool,
    backfill: bool,
    javascript: bool,
    replay: Path | None,
    archive: Path,
    folders: tuple[Path, ...],
    allowed_hosts: tuple[str, ...],
    as_json: bool,
    verbose: bool,
) -> None:
    """Collect what sources publish, and look again at what they published lately.

    A crawl may be stopped at any time, and run again: nothing is recorded twice.

    \b
    Examples:
      onrecord crawl gb_fcdo ru_kremlin
      onrecord crawl --due                      (from cron: safe at any time)
      onrecord crawl in_mea --backfill          (from time to time, by hand)
      onrecord crawl gb_fcdo --replay gb_fcdo-20261101T060000000Z.warc.gz --db other.db
    """
    from spiders.pipelines.analyst import start_early

    if names or every_source:  # else nothing may be due
        start_early(folders)

    from onrecord.crawling import run_crawls

    jobs = _jobs(names, folders, archive, every_source=every_source, due=due, replay=replay)
    if backfill:
        _require_past(jobs, due=due, is_replay=replay is not None)
    summaries: list[Summary] = []
    reads_x = replay is None and _tell_cost(jobs, archive)
    if jobs:
        summaries = run_crawls(
            jobs,
            archive,
            allowed_hosts=allowed_hosts,
            backfill=backfill,
            javascript=javascript,
            log_level="INFO" if verbose else "WARNING",
            ended=lambda summary: _tell(summary, as_json=as_json),
            progress=_show_progress if sys.stderr.isatty() and not verbose else None,
        )
    if reads_x:
        _tell_spent(summaries)
    if due and not as_json:
        click.echo(_due_line(jobs, summaries))
    if any(not summary.is_clean for summary in summaries) or len(summaries) < len(jobs):
        raise click.exceptions.Exit(1)


def _jobs(
    names: Sequence[str],
    folders: Sequence[Path],
    archive: Path,
    *,
    every_source: bool,
    due: bool,
    replay: Path | None,
) -> "list[Job]":
    from archive.warc_reader import read_about
    from onrecord.crawling import Job
    from onrecord.declared import named_sources, usable_sources
    from onrecord.due import due_sources

    if bool(names) + every_source > 1 or not (names or every_source or due):
        raise click.UsageError(
            "name the sources to crawl, or say --due or --all (`onrecord sources list` names them)"
        )
    if replay and (len(names) != 1 or due):
        raise click.UsageError("--replay takes exactly one NAME: whose captures are they?")
    if replay:
        read_about(replay)
    sources = named_sources(names, folders) if names else list(usable_sources(folders).values())
    if due:
        sources = due_sources(sources, archive)
    return [Job(source, replay, folders=folders) for source in sources]


def _require_past(jobs: "list[Job]", *, due: bool, is_replay: bool) -> None:
    if due or is_replay:
        raise click.UsageError("--backfill goes with NAME or --all: it is for now and then")
    feeds = [feed for job in jobs for feed in job.source.feeds]
    if not any(feed.options.when == "asked" for feed in feeds):
        raise click.UsageError(
            f"{jobs[0].source.name} has no feed that waits to be asked ('when: asked'), such as "
            "one of the channel wayback: docs/channels.md says how to add one"
        )


def _tell_cost(jobs: "list[Job]", archive: Path) -> bool:
    """Say what reading from X may cost; False where no job reads from X."""
    feeds = [each for job in jobs for main in job.source.feeds for each in (main, *main.fallback)]
    if not any(feed.options.channel == "x" for feed in feeds):
        return False
    from onrecord.spending import before

    click.echo(before([job.source for job in jobs], archive), err=True)
    return True


def _tell_spent(summaries: "list[Summary]") -> None:
    from archive.charges import Given
    from onrecord.spending import after

    posts = sum(summary.posts_read for summary in summaries)
    users = sum(summary.users_read for summary in summaries)
    click.echo(after(Given(posts, users)), err=True)


def _show_progress(line: str) -> None:
    width = shutil.get_terminal_size().columns
    click.echo(f"\r\x1b[K{line[: width - 1]}", nl=False, err=True)


def _tell(summary: "Summary | None", *, as_json: bool) -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    if summary:
        click.echo(json.dumps(summary.as_dict()) if as_json else summary_line(summary))


def summary_line(summary: "Summary") -> str:
    """Say in one line what a crawl did."""
    counts = [
        f"{summary.listed} listed",
        f"{summary.new_statements} new",
        f"{summary.new_revisions} edited",
    ]
    if summary.absent:
        counts.append(_not_found(summary))
    if summary.quarantined:
        counts.append(f"{summary.quarantined} set aside")
    if summary.faults:
        counts.append(f"{summary.faults} faults")
    return f"{summary.source}: {summary.outcome}, {', '.join(counts)}"


def _not_found(summary: "Summary") -> str:
    """Say how many were not found, and what that makes them."""
    kinds = {
        "suspect": summary.absent - summary.gone - summary.moved - summary.held,
        "gone": summary.gone,
        "moved": summary.moved,
        "held: see onrecord events": summary.held,
    }
    counted = [f"{count} {kind}" for kind, count in kinds.items() if count]
    told = ", ".join(counted) if len(counted) > 1 else counted[0].partition(" ")[2]
    return f"{summary.absent} not found ({told})"


def _due_line(jobs: "list[Job]", summaries: "list[Summary]") -> str:
    new = sum(summary.new_statements for summary in summaries)
    edited = sum(summary.new_revisions for summary in summaries)
    unclean = sum(not summary.is_clean for summary in summaries)
    return f"{len(jobs)} due, {new} new, {edited} edited, {unclean} with faults"
