"""Charts: drawn without a script, in the colours of the page, and without a word that runs."""

import asyncio
import re
from html.parser import HTMLParser
from typing import Any

from browsing import MARKUP

from onrecord.browse import charts

BARS: dict[str, Any] = {
    "mark": "bar",
    "width": 200,
    "height": 100,
    "encoding": {
        "x": {"field": "month", "type": "ordinal", "title": MARKUP},
        "y": {"field": "n", "type": "quantitative"},
        "tooltip": {"field": "month"},
    },
}
ROWS = [{"month": MARKUP, "n": 3}, {"month": "2026-10", "n": 5}]


def drawn() -> str:
    return str(asyncio.run(charts.draw(BARS, ROWS, label=MARKUP)))


def test_a_chart_has_its_marks_in_the_colours_of_the_page() -> None:
    chart = drawn()
    bars = re.findall(r"<path [^>]*aria-roledescription=\"bar\"[^>]*>", chart)
    assert len(bars) == len(ROWS)
    assert all('fill="var(--link)"' in bar for bar in bars)
    assert "#" not in "".join(re.findall(r'(?:fill|stroke)="([^"]*)"', chart))


def test_nothing_in_a_chart_runs() -> None:
    found = Tags()
    found.feed(drawn())
    assert found.names >= {"svg", "path", "text"}
    assert not found.names & {"script", "img", "image", "foreignobject", "a", "use", "style"}
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
