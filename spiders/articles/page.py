"""Page: a news article from the HTML of its page."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

from lxml import etree, html
from scrapy.http import Response

from analysis.language import guess_language
from analysis.normalise import normalise_text
from spiders.articles.article import LARGEST_PAGE, Article, ArticleError
from spiders.articles.choosing import MOST_ELEMENTS, MOST_UNITS, choose
from spiders.articles.cleaning import remove_the_rest
from spiders.articles.composing import compose
from spiders.articles.decoding import (
    check_undamaged,
    decline_other_kinds,
    decline_other_markup,
    decode_article,
)
from spiders.articles.embeds import TAGS, Embed, embed_of
from spiders.articles.openness import check_is_article, check_whole, read_doors, refuse_walls
from spiders.articles.plain import article_of_words
from spiders.articles.stated import Stated, is_same_site, read_stated
from spiders.articles.units import Unit, units_of

# What old editors wrote for quotation marks; browsers read these as windows-1252.
_OLD_REFERENCE = re.compile(r"&#(?:1[2-5]\d|x[89][0-9a-f]);?", re.IGNORECASE)
_TOO_DEEP = "is nested deeper than a page can be, and words would be lost: paste its text"


def article_of_response(response: Response) -> Article:
    """Read the article that an answer of a web server holds; its status is the caller's to judge.

    Raises:
        ArticleError: it holds none; says what it holds instead, if that can be told.
    """
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return article_of_html(response.body, response.url, content_type or None)


def article_of_html(
    body: bytes, url: str | None, content_type: str | None, where: str | None = None
) -> Article:
    """Read the article that a page holds; `where` names it in complaints, if not by its address.

    Which parts of the page are the article is trafilatura's to say, beside the block quotes, posts
    and sentences among them that it leaves out. The words, `<q>`'s quotation marks and all places
    come from the page itself; date, publisher and author from what it states for machines; the
    title is the heading that agrees with what it states. Menus, captions, comments, related links
    and pull quotes are not read.

    Raises:
        ArticleError: it is no page, is empty, damaged or too large, holds no article, or only the
            beginning of one.
    """
    where = where or url or "the page"
    if len(body) > LARGEST_PAGE:
        raise ArticleError(
            f"{where} has {len(body) // 1024:,} kB, and articles at most "
            f"{LARGEST_PAGE // 1024:,}: paste the text of the part that you mean"
        )
    decline_other_kinds(body, content_type, where)
    page = decode_article(body, content_type, where)
    decline_other_markup(page, where)
    if (content_type or "").partition(";")[0].strip().lower() == "text/plain":
        return article_of_words(page, where)
    root = _parse(page, where)
    refuse_walls(page, url, where)
    stated = read_stated(root, url)
    own_url = stated.url if url is None or is_same_site(url, stated.url) else None
    return _read(root, stated, own_url or url, where)


def _parse(page: str, where: str) -> html.HtmlElement:
    page = _OLD_REFERENCE.sub(lambda found: unescape(found[0]), page)
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = (
        etree.fromstring(page.encode("utf-8", "replace"), parser=parser) if page.strip() else None
    )
    if root is None:
        raise ArticleError(f"{where} is empty: open it in a browser to see whether it is there")
    if any("depth" in error.message for error in parser.error_log):
        raise ArticleError(f"{where} {_TOO_DEEP}")
    return root


def _read(root: html.HtmlElement, stated: Stated, url: str | None, where: str) -> Article:
    doors = read_doors(root)
    embeds = {each: post for each in root.iter(*TAGS) if (post := embed_of(each))}
    remove_the_rest(root, embeds)
    units = _units(root, embeds, where)
    place = _headline(units, stated)
    title = stated.headline if place is None else " ".join(units[place].text.split())
    try:
        chosen = choose(root, units, place, is_live=stated.is_live) if units else []
    except RecursionError:
        raise ArticleError(f"{where} {_TOO_DEEP}") from None
    if not chosen and stated.body and stated.is_free:
        units = _of_stated_body(stated.body, where)
        chosen = list(range(len(units)))
    check_is_article(units, chosen, stated, doors, where)
    composed = compose(units, chosen, title, embeds)
    check_whole(composed.text, stated, doors, where)
    check_undamaged(composed.text, where)
    return Article(
        composed.text,
        composed.blocks,
        composed.signatures,
        composed.posts,
        url,
        title,
        stated.published_on,
        stated.publisher,
        guess_language(composed.text, stated.language or "en"),
        stated.author,
    )


def _units(
    root: html.HtmlElement, embeds: Mapping[html.HtmlElement, Embed], where: str
) -> list[Unit]:
    units = units_of(root, embeds)
    if len(units) > MOST_UNITS or sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise ArticleError(
            f"{where} has {len(units):,} paragraphs of more parts than any article has: paste the "
            "text of the one that you mean"
        )
    return units


def _headline(units: Sequence[Unit], stated: Stated) -> int | None:
    """Find the heading that agrees with what the page states, else its only one of the first rank.

    Of headings that agree the longest is taken, and of those the first.
    """
    titles = [_key(each) for each in (stated.headline, stated.page_title) if each]
    for tag in ("h1", "h2"):
        numbers = [i for i, unit in enumerate(units) if unit.tag == tag and unit.post is None]
        agreeing = [i for i in numbers if any(_agree(_key(units[i].text), one) for one in titles)]
        if agreeing:
            return max(agreeing, key=lambda i: (len(units[i].text), -i))
        if tag == "h1" and len(numbers) == 1:
            return numbers[0]
    return None


def _agree(heading: str, title: str) -> bool:
    return bool(heading) and (heading in title or title in heading)


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _of_stated_body(body: str, where: str) -> list[Unit]:
    """Read the words that a page gives search engines, where scripts show them to readers."""
    if "</" in body:
        return units_of(_parse(body, where), {})
    try:
        paragraphs = normalise_text(body).split("\n")
    except ValueError as error:
        raise ArticleError(f"{where} is damaged: {error}") from None
    return [
        Unit(each, "p", None, None, None, is_source=False, in_links=0.0, slots=[])
        for each in paragraphs
        if each
    ]
