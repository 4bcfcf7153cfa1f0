"""Stated: what a page says of its article in markup that readers do not see."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from analysis.normalise import normalise_text
from spiders.articles.stated_days import day_in_address, stated_day

Node = dict[str, Any]

_ARTICLES = re.compile(
    r"(?:News|Blog|Satirical|AdvertiserContent)?Article$|^(?:LiveBlog|Blog)Posting$|^Report$"
)
_LISTS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})
_JSON_LD = etree.XPath("//script[contains(@type, 'ld+json')]")
_META = etree.XPath("//meta[@content][@property or @name or @itemprop]")
_ITEM_DATES = etree.XPath("//*[@itemprop = 'datePublished'] | //time[@pubdate]")
_ITEM_PUBLISHERS = etree.XPath("//*[@itemprop = 'publisher']")
_ITEM_AUTHORS = etree.XPath("//*[@itemprop = 'author']")
_ITEM_NAMES = etree.XPath("descendant-or-self::*[@itemprop = 'name']")
_ITEM_ARTICLES = etree.XPath("//*[@itemscope][contains(@itemtype, 'Article')]")
_CANONICAL = etree.XPath("string((//link[@rel = 'canonical']/@href)[1])")
_DATE_IN_JSON = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$")
_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "citation_publication_date",
    "parsely-pub-date",
    "pubdate",
)
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states."""

    headline: str | None
    page_title: str | None
    """What a browser calls the page."""

    published_on: date | None
    publisher: str | None
    author: str | None
    url: str | None
    """Its canonical address, whichever site that is on."""

    language: str | None
    is_article: bool
    """It says of itself that it is one."""

    is_list: bool
    """It says of itself that it is a list of others."""

    is_video: bool
    """It says of itself that it is a video, and not that it is an article."""

    is_live: bool
    """It says of itself that it is a live ticker."""

    is_free: bool
    """It does not say that one has to pay."""

    words: int | None
    """How many words it says the article has."""

    body: str | None
    """The article's words as the JSON for search engines has them."""


def read_stated(root: html.HtmlElement, url: str | None) -> Stated:
    """Read what a page states; what two parts of it state differently is left open."""
    metas = _metas(root)
    nodes, script = _nodes(root)
    articles = [node for node in nodes if _kinds(node) & {"article"}]
    main = _main_of(articles, metas, url)
    canonical = str(_CANONICAL(root)) or metas.get("og:url") or ""
    page_url = urljoin(url or "", canonical.strip()) if canonical.strip() else None
    og_type = metas.get("og:type", "").lower()
    is_article = bool(articles) or "article" in og_type or bool(_ITEM_ARTICLES(root))
    kinds = {each for node in nodes for each in _types(node)}
    return Stated(
        headline=_line(main.get("headline")) or _line(metas.get("og:title")),
        page_title=_line(root.findtext(".//title")),
        published_on=_published(main, articles, metas, root, script)
        or day_in_address(page_url or url),
        publisher=_publisher(main, articles, metas, root),
        author=_author(main, metas, root),
        url=page_url if page_url and page_url.startswith(("http://", "https://")) else None,
        language=_language(root, main),
        is_article=is_article,
        is_list=bool(kinds & _LISTS),
        is_video=not is_article and (og_type.startswith("video") or "VideoObject" in kinds),
        is_live="LiveBlogPosting" in _types(main),
        is_free=_is_free(articles),
        words=_count(main.get("wordCount")),
        body=_body(main),
    )


def is_same_site(one: str | None, other: str | None) -> bool:
    """Tell whether two addresses are of hosts of which one may be a part of the other's site."""
    first, second = (urlsplit(each or "").hostname or "" for each in (one, other))
    bare = [re.sub(r"^(?:www|amp|m|mobile|edition)\.", "", host) for host in (first, second)]
    return bool(first and second) and bare[0] == bare[1]


def _metas(root: html.HtmlElement) -> dict[str, str]:
    """Give the first content of each name."""
    found: dict[str, str] = {}
    for meta in _META(root):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if meta.get("content").strip():
            found.setdefault(name.strip().lower(), meta.get("content").strip())
    return found


def _nodes(root: html.HtmlElement) -> tuple[list[Node], str]:
    """Give the things that the page describes in JSON, and what of it was not readable."""
    nodes: list[Node] = []
    broken = []
    for script in _JSON_LD(root):
        words = _WRAPPED.sub("", script.text or "")
        try:
            nodes += _flat(json.loads(words, strict=False))
        except (ValueError, RecursionError):
            broken.append(words)
    return nodes, "\n".join(broken)


def _flat(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _flat(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity"):
            yield from _flat(value.get(name), depth + 1)


def _types(node: Node) -> frozenset[str]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(str(each).rpartition("/")[2] for each in listed if each)


def _kinds(node: Node) -> set[str]:
    return {"article"} if any(map(_ARTICLES.search, _types(node))) else set()


def _main_of(articles: list[Node], metas: dict[str, str], url: str | None) -> Node:
    """Give the description of the article itself; an empty one where it could be of another."""
    if len(articles) == 1:
        return articles[0]
    addresses = {each.rstrip("/") for each in (url, metas.get("og:url")) if each}
    title = metas.get("og:title")
    for node in articles:
        page = node.get("mainEntityOfPage")
        own = page.get("@id") if isinstance(page, dict) else page
        named = {str(each).rstrip("/") for each in (own, node.get("url"), node.get("@id")) if each}
        if named & addresses or (title and _line(node.get("headline")) == _line(title)):
            return node
    return {}


def _published(
    main: Node, articles: list[Node], metas: dict[str, str], root: html.HtmlElement, script: str
) -> date | None:
    in_json = [main] if main else articles
    marked = (_value(each) for each in _ITEM_DATES(root))
    for dates in (
        (node.get("datePublished") for node in in_json),
        _DATE_IN_JSON.findall(script),
        *([metas.get(name)] for name in _DATE_NAMES),
        marked,
    ):
        days = {stated_day(each) for each in dates if isinstance(each, str) and each.strip()}
        days.discard(None)
        if len(days) == 1:
            return days.pop()
    return None


def _publisher(
    main: Node, articles: list[Node], metas: dict[str, str], root: html.HtmlElement
) -> str | None:
    names = {name for node in [main, *articles] for name in _names(node.get("publisher"))}
    items = {name for each in _ITEM_PUBLISHERS(root) for name in _item_names(each)}
    for found in (
        names,
        {_line(metas.get("og:site_name"))},
        items,
        {_line(metas.get("publisher"))},
    ):
        stated = {each for each in found if each}
        if len(stated) == 1:
            return stated.pop()
    return None


def _author(main: Node, metas: dict[str, str], root: html.HtmlElement) -> str | None:
    items = [name for each in _ITEM_AUTHORS(root) for name in _item_names(each)]
    for names in (_names(main.get("author")), [_line(metas.get("author"))], items):
        people = dict.fromkeys(each for each in names if each and "://" not in each)
        if people:
            return ", ".join(people)
    return None


def _names(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    named = [each.get("name") if isinstance(each, dict) else each for each in listed]
    flat = [one for each in named for one in (each if isinstance(each, list) else [each])]
    return [line for each in flat if (line := _line(each))]


def _item_names(element: html.HtmlElement) -> list[str]:
    own = _ITEM_NAMES(element) or [element]
    return [line for each in own if (line := _line(_value(each)))]


def _value(element: html.HtmlElement) -> str:
    stated = element.get("content") or element.get("datetime")
    return str(stated or element.text_content())


def _language(root: html.HtmlElement, main: Node) -> str | None:
    stated = main.get("inLanguage") or root.get("lang") or root.get("xml:lang")
    found = re.match(r"([a-z]{2,3})(?:[-_]|$)", str(stated or "").strip().lower())
    return found[1] if found else None


def _is_free(articles: Iterable[Node]) -> bool:
    said = [node.get("isAccessibleForFree") for node in articles]
    return not any(str(each).strip().lower().rpartition("/")[2] == "false" for each in said)


def _count(value: Any) -> int | None:
    return int(value) if str(value).isascii() and str(value).isdigit() else None


def _body(main: Node) -> str | None:
    body = main.get("articleBody")
    return body if isinstance(body, str) and body.strip() else None


def _line(value: Any) -> str | None:
    """Give a value in one line, as it is printed."""
    if not isinstance(value, str):
        return None
    try:
        line = " ".join(normalise_text(value).split())
    except ValueError:
        return None
    return unescape(line) or None
