"""The kinds of outage, as data: how lists and pages answer meanwhile, for whom and how long."""

from dataclasses import dataclass
from typing import Literal

DAY = 24


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of outage."""

    name: str
    item: str = "ok"
    """How the page of a statement answers; see `Site.answer`."""

    list: str = "ok"
    """How the list answers."""

    pick: Literal["all", "section", "fixed", "random", "later"] = "all"
    """Which pages: all, those of one section, a fixed share, or others at each request; `later`
    are all but the first few requests of a crawl."""

    share: float = 1.0
    """How many pages, where it is not all."""

    hours: tuple[int, int] = (DAY // 2, 4 * DAY)
    """How long it lasts, at least and at most."""


KINDS = (
    Kind(name="server down", list="refused", item="refused"),
    Kind(name="name does not resolve", list="no name", item="no name"),
    Kind(name="time-outs for all", list="time-out", item="time-out"),
    Kind(name="time-outs for half", item="time-out", pick="random", share=0.5),
    Kind(name="broken certificate", list="certificate", item="certificate"),
    Kind(name="connections cut half-way", item="cut", pick="random", share=0.7),
    Kind(name="gzip cut half-way", list="cut gzip", item="cut gzip"),
    Kind(name="403 for all", list="403", item="403"),
    Kind(name="403 for pages only", item="403"),
    Kind(name="429 after some requests", item="429", pick="later"),
    Kind(name="429 for all", list="429", item="429"),
    Kind(name="500 for all", list="500", item="500"),
    Kind(name="502 for a third", item="502", pick="random", share=0.33),
    Kind(name="503 by night", list="503", item="503", hours=(6, 10)),
    Kind(name="404 for everything, hours", list="404", item="404", hours=(4, 12)),
    Kind(name="404 for everything, days", list="404", item="404", hours=(2 * DAY, 5 * DAY)),
    Kind(name="404 for every page, list as ever", item="404", hours=(DAY, 5 * DAY)),
    Kind(name="404 for one section", item="404", pick="section", hours=(DAY, 5 * DAY)),
    Kind(name="410 for one section", item="410", pick="section", hours=(DAY, 5 * DAY)),
    Kind(name="404 for a third, the same ones", item="404", pick="fixed", share=0.33),
    Kind(name="404 from one of two servers", item="404", pick="random", share=0.5),
    Kind(name="404 now and then", item="404", pick="random", share=0.1),
    Kind(name="soft 404 for everything", list="soft 404", item="soft 404"),
    Kind(name="soft 404 for every page", item="soft 404", hours=(DAY, 5 * DAY)),
    Kind(name="soft 404 in words that nobody declared", item="other soft 404"),
    Kind(name="wall of a content network, 200", list="wall", item="wall"),
    Kind(name="wall of a content network, 503", list="wall 503", item="wall 503"),
    Kind(name="consent page", item="consent"),
    Kind(name="log-in page", item="log-in"),
    Kind(name="redirect to a log-in", item="to log-in"),
    Kind(name="redirect home", item="home", hours=(DAY, 5 * DAY)),
    Kind(name="redirect home, lists too", list="home", item="home"),
    Kind(name="redirect to one notice", item="notice", hours=(DAY, 5 * DAY)),
    Kind(name="empty list", list="empty list"),
    Kind(name="half a list", list="half list"),
    Kind(name="list paged away", list="paged away"),
    Kind(name="old list from a cache", list="old list", hours=(DAY, 5 * DAY)),
    Kind(name="geo block, 451", list="451", item="451"),
    Kind(name="geo block, 404 for pages", item="404", hours=(DAY, 3 * DAY)),
    Kind(name="new addresses, old ones 404", list="new addresses", item="404", hours=(DAY, 96)),
    Kind(name="new addresses, old ones redirect", list="new addresses", item="moved"),
    Kind(name="robots.txt answers 503", list="robots", item="robots"),
    Kind(name="account suspended", list="suspended", item="suspended"),
    Kind(name="account protected", list="401", item="401"),
    Kind(name="errors of an interface in a 200", item="error 200"),
    Kind(name="pages in another language", item="other language"),
    Kind(name="empty bodies", item="empty", list="empty"),
    Kind(name="empty bodies for a third", item="empty", pick="random", share=0.33),
    Kind(name="redesign", item="redesign"),
    Kind(name="flapping, 404 or 500 or fine", item="flapping", pick="random", share=0.6),
)
