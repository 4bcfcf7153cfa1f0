"""Decoding: from the bytes of an article to its characters, and what is not text turned away."""

import re

from spiders.articles.article import ArticleError
from spiders.encoding import decode_body

_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "is a PDF: paste its text"),
    (b"PK\x03\x04", "is a Word, EPUB or ZIP file: save it as text, or paste its text"),
    (b"\xd0\xcf\x11\xe0", "is an old Word file: save it as text, or paste its text"),
    (b"{\\rtf", "is in Rich Text Format: save it as text, or paste its text"),
    (b"bplist", "is a web archive of Safari: save the page as HTML"),
    (b"SQLite format 3", "is a database, not an article"),
    (b"WARC/", "is a WARC file: name the page itself"),
    (b"\x1f\x8b", "is gzipped: unpack it first"),
    (b"\x89PNG", "is an image: paste the text that it shows"),
    (b"\xff\xd8\xff", "is an image: paste the text that it shows"),
    (b"GIF8", "is an image: paste the text that it shows"),
)
_KINDS = re.compile(r"(image|video|audio|font)/|application/(pdf|zip|octet-stream|json)")
_FIRST_TAG = re.compile(
    r"(?>\s|<\?.*?\?>|<!--.*?-->|<!doctype[^>]*>)*+<([a-z][\w:.-]*)", re.IGNORECASE | re.DOTALL
)
_FEEDS = frozenset({"rss", "feed", "rdf:rdf"})
_HTML_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|main|section|div|h1|p|br|blockquote|meta)\b[^<]*>",
    re.IGNORECASE,
)
_OURS = frozenset({"html", "head", "body", "article", "main", "section", "div", "span", "p", "h1"})
_DAMAGE = re.compile("[\x00\x80-\x84\x86-\x9f\ufffd]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_LOOKED_AT = 20_000
# Of UTF-8 with fewer faults than one in so many bytes beyond ASCII, the rest can be read.
_FAULTS = 20


def decline_other_kinds(body: bytes, content_type: str | None, where: str) -> None:
    """Turn away what is no text.

    Raises:
        ArticleError: it is none; says what it is, and what to do.
    """
    start = body[:16].lstrip()
    for sign, words in _SIGNS:
        if start.startswith(sign):
            raise ArticleError(f"{where} {words}")
    kind = (content_type or "").partition(";")[0].strip().lower()
    if _KINDS.match(kind):
        raise ArticleError(f"{where} is {kind}, not the page of an article: paste its text")


def decode_article(body: bytes, content_type: str | None, where: str) -> str:
    """Decode a page or a text; faults of a few bytes are left to stand, for whoever meets them.

    Raises:
        ArticleError: it is binary, or its encoding cannot be told.
    """
    found = _CHARSET.search(content_type or "")
    try:
        return decode_body(body, found[1] if found else None)[0]
    except ValueError:
        if b"\x00" in body:
            raise ArticleError(f"{where} is no text: paste the text of the article") from None
    text = body.decode("utf-8", errors="replace")
    beyond = sum(not char.isascii() for char in text)
    if text.encode() != body and text.count("\ufffd") * _FAULTS > beyond:
        raise ArticleError(
            f"{where} does not say for certain in which encoding it is: paste the text from your "
            "browser"
        )
    return text


def check_undamaged(text: str, where: str) -> None:
    """Refuse an article whose own words are damaged: they would look altered.

    Raises:
        ArticleError: they are.
    """
    if broken := _DAMAGE.search(text):
        around = text[max(0, broken.start() - 20) : broken.start() + 20]
        raise ArticleError(
            f"{where} is damaged at {around!r} (U+{ord(broken[0]):04X}): paste the text from your "
            "browser"
        )


def is_html(text: str) -> bool:
    """Tell a page from a plain text that may well mention a tag."""
    start = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    return bool(_HTML_TAG.match(start)) or len(_HTML_TAG.findall(start)) > 1


def decline_other_markup(text: str, where: str) -> None:
    """Turn away XML and JSON.

    Raises:
        ArticleError: it is one of these.
    """
    start = text[:_LOOKED_AT].lstrip("\ufeff \t\r\n")
    first = _FIRST_TAG.match(start)
    name = first[1].lower() if first else ""
    if name in _FEEDS:
        raise ArticleError(f"{where} is a news feed, not an article: have it read as a feed")
    if start.startswith("<?xml") and name != "html":
        raise ArticleError(f"{where} is XML ({name}), not the page of an article: paste its text")
    if re.match(r'[{\[]\s*["{\[]', start):
        raise ArticleError(f"{where} is JSON, not the page of an article: paste its text")
