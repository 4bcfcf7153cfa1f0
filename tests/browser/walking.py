"""A walk through a site along its links, a few of each kind of page."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

OF_A_KIND = 2
NO_PAGES = (".csv", ".json", ".gz", ".atom", ".xml", ".txt", ".bib", "/-/logout")

_LINKS = """() => [...document.querySelectorAll("a[href]")].map(each => each.href)"""


class Walk:
    """Gives paths: those to begin with, then those of links that were seen."""

    def __init__(self, starts: Sequence[str], most: int) -> None:
        self.went: list[str] = []
        self._most = most
        self._ahead = deque(starts)
        self._known = set(starts)
        self._kinds: Counter[object] = Counter()

    def __iter__(self) -> Iterator[str]:
        while self._ahead and len(self.went) < self._most:
            path = self._ahead.popleft()
            self.went.append(path)
            yield path

    def see(self, page: "Page") -> None:
        """Note the links of a page."""
        here = urlsplit(page.url)
        for link in page.evaluate(_LINKS):
            there = urlsplit(link)
            path = there.path + (f"?{there.query}" if there.query else "")
            if there.netloc != here.netloc or there.path.endswith(NO_PAGES) or path in self._known:
                continue
            kind = _kind(there.path, there.query)
            self._known.add(path)
            self._kinds[kind] += 1
            if self._kinds[kind] <= OF_A_KIND and there.path.startswith("/-/"):
                self._ahead.appendleft(path)  # Our own rooms come before lists of Datasette's.
            elif self._kinds[kind] <= OF_A_KIND:
                self._ahead.append(path)


def _kind(path: str, query: str) -> object:
    """Take rows of one table for one kind, and lists that are asked for by the same names."""
    names = {name if name.startswith("_") else "filter" for name, _ in parse_qsl(query)}
    return tuple(path.split("/")[:3]), frozenset(names)
