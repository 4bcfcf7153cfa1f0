"""What files statements can be imported from: one module a format, found by name or by looking."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.formats.opened import beginning

if TYPE_CHECKING:
    from spiders.formats.base import Format

NAMES = (
    "ndjson",
    "csv",
    "x_archive",
    "x_v2",
    "x_v1",
    "mastodon_outbox",
    "bluesky_car",
    "telegram_export",
    "html",
    "warc",
)
"""In the order in which they are tried on a file whose format nobody names."""


def file_format(name: str) -> "Format":
    """Find the format of a name; KeyError for a name that no format has."""
    if name not in NAMES:
        raise KeyError(name)
    found: Format = import_module(f"spiders.formats.{name}").FORMAT
    return found


def detect_format(path: Path) -> "Format | None":
    """Tell the format of a file by its name and its beginning; None where none fits."""
    start = beginning(path)
    return next((each for each in map(file_format, NAMES) if each.fits(path, start)), None)
