"""The source files of the demo, written for the address that its web happens to have."""

from importlib.resources import files
from pathlib import Path

from onrecord.demo.statements import SOURCES

_PLACEHOLDER = "@BASE_URL@"


def write_sources(folder: Path, base_url: str) -> list[str]:
    """Write `<cc>/<cc_office>.yml` for each office into a folder and name the sources."""
    for source in SOURCES:
        template = files(__package__) / "sources" / f"{source}.yml.in"
        path = folder / source[:2] / f"{source}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = template.read_text("utf-8").replace(_PLACEHOLDER, base_url)
        path.write_text(text, encoding="utf-8")
    return list(SOURCES)
