"""Patience: an API of 10,000 posts that asks to be left alone at every fifteenth request."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from loopback import Answer, Site, rows, write_source

from torture.figure import Counts, Figure, Trial, unless
from torture.hurt.fault import Fault
from torture.hurt.nursery import LONGEST, Run
from torture.hurt.prepared import require_done

POSTS = 500
"""How many posts a trial has: twenty of these make the full figure."""

_PAGE = 25
_EACH = 15
_LIST = """\
  - channel: jsonlist
    kind: statement
    urls: ["{url}/posts?page=0"]
    items: items
    total: total
    text: entry
    fields: {{id: id, link: link, text: text}}
    next_url: "{url}/posts?page={{page}}"
    first_page: 1
    pages: 10000
"""


class _Api(dict[str, Answer]):
    """Answers with a page, or with 429 and how long to wait; counts who comes before that."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._asked = 0
        self._allowed_at = 0.0
        self.early = self.refused = 0

    def get(self, path: str, default: Answer) -> Answer:  # type: ignore[override]
        self.early += time.time() < self._allowed_at
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nAllow: /\n")
        if not path.startswith("/posts?page="):
            return default
        self._asked += 1
        if self._asked % _EACH == 0:
            return self._refuse()
        page = int(path.partition("=")[2])
        body = {"total": POSTS, "items": [_post(n) for n in range(page * _PAGE, POSTS)[:_PAGE]]}
        return Answer(json.dumps(body).encode(), content_type="application/json")

    def _refuse(self) -> Answer:
        """Ask for patience, in seconds or as a date, which has whole seconds only."""
        self.refused += 1
        now = datetime.now(UTC)
        if self._chance.random() < 0.5:
            self._allowed_at = now.timestamp() + 1
            return Answer(b"slow down", 429, {"Retry-After": "1"})
        until = (now + timedelta(seconds=2)).replace(microsecond=0)
        self._allowed_at = until.timestamp()
        return Answer(b"slow down", 429, {"Retry-After": format_datetime(until, usegmt=True)})


def _post(number: int) -> dict[str, str]:
    text = f"The lamp of tower {number} is lit, and we thank its keeper."
    return {"id": f"post-{number}", "link": f"/posts/{number}", "text": text}


@contextmanager
def ready(folder: Path) -> Iterator[Trial]:
    """Serve the API."""
    with Site() as site:

        def trial(number: int, chance: random.Random) -> Counts:
            place = folder / f"api-{number}"
            place.mkdir()
            write_source(place / "sources", site, feeds=_LIST)
            api = _Api(chance)
            site.answers = api
            words = ["crawl", "xa_light", "--sources", "sources", "--allow-host", site.host]
            running = Run(place, words, Fault(), None, 500)
            running.wait(3 * LONGEST)
            require_done(running.ended())
            found = rows(
                place / "archive.db", "SELECT count(*) AS n, sum(revision) AS r FROM statements"
            )
            return {
                "posts": POSTS,
                "collected": found[0]["n"],
                "twice": found[0]["r"] - found[0]["n"],
                "early": api.early,
                "refused": api.refused,
            }

        yield trial


def _broken(counts: Counts) -> list[str]:
    """Say what is broken; a run in which nothing was refused would prove nothing."""
    found = unless(twice=0, early=0, collected=counts.get("posts", 1))(counts)
    return found if counts.get("refused") else [*found, "nothing was refused"]


FIGURE = Figure(
    promise="nothing is asked before the time that a server names, and every post is collected",
    trials=20,
    quick=1,
    ready=ready,
    broken=_broken,
)
