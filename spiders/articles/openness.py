"""Openness: whether a page holds the article, or only its beginning, a door or a list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html

from spiders.answer_rules import article_doors, compiled
from spiders.answers import Seen, known_wall
from spiders.articles.article import ArticleError
from spiders.articles.stated import Stated
from spiders.articles.units import Unit

_NAMED = etree.XPath("//*[@class or @id]")
_TEASER_HEADINGS = etree.XPath("//*[self::h2 or self::h3 or self::h4][a or parent::a]")
_NO_WALLS = frozenset({"html", "body", "script", "link", "style", "meta"})
_PASSWORDS = etree.XPath("boolean(//input[@type = 'password'])")
_SENTENCE = re.compile(r"""[.!?:…。।؟]["'”’»›“‘)\]]*$""", re.DOTALL)  # noqa: RUF001
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
# Characters of sentences that a page has at least that does not call itself an article.
_FEWEST = 200
_FEWEST_STATED = 60
# A stub: so few characters beside a wall, or such a share of the words that are stated.
_STUB = 1_200
_SHARE = 0.6
_TEASERS = 5
_STUB_WORDS = (
    "shows only the beginning of the article to those who have not paid: save the whole page from "
    "a browser that may read it, and name the file"
)
_LIST = "is a list of articles, not one: name the address of one of them, or of a feed"
SAVE = "save the page from your browser, and name the file"
_LINK = 0.75
_OK = 200


@dataclass(frozen=True, slots=True)
class Doors:
    """What stands between a reader and an article, as far as a page shows it."""

    is_walled: bool
    """A part of it is named as what stands before the rest of an article that costs something."""

    asks_password: bool
    asks_consent: bool
    needs_scripts: bool
    is_blank: bool
    """It has no words at all."""

    teasers: int
    """Headings that are links."""


def read_doors(root: html.HtmlElement) -> Doors:
    """Look for doors in a page that nothing has been taken out of."""
    known = article_doors()
    paywall = compiled(rf"(?:^|[-_\s])(?:{known.paywall})(?:[-_\s]|$)")
    title = " ".join((root.findtext(".//title") or "").split())
    shown = list(_shown(root))
    return Doors(
        is_walled=any(
            paywall.search(f"{each.get('class') or ''} {each.get('id') or ''}")
            for each in _NAMED(root)
            if each.tag not in _NO_WALLS
        ),
        asks_password=bool(_PASSWORDS(root)),
        asks_consent=bool(compiled(known.consent_title).search(title)),
        needs_scripts=any(compiled(known.needs_scripts).search(words) for words in shown),
        is_blank=not any(map(str.strip, shown)),
        teasers=len(_TEASER_HEADINGS(root)),
    )


def _shown(root: html.HtmlElement) -> Iterator[str]:
    """Give the pieces of text of a page's body, scripts left out."""
    for body in root.iter("body"):
        for element in body.iter(etree.Element):
            if element.text and element.tag not in {"script", "style"}:
                yield element.text
            if element.tail:
                yield element.tail


def refuse_walls(page: str, url: str | None, where: str) -> None:
    """Refuse what stands in the place of a page, such as a firewall's challenge.

    It is known by the same marks as in a crawl, however many sentences it has.

    Raises:
        ArticleError: it is such a page.
    """
    body = page.encode("utf-8", "replace")
    rule = known_wall(Seen(url or "", _OK, {"content-type": "text/html; charset=utf-8"}, body))
    if rule is None:
        return
    seen = "asks to sign in" if rule.answer == "login_wall" else f"is {rule.name}"
    advice = f"try again later, or {SAVE}" if rule.answer == "error" else SAVE
    if rule.answer == "soft_404":
        advice = "name the address under which it is now"
    raise ArticleError(f"{where} {seen}, and shows no article: {advice}")


def check_whole(text: str, stated: Stated, doors: Doors, where: str) -> None:
    """Refuse the free beginning of an article that has to be paid for.

    An article that is said to cost something is read all the same where the page holds it whole.

    Raises:
        ArticleError: it is only the beginning.
    """
    words = len(text.split())
    if stated.words and not stated.is_free:
        is_stub = words < _SHARE * stated.words
    else:
        is_stub = len(text) < _STUB and (doors.is_walled or not stated.is_free)
    if is_stub:
        raise ArticleError(f"{where} {_STUB_WORDS}")


def check_is_article(
    units: Sequence[Unit], chosen: Sequence[int], stated: Stated, doors: Doors, where: str
) -> None:
    """Refuse what is no article: an index, a login or consent page, a video with a line of text.

    Raises:
        ArticleError: it is none; says what it seems to be.
    """
    sentences = [
        units[each].text
        for each in chosen
        if units[each].post is None and _SENTENCE.search(units[each].text)
    ]
    length = sum(map(len, sentences))
    teasers = sum(unit.tag in _HEADINGS and unit.in_links > _LINK for unit in units)
    is_index = not stated.is_article and (
        teasers >= _TEASERS and (stated.is_list or 2 * teasers >= len(sentences))
    )
    fewest = _FEWEST_STATED if stated.is_article else _FEWEST
    if is_index:
        raise ArticleError(f"{where} {_LIST}")
    if length < fewest:
        raise ArticleError(f"{where} {_what_else(stated, doors)}")


def _what_else(stated: Stated, doors: Doors) -> str:
    is_list = doors.teasers >= _TEASERS and not stated.is_article
    is_walled = doors.is_walled or not stated.is_free
    seen = (
        (is_walled, _STUB_WORDS),
        (stated.is_video, "shows a video, and no article: paste the words that you mean"),
        (doors.asks_password, f"asks to sign in, and shows no article: {SAVE}"),
        (doors.asks_consent, f"asks for consent, and shows no article: {SAVE}"),
        (doors.needs_scripts, f"shows its words only to browsers that run its scripts: {SAVE}"),
        (doors.is_blank, f"shows no words: {SAVE}"),
        (is_list, _LIST),
        (True, f"holds no article that could be found: {SAVE}, or paste its text"),
    )
    return next(words for is_so, words in seen if is_so)


def door_in_address(url: str) -> str | None:
    """Say what a page that we were led to asks for, by its address; None if it seems to be open."""
    address, known = url.partition("://")[2].partition("?")[0], article_doors()
    if _has_part(address, known.consent_address):
        return f"asks for consent before it shows anything: {SAVE}"
    if _has_part(address, known.login_address):
        return f"asks to sign in before it shows anything: {SAVE}"
    return None


def _has_part(address: str, names: str) -> bool:
    return bool(compiled(rf"(?:^|[./_-])(?:{names})(?:[./_?-]|$)").search(address))
