"""Guessing where a list keeps the dates of its entries: in each block, or in headings above."""

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice

from parsel import Selector

from onrecord.trying.selecting import Element, elements, simple_names
from spiders.prose import element_text
from spiders.selectors import pick, pick_above

IsDate = Callable[[str], bool]
"""Tell whether a line is a date."""

_SAMPLE = 40
_LONGEST_DATE = 60
_ENOUGH = 0.7
_NEAR = 4
_HEADINGS = 12


class DateFinder:
    """Find dates on one page."""

    def __init__(self, page: Selector, is_date: IsDate) -> None:
        self._page = page
        self._is_date = is_date

    def options(self, blocks: Sequence[Element]) -> tuple[dict[str, str], float] | None:
        """Write what a source file would say of the dates of some blocks, and how many have one."""
        sample = [Selector(root=block, type="html") for block in blocks[:_SAMPLE]]
        best = (0.0, False, "")
        for css in self._ways(sample):
            lines = (pick(block, css) or "" for block in sample)
            share = sum(map(self._is_date, lines)) / len(sample)
            is_alone = all(len(elements(block, css)) == 1 for block in sample)
            if (share, is_alone) > best[:2]:
                best = share, is_alone, css
        if best[0] >= _ENOUGH:
            return {"published": best[2]}, best[0]
        return self._above(blocks)

    def _ways(self, blocks: Sequence[Selector]) -> list[str]:
        """Write selectors of what looks like a date in the first blocks, the plainest first."""
        ways: list[str] = []
        for block in blocks[:3]:
            for element in block.root.iter():
                if not isinstance(element.tag, str):
                    continue
                if element.tag == "time" and self._is_date(element.get("datetime") or ""):
                    ways.append("time::attr(datetime)")
                line = _short_line(element)
                has_link = bool(elements(Selector(root=element, type="html"), "a"))
                if line and not has_link and self._is_date(line):
                    ways += [name for name in simple_names(element) if name[0] != "#"]
                    ways += _by_place(element)
                own = " ".join(" ".join(element.xpath("text()")).split())
                if own != line and 0 < len(own) <= _LONGEST_DATE and self._is_date(own):
                    ways += [f"{name}::text" for name in simple_names(element) if name[0] != "#"]
        return sorted(dict.fromkeys(ways), key=lambda way: not way.startswith("time::attr"))

    @cached_property
    def _headings(self) -> list[Element]:
        """What says nothing but a date, anywhere on the page."""
        return [
            element
            for element in self._page.root.iter()
            if isinstance(element.tag, str)
            and _short_line(element)
            and self._is_date(" ".join(element_text(element).split()))
        ]

    def _above(self, blocks: Sequence[Element]) -> tuple[dict[str, str], float] | None:
        """Find a heading with a date before the blocks that it counts for."""
        inside = {each for block in blocks for each in block.iter()}
        outside = [each for each in self._headings if each not in inside]
        ways = dict.fromkeys(name for each in outside for name in _names_in_context(each))
        near = set(islice(blocks[0].iterancestors(), _NEAR))
        selectors = [Selector(root=block, type="html") for block in blocks]
        for css in islice(ways, _HEADINGS):
            found = elements(self._page, css)
            others = (" ".join(element_text(each).split()) for each in found)
            if not all(map(self._is_date, others)):
                continue
            lines = pick_above(self._page, selectors, css)
            # One date above all of them may be that of today, in the page's own head.
            is_own = found[0].getparent() in near and found[0].getparent().tag != "body"
            if all(lines) and (len(set(lines)) > 1 or is_own):
                return {"published_above": css}, 1.0
        return None


def _short_line(element: Element) -> str:
    words = " ".join(element.text_content().split())
    return words if 0 < len(words) <= _LONGEST_DATE else ""


def _by_place(element: Element) -> list[str]:
    parent = element.getparent()
    if element.tag not in {"td", "span", "p", "div"} or parent is None:
        return []
    number = [each for each in parent if isinstance(each.tag, str)].index(element) + 1
    return [f"{element.tag}:nth-child({number})"]


def _names_in_context(element: Element) -> list[str]:
    names = [name for name in simple_names(element) if not name.startswith("#")]
    around = [each for each in element.iterancestors() if each.get("id")]
    contexts = [name for each in around[:2] for name in simple_names(each)[:1] if name[0] == "#"]
    return [*names, *(f"{context} {name}" for context in contexts for name in names)]
