"""Guessing how a page lists statements: the repeated block of a list, and what stands in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from parsel import Selector
from w3lib.url import safe_url_string

from onrecord.trying.item_addresses import address_pattern
from onrecord.trying.listed_dates import DateFinder, IsDate
from onrecord.trying.selecting import Element, elements, select, signature, simple_names
from spiders.selectors import pick

_FEWEST = 2
_SAMPLE = 40
_GROUPS = 15
_BEST = 4
_TITLE = 60
_NEXT = (
    'a[rel~="next"]',
    *(f"a.{name}" for name in ("next", "pager-next", "page-next", "next-page", "older")),
    *(f".{name} a" for name in ("next", "pager-next", "pager__item--next", "pagination-next")),
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "strong", "[class*=title]")
_NAMED_TITLE = re.compile(r"title|headline|heading|subject", re.IGNORECASE)
_CHROME_TAGS = frozenset({"nav", "header", "footer", "aside", "form"})
_CHROME = re.compile(
    r"nav|menu|footer|header|breadcrumb|pag(?:er|ination|ing)|social|share|lang|sidebar|side-bar"
    r"|related|cookie|toolbar|skip",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Listing:
    """A way to read a page as a list: what a source file would say of it."""

    options: dict[str, str]
    urls: list[str]
    words: str = ""
    """All that stands in its blocks, in one line."""
    score: float = 0.0
    dated: float = 0.0
    """The share of entries that have a date."""


@dataclass(slots=True)
class _Link:
    element: Element
    url: str
    words: str


@dataclass(slots=True)
class _Group:
    """Links in the same place of a repeated block."""

    links: list[_Link]
    blocks: list[Element] = field(default_factory=list)
    headlines: list[str] = field(default_factory=list)
    """What each entry is called: by its link, or by a heading beside it."""

    @property
    def urls(self) -> list[str]:
        return list(dict.fromkeys(link.url for link in self.links))


def guess_listings(page: Selector, url: str, is_date: IsDate) -> list[Listing]:
    """Find the ways in which a page may be read as a list, the likeliest first."""
    links = list(_links(page, url))
    dates = DateFinder(page, is_date)
    groups = sorted(_groups(links), key=lambda group: -_score(group, 0.0))[:_GROUPS]
    dated = [(group, dates.options(group.blocks) or ({}, 0.0)) for group in groups]
    dated.sort(key=lambda each: -_score(each[0], each[1][1]))
    addresses = [link.url for link in links]
    found = (_listing(page, group, *date, addresses, url) for group, date in dated[:_BEST])
    return [each for each in found if each]


def guess_next(page: Selector) -> str | None:
    """Find the link to older entries by what it is called in the markup."""
    for css in _NEXT:
        links = [each.get("href", "") for each in elements(page, css)]
        if links and not links[0].startswith(("#", "javascript:")):
            return f"{css}::attr(href)"
    return None


def _links(page: Selector, url: str) -> Iterator[_Link]:
    here = urldefrag(url).url.rstrip("/")
    for element in elements(page, "a[href]"):
        href = element.get("href").strip()
        try:
            target = urldefrag(safe_url_string(urljoin(url, href))).url
        except ValueError:
            continue
        if not target.startswith(("http://", "https://")) or target.rstrip("/") == here:
            continue
        yield _Link(element, target, " ".join(element.text_content().split()))


def _groups(links: Sequence[_Link]) -> Iterator[_Group]:
    """Put together what stands in the same place of like blocks."""
    by_way: dict[tuple[tuple[str, ...], ...], list[_Link]] = {}
    for link in links:
        way = tuple(signature(each) for each in (link.element, *link.element.iterancestors()))
        by_way.setdefault(way, []).append(link)
    for alike in by_way.values():
        group = _Group(alike)
        if len(group.urls) >= _FEWEST:
            _find_blocks(group)
            group.headlines = _headlines(group)
            yield group


def _find_blocks(group: _Group) -> None:
    """Widen each link to the largest element around it that holds no other entry."""
    level = [link.element for link in group.links]
    count = len(group.urls)
    while True:
        above = [each.getparent() for each in level]
        if any(each is None for each in above) or len(set(above)) < count:
            break
        level = above
    group.blocks = list(dict.fromkeys(level))


def _listing(
    page: Selector,
    group: _Group,
    date: Mapping[str, str],
    dated: float,
    addresses: Sequence[str],
    url: str,
) -> Listing | None:
    """Write the options that read a group: by its blocks if they are dated, else by addresses."""
    by_block = _block_options(page, group)
    pattern = address_pattern(group.urls, addresses, url)
    options: dict[str, str] = {}
    if by_block and (dated or not pattern):
        options = {**by_block, **date}
    elif pattern:
        options = {"links": pattern}
    words = " ".join(" ".join(each.text_content().split()) for each in group.blocks)
    found = Listing(options, group.urls, words, _score(group, dated), dated)
    return found if options else None


def _headlines(group: _Group) -> list[str]:
    words = [link.words or link.element.get("title") or "" for link in group.links]
    if len(set(words)) > len(words) // 2:
        return words
    blocks = [Selector(root=block, type="html") for block in group.blocks]
    beside = [pick(block, ", ".join(_HEADINGS)) or "" for block in blocks]
    return beside if any(beside) else words


def _score(group: _Group, dated: float) -> float:
    """Grade a group: many dated entries with headlines are what a newsroom looks like."""
    words = sum(min(len(line), _TITLE) for line in group.headlines) / len(group.headlines)
    is_headline = group.headlines == [link.words for link in group.links]
    own = 1.0 if is_headline else 0.8  # a picture or a topic beside the headline may link too
    kinds = {urlsplit(url).path.rpartition("/")[0] for url in group.urls}
    alike = 1.0 if len(kinds) <= max(2, len(group.urls) // 3) else 0.7
    chrome = 0.15 if _is_chrome(group.blocks[0]) else 1.0
    amount = min(len(group.urls), 30) ** 0.5
    return float(amount * (0.25 + dated) * words / _TITLE * alike * chrome * own)


def _is_chrome(element: Element) -> bool:
    """Tell whether an element is part of a site's frame: menus, footers, links to share."""
    return any(
        each.tag in _CHROME_TAGS
        or _CHROME.search(f"{each.get('class') or ''} {each.get('id') or ''}") is not None
        for each in (element, *element.iterancestors())
        if each.tag not in {"html", "body"}
    )


def _block_options(page: Selector, group: _Group) -> dict[str, str] | None:
    """Write the selectors of a block, of the link in it, and of the headline."""
    conditions = [":has(time)", *_link_conditions(group)]
    entry = select(page, group.blocks, conditions)
    if entry is None:
        return None
    blocks = [Selector(root=block, type="html") for block in group.blocks[:_SAMPLE]]
    own = {link.element for link in group.links}
    options = {"entry": entry}
    ways = ["a", *_ways_to_link(group.links[0].element, group.blocks[0])]
    link = next((way for way in ways if _leads(blocks, way, own)), None)
    if link is None:
        return None
    if link != "a":
        options["link"] = f"{link}::attr(href)"
    return options | {"title": _headline(blocks, link)}


def _link_conditions(group: _Group) -> list[str]:
    """Write what all links of a group have in common in their addresses as they are written."""
    written = [link.element.get("href") for link in group.links]
    prefix = written[0]
    for each in written[1:]:
        while not each.startswith(prefix):
            prefix = prefix[:-1]
    usable = len(prefix) > 3 and '"' not in prefix  # noqa: PLR2004 - more than a scheme's worth
    return [f':has(a[href^="{prefix}"])'] if usable else []


def _ways_to_link(link: Element, block: Element) -> Iterator[str]:
    names = simple_names(link)
    yield from names
    for above in link.iterancestors():
        if above is block:
            return
        yield from (f"{context} {names[-1]}" for context in simple_names(above))


def _leads(blocks: Sequence[Selector], css: str, own: set[Element]) -> bool:
    """Tell whether the first match in every block is the link to the statement."""
    return all((found := elements(block, css)) and found[0] in own for block in blocks)


def _headline(blocks: Sequence[Selector], link: str) -> str:
    """Choose the headline: the link's own words, unless these say the same everywhere."""
    inner = [
        name
        for each in elements(blocks[0], f"{link} *")
        for name in simple_names(each)
        if _NAMED_TITLE.search(name)
    ]
    ways = [*inner, link, *_HEADINGS, f"{link}::attr(title)"]
    for css in ways:
        lines = [pick(block, css) or "" for block in blocks]
        if all(lines) and len(set(lines)) > len(lines) // 2:
            return css
    return link
