"""From a feed's bytes to its entries: one by one where the feed as a whole is not well-formed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import feedparser

from spiders.encoding import decode_body

_NAME = r"(?:[\w.-]+:)?"
_ROOT = re.compile(rf"<({_NAME}(?:rss|rdf|feed))(?=[\s>])[^>]*>", re.IGNORECASE)
_ROOT_END = re.compile(rf"</{_NAME}(?:rss|rdf|feed)\s*>", re.IGNORECASE)
_START = re.compile(rf"<({_NAME}(?:item|entry))(?=[\s>])", re.IGNORECASE)
_END = re.compile(rf"</{_NAME}(?:item|entry)\s*>", re.IGNORECASE)
_LIST_END = re.compile(rf"</{_NAME}(?:channel|rss|rdf|feed)\s*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_REFERENCE = re.compile(r"<!\[CDATA\[.*?\]\]>|&(?:(#\d+|#[xX][0-9a-fA-F]+|\w+);)?", re.DOTALL)
_NUMBERED = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]*)|0*(\d*));")
_LONGEST_NUMBER = 7
_LAST_CHARACTER = 0x10FFFF
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What could be read of a feed."""

    entries: list[Any]
    complaint: str | None = None
    """What is wrong with the feed, if anything is."""
    may_lack_entries: bool = False


def parse_feed(body: bytes, charset: str | None, url: str) -> ParsedFeed:
    """Parse RSS, Atom or RDF; of a feed cut short, the entries before the cut.

    Raises:
        ValueError: it is no feed, or was cut before its first entry ended.
    """
    text = _NUMBERED.sub(_mend_number, _decode(body, charset))
    parsed = _parse(text, url)
    root = _ROOT.search(text)
    if root is None or not (parsed.entries or parsed.version):
        raise ValueError(f"{url} is no RSS, Atom or RDF feed, but {_name_kind(text)}")
    if not parsed.bozo:
        return ParsedFeed(parsed.entries)
    is_cut = not _ROOT_END.search(text)
    pieces = list(_pieces(text))
    found = [_parse(_wrap(root, piece), url).entries for piece in pieces]
    entries = [entry for each in found for entry in each[:1]]
    if not entries:
        raise ValueError(f"{url} is not a readable feed ({parsed.bozo_exception})")
    state = "is not well-formed: it was cut short" if is_cut else "is not well-formed"
    reach = "before the cut" if is_cut else f"of {len(pieces)}"
    return ParsedFeed(
        entries,
        f"{url} {state} ({parsed.bozo_exception}); {len(entries)} entries {reach} were read",
        may_lack_entries=is_cut or len(entries) < len(pieces),
    )


def _decode(body: bytes, charset: str | None) -> str:
    """Decode a feed; damage stays visible, so that only the entries that have it are refused."""
    as_utf8 = body.decode("utf-8", errors="replace")
    damaged = as_utf8.count("\ufffd")
    if damaged and sum(not char.isascii() for char in as_utf8) > 2 * damaged:
        return as_utf8  # a byte or two of it are broken; a detector would make nonsense of the rest
    try:
        return decode_body(body, charset)[0]
    except ValueError:
        return as_utf8


def _parse(text: str, url: str) -> Any:
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(
        BytesIO(text.encode()),
        response_headers=headers,
        resolve_relative_uris=False,  # which would also rewrite the words around a link
        sanitize_html=False,
    )


def _pieces(text: str) -> Iterator[str]:
    """Cut out the entries; one that a cut went through is none."""
    text = _COMMENT.sub("", text)
    starts = list(_START.finditer(text))
    stops = [each.start() for each in starts[1:]] + [len(text)]
    for start, stop in zip(starts, stops, strict=True):
        piece = text[start.start() : stop]
        end, list_end = _END.search(piece), _LIST_END.search(piece)
        if end:
            yield piece[: end.end()]
        elif list_end or stop < len(text):
            yield piece[: list_end.start() if list_end else stop] + f"</{start[1]}>"


def _wrap(root: re.Match[str], piece: str) -> str:
    """Make a feed of one entry, with the names of the whole feed."""
    return f"{root[0]}{_REFERENCE.sub(_mend_reference, piece)}</{root[1]}>"


def _mend_number(found: re.Match[str]) -> str:
    """Show as damage a reference to what is no character, which would cost the whole feed."""
    digits = found[1] or found[2] or "0"
    number = int(digits, 16 if found[1] else 10) if len(digits) <= _LONGEST_NUMBER else -1
    is_character = 0 < number <= _LAST_CHARACTER and not "\ud800" <= chr(number) <= "\udfff"
    return found[0] if is_character else "\ufffd"


def _mend_reference(found: re.Match[str]) -> str:
    """Escape an & that begins no reference; spell out what only HTML has a name for."""
    name = found[1]
    if found[0].startswith("<") or (name and (name.startswith("#") or name in _XML_NAMES)):
        return found[0]
    return escape(unescape(found[0]))


def _name_kind(text: str) -> str:
    start = text.lstrip().lower()
    if not start:
        return "empty"
    if start.startswith(("{", "[")):
        return "JSON"
    return "an HTML page" if re.search(r"<(?:!doctype )?html\b", start[:2000]) else "something else"
