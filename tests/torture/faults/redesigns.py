"""C12: a redesign that makes the reading lose something is told in the same crawl."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ordinary import ordinary_crawls
from redesigned import NAMES, Crawls, Found, Pages, Site, site_of, with_tree
from redesigns import REDESIGNS, change_addresses, new_address

from torture.figure import Counts, Figure

_REDESIGNS = len(NAMES) * len(REDESIGNS)
_ORDINARY = 20
_CRAWLS = 50
_ALL = _REDESIGNS + _ORDINARY
_STEP = 53
"""Has no factor in common with the number of trials, so that a few trials are of all kinds."""


@contextmanager
def _ready(folder: Path) -> Iterator[object]:
    del folder
    yield _trial


def _trial(number: int, chance: random.Random) -> Mapping[str, float]:
    which = number * _STEP % _ALL
    if which >= _REDESIGNS:
        crawls, alarms = ordinary_crawls(which - _REDESIGNS, _CRAWLS, chance)
        return {"ordinary_crawls": crawls, "false_alarms": alarms}
    return _redesigned(NAMES[which // len(REDESIGNS)], which % len(REDESIGNS))


def _redesigned(name: str, which: int) -> Counts:
    """Crawl a site three times, then redesigned; whether that reads the same decides."""
    site, redesign = site_of(name), REDESIGNS[which]
    crawls, before = _three_good(name)
    pages = with_tree(redesign, site)
    if redesign is change_addresses:
        pages |= {new_address(url): body for url, body in _items(pages, site).items()}
    after = crawls.crawl(pages, keep=False)
    is_same = (after.looks, after.listed) == (before.looks, before.listed)
    if is_same:
        return {"redesigns": 1, "survived": 1, "false_alarms": len(after.faults) > 0}
    return {"redesigns": 1, "alarmed": bool(after.faults), "silent": not after.faults}


@cache
def _three_good(name: str) -> tuple[Crawls, Found]:
    site = site_of(name)
    crawls = Crawls(site.source)
    found = [crawls.crawl(site.pages) for _ in range(3)]
    assert not any(each.faults for each in found)
    return crawls, found[-1]


def _items(pages: Pages, site: Site) -> Pages:
    return {url: body for url, body in pages.items() if url != site.list_url}


def _broken(counts: Counts) -> list[str]:
    told = []
    if counts.get("silent"):
        told.append(f"{counts['silent']:g} redesigns lost something and no alarm was raised")
    if counts.get("false_alarms", 0) > 0.01 * counts.get("ordinary_crawls", 0):
        told.append(f"{counts['false_alarms']:g} alarms without any redesign")
    return told


FIGURE = Figure(
    promise="every redesign of 30 sites x 10 that makes the reading lose something is an alarm in "
    "the same crawl, and of 1,000 ordinary crawls at most 1 % raise one",
    trials=_ALL,
    quick=9,
    ready=_ready,  # type: ignore[arg-type] # a context manager that yields the trial
    broken=_broken,
)
