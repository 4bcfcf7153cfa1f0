"""Item pages: from a response to the words, by selectors or else by trafilatura."""

import re
from dataclasses import dataclass, field

from parsel import Selector
from scrapy.http import Response

from spiders.channels.options import PageSelectors
from spiders.prose import MainText, decode_body, element_text, main_text
from spiders.selectors import SelectorError, pick


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, as printed."""

    title: str | None
    text: str
    published_raw: str | None
    speaker: str | None
    missed: tuple[str, ...] = field(default=())
    """Selectors for less than the text that matched nothing."""


def read_page(response: Response, selectors: PageSelectors, source: str) -> Page | None:
    """Read an item page; None where it is another office's, by the source's own filter.

    Raises:
        SelectorError: the selector of the text matches nothing.
        ValueError: the body is no readable text.
    """
    html = page_html(response)
    root = Selector(html)
    only = selectors.only
    if only and not re.search(only.matches, pick(root, only.css) or ""):
        return None
    wanted = {"title": selectors.title, "published": selectors.published}
    wanted |= {"speaker": selectors.speaker}
    picked = {name: pick(root, css) if css else None for name, css in wanted.items()}
    found = _text(root, html, selectors, source, response.url)
    return Page(
        title=picked["title"] or (None if selectors.title else found.title),
        text=found.text,
        published_raw=picked["published"] or (None if selectors.published else found.published_raw),
        speaker=picked["speaker"],
        missed=tuple(
            f"page.{name} {css!r}"
            for name, css in wanted.items()
            if css and picked[name] is None and name != "speaker"
        ),
    )


def page_html(response: Response) -> str:
    """Decode a page's body, whatever its label says.

    Raises:
        ValueError: it is no text, or not readable in any encoding.
    """
    kind = "application/pdf" if response.body.startswith(b"%PDF-") else _content_type(response)
    if kind and not _is_text(kind):
        raise ValueError(f"{response.url} is {kind.partition(';')[0]}, not a page of text")
    return decode_body(response.body, declared_charset(response))[0]


def declared_charset(response: Response) -> str | None:
    """Name the encoding that the response's header claims."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", _content_type(response), re.IGNORECASE)
    return found[1] if found else None


def _text(root: Selector, html: str, selectors: PageSelectors, source: str, url: str) -> MainText:
    if selectors.text is None:
        return main_text(html, url)
    parts = [
        element_text(element.root, selectors.remove) for element in _outermost(root, selectors.text)
    ]
    text = "\n\n".join(part for part in parts if part)
    if not text:
        raise SelectorError(
            f"{source}: page.text {selectors.text!r} matched nothing at {url}. "
            "Has the page changed?"
        )
    return MainText(title=None, text=text, published_raw=None)


def _outermost(root: Selector, css: str) -> list[Selector]:
    """Leave out matches inside other matches, whose words would come twice."""
    matches = root.css(css)
    elements = {match.root for match in matches}
    return [
        match
        for match in matches
        if not any(above in elements for above in match.root.iterancestors())
    ]


def _is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(("xml", "json", "html"))


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
