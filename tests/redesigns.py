"""Ten ways to redesign a site, each applied to its list and to the pages of its items."""

import json
import re
from collections.abc import Callable
from typing import Any

from lxml import html

Redesign = Callable[[Any, bool], None]
"""Change a page; the second argument says whether it is the list."""

_DAY = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\s+\w+\s+\d{4}|\w+\s+\d{1,2},?\s+\d{4}"
)


def rename_classes(page: Any, is_list: bool) -> None:
    """Give every class and id another name, as a new theme does."""
    del is_list
    for element in page.iter():
        for name in ("class", "id", "itemprop"):
            if isinstance(element.tag, str) and element.get(name):
                words = (f"n-{word}" for word in element.get(name).split())
                element.set(name, " ".join(words))


def drop_a_block(page: Any, is_list: bool) -> None:
    """Leave the second half of an item's paragraphs out, or the titles of a list."""
    if is_list:
        return
    paragraphs = list(page.iter("p"))
    for element in paragraphs[len(paragraphs) // 2 - 1 :]:
        element.getparent().remove(element)


def wrap_in_elements(page: Any, is_list: bool) -> None:
    """Put an element between every parent and its links, headings and paragraphs."""
    del is_list
    for element in list(page.iter("a", "h1", "h2", "h3", "h4", "p", "time")):
        parent = element.getparent()
        around = html.Element("div", {"class": "wrap"})
        parent.replace(element, around)
        around.tail, element.tail = element.tail, None
        around.append(element)


def load_lazily(page: Any, is_list: bool) -> None:
    """Leave the containers of a list empty, for a script to fill."""
    if is_list:
        for link in list(page.iter("a")):
            if link.getparent() is not None and not _is_in_navigation(link):
                link.getparent().remove(link)


def change_addresses(page: Any, is_list: bool) -> None:
    """Give every item another address, as a new system does."""
    if is_list:
        for link in page.iter("a"):
            if not _is_in_navigation(link):
                link.set("href", new_address(link.get("href", "")))


def new_address(url: str) -> str:
    """Name where an item stands after the change of the addresses."""
    numbers = re.findall(r"\d{3,}", url)
    if numbers:
        return url.replace(numbers[-1], str(int(numbers[-1]) + 700_000))
    return re.sub(r"(\w)(\.\w+)?(/?)$", r"\1-new\2\3", url)


def tables_to_divs(page: Any, is_list: bool) -> None:
    """Make every table, list, section and article of divs."""
    del is_list
    tags = ("table", "tbody", "tr", "td", "ul", "ol", "li", "dl", "dt", "dd", "article", "section")
    for element in list(page.iter(*tags, "time", "h2", "h3")):
        element.tag = "div"


def move_dates_away(page: Any, is_list: bool) -> None:
    """Put printed dates into attributes, from where a script shows them."""
    del is_list
    for element in page.iter():
        for part in ("text", "tail"):
            words = getattr(element, part)
            if isinstance(element.tag, str) and words and (day := _DAY.search(words)):
                element.set("data-date", day[0])
                setattr(element, part, _DAY.sub("", words))
        if element.get("datetime"):
            element.set("data-time", element.attrib.pop("datetime"))


def link_by_script(page: Any, is_list: bool) -> None:
    """Open every item by a script."""
    if is_list:
        for link in page.iter("a"):
            link.set("href", f"javascript:open('{link.get('href')}')")


def move_texts_into_json(page: Any, is_list: bool) -> None:
    """Move every paragraph of an item into the JSON of a script."""
    if is_list:
        return
    words = []
    for element in list(page.iter("p")):
        words.append(element.text_content())
        element.getparent().remove(element)
    script = html.Element("script", {"type": "application/json"})
    script.text = json.dumps({"state": words})
    page.find("body").append(script)


def change_headings(page: Any, is_list: bool) -> None:
    """Make every heading one of a lower level."""
    del is_list
    for level in (5, 4, 3, 2, 1):
        for element in list(page.iter(f"h{level}")):
            element.tag = f"h{level + 1}"


REDESIGNS: tuple[Redesign, ...] = (
    rename_classes,
    drop_a_block,
    wrap_in_elements,
    load_lazily,
    change_addresses,
    tables_to_divs,
    move_dates_away,
    link_by_script,
    move_texts_into_json,
    change_headings,
)


def _is_in_navigation(link: Any) -> bool:
    return any(above.tag in {"nav", "header", "footer"} for above in link.iterancestors())
