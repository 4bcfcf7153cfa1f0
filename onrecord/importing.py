"""Importing: statements from a file of JSON lines, the file itself kept as evidence."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any, get_args

from archive.clock import read_utc, utc_now
from archive.errors import ArchiveError, ReplayError
from archive.recording import Recorder, new_crawl_id
from archive.records import Capture
from archive.store import Archive
from archive.warc import WarcFile
from archive.warc_reader import adopt, read_fields, read_records
from spiders.channels.options import Kind
from spiders.declaration import source_row
from spiders.extensions.keeping import SOFTWARE
from spiders.items import StatementItem
from spiders.pipelines.score import score
from spiders.pipelines.validate import validate
from spiders.source import Source

FIELDS = ("native_id", "url", "speaker", "published_at", "text", "language", "kind", "title")
_LINES_PER_COMMIT = 500
_NDJSON = "application/x-ndjson"


@dataclass(slots=True)
class Imported:
    """What an import did."""

    lines: int = 0
    new_statements: int = 0
    new_revisions: int = 0
    unchanged: int = 0
    quarantined: int = 0


def import_file(
    path: Path, source: Source, archive: Path, advance: Callable[[int], None] = lambda _: None
) -> Imported:
    """Record the statements of a file of JSON lines; a bad line is set aside with its number.

    `advance` is told how many bytes were read.

    Raises:
        ArchiveError: the file cannot be read, or the archive cannot be written.
    """
    if not path.is_file():
        raise ArchiveError(f"{path} is not a file. Name a file of JSON lines")
    with Archive.open(archive) as keeping:
        started_at = utc_now()
        crawl_id = new_crawl_id(source.name, started_at)
        about = {
            "software": SOFTWARE,
            "format": "WARC File Format 1.1",
            "import": crawl_id,
            "source": source.name,
            "started": started_at.isoformat(),
        }
        warc = WarcFile(keeping.warc_folder / f"{crawl_id}.warc.gz", about)
        capture = warc.add_file(path, f"urn:onrecord:import:{path.name}", _NDJSON, started_at)
        warc.close()
        with path.open("rb") as lines:
            return _record(lines, source, keeping, crawl_id, capture, advance)


def import_warc(path: Path, source: Source, keeping: Archive) -> Imported:
    """Record again what an import brought, from its WARC file."""
    crawl_id = read_fields(path, "warcinfo").get("import")
    kept = next((kept for kept in read_records(path) if kept.kind == "resource"), None)
    if crawl_id is None or kept is None:
        raise ReplayError(f"{path} holds no whole import. Import the file again")
    adopt(path, keeping.warc_folder)
    return _record(BytesIO(kept.body), source, keeping, crawl_id, kept.capture, lambda _: None)


def _record(
    lines: IO[bytes],
    source: Source,
    keeping: Archive,
    crawl_id: str,
    capture: Capture,
    advance: Callable[[int], None],
) -> Imported:
    at = read_utc(capture.captured_at)
    recorder = Recorder(
        keeping,
        source_row(source),
        crawl_id=crawl_id,
        started_at=at,
        software=SOFTWARE,
        kind="import",
        warc_file=capture.warc_file,
    )
    recorder.keep_capture(capture)
    imported = Imported()
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, _LINES_PER_COMMIT)):
        with keeping.transaction():
            for number, line in batch:
                if line.strip():
                    _record_line(recorder, line, number, source, capture, imported)
        advance(sum(len(line) for _, line in batch))
    recorder.finish("finished", at=at, listed=imported.lines)
    return imported


def _record_line(
    recorder: Recorder,
    line: bytes,
    number: int,
    source: Source,
    capture: Capture,
    imported: Imported,
) -> None:
    imported.lines += 1
    try:
        statement = validate(_item(line, capture), source)
        statement = replace(statement, tone=score(statement.text, statement.language))
        outcome = recorder.record(statement)
        if statement.published_raw and statement.published_at is None:
            recorder.report(
                "warning",
                f"{source.name}: line {number}: the date {statement.published_raw!r} cannot be "
                "read for sure; the statement is kept undated",
                at=read_utc(capture.captured_at),
                capture=capture,
            )
    except Exception as error:  # noqa: BLE001 - one line must not stop its neighbours
        imported.quarantined += 1
        recorder.quarantine(
            f"line {number}: {error}",
            {"line": number, "text": line.decode("utf-8", "backslashreplace")},
            at=read_utc(capture.captured_at),
            native_id=f"line {number}",
            capture=capture,
        )
        return
    imported.new_statements += outcome == "new"
    imported.new_revisions += outcome == "revised"
    imported.unchanged += outcome in {"seen", "stale"}


def _item(line: bytes, capture: Capture) -> StatementItem:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise TypeError("is not a JSON object")
    for name in ("native_id", "text"):
        if not fields.get(name):
            raise ValueError(f"has no {name!r}")
    texts = {name: _text(fields, name) for name in FIELDS}
    kind: Any = texts["kind"] or "post"
    if kind not in get_args(Kind):
        raise ValueError(f"has the unknown kind {kind!r} (known: {', '.join(get_args(Kind))})")
    return StatementItem(
        native_id=texts["native_id"] or "",
        url=texts["url"] or "",
        kind=kind,
        text=texts["text"] or "",
        title=texts["title"],
        published_raw=texts["published_at"],
        language=texts["language"],
        speaker=texts["speaker"],
        route="import",
        capture=capture,
    )


def _text(fields: dict[str, Any], name: str) -> str | None:
    """Take a field as text: ids of 64 bits arrive as numbers."""
    field = fields.get(name)
    if field is None:
        return None
    if isinstance(field, bool | float | list | dict):
        raise TypeError(f"has {name!r} as {type(field).__name__}, not as text")
    return str(field)
