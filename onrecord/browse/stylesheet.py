"""Where our stylesheet is found: Datasette serves the folder `static` of a plugin."""

import hashlib
from functools import cache
from pathlib import Path

from datasette import plugins

_STYLESHEET = Path(__file__).parent / "static" / "onrecord.css"


@cache
def _plugin_name() -> str:
    """Datasette names our static folder after the distribution, or the module if there is none."""
    folder = str(_STYLESHEET.parent)
    return next(
        str(each["name"]) for each in plugins.get_plugins() if each["static_path"] == folder
    )


@cache
def _fingerprint() -> str:
    return hashlib.sha256(_STYLESHEET.read_bytes()).hexdigest()[:8]


def stylesheet() -> str:
    """Give the path of our stylesheet, with a mark that changes when it does."""
    return f"/-/static-plugins/{_plugin_name()}/{_STYLESHEET.name}?{_fingerprint()}"
