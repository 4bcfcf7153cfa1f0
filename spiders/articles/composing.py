"""Composing: an article's text from the units that were chosen, and the places of quotations."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import html

from analysis.spans import Span
from spiders.articles.article import EmbeddedPost
from spiders.articles.embeds import Embed
from spiders.articles.quoting import read_blocks
from spiders.articles.units import Unit

_MEDIA = re.compile(
    r"(?:\s*(?:https?://t\.co/\w+|pic\.(?:twitter|x)\.com/\w+|\[image or embed\]))+\s*$"
)
_TOGETHER = frozenset({"li", "tr"})


@dataclass(frozen=True, slots=True)
class Composed:
    """An article's text with the places in it."""

    text: str
    blocks: tuple[Span, ...]
    signatures: tuple[Span, ...]
    posts: tuple[EmbeddedPost, ...]


def compose(
    units: Sequence[Unit],
    chosen: Sequence[int],
    title: str | None,
    embeds: Mapping[html.HtmlElement, Embed],
) -> Composed:
    """Put the text together: the title, then a paragraph for each unit, items of a list as lines.

    Of posts the words and the line under them are printed, once each, and no other part.
    """
    kept, quoted = read_blocks(units, chosen)
    shown = _Posts(units, embeds)
    places: dict[int, Span] = {}
    parts = [title] if title else []
    end = len(title or "")
    last: Unit | None = None
    for number in kept:
        unit = units[number]
        if not shown.is_printed(number):
            continue
        between = _between(last, unit) if parts else ""
        parts += [between, unit.text]
        places[number] = end + len(between), end + len(between) + len(unit.text)
        end = places[number][1]
        last = unit
    text = "".join(parts)
    blocks = [
        (places[block.units[0]][0], places[block.units[-1]][1])
        for block in quoted
        if block.is_quotation and block.units[0] in places
    ]
    signatures = (place for number, place in places.items() if units[number].is_source)
    return Composed(text, tuple(blocks), tuple(signatures), shown.posts(text, kept, places))


def _between(last: Unit | None, unit: Unit) -> str:
    if last is None or last.tag != unit.tag or unit.tag not in _TOGETHER:
        return "\n\n"
    return "\n"


class _Posts:
    """The posts of an article, and which of their units are printed."""

    def __init__(self, units: Sequence[Unit], embeds: Mapping[html.HtmlElement, Embed]) -> None:
        self._units = units
        self._embeds = embeds
        self._elements: dict[str, html.HtmlElement] = {}
        self._captions: dict[html.HtmlElement, list[int]] = {}
        for number, unit in enumerate(units):
            if unit.post is not None:
                self._elements.setdefault(embeds[unit.post].url, unit.post)
                if unit.tag == "p":
                    self._captions.setdefault(unit.post, []).append(number)

    def is_printed(self, number: int) -> bool:
        """Tell whether a unit is printed; all that are of no post are."""
        post = self._units[number].post
        if post is None:
            return True
        embed = self._embeds[post]
        if self._elements[embed.url] is not post or not self._units[number].text:
            return False
        return embed.words == "paragraphs" or self._is_words(number)

    def posts(
        self, text: str, kept: Sequence[int], places: Mapping[int, Span]
    ) -> tuple[EmbeddedPost, ...]:
        """Describe the posts that stand in the article."""
        found: dict[html.HtmlElement, list[int]] = {}
        for number in kept:
            post = self._units[number].post
            if post is not None and self._elements[self._embeds[post].url] is post:
                found.setdefault(post, []).append(number)
        return tuple(
            _post(
                self._embeds[post], text, [places[each] for each in numbers if self._is_words(each)]
            )
            for post, numbers in found.items()
        )

    def _is_words(self, number: int) -> bool:
        """Tell whether a unit is of the words of a post, and not of the platform's."""
        unit = self._units[number]
        if unit.post is None or unit.tag != "p":
            return False
        paragraphs = self._captions[unit.post]
        if self._embeds[unit.post].words == "caption":
            return len(paragraphs) > 1 and number == paragraphs[0]
        return self._embeds[unit.post].words == "paragraphs"


def _post(embed: Embed, text: str, places: Sequence[Span]) -> EmbeddedPost:
    span: Span | None = None
    words = ""
    if places:
        start, end = places[0][0], places[-1][1]
        words = _MEDIA.sub("", text[start:end])
        span = (start, start + len(words)) if words else None
    return EmbeddedPost(embed.url, embed.account, words, span, embed.published_on)
