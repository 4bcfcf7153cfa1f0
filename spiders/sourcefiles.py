"""Finding, reading and checking source files: each problem with its file, line and likely fix."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from archive.errors import SourceError
from spiders import channels, fields
from spiders.channels.options import FeedOptions
from spiders.complaints import complaint, is_consequence
from spiders.feed_checks import feed_problems
from spiders.marked_yaml import Marked, Place, Problem, read_marked
from spiders.source import Feed, Source

BUILT_IN = Path(__file__).parent / "sources"
"""The sources that come with On Record."""


def find_sources(
    folders: Sequence[Path], names: Iterable[str] | None = None
) -> tuple[dict[str, Source], list[SourceError]]:
    """Read all sources of some folders; a later folder overrides a name, a bad file stops nothing.

    A bad file that would override a source takes the source away: its author wanted it changed.
    With `names`, only these are read of the many that come with On Record; somebody's own folders
    are read whole all the same, so that what is wrong there is told.
    """
    sources: dict[str, Source] = {}
    errors: list[SourceError] = []
    for folder in folders:
        if not folder.is_dir():
            errors.append(SourceError(f"{folder}: no such folder of sources: check the path"))
        for path in _files(folder, names):
            try:
                sources[path.stem] = read_source(path)
            except SourceError as error:
                sources.pop(path.stem, None)
                errors.append(error)
    return dict(sorted(sources.items())), errors


def _files(folder: Path, names: Iterable[str] | None) -> list[Path]:
    """List the source files of a folder; of those that come with On Record, the named ones."""
    if names is None or folder != BUILT_IN:
        return sorted(folder.rglob("*.y*ml"))
    paths = (folder / name[:2] / f"{name}.yml" for name in names if name.isidentifier())
    return [path for path in paths if path.is_file()]


def read_source(path: Path) -> Source:
    """Read one source file; SourceError lists every problem in it, one a line."""
    marked = Marked()
    try:
        marked = read_marked(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        marked.problems.append(Problem(_line_of(path, error.start), "is not UTF-8: save it so"))
    reader = _SourceReader(path, marked)
    source = reader.read()
    if source is None or marked.problems:
        problems = sorted(marked.problems, key=lambda problem: problem.line)
        raise SourceError("\n".join(dict.fromkeys(_told(path, problem) for problem in problems)))
    return source


def _line_of(path: Path, offset: int) -> int:
    return path.read_bytes().count(b"\n", 0, offset) + 1


def _told(path: Path, problem: Problem) -> str:
    column = f", column {problem.column}" if problem.column else ""
    return f"{path.name} line {problem.line}{column}: {problem.message}"


class _SourceReader:
    """Turn the marked values of one file into a source, gathering problems."""

    def __init__(self, path: Path, marked: Marked) -> None:
        self.path = path
        self.marked = marked

    def read(self) -> Source | None:
        """Build the source; None when something of it is wrong."""
        declared = self.marked.value
        if self.marked.problems and declared is None:
            return None
        if not isinstance(declared, dict):
            wrong = "is empty" if declared is None else "must be keys with values ('office: ...')"
            self._problem((), f"{wrong}: docs/adding.md shows a whole file")
            return None
        self._check_name(declared)
        feeds = self._feeds(declared.get("feeds"), ("feeds",))
        if "name" in declared:
            self._problem(("name",), "key 'name': remove it, the file's name is the name")
        whole = {**declared, "name": self.path.stem}
        if feeds is not None:
            whole["feeds"] = feeds
        try:
            return Source.model_validate(whole, strict=True)
        except ValidationError as error:
            self._complain(error, Source, ())
        return None

    def _check_name(self, declared: Mapping[Any, Any]) -> None:
        name, folder, country = self.path.stem, self.path.parent.name, declared.get("country")
        if self.path.suffix != ".yml":
            self._problem((), f"is not read: rename it to {name}.yml")
        if not re.fullmatch(r"[a-z]{2}_[a-z0-9]+(_[a-z0-9]+)*", name):
            self._problem((), f"the file's name must be <country>_<office>.yml, not '{name}.yml'")
        elif folder != name[:2]:
            self._problem((), f"must be in the folder '{name[:2]}', not in '{folder}'")
        elif isinstance(country, str) and country in fields.COUNTRIES and country != name[:2]:
            self._problem(("country",), f"country '{country}' differs from the file's '{name[:2]}'")

    def _feeds(self, declared: object, place: Place) -> tuple[Feed, ...] | None:
        """Read a list of feeds; None when it is not a list, which the model then says."""
        if not isinstance(declared, tuple):
            return None
        return tuple(self._feed(entry, (*place, at)) for at, entry in enumerate(declared))

    def _feed(self, declared: object, place: Place) -> Feed:
        """Read one feed through the options of its channel; a broken one holds its place."""
        empty = Feed(options=FeedOptions(channel="none"))
        if not isinstance(declared, dict):
            self._problem(place, "a feed must be keys with values ('channel: ...')")
            return empty
        options = {key: value for key, value in declared.items() if key != "fallback"}
        fallback = self._fallback(declared, (*place, "fallback"))
        name = declared.get("channel")
        if name not in channels.NAMES:
            self._unknown_channel(declared, place)
            return empty
        model = channels.channel_class(str(name)).Options
        for below, message in feed_problems(options):
            self._problem((*place, *below), message)
        try:
            return Feed(options=model.model_validate(options, strict=True), fallback=fallback)
        except ValidationError as error:
            self._complain(error, model, place)
            return empty

    def _fallback(self, declared: Mapping[Any, Any], place: Place) -> tuple[Feed, ...]:
        """Read the feeds to try instead."""
        if "fallback" in place[:-1] and "fallback" in declared:
            self._problem(place, "a fallback has none of its own: add it to the list above")
            return ()
        fallback = self._feeds(declared.get("fallback", ()), place)
        if fallback is None:
            self._problem(place, "fallback must be a list of feeds: begin each with '- channel:'")
        return fallback or ()

    def _unknown_channel(self, declared: Mapping[Any, Any], place: Place) -> None:
        known = ", ".join(channels.NAMES)
        if "channel" in declared:
            name = str(declared["channel"])
            hint = fields.did_you_mean(name, channels.NAMES) or f": one of {known}"
            self._problem((*place, "channel"), f"unknown channel '{name}'{hint}")
        elif near := get_close_matches("channel", map(str, declared), n=1):
            self._problem((*place, near[0]), f"unknown key '{near[0]}' (did you mean 'channel'?)")
        else:
            self._problem(place, f"missing key 'channel': one of {known}")

    def _complain(self, error: ValidationError, model: type[BaseModel], place: Place) -> None:
        for detail in error.errors(include_url=False, include_context=True):
            at = (*place, *detail["loc"])
            if at not in self.marked.broken and not is_consequence(detail):
                self._problem(at, complaint(detail, model, self.marked.written.get(at)))

    def _problem(self, place: Place, message: str) -> None:
        self.marked.problems.append(Problem(self.marked.line(place), message))
