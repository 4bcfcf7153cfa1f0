"""What is asked of a page as it stands in the browser; each answer is a list of faults."""

import base64
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

GRAVE = {"serious", "critical"}
MOST_NODES_TOLD = 3
FEWEST_COLOURS = 3
LEAST_INK = 0.005

_HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter(each => each.checkVisibility())
    .map(each => [Number(each.tagName[1]), each.innerText.trim()])"""

_WIDER = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const scrolls = each => ["auto", "scroll", "hidden"].includes(getComputedStyle(each).overflowX);
    return [...document.body.querySelectorAll("*")].filter(each => {
        if (each.getBoundingClientRect().right <= wide + 1) return false;
        for (let at = each.parentElement; at !== document.body; at = at.parentElement)
            if (scrolls(at)) return false;
        return true;
    }).map(each => each.tagName.toLowerCase() + "." + each.className);
}"""

_INK = """async png => {
    const image = new Image();
    image.src = "data:image/png;base64," + png;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const bytes = pen.getImageData(0, 0, image.width, image.height).data;
    const counts = new Map();
    for (let at = 0; at < bytes.length; at += 4) {
        const colour = (bytes[at] >> 4 << 8) | (bytes[at + 1] >> 4 << 4) | bytes[at + 2] >> 4;
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const paper = Math.max(...counts.values());
    return [counts.size, 1 - paper * 4 / bytes.length];
}"""


def inaccessible(page: "Page") -> list[str]:
    """Tell what axe-core finds that keeps people out."""
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, Any] = Axe().run(page).response
    return [_told(each) for each in found["violations"] if each["impact"] in GRAVE]


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    where = [
        f"{node['target'][0]}: {(node['any'] + node['all'] + node['none'])[0]['message']}"
        for node in nodes[:MOST_NODES_TOLD]
    ]
    told = f"axe {violation['id']} ({violation['impact']}), {len(nodes)} times"
    return "\n    ".join([told, *where])


def disordered_headings(page: "Page", *, may_skip: bool = False) -> list[str]:
    """Tell where the headings are no table of contents: one h1 first, and no level left out."""
    headings = page.evaluate(_HEADINGS)
    firsts = [said for level, said in headings if level == 1]
    faults = [] if len(firsts) == 1 else [f"{len(firsts)} headings of the first level: {firsts}"]
    if headings and headings[0][0] != 1:
        faults.append(f"the first heading is no h1: {headings[0]}")
    for (before, _), (level, said) in pairwise(headings):
        if level > before + 1 and not may_skip:
            faults.append(f"h{level} after h{before}: {said}")
    return faults + [f"an empty h{level}" for level, said in headings if not said]


def scrolls_sideways(page: "Page") -> list[str]:
    """Tell what is wider than the window, so that the whole page moves."""
    return [f"wider than the window: {each}" for each in page.evaluate(_WIDER)[:5]]


def blank(chart: "Locator", canvas: "Page") -> list[str]:
    """Tell whether a chart was drawn, in its place: in several colours, and with some ink."""
    chart.scroll_into_view_if_needed()
    image = chart.locator("img")
    left = image.bounding_box()
    image.evaluate("each => each.decode()")  # The browser asks for it when it is seen.
    if image.bounding_box() != left:
        return [f"the page moves when a chart comes: {left}, then {image.bounding_box()}"]
    picture = base64.b64encode(chart.screenshot()).decode()
    colours, ink = canvas.evaluate(_INK, picture)
    if colours >= FEWEST_COLOURS and ink >= LEAST_INK:
        return []
    return [f"a chart of {colours} colours and {ink:.2%} ink"]
