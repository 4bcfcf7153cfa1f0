"""Charts: drawn by Vega-Lite on this machine, as SVG that needs no script and takes our colours."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

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
    "font": _FONT,
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
    "legend": {"labelColor": QUIET, "titleColor": QUIET},
    "mark": {"color": LINK},
}


async def draw(spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, label: str) -> Markup:
    """Draw rows by a Vega-Lite specification; `label` is what a screen reader says of the chart.

    Nothing is fetched: a specification has no data but `rows`. The same chart is drawn once.

    Source: https://vega.github.io/vega-lite/docs/
    """
    whole = {**spec, "data": {"values": [dict(row) for row in rows]}}
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    drawn = await asyncio.to_thread(_svg, text)
    # On a narrow screen it scrolls, which the keyboard can do only where it can go.
    shown = Markup('<div class="chart" role="img" aria-label="{}" tabindex="0">{}</div>')
    return shown.format(label, drawn)


@lru_cache(maxsize=_MOST_KEPT)
def _svg(spec: str) -> Markup:
    import vl_convert  # 90 MB, for those who look at a chart

    svg = vl_convert.vegalite_to_svg(
        spec, config=_CONFIG, allowed_base_urls=[], show_warnings=False
    )
    return Markup(_themed(svg))  # noqa: S704 - Vega escapes what it draws, tests try it


def _themed(svg: str) -> str:
    """Leave colours to the stylesheet, and sizes to the page."""
    for colour, name in _NAMES.items():
        svg = re.sub(rf'"{colour}"', f'"var(--{name})"', svg, flags=re.IGNORECASE)
    return svg
