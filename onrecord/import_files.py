"""The files of an import: found, told apart by format, and watched while they are read."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from archive.errors import ArchiveError
from spiders.formats import NAMES, detect_format, file_format
from spiders.formats.looks import describe
from spiders.formats.opened import beginning

AUTO = "auto"
_ASIDE = frozenset({"html"})
"""Formats that a folder of another format may hold beside it, such as a page to browse it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What shows that a file was written to."""

    inode: int
    bytes: int
    written_ns: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Take it as it is now."""
        status = path.stat()
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to import."""

    name: str
    """Its name; in a folder, its place there."""

    path: Path
    stamp: Stamp

    @classmethod
    def at(cls, path: Path, name: str) -> Self:
        """Take a file as it is now."""
        return cls(name, path, Stamp.of(path))

    def check_unchanged(self) -> None:
        """Refuse to go on with a file that somebody writes to.

        Raises:
            ArchiveError: it is not the file that it was.
        """
        try:
            is_same = Stamp.of(self.path) == self.stamp
        except OSError:
            is_same = False
        if not is_same:
            raise ArchiveError(
                f"{self.path} was changed while it was read. What was recorded before that stays; "
                "import it again when nobody writes to it"
            )


@dataclass(frozen=True, slots=True)
class Found:
    """What a path gives to import."""

    name: str
    """The name of the file or folder."""

    format: str
    files: Sequence[Wanted]
    is_folder: bool

    @property
    def bytes(self) -> int:
        """The length of all files together."""
        return sum(each.stamp.bytes for each in self.files)


def find_files(path: Path, format_name: str, columns: Mapping[str, str]) -> Found:
    """Find what a path gives to import, and how it is read.

    Raises:
        ArchiveError: it does not exist, cannot be read, or is of no format that we know.
    """
    try:
        if path.is_dir():
            return _in_folder(path, format_name, columns)
        if not path.exists():
            raise ArchiveError(f"{path} does not exist. Name a file to import, or a folder of them")
        if not path.is_file():
            raise ArchiveError(f"{path} is no file. Name a file to import, or a folder of them")
        return Found(path.name, _format_of(path, format_name, columns), [_wanted(path)], False)
    except OSError as error:
        raise ArchiveError(
            f"{path} cannot be read ({error.strerror}). Change its permissions"
        ) from error


def _wanted(path: Path, folder: Path | None = None) -> Wanted:
    name = path.relative_to(folder.parent).as_posix() if folder else path.name
    return Wanted.at(path, name)


def _format_of(path: Path, format_name: str, columns: Mapping[str, str]) -> str:
    start = beginning(path).removeprefix(b"\xef\xbb\xbf")
    if not start.strip():
        raise ArchiveError(f"{path} is empty: there is nothing to import")
    if format_name != AUTO:
        return format_name
    if columns:  # only tables have columns, and only the columns can tell them
        return "ndjson" if start.lstrip().startswith(b"{") else "csv"
    found = detect_format(path)
    if found is None:
        raise ArchiveError(f"{path} {describe(path, start)}")
    return found.name


def _in_folder(folder: Path, format_name: str, columns: Mapping[str, str]) -> Found:
    paths = [path for path in _visible(folder) if beginning(path).strip()]
    formats = {path: _in_folder_format(path, format_name, columns) for path in paths}
    counts = Counter(each for each in formats.values() if each)
    if set(counts) - _ASIDE:
        counts = Counter({name: n for name, n in counts.items() if name not in _ASIDE})
    if not counts:
        what = "of the format " + format_name if format_name != AUTO else "that can be imported"
        raise ArchiveError(f"{folder} holds no file {what}. Name a file to see why it is none")
    if len(counts) > 1:
        listed = ", ".join(f"{name} ({n})" for name, n in sorted(counts.items()))
        raise ArchiveError(
            f"{folder} holds files of several formats: {listed}. Say which of them with --format"
        )
    (name,) = counts
    files = [_wanted(path, folder) for path in paths if formats[path] == name]
    return Found(folder.resolve().name, name, files, is_folder=True)


def _visible(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _in_folder_format(path: Path, format_name: str, columns: Mapping[str, str]) -> str | None:
    """Tell the format of a file in a folder, where one that fits none is passed over."""
    if format_name == AUTO and not columns:
        found = detect_format(path)
        return found.name if found else None
    names = [format_name] if format_name != AUTO else ["ndjson", "csv"]
    for name in names:
        kind = file_format(name)
        suffixes = getattr(kind, "suffixes", ())
        bare = path.name.lower().removesuffix(".gz")
        if kind.fits(path, beginning(path)) or bare.endswith(tuple(suffixes)):
            return name
    return None


def check_format(name: str) -> str:
    """Accept a format's name.

    Raises:
        ArchiveError: there is none of this name.
    """
    if name == AUTO or name in NAMES:
        return name
    raise ArchiveError(f"there is no format '{name}' (there are {', '.join(NAMES)})")


def size_of(path: Path) -> int:
    """Measure a file or a folder, to show how much of it is done."""
    try:
        files = _visible(path) if path.is_dir() else [path]
        return sum(each.stat().st_size for each in files)
    except OSError:
        return 0
