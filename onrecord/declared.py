"""The declared sources that a command works on."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from archive.errors import SourceError
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources


def usable_sources(
    folders: Sequence[Path], names: Sequence[str] | None = None
) -> dict[str, Source]:
    """Find all sources; bad files are named on standard error and do not stop the others.

    With `names`, other sources that come with On Record are not read.
    """
    sources, errors = find_sources([BUILT_IN, *folders], names)
    for error in errors:
        click.echo(f"Warning: {error}", err=True)
    return sources


def named_sources(names: Sequence[str], folders: Sequence[Path]) -> list[Source]:
    """Find sources by name.

    Raises:
        SourceError: there is no such source, or its file cannot be used.
    """
    sources = usable_sources(folders, names)
    missing = [name for name in names if name not in sources]
    if missing:
        near = get_close_matches(missing[0], find_sources([BUILT_IN, *folders])[0], n=1)
        hint = f" (did you mean '{near[0]}'?)" if near else ""
        raise SourceError(
            f"no usable source is named '{missing[0]}'{hint}. "
            "`onrecord sources list` names them all"
        )
    return [sources[name] for name in dict.fromkeys(names)]
