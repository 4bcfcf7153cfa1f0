"""`onrecord sources check`: whether source files can be used, and whether their sources answer."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onrecord.commands.options import (
    allow_host_option,
    archive_option,
    json_option,
    sources_option,
)

if TYPE_CHECKING:
    from onrecord.verdicts import Judged
    from spiders.source import Source


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--offline", is_flag=True, help="Check the files only; nothing is fetched.")
@click.option("--write", is_flag=True, help="Put today into `verified:` of each source that works.")
@click.option("--paid", is_flag=True, help="Also try what costs money to read (x).")
@click.option(
    "--limit",
    type=click.FloatRange(min=0, min_open=True),
    default=180,
    show_default=True,
    metavar="SECONDS",
    help="How long one source may take.",
)
@archive_option
@sources_option
@allow_host_option
@json_option
def command(
    *,
    names: tuple[str, ...],
    offline: bool,
    write: bool,
    paid: bool,
    limit: float,
    archive: Path,
    folders: tuple[Path, ...],
    allowed_hosts: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check source files, and try whether their sources answer as the files say.

    Every problem of a file is named with its line and the likely fix. Of each route of a source,
    its first page and the newest item are then fetched, as slowly as a crawl would, and what came
    is told and kept in the table `probes`: works, doubtful (it answered, but not as the file
    expects) or fails. A source whose feeds all work gets a line to put into its file.

    \b
    Examples:
      onrecord sources check --offline --sources my-sources
      onrecord sources check gb_fcdo in_mod
      onrecord sources check --sources my-sources --write
    """
    sources, problems = _read_files(names, folders)
    for problem in () if as_json and offline else problems:
        click.echo(problem, err=True)
    if offline or not sources:
        _tell_files(sources, problems, as_json=as_json)
        if problems:
            raise click.exceptions.Exit(2)
        return
    check = _Check(list(sources.values()), folders, write=write, as_json=as_json)
    try:
        check.run(archive, allowed_hosts, limit=limit, paid=paid)
    except KeyboardInterrupt:
        click.echo("Stopped. What was tried is kept", err=True)
    check.tell_end(problems)
    if problems or not check.is_all_well():
        raise click.exceptions.Exit(1)


def _read_files(
    names: Sequence[str], folders: Sequence[Path]
) -> "tuple[dict[str, Source], list[str]]":
    """Read the named sources, or all, and say what is wrong with the files of the others."""
    from spiders.sourcefiles import BUILT_IN, find_sources

    sources, errors = find_sources([BUILT_IN, *folders])
    messages = [str(error) for error in errors]
    messages += [
        f"{name}: no usable source of that name"
        for name in names
        if name not in sources and not any(message.startswith(f"{name}.") for message in messages)
    ]
    if names:
        messages = [each for each in messages if each.split(".")[0].split(":")[0] in names]
        sources = {name: source for name, source in sources.items() if name in names}
    return sources, messages


def _tell_files(sources: Iterable[str], problems: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"usable": list(sources), "problems": problems}))
    else:
        click.echo(f"{len(list(sources))} usable, {len(problems)} not")


class _Check:
    """What the check of the live sources has found so far."""

    def __init__(
        self, sources: "Sequence[Source]", folders: Sequence[Path], *, write: bool, as_json: bool
    ) -> None:
        self._sources = sources
        self._folders = folders
        self._write = write
        self._as_json = as_json
        self._told: list[dict[str, Any]] = []
        self._done = 0
        self._verified: dict[str, str] = {}
        self._unwritten = 0

    def run(self, path: Path, allowed_hosts: Sequence[str], *, limit: float, paid: bool) -> None:
        """Try every source, and keep what each brings as soon as it ends."""
        from archive.probes import record_probes
        from archive.store import Archive
        from onrecord.probing import probe_sources
        from onrecord.verdicts import judge
        from spiders.declaration import source_row

        with Archive.open(path) as archive:

            def ended(source: "Source", seen: Any, now: Any) -> None:
                judged = judge(source, seen, now)
                record_probes(archive, source_row(source), [each.probe for each in judged])
                self._tell(source, judged, now.date())

            probe_sources(
                self._sources,
                ended,
                allowed_hosts=allowed_hosts,
                limit=limit,
                paid=paid,
            )

    def is_all_well(self) -> bool:
        """Tell whether every source was tried, works, and was written where that was wanted."""
        works = all(each["outcome"] == "works" for each in self._told)
        return works and self._done == len(self._sources) and not self._unwritten

    def tell_end(self, problems: Sequence[str]) -> None:
        """Say what it comes to."""
        if self._as_json:
            usable = [source.name for source in self._sources]
            told = {"usable": usable, "problems": problems, "probes": self._told}
            click.echo(json.dumps(told | {"verified": self._verified}, ensure_ascii=False))
            return
        counts = dict.fromkeys(("works", "doubtful", "fails"), 0)
        for each in self._told:
            counts[each["outcome"]] += 1
        counted = ", ".join(f"{count} {name}" for name, count in counts.items())
        click.echo(f"{self._done} of {len(self._sources)} sources tried. Routes: {counted}")

    def _tell(self, source: "Source", judged: "Sequence[Judged]", today: date) -> None:
        from onrecord.verdicts import is_verified, untried

        self._done += 1
        click.echo(f"{self._done} of {len(self._sources)}: {source.name}", err=True)
        for each in judged:
            row = {"source": source.name, "is_preferred": each.is_preferred, **asdict(each.probe)}
            self._told.append(row)
            self._echo(_line(row))
        if untried(source) and len(judged) < sum(1 + len(feed.fallback) for feed in source.feeds):
            self._echo(f"{source.name}: {untried(source)} not tried: costs money, see --paid")
        if is_verified(source, judged):
            self._verified[source.name] = f"verified: {today.isoformat()}"
            self._mark(source.name, today)

    def _mark(self, name: str, today: date) -> None:
        """Show the line to write into the file, or write it."""
        from archive.errors import SourceError
        from onrecord.verifying import mark_verified, writable_file

        path = writable_file(name, self._folders) if self._write else None
        if path is None:
            self._echo(f"{name}: write 'verified: {today.isoformat()}' into its provenance")
            return
        try:
            mark_verified(path, today)
            self._echo(f"{name}: verified: {today.isoformat()} written into {path}")
        except SourceError as error:
            self._unwritten += 1
            click.echo(f"Warning: {error}", err=True)

    def _echo(self, line: str) -> None:
        if not self._as_json:
            click.echo(line)


def _line(row: dict[str, Any]) -> str:
    route = row["route"].partition(" #")[0] + ("" if row["is_preferred"] else " (fallback)")
    columns = f"{row['source']:16} {row['outcome']:8} {row['listed']:5} listed"
    return f"{columns} {row['read']:7} read  {route}: {row['message']}"
