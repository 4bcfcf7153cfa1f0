"""Cleaning: what stands on an article's page and is not the article, taken out by what it is."""

import re
from collections.abc import Collection

from lxml import etree, html

_NEVER = frozenset(
    {"applet", "audio", "button", "canvas", "dialog", "embed", "figcaption", "form", "head"}
    | {"iframe", "input", "map", "math", "menu", "nav", "noscript", "object", "option", "rp"}
    | {"rt", "script", "select", "style", "svg", "template", "textarea", "video"}
    | {"amp-ad", "amp-analytics", "amp-consent", "amp-sidebar", "amp-social-share"}
)
_MOSTLY_NOT = frozenset({"aside", "footer", "figure"})
_PARTS = (
    *("comment", "comments", "disqus", "respond", "related", "recommended", "recommendations"),
    *("readmore", "read-more", "more-on", "more-from", "also-read", "read-also", "see-also"),
    *("teaser", "teasers", "promo", "newsletter", "signup", "share", "sharing", "social"),
    *("breadcrumb", "breadcrumbs", "caption", "credit", "credits", "sr-only", "visually-hidden"),
    *("visuallyhidden", "screen-reader-text", "author-bio", "author-box", "author-card", "advert"),
    *("advertisement", "sponsored", "cookie", "cookies", "cookiebanner", "consent", "tags"),
    *("taglist", "most-read", "most-popular", "mostread", "trending", "gallery", "infobox"),
    *("outbrain", "taboola", "toc", "skip-link", "copyright", "wp-caption-text", "popular"),
)
_NAMED = re.compile(rf"(?:^|[-_\s])(?:{'|'.join(_PARTS)})(?:[-_\s]|$)")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN = re.compile(r"display:none|visibility:hidden")
_BEARS_QUOTE = etree.XPath("boolean(.//blockquote)")
_BEARS_TABLE = etree.XPath("boolean(.//table)")
# What bears so much of the page's words bears the article, whatever it is called.
_LARGE = 0.4
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHOLE = frozenset({"html", "body", "main", "h1", "blockquote"})


def remove_the_rest(root: html.HtmlElement, posts: Collection[html.HtmlElement]) -> None:
    """Take out menus, captions, comments, related links and what nobody sees, in place.

    `posts` are the embedded posts; those stay, with what is around them.
    """
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction, etree.Entity)
    kept = {above for post in posts for above in (post, *post.iterancestors())}
    kept |= {each for post in posts for each in post.iter(etree.Element)}
    lengths = _lengths(root)
    large = _LARGE * lengths.get(root, 0)
    heads = {above for h1 in root.iter("h1") for above in h1.iterancestors()}
    for element in list(root.iter(etree.Element)):
        if element in kept or element.tag in _WHOLE or element is root:
            continue
        if element.tag in _NEVER:
            _drop(element, of_figure=element.tag == "figcaption")
        elif lengths[element] < large and element not in heads and _is_not_article(element):
            _drop(element)


def settable(words: str | None) -> str:
    """Leave out the signs that a parsed page may hold, but lxml refuses to write."""
    return _NO_XML.sub("", words or "")


def _lengths(root: html.HtmlElement) -> dict[html.HtmlElement, int]:
    """Count the characters of each element's words, scripts left out."""
    found: dict[html.HtmlElement, int] = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        if not isinstance(element.tag, str):
            continue
        inner = 0 if element.tag in _NEVER else len((element.text or "").strip())
        for child in element:
            inner += found.get(child, 0) + len((child.tail or "").strip())
        found[element] = inner
    return found


def _is_not_article(element: html.HtmlElement) -> bool:
    if element.get("hidden") not in {None, "until-found"} or element.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search((element.get("style") or "").replace(" ", "").lower()):
        return True
    if element.tag in _MOSTLY_NOT:
        return _is_aside(element)
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return names != " " and bool(_NAMED.search(_HUMPS.sub("-", names).lower()))


def _is_aside(element: html.HtmlElement) -> bool:
    if element.tag == "footer":
        return not any(above.tag == "blockquote" for above in element.iterancestors())
    if element.tag == "figure":
        return not (_BEARS_QUOTE(element) or _BEARS_TABLE(element))
    return True


def _drop(element: html.HtmlElement, *, of_figure: bool = False) -> None:
    """Take out an element; the caption of a figure that is a quotation says whose it is."""
    parent = element.getparent()
    if parent is None:
        return
    if of_figure and parent.tag == "figure" and _BEARS_QUOTE(parent):
        return
    tail = settable(element.tail)
    before = element.getprevious()
    parent.remove(element)
    if not tail:
        return
    if before is not None:
        before.tail = settable(before.tail) + tail
    else:
        parent.text = settable(parent.text) + tail
