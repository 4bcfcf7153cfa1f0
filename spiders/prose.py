"""From a page's HTML to words that people would quote."""

import re
from copy import deepcopy
from dataclasses import dataclass
from unicodedata import normalize

from html_text import etree_to_text
from lxml import etree, html
from parsel.csstranslator import css2xpath

from analysis.normalise import UNSEEN
from spiders.encoding import decode_body

__all__ = ["MainText", "decode_body", "element_text", "main_text"]


@dataclass(frozen=True, slots=True)
class MainText:
    """What a page without selectors says."""

    title: str | None
    """The headline."""
    text: str
    """The words, paragraphs separated by blank lines; empty where no main text was found."""
    published_raw: str | None
    """The date of publication: as the page's markup states it, else the day trafilatura found."""


# Prose.

_PARAGRAPHS = frozenset(
    {"blockquote", "center", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"ol", "p", "pre", "table", "title", "ul"},
)
_LINES = frozenset(
    {"address", "article", "aside", "body", "br", "caption", "dd", "details", "div", "dt"}
    | {"fieldset", "figcaption", "footer", "form", "header", "hgroup", "hr", "html", "legend"}
    | {"li", "main", "nav", "section", "summary", "tr"},
)
_CELLS = frozenset({"td", "th"})
_NOT_PROSE = (
    *("applet", "audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noembed"),
    *("noframes", "noscript", "object", "rp", "rt", "script", "select", "style", "svg"),
    *("template", "textarea", "video"),
)
_REMOVED = "removed"
_HIDDEN = etree.XPath(
    "//*[(@hidden and not(@hidden = 'until-found'))"
    " or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')"
    " or contains(translate(@style, 'VISBLTYHDEN ', 'visbltyhden'), 'visibility:hidden')]",
)
_LONE_PARAGRAPHS = etree.XPath(
    "//*[self::li or self::td or self::th or self::dt or self::dd]"
    "[count(*) = 1 and not(text()[normalize-space()])]/*[self::p or self::div]",
)
_INNER_LISTS = etree.XPath("//li//ul | //li//ol | //td//ul | //td//ol")


def element_text(fragment: str | html.HtmlElement, remove: str | None = None) -> str:
    """Give the words of a piece of HTML as a reader sees them, nothing lost or moved.

    An element of a parsed page is left as it was.

    Paragraphs and headings are separated by blank lines; list items, table rows and `<br>` end
    lines. `remove` is a CSS selector of what to leave out.

    Raises:
        ValueError: if the fragment holds what no text holds (NUL, half a surrogate pair).
    """
    root = _parse(fragment) if isinstance(fragment, str) else deepcopy(fragment)
    if root is None:
        return ""
    root.tail = None
    if remove:
        _drop(root, root.xpath(css2xpath(remove)))
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(root, *_NOT_PROSE, with_tail=False)
    hidden = _HIDDEN(root)
    if root in hidden and root.tag != "html":
        return ""
    _drop(root, hidden)
    return _lay_out(root)


def _parse(fragment: str) -> html.HtmlElement | None:
    if "\x00" in fragment:
        raise ValueError(
            f"character {fragment.index(chr(0))} of the HTML is U+0000, which no text holds: the "
            "page was decoded wrongly; keep its capture and mend its encoding"
        )
    if not fragment.strip():
        return None
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    root: html.HtmlElement | None = etree.fromstring(fragment.encode(), parser=parser)
    if any("depth" in error.message for error in parser.error_log):
        raise ValueError("the HTML is nested deeper than a page is; its inner words would be lost")
    return root


def _drop(root: html.HtmlElement, elements: list[html.HtmlElement]) -> None:
    for element in elements:
        if element is not root:
            element.tag = _REMOVED
    etree.strip_elements(root, _REMOVED, with_tail=False)


def _lay_out(root: html.HtmlElement) -> str:
    """Turn a tree of prose into lines and paragraphs."""
    for quote in root.iter("q"):
        quote.text = "\u201c" + (quote.text or "")
        _append(quote, "\u201d")
    blocks = _PARAGRAPHS | _LINES | _CELLS
    # Left in, inline elements would get blanks around them: un<b>bear</b>able.
    etree.strip_tags(root, *({str(each.tag) for each in root.iter(etree.Element)} - blocks))
    for paragraph in _LONE_PARAGRAPHS(root):
        paragraph.drop_tag()
    for inner in _INNER_LISTS(root):
        inner.tag = "div"
    for pre in root.iter("pre"):
        _break_lines(pre)
    for br in root.iter("br"):
        after = br.getnext()
        if after is not None and after.tag == "br" and not (br.tail or "").strip():
            br.tag = "p"  # two line breaks are how old pages part paragraphs
    return etree_to_text(
        root,
        guess_punct_space=False,
        newline_tags=_LINES,
        double_newline_tags=_PARAGRAPHS,
    )


def _append(element: html.HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _break_lines(pre: html.HtmlElement) -> None:
    first, *lines = (pre.text or "").split("\n")
    pre.text = first
    breaks = [html.Element("br") for _ in lines]
    for br, line in zip(breaks, lines, strict=True):
        br.tail = line
    pre[:0] = breaks


# Main text.

_STATED_DATES = etree.XPath(
    "//meta[@property = 'article:published_time' or @itemprop = 'datePublished'"
    " or translate(@name, 'DCTERMSIUABLPH', 'dctermsiuablph') = 'dcterms.issued'"
    " or translate(@name, 'DCTERMSIUABLPH', 'dctermsiuablph') = 'dc.date.issued'"
    " or @name = 'citation_publication_date' or @name = 'pubdate']/@content"
    " | //*[@itemprop = 'datePublished']/@datetime | //time[@pubdate]/@datetime",
)
_TIMES = etree.XPath("//time/@datetime")
_JSON_LD = etree.XPath("//script[@type = 'application/ld+json']/text()")
_DATE_IN_JSON = re.compile(r'"datePublished"\s*:\s*"([^"]+)"')
_TEI_PARAGRAPHS = frozenset({"p", "head", "list", "quote", "table", "code"})
_TEI_LINES = frozenset({"item", "row", "lb", "body"})
_HEADING_DEPTH = 3
_OF_THE_MOMENT = (
    *("ad", "ads", "advert", "advertisement", "adsbygoogle"),
    *("counter", "hit-counter", "hits", "view-count", "views-count", "post-views", "share-count"),
)
_MOMENTARY = etree.XPath(
    " | ".join(
        f"//body//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        for name in _OF_THE_MOMENT
    )
)
_UNTIMED = etree.XPath(".//text()[not(ancestor::time)]")
_ARTICLES = etree.XPath("//article | //main | //*[@role = 'main']")
_PROSE = etree.XPath(
    ".//p[not(ancestor::aside or ancestor::nav or ancestor::footer or ancestor::figure"
    " or ancestor::form or ancestor::table)]",
)
_SENTENCE = re.compile(r".{60,}[.!?:…\"'\u201d\u2019»।。؟]$")


def main_text(html_page: str, url: str) -> MainText:
    """Find the statement in a page that has no selectors; lean towards too much, not too little."""
    from trafilatura import bare_extraction  # only pages without selectors need it

    root = _parse(html_page)
    if root is None or not "".join(root.itertext()).strip():
        return MainText(title=None, text="", published_raw=None)
    _drop_unread(root)
    found = bare_extraction(
        html.tostring(root, encoding="unicode"),
        url=url,
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if found is None:
        return MainText(title=None, text="", published_raw=None)
    title = _headline(root) or getattr(found, "title", None)
    body = getattr(found, "body", None)
    text = "" if body is None else _with_lost(root, _without_headline(_lay_out_tei(body), title))
    return MainText(title, text, _stated_date(root) or getattr(found, "date", None))


def _drop_unread(root: html.HtmlElement) -> None:
    """Leave out what nobody sees and what is advertised or counted, which changes at every look.

    Not where that is most of what the page has: some show their words only when a script runs.
    """
    for unread in (_HIDDEN(root), _MOMENTARY(root)):
        within = sum(len(_one_line(each.text_content())) for each in unread)
        if 2 * within < len(_one_line(root.text_content())):
            _drop(root, unread)


def _lay_out_tei(body: html.HtmlElement) -> str:
    known = _TEI_PARAGRAPHS | _TEI_LINES | {"cell"}
    etree.strip_tags(body, *({str(each.tag) for each in body.iter(etree.Element)} - known))
    return etree_to_text(
        body,
        guess_punct_space=False,
        newline_tags=_TEI_LINES,
        double_newline_tags=_TEI_PARAGRAPHS,
    )


def _headline(root: html.HtmlElement) -> str | None:
    """Give the longest heading that the page's own title repeats."""
    title = _one_line(root.findtext(".//title"))
    headings = (_one_line("".join(_UNTIMED(each))) for each in root.iter("h1", "h2"))
    return max((each for each in headings if each and each in title), key=len, default=None)


def _one_line(text: str | None) -> str:
    return " ".join(UNSEEN.sub("", normalize("NFC", text or "")).split())


def _without_headline(text: str, title: str | None) -> str:
    """Leave out the headline, and what stands above it, at the start of a text."""
    paragraphs = text.split("\n\n")
    for place, paragraph in enumerate(paragraphs[:_HEADING_DEPTH]):
        if title and _one_line(paragraph) == _one_line(title):
            return "\n\n".join(paragraphs[place + 1 :])
    return text


def _with_lost(root: html.HtmlElement, text: str) -> str:
    """Put back the sentences of the article that trafilatura left out, such as its lead."""
    paragraphs = text.split("\n\n")
    known = _one_line(text)
    article = next((each for each in reversed(_ARTICLES(root)) if _bears(each, paragraphs)), None)
    if article is None:
        return text
    lines = [(each.getparent(), _line_of(each)) for each in _PROSE(article)]
    homes = {home for home, line in lines if line and line in known}
    known_lines = [_one_line(each) for each in paragraphs]
    lost: list[str] = []
    whole: list[str] = []
    for home, line in lines:
        if line and line in known:
            place = next((i for i, each in enumerate(known_lines) if line in each), None)
            if place is not None:
                whole += [*paragraphs[:place], *lost, paragraphs[place]]
                del paragraphs[: place + 1], known_lines[: place + 1]
                lost = []
        elif _SENTENCE.match(line) and (not whole or home in homes):
            lost.append(line)  # a lead, or a neighbour: elsewhere are forms and teasers
    return "\n\n".join([*whole, *lost, *paragraphs]) if whole else text


def _line_of(paragraph: html.HtmlElement) -> str:
    return _one_line(element_text(html.tostring(paragraph, encoding="unicode", with_tail=False)))


def _bears(article: html.HtmlElement, paragraphs: list[str]) -> bool:
    """Tell whether an element holds the first and the last of the paragraphs."""
    words = _one_line("".join(article.itertext()))
    return all(_one_line(each)[:60] in words for each in (paragraphs[0], paragraphs[-1]))


def _stated_date(root: html.HtmlElement) -> str | None:
    """Give the date of publication that the markup states, if it states just one."""
    in_json = (date for script in _JSON_LD(root) for date in _DATE_IN_JSON.findall(script))
    for dates in (_STATED_DATES(root), in_json, _TIMES(root)):
        stated = {date.strip() for date in dates} - {""}
        if len(stated) == 1:
            return str(stated.pop())
    return None
