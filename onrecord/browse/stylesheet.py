"""Where our stylesheets and scripts are: Datasette serves the folder `static` of a plugin."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from datasette import plugins

_FOLDER = Path(__file__).parent / "static"
_OF_EVERY_PAGE = "onrecord.css"


@cache
def _plugin_name() -> str:
    """Datasette names our static folder after the distribution, or the module if there is none."""
    return next(
        str(each["name"]) for each in plugins.get_plugins() if each["static_path"] == str(_FOLDER)
    )


@cache
def stylesheets(template: str | None) -> tuple[str, ...]:
    """Give the paths of a page's sheets, each with a mark that changes when it does.

    They are the one of every page, and the one named as the page's template, if there is one.
    """
    own = _FOLDER / f"{(template or '').removesuffix('.html')}.css"
    return tuple(map(address_of, [_OF_EVERY_PAGE, *([own.name] if own.exists() else [])]))


@cache
def address_of(name: str) -> str:
    """Give the path of a file of ours, with a mark that changes when it does."""
    mark = hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:8]
    return f"/-/static-plugins/{_plugin_name()}/{name}?{mark}"


@cache
def colours() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Give the colours of every page by their names: those by day, and those by night."""
    sheet = (_FOLDER / _OF_EVERY_PAGE).read_text(encoding="utf-8")
    by_day, _, by_night = sheet.partition("@media (prefers-color-scheme: dark)")
    ends = (by_day, by_night.partition("}")[0])
    day, night = (dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in ends)
    return day, {**day, **night}
