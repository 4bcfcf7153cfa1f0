"""Units: the paragraphs, headings, list items and lines of a page, each with where it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree, html

from analysis.normalise import normalise_text
from spiders.articles.embeds import Embed

Slot = tuple[html.HtmlElement, Literal["text", "tail"]]

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"}
    | {"div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4"}
    | {"h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre"}
    | {"section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})
_BREAK = "\u2028"
_BLANKS = re.compile(rf"[^\S{_BREAK}]+")
_AROUND_BREAK = re.compile(rf" ?{_BREAK} ?")
_ANY_MARK = frozenset("\"'“”„‟«»‹›「」『』‘’‚")  # noqa: RUF001 - the marks of all languages
_LONGEST_EMOJI = 8
_WORDS_OF_QUOTE = frozenset({"blockquote", "block-quote"})
_OPEN = ("“", "‘")  # noqa: RUF001
_CLOSE = ("”", "’")  # noqa: RUF001
_BLACK = re.compile(r"\S")


@dataclass(slots=True)
class Unit:
    """A paragraph, heading, list item or line."""

    text: str
    """Its words, normalised; lines end at its line breaks."""

    tag: str
    """The element that it is the text of."""

    home: html.HtmlElement | None
    """The element around that one."""

    quote: html.HtmlElement | None
    """The outermost block quote around it."""

    post: html.HtmlElement | None
    """The embedded post that it is a part of."""

    is_source: bool
    """It is marked as saying whose a block quote is."""

    in_links: float
    """The share of its characters that are in links."""

    slots: list[Slot] = field(repr=False)
    """The places in the page's tree that hold its words."""


def units_of(root: html.HtmlElement, embeds: Mapping[html.HtmlElement, Embed]) -> list[Unit]:
    """Read the units of a page, in order; what is only the frame of a post is left out.

    `<q>` gets the quotation marks that browsers show, and emoji that are images their signs.

    Raises:
        ValueError: the page holds what no text holds.
    """
    walker = _Walker(embeds)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            walker.enter(element)
        else:
            walker.leave(element)
    walker.flush()
    return walker.units


class _Walker:
    """The way through a page's tree, with the unit that is being put together."""

    def __init__(self, embeds: Mapping[html.HtmlElement, Embed]) -> None:
        self.units: list[Unit] = []
        self._embeds = embeds
        self._parts: list[str] = []
        self._slots: list[Slot] = []
        self._linked = 0
        self._links = 0
        self._marks: list[str] = []
        self._blocks: list[html.HtmlElement] = []
        self._quotes: list[html.HtmlElement] = []
        self._sources: list[html.HtmlElement] = []
        self._pre = 0
        self._post: html.HtmlElement | None = None
        self._is_mute = False

    def enter(self, element: html.HtmlElement) -> None:
        """Go into an element, and take the words at its start."""
        tag = element.tag
        if element in self._embeds and self._post is None:
            self.flush()
            self._post = element
            self._is_mute = self._embeds[element].words == "none"
            if self._is_mute:
                self._note_post(element)
        if self._is_block(element):
            self._begin(element)
        if tag in _CELLS:
            self._parts.append(" ")
        elif tag == "br":
            self._break()
        elif tag == "q":
            self._open(element)
        elif tag == "img":
            self._parts.append(_emoji(element))
        elif tag == "a":
            self._links += 1
        elif tag == "pre":
            self._pre += 1
        self._take((element, "text"))

    def leave(self, element: html.HtmlElement) -> None:
        """Come out of an element, and take the words after it."""
        tag = element.tag
        if tag == "q":
            self._parts.append(self._marks.pop())
        elif tag == "a":
            self._links -= 1
        elif tag == "pre":
            self._pre -= 1
        if self._blocks and self._blocks[-1] is element:
            self._end(element)
        if element is self._post:
            self.flush()
            self._post, self._is_mute = None, False
        self._take((element, "tail"))

    def flush(self) -> None:
        """End the unit."""
        words, self._parts = "".join(self._parts), []
        slots, self._slots = self._slots, []
        linked, self._linked = self._linked, 0
        text = _AROUND_BREAK.sub(_BREAK, _BLANKS.sub(" ", words)).strip(f" {_BREAK}")
        if self._is_mute or not text or not (text := normalise_text(text)):
            return
        block = self._blocks[-1] if self._blocks else None
        self.units.append(
            Unit(
                text,
                str(block.tag) if block is not None else "",
                block.getparent() if block is not None else None,
                self._quotes[0] if self._quotes else None,
                self._post,
                bool(self._sources),
                linked / len("".join(words.split())),
                slots,
            )
        )

    def _note_post(self, element: html.HtmlElement) -> None:
        """Keep the place of a post whose words are not on the page."""
        home = element.getparent()
        self.units.append(Unit("", str(element.tag), home, None, element, False, 0.0, []))

    def _is_block(self, element: html.HtmlElement) -> bool:
        if element.tag in _BLOCKS:
            return element.tag not in _CELLS or len(element) > 0
        return element.tag == "cite" and bool(self._quotes) and _is_last(element)

    def _begin(self, element: html.HtmlElement) -> None:
        self.flush()
        self._blocks.append(element)
        tokens = set((element.get("class") or "").lower().split())
        if element.tag == "blockquote" or (tokens & _WORDS_OF_QUOTE and element.tag != "body"):
            self._quotes.append(element)
        elif self._quotes and element.tag in {"cite", "footer", "figcaption"}:
            self._sources.append(element)

    def _end(self, element: html.HtmlElement) -> None:
        self.flush()
        self._blocks.pop()
        for held in (self._quotes, self._sources):
            if held and held[-1] is element:
                held.pop()

    def _break(self) -> None:
        """End a line; two line ends are how old pages part paragraphs."""
        last = next((part for part in reversed(self._parts) if part.strip(" \t\r\n")), "")
        if last.rstrip(" \t\r\n").endswith(_BREAK):
            self.flush()
        else:
            self._parts.append(_BREAK)

    def _open(self, element: html.HtmlElement) -> None:
        """Print the marks of `<q>`, unless the page has printed its own."""
        depth = sum(1 for mark in self._marks if mark) % 2
        first = _BLACK.search("".join(element.itertext()))
        before = "".join(self._parts[-2:])[-1:]
        is_marked = bool(first and first[0] in _ANY_MARK and depth == 0) or before in _ANY_MARK
        self._marks.append("" if is_marked else _CLOSE[depth])
        self._parts.append("" if is_marked else _OPEN[depth])

    def _take(self, slot: Slot) -> None:
        element, place = slot
        words = element.text if place == "text" else element.tail
        if not words or (place == "text" and element.tag in {"script", "style"}):
            return
        if self._pre:
            words = words.replace("\n", _BREAK)
        self._parts.append(words)
        if self._links:
            self._linked += len("".join(words.split()))
        if not words.isspace():
            self._slots.append(slot)


def _emoji(image: html.HtmlElement) -> str:
    signs = (image.get("alt") or "").strip()
    is_emoji = 0 < len(signs) <= _LONGEST_EMOJI and not any(map(str.isalnum, signs))
    return signs if is_emoji else ""


def _is_last(element: html.HtmlElement) -> bool:
    """Tell whether nothing stands after an element in the one around it."""
    if (element.tail or "").strip():
        return False
    return not any(
        "".join(after.itertext()).strip() or (after.tail or "").strip()
        for after in element.itersiblings()
    )
