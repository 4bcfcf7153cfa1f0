"""CSS that selects just some elements of a page, written as a person would write it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from cssselect import SelectorError
from parsel import Selector

Element = Any
"""An element of a parsed page, as lxml has it."""

_PASSING = frozenset(
    {"odd", "even", "first", "last", "active", "current", "open", "hidden", "clearfix", "row"}
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z_-]*")
_LONG_NUMBER = re.compile(r"\d\d+$")
_NUMBERED = re.compile(r"([A-Za-z][A-Za-z_-]{2,}?)[-_]?\d+")
_FAR = 8
_MOST = 150


def stable_classes(element: Element) -> list[str]:
    """Name the classes that say what an element is, not where it stands or what its number is."""
    names = (element.get("class") or "").split()
    return [name for name in names if _PLAIN.fullmatch(name) and name not in _PASSING]


def signature(element: Element) -> tuple[str, ...]:
    """Describe an element so that those in the same place of a list are described alike."""
    classes = (re.sub(r"\d+", "", name) for name in (element.get("class") or "").split())
    kept = sorted({name for name in classes if name and not _PASSING & set(name.split("-"))})
    return (str(element.tag), *kept)


def simple_names(element: Element) -> list[str]:
    """Write the selectors that an element answers to by itself, the most telling first."""
    tag, identifier = str(element.tag), element.get("id") or ""
    is_lasting = _PLAIN.fullmatch(identifier.rstrip("0123456789"))
    names = [f"#{identifier}"] if is_lasting and not _LONG_NUMBER.search(identifier) else []
    classes = stable_classes(element)
    names += [f".{name}" for name in classes]
    names += [f"{tag}.{name}" for name in classes]
    if len(classes) > 1:
        names.append("".join(f".{name}" for name in classes[:3]))
    first = (element.get("class") or "").split()[:1]
    numbered = _NUMBERED.fullmatch(first[0]) if first else None
    if numbered:
        names.append(f'{tag}[class^="{numbered[1]}"]')
    return [*names, tag]


def elements(page: Selector, css: str) -> list[Element]:
    """Select elements; a selector that cannot be read selects none."""
    try:
        return [match.root for match in page.css(css)]
    except (SelectorError, ValueError):
        return []


def select(page: Selector, wanted: Sequence[Element], extra: Iterable[str] = ()) -> str | None:
    """Write a selector for some elements and no others; the fewest others where that cannot be.

    `extra` are conditions to add where nothing else tells them apart, such as `:has(time)`. None
    where even the best selects more than a few others.
    """
    asked = set(wanted)
    best: tuple[float, int, str] | None = None
    for rank, css in enumerate(islice(_ways(wanted[0], extra), _MOST)):
        found = elements(page, css)
        if not asked <= set(found):
            continue
        grade = (len(found) - len(asked)) / len(asked), rank, css
        best = min(best, grade) if best else grade
        if not grade[0]:
            break
    return best[2] if best and best[0] <= 0.2 else None  # noqa: PLR2004 - a fifth of the list


def _ways(element: Element, extra: Iterable[str]) -> Iterator[str]:
    """Write selectors, those first that lean on names rather than on where something stands."""
    *telling, tag = simple_names(element)
    around = [each for each in element.iterancestors() if each.tag not in {"html", "body"}][:_FAR]
    names = [name for each in around for name in simple_names(each)[:-1]]
    parents = around[:1]
    yield from telling
    if tag == "article":
        yield tag
    for parent in parents:
        yield from (f"{name} > {tag}" for name in simple_names(parent)[:-1])
    yield from (f"{name} {own}" for name in names for own in (*telling, tag))
    for condition in extra:
        yield from (f"{own}{condition}" for own in (*telling, tag))
        yield from (f"{name} {own}{condition}" for name in names[:12] for own in (*telling, tag))
    yield tag
    yield from (f"{parent.tag} > {tag}" for parent in parents)
