"""The evidence of an import: its files in a WARC file, or their hashes, and how they were read."""

import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote

from archive.clock import read_utc, utc_text
from archive.digests import Digest, digest_file
from archive.errors import ReplayError
from archive.imports import Import
from archive.kept_files import IMPORTED, KeptFile, unpack_files
from archive.records import Capture
from archive.store import Archive
from archive.warc import WarcFile
from archive.warc_reader import read_about
from onrecord.import_files import Found, Wanted
from spiders.software import SOFTWARE

_BYTES = "application/octet-stream"


def sha256_of(found: Found, digests: Sequence[Digest]) -> str:
    """Give the hash of a file; of a folder, that of the list that sha256sum prints of its files."""
    if not found.is_folder:
        return digests[0].sha256
    names = [file.name for file in found.files]
    return _folder_sha256(zip(names, (digest.sha256 for digest in digests), strict=True))


def _folder_sha256(files: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f"{digest}  {name}\n" for name, digest in files)
    return sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()


def keep_files(
    keeping: Archive, now: Import, found: Found, digests: Sequence[Digest]
) -> list[Capture]:
    """Write the WARC file of an import; one that an earlier run left unfinished is replaced."""
    path = keeping.warc_folder / f"{now.crawl_id}.warc.gz"
    path.unlink(missing_ok=True)
    at = read_utc(now.started_at)
    captures = []
    with closing(WarcFile(path, _about(now, is_folder=found.is_folder))) as warc:
        for file, digest in zip(found.files, digests, strict=True):
            url = IMPORTED + quote(file.name, errors="surrogateescape")
            if now.is_kept:
                captures.append(warc.add_file(file.path, url, _BYTES, at, digest))
            else:
                captures.append(warc.add_reference(url, _BYTES, at, digest))
            file.check_unchanged()
    return captures


def _about(now: Import, *, is_folder: bool) -> dict[str, str]:
    return {
        "software": SOFTWARE,
        "format": "WARC File Format 1.1",
        "import": now.crawl_id,
        "source": now.source,
        "started": read_utc(now.started_at).isoformat(),
        "import-of": quote(now.file, errors="surrogateescape"),
        "import-is-folder": str(int(is_folder)),
        "import-format": now.format,
        "import-columns": json.dumps(now.columns),
        "import-tone": str(int(now.is_scored)),
    }


def read_evidence(
    warc: Path, unpacked: Path, folders: Sequence[Path]
) -> tuple[Import, list[tuple[Wanted, Capture]]]:
    """Read back what was imported and how; files that are not kept are looked for in folders.

    Raises:
        ReplayError: the file is no whole import, or a file that it names is nowhere.
    """
    about = read_about(warc)
    if "import" not in about:
        raise ReplayError(f"{warc} holds no import")
    files = unpack_files(warc, unpacked)
    if not files:
        raise ReplayError(f"{warc} holds no whole import. Import the file again")
    captures = [each.capture for each in files]
    is_folder = about["import-is-folder"] == "1"
    listed = [(each.name, each.capture.sha256) for each in files]
    now = Import(
        crawl_id=about["import"],
        source=about["source"],
        file=unquote(about["import-of"], errors="surrogateescape"),
        bytes=sum(capture.bytes for capture in captures),
        sha256=_folder_sha256(listed) if is_folder else captures[0].sha256,
        format=about["import-format"],
        columns=json.loads(about["import-columns"]),
        is_scored=about["import-tone"] == "1",
        is_kept=all(each.path for each in files),
        started_at=utc_text(read_utc(about["started"])),
    )
    found = [(Wanted.at(_path_of(each, folders), each.name), each.capture) for each in files]
    return now, found


def _path_of(file: KeptFile, folders: Sequence[Path]) -> Path:
    """Find a file that was only referred to, by its length and its hash."""
    if file.path:
        return file.path
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            is_as_long = path.is_file() and path.stat().st_size == file.capture.bytes
            if is_as_long and digest_file(path).sha256 == file.capture.sha256:
                return path
    raise ReplayError(
        f"{file.name} was imported without being kept here: a rebuild needs the file itself "
        f"({file.capture.bytes} bytes, SHA-256 {file.capture.sha256}). Name the folder that it is "
        "in with --imports"
    )
