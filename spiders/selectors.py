"""Selectors: one string out of a page, or an error that names the selector and the page."""

from collections.abc import Sequence

from parsel import Selector

from spiders.prose import element_text


class SelectorError(ValueError):
    """Say which selector of which source matched nothing, and where."""


def pick(root: Selector, css: str) -> str | None:
    """Read the first match of a selector as one line of text; None where nothing matches.

    `::text` and `::attr(...)` give strings; a plain selector gives its element's whole text.
    """
    found = root.css(css)
    if not found:
        return None
    if "::" not in css:
        element = found[0].root
        line = element_text(element) if len(element) else element.text or ""
    elif "::attr(" in css:
        line = found[0].get()
    else:
        line = " ".join(found.getall())
    return " ".join(line.split()) or None


def pick_above(page: Selector, blocks: Sequence[Selector], css: str) -> list[str | None]:
    """Read for each block the nearest match that begins before it, as one line of text."""
    headings = {match.root: match for match in page.css(css)}
    wanted = {block.root for block in blocks}
    above: dict[object, str | None] = {}
    line: str | None = None
    for element in page.root.iter():
        if element in wanted:
            above[element] = line
        if element in headings:
            line = " ".join(element_text(headings[element].get()).split()) or line
    return [above[block.root] for block in blocks]
