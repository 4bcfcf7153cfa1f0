"""A ministry's site: what each address answers at each hour, in good days and bad."""

import gzip
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from torture.outages.kinds import Kind

LISTED = 10
SECTIONS = 8
MISSING = "Sorry, this page is no longer here"
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What comes back for a request: an answer, or none."""

    status: int = 200
    body: bytes = b""
    url: str | None = None
    """Where redirects led."""

    headers: Headers = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    failure: str | None = None


@dataclass(frozen=True)
class Outage:
    """One kind of outage, from one hour to another."""

    kind: Kind
    since: float
    until: float


class Site:
    """Statements by number; the newest are published one a day, the others before hour 0."""

    def __init__(self, host: str, statements: int, days: int, chance: random.Random) -> None:
        self.host = host
        self.statements = statements
        self.days = days
        self.chance = chance
        self.outages: list[Outage] = []
        self.deleted: dict[int, tuple[float, str]] = {}
        """Number to the hour at which it was truly deleted, and how its address answers since."""

    def url(self, number: int) -> str:
        return f"https://{self.host}/section-{number % SECTIONS}/news/{number}"

    @property
    def list_url(self) -> str:
        return f"https://{self.host}/news"

    def published(self, hour: float) -> int:
        """Count what is published by an hour."""
        return min(self.statements, self.statements - self.days + int(hour // 24))

    def answer(self, url: str, hour: float, nth: int) -> Reply:
        """Answer the nth request of a crawl."""
        kind = next((o.kind for o in self.outages if o.since <= hour < o.until), None)
        if url == self.list_url:
            return self._list(kind.list if kind else "ok", hour)
        number = int(url.rpartition("/")[2])
        how = self.deleted[number][1] if self._is_off(number, hour) else ""
        if kind and self._is_struck(kind, number, nth) and not (how and kind.item in _OF_PAGES):
            return self._bad(kind.item, number)
        if how:
            return self._bad(how, number)
        return Reply(body=page(number))

    def has_bad_pages(self, hour: float) -> bool:
        """Tell whether pages answer wrongly at an hour, some of them at least."""
        return any(o.since <= hour < o.until and o.kind.item != "ok" for o in self.outages)

    def _is_struck(self, kind: Kind, number: int, nth: int) -> bool:
        if kind.item == "ok":
            return False
        match kind.pick:
            case "section":
                return number % SECTIONS == 3
            case "fixed":
                return number * 7919 % 1000 < kind.share * 1000
            case "random":
                return self.chance.random() < kind.share
            case "later":
                return nth > LISTED
        return True

    def _list(self, how: str, hour: float) -> Reply:
        newest = self.published(hour - 96 if how == "old list" else hour)
        if hour < 1:  # what was published before is listed once
            return Reply(body=listing([self.url(number) for number in range(newest)]))
        numbers = [
            n for n in range(newest - 1, newest - 3 * LISTED, -1) if not self._is_off(n, hour)
        ]
        numbers = numbers[:LISTED]
        if how == "half list":
            numbers = numbers[: LISTED // 2]
        elif how == "paged away":
            numbers = numbers[-2:]
        elif how == "empty list":
            numbers = []
        elif how == "new addresses":
            return Reply(body=listing([f"/articles/{number}" for number in numbers]))
        elif how not in {"ok", "old list"}:
            return self._bad(how, 0)
        return Reply(body=listing([self.url(number) for number in numbers]))

    def _is_off(self, number: int, hour: float) -> bool:
        return number in self.deleted and self.deleted[number][0] <= hour

    def _bad(self, how: str, number: int) -> Reply:
        if how == "flapping":
            how = self.chance.choice(("404", "500", "410"))
        if how in _FAILURES:
            return Reply(failure=_FAILURES[how])
        if how in _LANDINGS:
            path, body = _LANDINGS[how]
            return Reply(body=html(body), url=f"https://{self.host}{path}")
        if how.isdigit():
            return Reply(status=int(how), body=html(f"<h1>Error {how}</h1>"))
        if how in _PAGES:
            status, body = _PAGES[how]
            return Reply(status=status, body=html(body))
        return self._spoilt(how, number)

    def _spoilt(self, how: str, number: int) -> Reply:
        """Give a page that came otherwise than it stands there."""
        whole = page(number)
        packed = gzip.compress(whole, mtime=0)[:-20]
        return {
            "moved": Reply(body=whole, url=f"https://{self.host}/articles/{number}-a"),
            "cut": Reply(body=whole[: len(whole) // 2], flags=("partial",)),
            "cut gzip": Reply(body=packed, headers={"Content-Encoding": "gzip"}),
            "empty": Reply(),
            "other language": Reply(body=page(number, _FRENCH)),
            "redesign": Reply(body=whole.replace(b'class="words"', b'class="w-12"')),
        }[how]


def html(body: str) -> bytes:
    return f"<html><head><title>News</title></head><body>{body}</body></html>".encode()


_WORDS = "The keeper of lighthouse number {} reported that the lamp had been lit again at dusk."
_FRENCH = "Le gardien du phare numéro {} a annoncé que la lampe est de nouveau allumée ce soir."


def page(number: int, words: str = _WORDS) -> bytes:
    said = words.format(number)
    return html(f'<h1>Lamp {number}</h1><div class="words"><p>{said}</p><p>{said}</p></div>')


def listing(urls: list[str]) -> bytes:
    rows = (
        f'<li><a href="{url}">Lamp</a> <span class="day">02/01/2026</span></li>' for url in urls
    )
    return html(f"<ul>{''.join(rows)}</ul>")


_OF_PAGES = {"moved", "cut", "cut gzip", "other language", "redesign"}
"""What comes of a page that is there."""

_FAILURES = {
    "refused": "Connection was refused by other side",
    "no name": "DNS lookup failed: no results for hostname lookup",
    "time-out": "User timeout caused connection failure",
    "certificate": "certificate verify failed: certificate has expired",
    "robots": "Forbidden by robots.txt, which answered 503",
}
_LANDINGS = {
    "home": ("/", "<h1>Welcome</h1><p>The ministry of lamps.</p>"),
    "to log-in": ("/login", '<h1>Log in</h1><form><input type="password"></form>'),
    "notice": ("/notice", "<h1>We are moving</h1><div class='words'><p>Back soon.</p></div>"),
}
_PAGES = {
    "soft 404": (200, f"<h1>{MISSING}</h1>"),
    "other soft 404": (200, "<h1>Oh dear</h1><p>There is nothing at this address.</p>"),
    "wall": (200, "<h1>Checking your browser</h1><p>Ray ID: 8f2a</p>"),
    "wall 503": (503, "<h1>Checking your browser</h1><p>Ray ID: 8f2a</p>"),
    "consent": (200, "<h1>Before you continue</h1><button>Accept all cookies</button>"),
    "log-in": (200, '<h1>Log in</h1><form><input type="password"></form>'),
    "suspended": (404, "<h1>This account has been suspended</h1>"),
    "error 200": (200, '{"error": "upstream", "status": 500}'),
}
