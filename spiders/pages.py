"""Item pages: from a response to the words, by selectors or else by trafilatura."""

import re
from dataclasses import dataclass, field

from parsel import Selector
from scrapy.http import Response

from spiders.channels.options import PageFilter, PageSelectors
from spiders.items import Linked
from spiders.pdf import UnreadablePdfError, is_pdf, read_pdf
from spiders.prose import MainText, decode_body, element_text, main_text
from spiders.selectors import SelectorError, pick
from spiders.versions import versions_of


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, as printed."""

    title: str | None
    text: str
    published_raw: str | None
    speaker: str | None
    missed: tuple[str, ...] = field(default=())
    """Selectors for less than the text that matched nothing."""

    pages: tuple[str, ...] = ()
    """The texts of a PDF's pages, instead of `text`."""

    linked: tuple[Linked, ...] = ()
    """Its other versions, as it names them."""


def read_page(response: Response, selectors: PageSelectors, source: str) -> Page | None:
    """Read an item page; None where it is another office's, by the source's own filter.

    Raises:
        SelectorError: the selector of the text matches nothing.
        ValueError: the body is no readable text.
    """
    only = selectors.only
    if is_pdf(response.body):
        return _read_pdf(response, only)
    html = page_html(response)
    root = Selector(html)
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
        linked=versions_of(root, response.url),
        missed=tuple(
            f"{selectors.place}.{name} {css!r}"
            for name, css in wanted.items()
            if css and picked[name] is None and name != "speaker"
        ),
    )


def missing_words(response: Response, selectors: PageSelectors) -> str | None:
    """Find the words by which a page says that another one is missing; None where it does not."""
    if selectors.missing is None or is_pdf(response.body):
        return None
    try:
        found = re.search(selectors.missing, page_html(response))
    except ValueError:  # what cannot be read says nothing
        return None
    return " ".join(found[0].split()) if found else None


def _read_pdf(response: Response, only: PageFilter | None) -> Page:
    """Read a PDF in the place of a page; its own dates are those of a file, not of a text."""
    if only:
        raise ValueError(f"{response.url} is a PDF, in which {only.css!r} cannot tell whose it is")
    try:
        pdf = read_pdf(response.body)
    except UnreadablePdfError as error:
        raise ValueError(f"{response.url} {error}") from None
    return Page(title=pdf.title, text="", published_raw=None, speaker=None, pages=pdf.pages)


def page_html(response: Response) -> str:
    """Decode a page's body, whatever its label says.

    Raises:
        ValueError: it is no text, or not readable in any encoding.
    """
    kind = "application/pdf" if is_pdf(response.body) else _content_type(response)
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
            f"{source}: {selectors.place}.text {selectors.text!r} matched nothing at {url}. "
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
