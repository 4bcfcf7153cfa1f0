"""YAML that knows its lines: plain values, the line of every key and entry, and what is broken."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]
"""The way to a value: keys of mappings and positions in lists, from the top of the file."""

PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "merge", "map", "seq")
)
TAG = "a tag such as !!set or !name: remove it"

CAUSES = (
    ("while scanning a quoted scalar", "the quote that opens here is never closed"),
    ("cannot start any token", "put the text in quotes"),
    ("mapping values are not allowed", "a ': ' inside a text (put it in quotes), or indentation"),
    ("simple key", "a key without ': ' after it, or an unclosed quote above"),
    ("expected ':'", "a key without ': ' after it, or an unclosed quote above"),
    ("parsing a flow", "the bracket that opens here is never closed, or lacks a comma"),
    ("while parsing a block", "indentation that does not line up, or a text without quotes"),
    ("found undefined alias", "a text that begins with * must be in quotes"),
    ("alphabetic or numeric", "a text that begins with * or & must be in quotes"),
    ("expected a single document", "a second '---': one file is one source"),
    ("undefined tag handle", "a text that begins with ! must be in quotes"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a line."""

    line: int
    message: str
    column: int | None = None


@dataclass(slots=True)
class Marked:
    """Plain values with the line of every path and the text as it was written."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    written: dict[Place, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[Place] = field(default_factory=set)
    """The places whose value a problem has taken away."""

    def line(self, path: Place) -> int:
        """Find the line of a path, or of the nearest part of the file around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_marked(content: str) -> Marked:
    """Read YAML with the safe loader; a broken text gives a problem instead of a value."""
    marked = Marked()
    try:
        loader = Loader(content)
    except yaml.reader.ReaderError as error:
        marked.problems.append(_unreadable(content, error))
        return marked
    try:
        node = loader.get_single_node()
        if node is not None:
            marked.value = _Reader(loader, marked).read(node, ())
    except yaml.MarkedYAMLError as error:
        marked.problems.append(_broken(content, error))
    except yaml.reader.ReaderError as error:
        marked.problems.append(_unreadable(content, error))
    except RecursionError:
        marked.problems.append(Problem(1, "cannot be read as YAML: brackets within brackets"))
    finally:
        loader.dispose()
    return marked


class _Reader:
    """Turn nodes into tuples, dicts and scalars, noting lines on the way."""

    def __init__(self, loader: Any, marked: Marked) -> None:
        self.loader = loader
        self.marked = marked
        self.seen: set[int] = set()

    def read(self, node: yaml.Node, path: Place) -> Any:
        self.marked.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag not in PLAIN_TAGS:
            return self._lost(node, path, TAG)
        if id(node) in self.seen:
            return self._lost(node, path, "an alias (*name) is not used here: write it out")
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return tuple(self.read(entry, (*path, at)) for at, entry in enumerate(node.value))

    def _mapping(self, node: yaml.MappingNode, path: Place) -> dict[Hashable, Any]:
        values: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in PLAIN_TAGS:
                self._problem(key_node, "a key must be a plain text")
                continue
            below = (*path, key_node.value)
            key = self._scalar(key_node, below)
            if key in values:
                first = self.marked.lines[below]
                self._problem(key_node, f"key '{key}' again, first in line {first}: keep one")
                continue
            self.marked.lines[below] = key_node.start_mark.line + 1
            values[key] = self.read(value_node, below)
        return values

    def _scalar(self, node: yaml.ScalarNode, path: Place) -> Any:
        self.marked.written[path] = node.value
        try:
            return self.loader.construct_object(node)
        except ValueError:
            kind = "a date that does not exist" if "timestamp" in node.tag else "not a number"
            return self._lost(node, path, f"'{node.value}' is {kind}")

    def _lost(self, node: yaml.Node, path: Place, message: str) -> None:
        self._problem(node, message)
        self.marked.broken.add(path)

    def _problem(self, node: yaml.Node, message: str) -> None:
        self.marked.problems.append(Problem(node.start_mark.line + 1, message))


def _broken(content: str, error: yaml.MarkedYAMLError) -> Problem:
    """Name the place and the likely cause of broken YAML in the same words for every parser."""
    told = f"{error.context} {error.problem}"
    cause = next((cause for sign, cause in CAUSES if sign in told), str(error.problem))
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in told or "parsing a flow" in told:
        mark = error.context_mark or mark
    if mark is None:
        return Problem(1, f"cannot be read as YAML: {cause}")
    lines = content.splitlines()
    here = lines[mark.line] if mark.line < len(lines) else ""
    if here[: mark.column + 1].strip(" -").startswith("\t"):
        cause = "a tab: indent with spaces"
    return Problem(mark.line + 1, f"cannot be read as YAML: {cause}", mark.column + 1)


def _unreadable(content: str, error: yaml.reader.ReaderError) -> Problem:
    """Name a character that no YAML file may hold."""
    position = min(error.position, len(content))
    line = content.count("\n", 0, position) + 1
    shown = error.character if isinstance(error.character, int) else ord(str(error.character)[0])
    return Problem(line, f"holds the control character U+{shown:04X}: delete it")
