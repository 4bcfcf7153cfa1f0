"""The register: the declared sources by country, and the page that lists them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

_ORGANISATIONS = {"eu": "European Union", "un": "United Nations"}


def country_name(code: str) -> str:
    """Name a country by its code: in is India; one that is fictional keeps its code."""
    return _ORGANISATIONS.get(code) or _names().get(code, code)


def by_country(sources: Iterable[Source]) -> list[tuple[str, list[Source]]]:
    """Group sources by country, as "India (in)", in the order of the alphabet."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        name = country_name(source.country)
        heading = name if name == source.country else f"{name} ({source.country})"
        groups.setdefault(heading, []).append(source)
    return sorted(groups.items())


def channels(source: Source) -> list[str]:
    """Name the channels of a source, each once, the preferred ones first."""
    feeds = [*source.feeds, *(each for feed in source.feeds for each in feed.fallback)]
    return list(dict.fromkeys(feed.options.channel for feed in feeds))


def bears(source: Source, words: Sequence[str]) -> bool:
    """Tell whether what a source is called bears all of some words, whatever their case."""
    told = (source.name, source.office, source.publisher, country_name(source.country))
    line = " ".join([*told, *channels(source), *(each.role for each in source.holders)]).casefold()
    return all(word.casefold() in line for word in words)


def summary() -> str:
    """Count the built-in sources, for the page of the register."""
    sources = list(_built_in().values())
    codes = {source.country for source in sources}
    used = Counter(channel for source in sources for channel in channels(source))
    counted = ", ".join(f"{count} use `{name}`" for name, count in used.most_common())
    known = sum(source.provenance.verified != "never" for source in sources)
    return (
        f"{len(sources)} sources in {len(codes - {*_ORGANISATIONS})} countries, the European Union "
        f"and the United Nations; {counted}. Last seen to work on a known day: {known}.\n"
    )


def table() -> str:
    """List the built-in sources as a table of Markdown."""
    rows = [_row(source) for _, group in by_country(_built_in().values()) for source in group]
    head = ["country", "source", "office", "channels", "languages", "holders", "verified"]
    lines = [f"| {' | '.join([*head, 'addresses from'])} |", "|---" * 8 + "|"]
    return "\n".join([*lines, *rows, ""])


def _row(source: Source) -> str:
    path = f"../spiders/sources/{source.country}/{source.name}.yml"
    cells = [
        country_name(source.country),
        f"[`{source.name}`]({path})",
        source.office,
        ", ".join(channels(source)),
        ", ".join(dict.fromkeys((source.language, *source.languages))),
        _holders(source),
        str(source.provenance.verified),
        source.provenance.from_,
    ]
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"


def _holders(source: Source) -> str:
    """Say how many persons are known to have held the office, and since when."""
    if not source.holders:
        return "none"
    until = max(holder.until or date.max for holder in source.holders)
    span = f"{min(holder.since for holder in source.holders).year} to "
    return f"{len({each.id for each in source.holders})}, {span}" + (
        "open" if until == date.max else str(until.year)
    )


def _built_in() -> dict[str, Source]:
    return find_sources([BUILT_IN])[0]


@cache
def _names() -> dict[str, str]:
    listed = (files("tzdata") / "zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    return {code.lower(): name for code, name in re.findall(r"(?m)^([A-Z]{2})\t(.+)$", listed)}
