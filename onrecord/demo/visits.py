"""What passes between the server and the three sites: a visit, its noise, and the answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from onrecord.demo.markup import to_html
from onrecord.demo.statements import Day, Statement

HTML = "text/html; charset=utf-8"
_pages = Environment(
    loader=PackageLoader("onrecord.demo"), autoescape=True, undefined=StrictUndefined
)
_pages.filters["markup"] = to_html


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: where to, on which day, and the number that makes its noise."""

    path: str
    query: Sequence[tuple[str, str]]
    day: Day
    number: int
    base_url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers."""

    body: str | bytes
    content_type: str = HTML
    status: int = 200


class Site(Protocol):
    """One office's part of the web."""

    def answer(self, visit: Visit) -> Answer | None:
        """Answer a visit; None where the site has nothing at that address."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What changes on every request and means nothing."""

    views: int
    shares: int
    request: str
    related: Sequence[Statement]


def noise(visit: Visit, statements: Sequence[Statement]) -> Noise:
    """Make the noise of a visit: the same for the same day and number, and for no other."""
    serial = f"{visit.day}/{visit.number}".encode()
    turns = range(visit.number, visit.number + min(3, len(statements)))
    return Noise(
        views=1_000 * visit.day + 7 * visit.number,
        shares=visit.number % 89,
        request=blake2b(serial, digest_size=8).hexdigest(),
        related=[statements[turn % len(statements)] for turn in turns],
    )


def render(template: str, visit: Visit, *, content_type: str = HTML, **values: Any) -> Answer:
    """Fill a template; it can also read the visit."""
    body = _pages.get_template(template).render(visit=visit, **values)
    return Answer(body=body, content_type=content_type)


def as_json(answer: object, status: int = 200) -> Answer:
    """Answer in JSON."""
    body = json.dumps(answer, ensure_ascii=False, indent=1)
    return Answer(body=body, content_type="application/json; charset=utf-8", status=status)
