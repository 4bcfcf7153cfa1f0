"""Writing into a source file the day on which its addresses were last seen to work."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml

from archive.errors import SourceError
from spiders.sourcefiles import BUILT_IN, read_source


def writable_file(name: str, folders: Sequence[Path]) -> Path | None:
    """Find the file that declares a source, unless it is part of an installed program."""
    found = [path for folder in folders for path in folder.rglob(f"{name}.yml")]
    if found:
        return found[-1]  # a later folder overrides a name
    checkout = BUILT_IN.parents[1]
    built_in = BUILT_IN / name[:2] / f"{name}.yml"
    is_checkout = (checkout / ".git").exists() and (checkout / "pyproject.toml").is_file()
    return built_in if is_checkout and os.access(built_in, os.W_OK) else None


def mark_verified(path: Path, day: date) -> bool:
    """Put a day in the place of what `verified:` says; nothing else of the file is touched.

    Tells whether that changed the file.

    Raises:
        SourceError: the file cannot be written, or has no such key where it can be found.
    """
    text = path.read_bytes().decode("utf-8")
    node = _verified(yaml.compose(text, Loader=yaml.SafeLoader))
    if node is None:
        raise SourceError(f"{path.name}: no 'verified:' was found under 'provenance:': write it in")
    if node.value == day.isoformat():
        return False
    start, end = node.start_mark.index, node.end_mark.index
    marked = text[:start] + day.isoformat() + text[end:]
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(marked.encode())
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SourceError(f"{path.name}: cannot be written: {error.strerror}") from error
    read_source(path)
    return True


def _verified(root: yaml.Node | None) -> yaml.ScalarNode | None:
    provenance = _value(root, "provenance")
    verified = _value(provenance, "verified")
    return verified if isinstance(verified, yaml.ScalarNode) else None


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)
