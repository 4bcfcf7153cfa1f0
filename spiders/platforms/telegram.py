"""Telegram: what the public preview of a channel says of its messages.

The words of a message that was forwarded from elsewhere are kept, and given to who is named there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from parsel import Selector, SelectorList

from archive.records import Capture
from spiders.channels.options import Kind
from spiders.items import Linked, PublisherChange, StatementItem
from spiders.platforms.post_html import post_links, without_repeats
from spiders.prose import element_text

READING = "a message's text with its poll's question and options, from the preview page"

_NAME = re.compile(r"(\w+)/(\d{1,18})")
_SINGLE = re.compile(r"/(\d{1,18})\?single\b")
_PICTURE = re.compile(r"url\(['\"]?([^'\")]+)")
_MARKED = re.compile(r"\bedited\b")
_INNER = "[not(ancestor::*[contains(@class, 'tgme_widget_message_reply')])]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How statements are made of messages."""

    base: str
    handle: str
    """The channel's name as the source writes it."""

    route: str
    capture: Capture
    kind: Kind = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as its preview shows it."""

    number: int
    numbers: frozenset[int]
    """All ids that it uses: each picture of an album has one."""

    item: StatementItem | None = None
    """The statement; None for a service message, such as "pinned", and one that is not shown."""

    hidden: str | None = None
    """What stands in the place of a message that the preview does not show."""


def messages_of(page: Selector) -> SelectorList[Selector]:
    """Find the messages of a page."""
    return page.css(".tgme_widget_message[data-post]")


def read_message(element: Selector, how: Reading) -> Message:
    """Read one message.

    Raises:
        ValueError: it is none of the channel's, or cannot be read.
    """
    name = _NAME.fullmatch(element.attrib["data-post"])
    if name is None:
        raise ValueError(f"has no number ({element.attrib['data-post']!r})")
    if name[1].lower() != how.handle.lower():
        raise ValueError(
            f"is of {name[1]}, not of {how.handle}. Has the channel a new name? Then name it in "
            "the source's file"
        )
    number = int(name[2])
    album = {int(each) for each in _SINGLE.findall(" ".join(_hrefs(element)))}
    numbers = frozenset({number, *album})
    if "service_message" in element.attrib.get("class", "").split():
        return Message(number=number, numbers=numbers)
    text, hidden = _text(element), _not_shown(element)
    if hidden and not text:
        return Message(number=number, numbers=numbers, hidden=hidden)
    return Message(number=number, numbers=numbers, item=_statement(element, number, text, how))


def missing_numbers(seen: Iterable[int], known: Iterable[int] = ()) -> list[tuple[int, int]]:
    """Give the ranges of ids between the smallest and the largest that never appeared.

    What lies between the smallest and the largest of `known` was looked through before.

    >>> missing_numbers([101, 102, 104, 109])
    [(103, 103), (105, 108)]
    >>> missing_numbers([99, 101, 104, 109], known=[101, 104])
    [(100, 100), (105, 108)]
    """
    before = sorted(known)
    found = sorted({*seen, *before[:1], *before[-1:]})
    gaps = [(low + 1, high - 1) for low, high in pairwise(found)]
    inside = (before[0], before[-1]) if before else (1, 0)
    return [
        (low, high)
        for low, high in gaps
        if low <= high and not inside[0] <= low <= high <= inside[1]
    ]


def say_ranges(ranges: list[tuple[int, int]], most: int = 40) -> str:
    """Write ranges of ids for a person.

    >>> say_ranges([(105, 105), (110, 118)])
    '105, 110-118'
    """
    told = [str(low) if low == high else f"{low}-{high}" for low, high in ranges[:most]]
    rest = len(ranges) - len(told)
    return ", ".join(told) + (f" and {rest} more ranges" if rest else "")


def _statement(element: Selector, number: int, text: str, how: Reading) -> StatementItem:
    meta = element.css(".tgme_widget_message_meta").xpath("string()").get("")
    is_marked = bool(_MARKED.search(meta))
    return StatementItem(
        native_id=f"{how.handle.lower()}/{number}",
        url=f"{how.base}/{how.handle}/{number}",
        kind=how.kind,
        text=text,
        published_raw=element.css(".tgme_widget_message_date time::attr(datetime)").get(),
        changes=(PublisherChange(at="", note="edited"),) if is_marked else (),
        speaker=_speaker(element, how.handle),
        account=f"telegram/{how.handle}",
        linked=without_repeats(_linked(element, number, how)),
        route=how.route,
        capture=how.capture,
    )


def _text(element: Selector) -> str:
    """Give the words: some pages hold a text's element once more inside itself."""
    texts = element.xpath(
        ".//*[contains(concat(' ', @class, ' '), ' js-message_text ')]"
        "[not(ancestor::*[contains(concat(' ', @class, ' '), ' js-message_text ')])]" + _INNER
    )
    question = element.css(".tgme_widget_message_poll_question")
    options = element.css(".tgme_widget_message_poll_option_text")
    parts = [element_text(each.root) for each in (*texts, *question)]
    parts.append("\n".join(element_text(each.root) for each in options))
    return "\n\n".join(part for part in parts if part)


def _not_shown(element: Selector) -> str | None:
    words = element.css(".message_media_not_supported_label, .tgme_widget_message_error")
    return " ".join(words.xpath("string()").get("").split()) or None


def _speaker(element: Selector, handle: str) -> str | None:
    """Name who is said to speak: where it was forwarded from, else who signed it."""
    source = element.css(".tgme_widget_message_forwarded_from_name")
    if source:
        is_own = f"/{handle.lower()}/" in (source.attrib.get("href") or "").lower() + "/"
        return None if is_own else _line(source)
    return _line(element.css(".tgme_widget_message_from_author"))


def _linked(element: Selector, number: int, how: Reading) -> Iterator[Linked]:
    url = f"{how.base}/{how.handle}/{number}"
    reply = element.css("a.tgme_widget_message_reply")
    if reply:
        who = _line(reply.css(".tgme_widget_message_author_name"))
        yield Linked(relation="reply_to", **_post(reply), text=who)
    source = element.css(".tgme_widget_message_forwarded_from_name")
    if source:
        yield Linked(relation="repost", **_post(source), text=_line(source))
    yield from _media(element, url, how.handle.lower())
    preview = element.css("a.tgme_widget_message_link_preview[href]")
    if preview:
        title = _line(preview.css(".link_preview_title"))
        yield Linked(relation="link", url=preview.attrib["href"], text=title)
    for text in element.xpath(
        ".//*[contains(concat(' ', @class, ' '), ' js-message_text ')]" + _INNER
    ):
        yield from post_links(text.get())
    hidden = _not_shown(element)
    if hidden:
        yield Linked(relation="media", url=url, text=hidden)


def _media(element: Selector, url: str, name: str) -> Iterator[Linked]:
    """Name pictures, films, sounds and files; a file's address is only given to apps."""
    for each in element.css(
        ".tgme_widget_message_photo_wrap, .tgme_widget_message_video_player, "
        ".tgme_widget_message_roundvideo_player, .tgme_widget_message_sticker_wrap, "
        ".tgme_widget_message_voice_player, .tgme_widget_message_document_wrap, "
        ".tgme_widget_message_location_wrap"
    ):
        picture = _PICTURE.search(" ".join(each.xpath("descendant-or-self::*/@style").getall()))
        film = each.css("video::attr(src), audio::attr(src)").get()
        single = _SINGLE.search(each.attrib.get("href", ""))
        yield Linked(
            relation="media",
            url=film or (picture[1] if picture else each.attrib.get("href") or url),
            id=f"{name}/{single[1]}" if single else None,
            text=_line(each.css(".tgme_widget_message_document_title")),
        )


def _post(link: Selector | SelectorList[Selector]) -> dict[str, str | None]:
    """Give a link's address, and the id of the post where it leads to one."""
    url = link.attrib.get("href") or None
    name = _NAME.search((url or "").partition("//")[2].partition("/")[2])
    return {"url": url, "id": f"{name[1].lower()}/{name[2]}" if name else None}


def _hrefs(element: Selector) -> list[str]:
    return element.css("a::attr(href)").getall()


def _line(found: Selector | SelectorList[Selector]) -> str | None:
    return " ".join((found.xpath("string()").get() or "").split()) or None
