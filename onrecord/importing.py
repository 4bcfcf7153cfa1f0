"""Importing: statements from files, which are kept as evidence or named by their hashes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from archive.clock import read_utc, utc_now
from archive.digests import digest_file
from archive.edits import fill_edits
from archive.imports import (
    Import,
    begin_import,
    captures_of_import,
    describe_captures,
    last_import,
)
from archive.recording import Recorder, new_crawl_id
from archive.records import Capture
from archive.store import Archive
from archive.summaries import refresh
from archive.warc_reader import adopt
from onrecord.import_evidence import keep_files, read_evidence, sha256_of
from onrecord.import_files import AUTO, Found, Wanted, find_files
from onrecord.import_run import ImportRun, Reading, Watch, start_reading
from onrecord.import_trial import refuse_what_is_all_bad
from spiders.declaration import source_row
from spiders.editing import read_edit
from spiders.formats.intake import Part, Task
from spiders.software import SOFTWARE
from spiders.source import Source

LARGEST_KEPT = 256 * 1024**2
"""Bytes of an import beyond which only its hash is kept, unless it is asked for."""

_EXPORTS = {"x_archive", "mastodon_outbox"}
_PACKED = {".zip", ".tar", ".gz", ".tgz"}

Evidence = Literal["auto", "keep", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for."""

    format: str = AUTO
    columns: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence = "auto"
    is_scored: bool = True
    is_again: bool = False
    folders: tuple[Path, ...] = ()
    """Of the sources, besides the built-in ones, whose people are known by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, an earlier run that it went on with included."""

    file: str
    format: str
    outcome: str
    """finished, faulty (a part could not be read), interrupted, or unchanged: imported before."""

    records: int
    new_statements: int
    new_revisions: int
    unchanged: int
    quarantined: int
    sha256: str
    is_kept: bool
    resumed_at: int = 0
    """How many records an earlier run had done; this one began behind them."""

    crawl_id: str

    @property
    def is_clean(self) -> bool:
        """Tell whether everything was taken in."""
        return self.outcome in {"finished", "unchanged"} and not self.quarantined


def import_path(
    path: Path, source: Source, archive: Path, wish: Wish, watch: Watch = lambda *_: None
) -> Imported:
    """Record the statements of a file or folder; an import that was interrupted is gone on with.

    Raises:
        ArchiveError: it cannot be read, or the archive cannot be written.
    """
    found = find_files(path, wish.format, wish.columns)
    started_at = utc_now()
    refuse_what_is_all_bad(found, source, dict(wish.columns), started_at)
    with ExitStack() as stack:
        keeping = stack.enter_context(Archive.open(archive))
        reading = start_reading()
        if reading:
            stack.callback(reading.close)
        digests = [digest_file(file.path) for file in found.files]
        now = Import(
            crawl_id=new_crawl_id(source.name, started_at),
            source=source.name,
            file=found.name,
            bytes=sum(each.bytes for each in digests),
            sha256=sha256_of(found, digests),
            format=found.format,
            columns=wish.columns,
            is_scored=wish.is_scored,
            is_kept=_is_kept(found, wish),
            started_at=started_at.isoformat(),
        )
        before = last_import(keeping.db, now)
        if before and before.has_ended and not wish.is_again:
            return _told_before(before)
        if before and not before.has_ended:
            now = replace(before, file=found.name)
        importing = _Importing(keeping, source, now, found.files, watch, wish.folders)
        imported = importing.run(reading, lambda: keep_files(keeping, now, found, digests))
        fill_edits(keeping, read_edit)
        if now.is_scored:  # what is not scored waits until it is
            from archive.passages.refreshing import refresh as index_passages  # with numpy

            refresh(keeping)
            index_passages(keeping)
        return imported


def import_warc(
    warc: Path,
    source: Source,
    keeping: Archive,
    folders: Sequence[Path] = (),
    *,
    people: tuple[Path, ...] = (),
) -> Imported:
    """Record again what an import brought, from its WARC file and the files that it refers to.

    An import that was never gone on with is brought to its end. `people` are the folders of
    sources, besides the built-in ones, whose people are known by name.

    Raises:
        ReplayError: it is no whole import, or a file that it refers to is in none of the folders.
    """
    with TemporaryDirectory(prefix="onrecord-") as folder, ExitStack() as stack:
        now, found = read_evidence(warc, Path(folder), folders)
        adopt(warc, keeping.warc_folder)
        reading = start_reading()
        if reading:
            stack.callback(reading.close)
        files = [file for file, _ in found]
        captures = [capture for _, capture in found]
        importing = _Importing(keeping, source, now, files, lambda *_: None, people)
        return importing.run(reading, lambda: captures)


@dataclass(frozen=True, slots=True)
class _Importing:
    """An import that is begun or gone on with."""

    keeping: Archive
    source: Source
    now: Import
    files: Sequence[Wanted]
    watch: Watch
    folders: tuple[Path, ...]

    def run(self, reading: Reading | None, keep: Callable[[], list[Capture]]) -> Imported:
        """Record what the files hold; `keep` writes the evidence where there is none yet."""
        recorder = self._recorder()
        captures = captures_of_import(self.keeping.db, self.now.crawl_id)
        if not captures:
            captures = keep()
            for capture in captures:
                recorder.keep_capture(capture)
            with recorder.together() as db:
                describe_captures(db, self.now.crawl_id, captures)
        recorder.counts["captures"] = len(captures)  # an earlier run may have ended before its row
        run = ImportRun(recorder, self._task(captures), check=self._check, watch=self.watch)
        outcome = run.run(reading)
        ended = replace(self.now, records=run.records, counts=recorder.counts)
        told = _told(ended, outcome, unchanged=run.unchanged)
        return replace(told, resumed_at=self.now.records)

    def _recorder(self) -> Recorder:
        """Open the recorder, with what an earlier run counted."""
        recorder = Recorder(
            self.keeping,
            source_row(self.source),
            crawl_id=self.now.crawl_id,
            started_at=read_utc(self.now.started_at),
            software=SOFTWARE,
            kind="import",
            warc_file=f"{self.now.crawl_id}.warc.gz",
            read_edit=read_edit,
        )
        recorder.counts.update(self.now.counts)
        with self.keeping.transaction() as db:
            begin_import(db, self.now)
        return recorder

    def _task(self, captures: Sequence[Capture]) -> Task:
        together = zip(self.files, captures, strict=True)
        return Task(
            parts=[Part(file.name, file.path, capture) for file, capture in together],
            format=self.now.format,
            source=self.source,
            crawl_id=self.now.crawl_id,
            columns=dict(self.now.columns),
            is_scored=self.now.is_scored,
            folders=self.folders,
            passed=self.now.records,
        )

    def _check(self) -> None:
        for file in self.files:
            file.check_unchanged()


def _is_kept(found: Found, wish: Wish) -> bool:
    if wish.evidence == "auto":
        return found.bytes <= LARGEST_KEPT and not _holds_more_than_posts(found)
    return wish.evidence == "keep"


def _holds_more_than_posts(found: Found) -> bool:
    """Tell whether a file is an owner's whole export, private messages and addresses included."""
    is_packed = any(file.path.suffix.lower() in _PACKED for file in found.files)
    return found.format in _EXPORTS and is_packed


def _told(done: Import, outcome: str, unchanged: int = 0) -> Imported:
    return Imported(
        file=done.file,
        format=done.format,
        outcome=outcome,
        records=done.records,
        new_statements=done.counts["new_statements"],
        new_revisions=done.counts["new_revisions"],
        unchanged=unchanged,
        quarantined=done.counts["quarantined"],
        sha256=done.sha256,
        is_kept=done.is_kept,
        crawl_id=done.crawl_id,
    )


def _told_before(before: Import) -> Imported:
    """Tell of a file that was imported before, and brings nothing now."""
    told = _told(replace(before, counts=Counter()), "unchanged")
    return replace(told, unchanged=before.counts["seen"])
