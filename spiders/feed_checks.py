"""What the texts in a feed's options must look like, by their keys, whatever the channel."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from spiders import fields
from spiders.marked_yaml import Place

_PAGE: Mapping[str, Callable[[str], str]] = {
    "title": fields.check_css,
    "text": fields.check_element_css,
    "published": fields.check_css,
    "speaker": fields.check_css,
    "remove": fields.check_element_css,
    "missing": fields.check_regex,
    "only.css": fields.check_css,
    "only.matches": fields.check_regex,
}

CHECKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "urls": fields.check_url,
        "base": fields.check_url,
        "cdx": fields.check_url,
        "replay": fields.check_url,
        "match": fields.check_url_beginning,
        "pds": fields.check_url,
        "plc": fields.check_url,
        "resolver": fields.check_url,
        "server": fields.check_url,
        "next_url": fields.check_url_template,
        "entry": fields.check_element_css,
        "links": fields.check_regex,
        "sitemaps": fields.check_regex,
        "link": fields.check_attribute_css,
        "next": fields.check_attribute_css,
        "title": fields.check_css,
        "published": fields.check_css,
        "published_above": fields.check_element_css,
        **{f"{key}.{part}": check for key in ("page", "layouts") for part, check in _PAGE.items()},
        "follow.pattern": fields.check_regex,
    }
)
"""Every channel means the same by these keys, so that a new channel is checked at once."""


def feed_problems(options: Mapping[Any, Any]) -> Iterator[tuple[Place, str]]:
    """Check the selectors, addresses and patterns of a feed; yield where and what is wrong."""
    for place, written in _texts(options, ()):
        keys = [str(part) for part in place if isinstance(part, str)]
        check = CHECKS.get(".".join(keys))
        try:
            if check:
                check(written)
        except ValueError as error:
            yield place, f"{keys[-1]} {error}"
    yield from _rewrite_problems(options.get("follow"))


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*place, str(key)))
    elif isinstance(value, tuple):
        for at, inner in enumerate(value):
            yield from _texts(inner, (*place, at))


def _rewrite_problems(follow: object) -> Iterator[tuple[Place, str]]:
    """Check that a replacement fits its pattern, once both are texts."""
    if not isinstance(follow, dict):
        return
    pattern, to = follow.get("pattern"), follow.get("to")
    if isinstance(pattern, str) and isinstance(to, str):
        try:
            fields.check_rewrite(pattern, to)
        except ValueError as error:
            yield ("follow", "to"), f"to {error}"
