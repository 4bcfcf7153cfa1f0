"""Guessing where a statement's own page keeps its headline, its words and its date."""

import re
from collections.abc import Iterator

from parsel import Selector

from onrecord.trying.listed_dates import IsDate
from onrecord.trying.selecting import Element, elements, simple_names, stable_classes
from spiders.prose import MainText, element_text
from spiders.selectors import pick

_MOST = 0.9
_TOO_MUCH = 1.6
_REMOVALS = 6
_LONGEST_DATE = 60
_STATED = (
    'meta[property="article:published_time"]::attr(content)',
    "[itemprop=datePublished]::attr(datetime)",
    "[itemprop=datePublished]::attr(content)",
    "time[pubdate]::attr(datetime)",
    "article time::attr(datetime)",
    "main time::attr(datetime)",
    "time::attr(datetime)",
    'meta[name="PubDate"]::attr(content)',
    'meta[name="pubdate"]::attr(content)',
    'meta[name="DC.date.issued"]::attr(content)',
    'meta[name="dcterms.issued"]::attr(content)',
)
_DATED = re.compile(r"date|time|publi|posted|meta|day", re.IGNORECASE)
_COUNTER = re.compile(r"(?:views?|hits|counter|shar(?:e|ing)|social)(?:[-_]|$)", re.IGNORECASE)
_FURNITURE = frozenset({"h1", "time", "aside", "nav", "form", "footer", "header", "button"})


def guess_item_page(
    page: Selector, main: MainText, is_date: IsDate, headline: str | None, *, needs_date: bool
) -> dict[str, str]:
    """Find selectors for the parts of a page whose main text is known.

    `headline` is what the list calls the statement; without `needs_date`, the list has its date.
    """
    options: dict[str, str] = {}
    title = _title(page, headline or main.title)
    if title:
        options["title"] = title
    text = _text_element(page, main.text)
    css = None if text is None else _name_of(page, text)
    if css and text is not None:
        options["text"] = css
    published = _published(page, is_date, text) if needs_date else None
    if published:
        options["published"] = published
    if css and text is not None:
        beside = [css for css in (title, published) if css]
        removals = [*_repeated(page, text, beside), *_removals(page, text, main.text)]
        if removals:
            options["remove"] = ", ".join(list(dict.fromkeys(removals))[:_REMOVALS])
    return options


def _title(page: Selector, headline: str | None) -> str | None:
    """Choose the heading that says what the list says, or the only one of its rank."""
    words = set(re.findall(r"\w+", (headline or "").casefold()))
    for tag in ("h1", "h2", "h3"):
        found = elements(page, tag)
        lines = [_line(each) for each in found]
        if len(found) == 1 and (tag == "h1" or _is_like(lines[0], words)):
            return tag if lines[0] and (not words or _is_like(lines[0], words)) else None
        for each, line in zip(found, lines, strict=True):
            name = _name_of(page, each)
            if words and name and _is_like(line, words):
                return name
    return None


def _is_like(line: str, words: set[str]) -> bool:
    own = set(re.findall(r"\w+", line.casefold()))
    return bool(own) and len(own & words) >= len(own | words) * 0.6


def _text_element(page: Selector, text: str) -> Element | None:
    """Find the smallest element that holds nearly all of the main text, and little else."""
    paragraphs = [" ".join(each.split()) for each in text.split("\n\n")]
    total = sum(map(len, paragraphs))
    body = next(iter(elements(page, "body")), None)
    if body is None or not total:
        return None
    found = body
    while True:
        inner = next((each for each in found if _share(each, paragraphs, total) >= _MOST), None)
        if inner is None or inner.tag == "p":
            break
        found = inner
    too_long = len(element_text(found)) > _TOO_MUCH * total + 200
    return None if found is body or too_long else found


def _share(element: Element, paragraphs: list[str], total: int) -> float:
    if not isinstance(element.tag, str):
        return 0.0
    words = _line(element)
    return sum(len(each) for each in paragraphs if each in words) / total


def _name_of(page: Selector, element: Element) -> str | None:
    """Write the plainest selector that selects one element and no other."""
    for css in _ways(element):
        if elements(page, css) == [element]:
            return css
    return None


def _ways(element: Element) -> Iterator[str]:
    *telling, tag = simple_names(element)
    yield from telling
    if tag in {"article", "main"}:
        yield tag
    above = element.getparent()
    for _ in range(4):
        if above is None or above.tag in {"html", "body"}:
            return
        contexts = simple_names(above)
        named = contexts if above.tag in {"article", "main"} else contexts[:-1]
        yield from (f"{context} {own}" for context in named for own in telling)
        yield from (f"{context} > {tag}" for context in named)
        above = above.getparent()


def _removals(page: Selector, text: Element, words: str) -> list[str]:
    """Name what stands within the text's element and is no part of the text."""
    known = " ".join(words.split())
    found = list(_counters(text))
    for element in _foreign(text, known):
        names = [
            name
            for name in simple_names(element)
            if name in _FURNITURE or not name.isalnum()  # a bare div or p is everywhere
        ]
        own = next((name for name in names if _spares(page, name, text, known)), None)
        if own:
            found.append(own)
    return found


def _repeated(page: Selector, text: Element, selectors: list[str]) -> Iterator[str]:
    """Name what stands within the text's element and is read as the headline or the date."""
    for css in selectors:
        for element in elements(page, css.partition("::")[0])[:1]:
            if text not in element.iterancestors() or not _line(element):
                continue
            within = Selector(root=text, type="html")
            names = [*simple_names(element)[:-1], *_FURNITURE & {str(element.tag)}]
            yield from [name for name in names if elements(within, name) == [element]][:1]


def _counters(text: Element) -> Iterator[str]:
    """Name what is never a part of a text, whoever takes it for one: it changes at every look."""
    for element in text.iterdescendants():
        if isinstance(element.tag, str):
            yield from (f".{name}" for name in stable_classes(element) if _COUNTER.match(name))


def _foreign(element: Element, known: str) -> Iterator[Element]:
    """Find the largest elements none of whose words belong to the text."""
    for each in element:
        if not isinstance(each.tag, str) or each.tag in {"script", "style", "br"}:
            continue
        line = _line(each)
        if not line or line in known:
            continue
        parts = [
            part for part in (" ".join(p.split()) for p in element_text(each).split("\n")) if part
        ]
        if parts and not any(part in known for part in parts):
            yield each
        else:
            yield from _foreign(each, known)


def _spares(page: Selector, css: str, text: Element, known: str) -> bool:
    """Tell whether a selector matches nothing within the text that belongs to it."""
    matches = [each for each in elements(page, css) if text in each.iterancestors()]
    return bool(matches) and not any(_line(each) and _line(each) in known for each in matches)


def _published(page: Selector, is_date: IsDate, text: Element | None) -> str | None:
    """Find the date: as the markup states it, else as an element that is named for it prints it."""
    for css in _STATED:
        found = {each.get() for each in page.css(css)}
        if len(found) == 1 and is_date(found.pop()):
            return css
    for element in page.root.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            continue
        if text is not None and element in text.iterancestors():
            continue
        line = _line(element)
        if 0 < len(line) <= _LONGEST_DATE and is_date(line) and _is_named_for_it(element):
            name = _name_of(page, element) or _name_of_first(page, element)
            if name and is_date(pick(page, name) or ""):
                return name
    return None


def _is_named_for_it(element: Element) -> bool:
    return element.tag == "time" or any(
        _DATED.search(f"{each.get('class') or ''} {each.get('id') or ''}")
        for each in (element, element.getparent())
        if each is not None
    )


def _name_of_first(page: Selector, element: Element) -> str | None:
    names = simple_names(element)[:-1]
    return next((name for name in names if elements(page, name)[:1] == [element]), None)


def _line(element: Element) -> str:
    return " ".join(element_text(element).split())
