"""Rebuilding: every WARC file of an archive replayed, oldest first, into a new one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from archive.articles import count_articles
from archive.carrying import carry_articles
from archive.decisions import DECISION
from archive.disks import writing
from archive.errors import ArchiveError, DiskError, ReplayError
from archive.store import UNFINISHED, Archive, locked, warc_folder
from archive.warc import sync_folder
from archive.warc_reader import adopt, read_about
from onrecord.checking.evidence import ARTICLES
from onrecord.checking.rereading import read_again
from onrecord.crawling import Job, run_crawls
from onrecord.deciding import take_decisions
from onrecord.declared import usable_sources
from spiders.source import Source

_STAMP = re.compile(r"-(\d{8})T(\d{9,12})Z")
_NO_DIGIT = re.compile(r"\D")
_DIGITS = 20
"""Of a moment, to the microsecond."""


def rebuild(
    warcs: Path,
    target: Path,
    folders: Sequence[Path],
    advance: Callable[[int], None],
    imports: Sequence[Path] = (),
    replaced: Path | None = None,
) -> tuple[int, list[str]]:
    """Replay all WARC files of a folder into a new archive.

    What the archive of that folder, `replaced`, knows of the news is taken over, if it is still
    there: the verdicts on it, and when they changed, are in no WARC file. Else what was fetched is
    read and judged again.

    The archive is made under another name and gets its own only when it is whole, so that a
    rebuild cut short leaves nothing that looks finished. Imported files that are not kept in their
    WARC files are looked for in the folders of `imports`.

    Returns:
        How many files were replayed, and what went wrong with which.

    Raises:
        ArchiveError: the target exists, or there is nothing to replay.
        ArchiveBusyError: another process is making it.
    """
    _require_new(target)
    files = sorted(warcs.glob("*.warc.gz"), key=_begun) if warcs.is_dir() else []
    if not files:
        raise ReplayError(f"{warcs} holds no WARC files. Name the archive they belong to with --db")
    with locked(target):  # nobody else may make it meanwhile, by a rebuild or by a crawl
        _require_new(target)
        return _rebuild(files, target, folders, advance, imports, replaced)


def _require_new(target: Path) -> None:
    if target.exists():
        raise ArchiveError(f"{target} exists already. Name a file that does not, with --to")


def _rebuild(
    files: Sequence[Path],
    target: Path,
    folders: Sequence[Path],
    advance: Callable[[int], None],
    imports: Sequence[Path],
    replaced: Path | None,
) -> tuple[int, list[str]]:
    building = target.with_name(target.name + UNFINISHED)
    for leftover in target.parent.glob(f"{building.name}*"):
        leftover.unlink()
    jobs, troubles, last = _jobs(files, target, folders, imports)
    summaries = run_crawls(
        jobs,
        building,
        at_once=1,
        ended=lambda _: advance(len(jobs)),
        failed=lambda error: troubles.append(str(error)),
    )
    troubles += [
        f"a crawl of {summary.source} that had no faults has {summary.faults} now: see `issues`"
        for summary in summaries
        if summary.outcome == "finished" and summary.faults
    ]
    if last:
        with Archive.open(building) as archive:
            take_decisions(archive, last)
    troubles += _news(building, replaced, [path for path in files if _holds_articles(path)])
    _finish(building, target)
    return len(jobs), troubles


def _news(building: Path, replaced: Path | None, files: Sequence[Path]) -> list[str]:
    """Bring in what is known of the news; give what went wrong."""
    troubles: list[str] = []
    with Archive.open(building) as archive:
        if replaced and replaced.is_file():
            troubles += carry_articles(replaced, archive)
        is_there = count_articles(archive.db) > 0
    if files and not is_there:
        read_again(building, files, tell=troubles.append)
    return troubles


def _holds_articles(path: Path) -> bool:
    try:
        return ARTICLES in read_about(path)
    except ReplayError:  # which is told of where its statements are wanted
        return False


def _finish(building: Path, target: Path) -> None:
    """Give an archive its name, once all of it is in its file.

    Raises:
        DiskError: it is not, since the disk is full.
    """
    log = building.with_name(f"{building.name}-wal")
    if log.exists() and log.stat().st_size:
        raise DiskError(
            f"{building} could not be written to its end. Make room on the disk, then rebuild again"
        )
    with writing(target):
        building.replace(target)
        sync_folder(target.parent)
    building.with_name(f"{building.name}.lock").unlink()


def _jobs(
    files: Sequence[Path], target: Path, folders: Sequence[Path], imports: Sequence[Path]
) -> tuple[list[Job], list[str], list[Path]]:
    """Give what is to be replayed, what cannot be, and what a person decided after all of it.

    The evidence of articles is only adopted.
    """
    sources = usable_sources(folders)
    jobs: list[Job] = []
    decisions: list[Path] = []
    troubles: list[str] = []
    for path in files:
        try:
            about = read_about(path)
            if ARTICLES in about:
                adopt(path, warc_folder(target))
            elif DECISION in about:
                adopt(path, warc_folder(target))
                decisions.append(path)
            elif about:  # else a crawl died before it captured anything
                job = _job(path, about, sources, imports, folders)
                jobs.append(replace(job, decisions=tuple(decisions)))
                decisions = []
        except ReplayError as error:
            troubles.append(str(error))
    return jobs, troubles, decisions


def _job(
    path: Path,
    about: Mapping[str, str],
    sources: Mapping[str, Source],
    imports: Sequence[Path],
    folders: Sequence[Path],
) -> Job:
    name = about.get("source", "")
    if name not in sources:
        raise ReplayError(f"{path.name}: no usable source is named {name!r}. Add it with --sources")
    return Job(sources[name], path, is_import="import" in about, imports=imports, folders=folders)


def _begun(path: Path) -> tuple[str, str]:
    """Give what WARC files are put in order by: digits of when each was begun.

    The name tells it to the millisecond. So do the fields, but for an import that was gone on with.
    """
    told = _STAMP.search(path.name)
    began = "".join(told.groups()) if told else read_about(path).get("started", "")
    return _NO_DIGIT.sub("", began.partition("+")[0]).ljust(_DIGITS, "0"), path.name
