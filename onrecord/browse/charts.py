"""Charts: pictures drawn by Vega-Lite on this machine, which need no script and know the night."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from onrecord.browse.drawing_apart import draw_apart
from onrecord.browse.stylesheet import colours

_FONT = "system-ui, sans-serif"
_MOST_KEPT = 256

INK, QUIET, RULE, LINK = "#1f2022", "#5b5e63", "#d8d4c9", "#1d4f82"
GOOD, BAD, NONE = "#0f5a2b", "#8c1d18", "#e7e3d8"
"""The colours a chart may name; the stylesheet gives each its value by day and by night."""

_NAMES = {
    INK: "ink",
    QUIET: "quiet",
    RULE: "rule",
    LINK: "link",
    GOOD: "new",
    BAD: "gone",
    NONE: "raised",
}
_CONFIG: dict[str, Any] = {
    "background": None,
    "aria": False,  # It is an image: what it says is its label.
    "font": _FONT,
    # Here a letter may be narrower than where it is read.
    "padding": {"left": 20, "right": 10, "top": 5, "bottom": 5},
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "domainColor": RULE,
        "tickColor": RULE,
        "gridColor": RULE,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
    },
    "axisY": {"titlePadding": 12},
    "legend": {"labelColor": QUIET, "titleColor": QUIET},
    "mark": {"color": LINK},
}
_HEAD = re.compile(
    r'<svg (?P<names>(?:xmlns(?::\w+)?="[^"]*" |version="[^"]*" |class="[^"]*" )*)'
    r'width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)" viewBox="0 0 [\d. ]+"'
    r"(?P<rest>[^>]*)>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Rows, and how Vega-Lite draws them.

    Source: https://vega.github.io/vega-lite/docs/
    """

    name: str
    """What it is called in its address, below that of its page."""

    spec: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    label: str
    """What is said of it to who does not see it."""

    width: int
    height: int
    """CSS pixels of the picture, known before it is drawn, so that a page does not move."""

    def written(self) -> str:
        """Write all of it down; nothing is fetched, since it has no data but its rows."""
        whole = {**self.spec, "data": {"values": [dict(row) for row in self.rows]}}
        return json.dumps(whole, sort_keys=True, ensure_ascii=False)

    def mark(self) -> str:
        """Give what is the same for as long as its picture is, as a header says it."""
        drawn_from = f"{_drawn_with()}\n{self.width} {self.height}\n{self.written()}"
        return f'"{hashlib.sha256(drawn_from.encode()).hexdigest()[:32]}"'


def picture(chart: Chart | None, page: str, **parameters: str) -> Markup | None:
    """Show a chart on the page at an address, which takes parameters; the browser asks for it."""
    if chart is None:
        return None
    asked = f"?{urlencode(parameters)}" if parameters else ""
    # On a narrow screen it scrolls, which the keyboard can do only where it can go.
    shown = Markup(
        '<div class="chart" role="group" aria-label="Chart" tabindex="0"><img src="{}" alt="{}" '
        'width="{}" height="{}" loading="lazy" decoding="async"></div>'
    )
    address = f"{page}/charts/{chart.name}.svg{asked}"
    return shown.format(address, chart.label, chart.width, chart.height)


async def draw(chart: Chart) -> str:
    """Draw a chart as SVG; the same one is drawn once.

    Raises:
        RuntimeError: it cannot be drawn.
    """
    return await asyncio.to_thread(_svg, chart.written(), chart.width, chart.height)


@lru_cache(maxsize=_MOST_KEPT)
def _svg(spec: str, width: int, height: int) -> str:
    return _themed(_framed(draw_apart(spec, json.dumps(_CONFIG)), width, height))


@cache
def _drawn_with() -> str:
    return f"{version('vl-convert-python')}\n{json.dumps(_CONFIG)}\n{_style()}"


def _framed(svg: str, width: int, height: int) -> str:
    """Give a picture the size that its page left for it; what is larger is drawn smaller."""

    def frame(head: re.Match[str]) -> str:
        inner = max(float(head["width"]), width), max(float(head["height"]), height)
        return (
            f'<svg {head["names"]}width="{width}" height="{height}" '
            f'viewBox="0 0 {inner[0]:g} {inner[1]:g}" preserveAspectRatio="xMinYMin meet"'
            f"{head['rest']}>"
        )

    framed, count = _HEAD.subn(frame, svg, count=1)
    if not count:
        raise RuntimeError("Vega-Lite gave no picture whose size can be read")
    return framed


def _themed(svg: str) -> str:
    """Name colours as the stylesheet does, and give them its values by day and by night."""
    for colour, name in _NAMES.items():
        svg = re.sub(rf'"{colour}"', f'"var(--{name})"', svg, flags=re.IGNORECASE)
    at = svg.index(">") + 1
    return f"{svg[:at]}<style>{_style()}</style>{svg[at:]}"


@cache
def _style() -> str:
    """Write the colours down; a picture does not see the stylesheet of the page that shows it."""
    names = ("paper", *_NAMES.values())
    by_day, by_night = ("".join(f"--{name}:{each[name]};" for name in names) for each in colours())
    return (
        f":root{{{by_day}background:var(--paper)}}"
        f"@media (prefers-color-scheme:dark){{:root{{{by_night}}}}}"
    )
