"""Choosing: which units of a page are its article, by trafilatura and by what stands around them.

trafilatura finds the main text, but drops a paragraph here and there, marks of `<q>`, and places.
So it only says which units it has kept; these are printed from the page itself, together with the
quotations, posts and sentences between them that it left out.
"""

import logging
import re
from collections.abc import Iterator, Sequence

from lxml import html

from spiders.articles.cleaning import settable
from spiders.articles.units import Unit

MOST_UNITS = 20_000
"""Paragraphs: more than the longest article has."""

MOST_ELEMENTS = 30_000
"""More than a page's main part has; what trafilatura does takes the square of it."""

# Above so many units its slower comparisons are left out.
_MANY = 4_000
# Signs of nobody's, which it takes for no word: between the first two stands a number.
_BEGIN, _END, _ZERO = "\ue0f0", "\ue0f1", 0xE0F2
_MARKED = re.compile(f"{_BEGIN}([{chr(_ZERO)}-{chr(_ZERO + 9)}]+){_END}")
_DIGITS = {ord(str(digit)): chr(_ZERO + digit) for digit in range(10)}
_NUMBERS = {ord(sign): chr(digit) for digit, sign in _DIGITS.items()}
_SENTENCE = re.compile(r"""[.!?:…。।؟]["'”’»›“‘)\]]*$""", re.DOTALL)  # noqa: RUF001
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PROSE = frozenset({"p", "li", "blockquote", "div", "section", "article", "td", "dd", "pre"})
# More of a paragraph in links is a link to another article.
_LINK = 0.75
_LEAD = 60


def choose(
    root: html.HtmlElement, units: Sequence[Unit], title: int | None, *, is_live: bool
) -> list[int]:
    """Give the numbers of the units that are the article's, without its headline, in order.

    `title` is the number of the unit that is the headline. Of a live ticker, all that is laid out
    like an entry of it is the article's. The tree is marked by this, and of no use afterwards.
    """
    known = _known(root, units)
    first = 0 if title is None else title + 1
    known = {number for number in known if first <= number and not _is_link(units[number])}
    known -= {number for number in known if units[number].post is not None}
    last = _next_article(units, title, known)
    known = {number for number in known if number < last}
    if not known:
        return []
    homes = {units[number].home for number in known}
    looks = {_look(units[number]) for number in known} if is_live else set()
    begin, end = min(known), max(known)
    chosen = []
    for number in range(first, min(last, len(units))):
        unit = units[number]
        is_between = begin < number < end
        if number in known or (
            not _is_link(unit)
            and (
                _is_held(unit, homes, is_between=is_between)
                or (unit.home in homes and _is_prose(unit))
                or (is_live and _look(unit) in looks and _is_prose(unit))
                or (number < begin and _is_lead(unit, units[begin]))
            )
        ):
            chosen.append(number)
    return chosen


def _known(root: html.HtmlElement, units: Sequence[Unit]) -> set[int]:
    """Give the numbers of the units that trafilatura takes for main text."""
    from trafilatura import bare_extraction  # 0.4 s; only articles need it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it lacks is told by us

    for number, unit in enumerate(units):
        mark = f"{_BEGIN}{str(number).translate(_DIGITS)}{_END}"
        if unit.slots:
            _write(unit.slots[0], mark, before=True)
            _write(unit.slots[-1], mark, before=False)
    found = bare_extraction(
        root,
        include_comments=False,
        include_tables=True,
        with_metadata=False,
        fast=len(units) > _MANY,
    )
    body = getattr(found, "body", None)
    if body is None:
        return set()
    return {int(each.translate(_NUMBERS)) for each in _MARKED.findall("".join(body.itertext()))}


def _write(slot: tuple[html.HtmlElement, str], mark: str, *, before: bool) -> None:
    element, place = slot
    words = settable(getattr(element, place))
    setattr(element, place, f"{mark}{words}" if before else f"{words}{mark}")


def _next_article(units: Sequence[Unit], title: int | None, known: set[int]) -> int:
    """Give the number of the headline of an article that the page appends to its own."""
    if title is None or units[title].tag != "h1":
        return len(units)
    own = _article_around(units[title])
    for number in range(title + 1, len(units)):
        if units[number].tag == "h1" and any(each < number for each in known):
            other = _article_around(units[number])
            if other is not None and other is not own:
                return number
    return len(units)


def _article_around(unit: Unit) -> html.HtmlElement | None:
    above: Iterator[html.HtmlElement] = iter(())
    if unit.home is not None:
        above = (each for each in (unit.home, *unit.home.iterancestors()) if each.tag == "article")
    return next(above, None)


def _is_link(unit: Unit) -> bool:
    """Tell whether a unit is but a link to something else; a quotation with one is not."""
    return unit.post is None and unit.in_links > _LINK


def _is_held(unit: Unit, homes: set[html.HtmlElement | None], *, is_between: bool) -> bool:
    """Tell whether a unit is of a block quote or post that stands in the article."""
    outer = unit.post if unit.post is not None else unit.quote
    if outer is None:
        return False
    return is_between or any(above in homes for above in _near(outer))


def _near(outer: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Give what is around a post: at most a figure and its wrapper are between it and the text."""
    above = outer.getparent()
    for _ in range(3):
        if above is None or above.tag in {"body", "html"}:
            break
        yield above
        if above.tag in {"article", "main"}:
            break
        above = above.getparent()


def _is_prose(unit: Unit) -> bool:
    return unit.tag in _PROSE and bool(_SENTENCE.search(unit.text))


def _is_lead(unit: Unit, first: Unit) -> bool:
    """Tell whether a unit above the text is a sentence of the same article."""
    if len(unit.text) < _LEAD or unit.tag in _HEADINGS - {"h2"} or not _SENTENCE.search(unit.text):
        return False
    own = _article_around(first)
    return own is not None and _article_around(unit) is own


def _look(unit: Unit) -> tuple[str, ...]:
    """Describe where a unit stands by the names of what is around it."""
    around = [] if unit.home is None else [unit.home, *unit.home.iterancestors()][:2]
    return unit.tag, *(f"{each.tag} {each.get('class') or ''}" for each in around)
