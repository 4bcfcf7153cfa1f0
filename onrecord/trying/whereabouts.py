"""What an address tells of its office: the country, a name for the source, a time zone."""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from spiders.fields import COUNTRIES
from spiders.source import Source
from spiders.sourcefiles import BUILT_IN, find_sources

NOWHERE = "xx"
"""Stands in a draft for a country that has to be filled in; files with it load."""

_TOP_LEVELS = {"uk": "gb", "eu": "eu", "gov": "us", "mil": "us"}
_GENERIC = frozenset(
    {"www", "www2", "gov", "gob", "gouv", "gub", "govt", "go", "gv", "mil", "co", "com", "org"}
    | {"net", "int", "en", "fr", "es", "ru", "english", "web", "portal", "site", "m"}
)
_MONTH_FIRST = frozenset({"us", "ph", "pw", "fm", "mh"})


def country_of(url: str, language: str | None) -> str | None:
    """Tell the country by the end of a host's name, else by a language tag such as en-GB."""
    host = urlsplit(url).hostname or ""
    if host == "un.org" or host.endswith(".un.org"):
        return "un"
    end = host.rpartition(".")[2]
    code = _TOP_LEVELS.get(end, end)
    if code in COUNTRIES or code == "eu":
        return code
    region = (language or "").replace("_", "-").partition("-")[2].lower()
    return region if region in COUNTRIES else None


def source_name(url: str, country: str | None) -> str:
    """Suggest a name for a source: in_mofa for www.mofa.gov.in."""
    host = urlsplit(url).hostname or ""
    is_number = re.fullmatch(r"[\d.:]+", host)
    labels = [] if is_number else [each for each in host.split(".")[:-1] if each not in _GENERIC]
    word = re.sub(r"[^a-z0-9]+", "", labels[-1].lower()) if labels else ""
    return f"{country or NOWHERE}_{word or 'office'}"


def date_order_of(country: str | None) -> str:
    """Tell whether a country prints the day or the month first."""
    return "MDY" if country in _MONTH_FIRST else "DMY"


def timezone_of(country: str | None) -> str | None:
    """Tell the zone that a country's offices print times in, as far as that is known."""
    ours = Counter(
        source.timezone for source in _built_in_sources() if source.country == country
    ).most_common(1)
    return ours[0][0] if ours else _zones().get(country or "")


@cache
def _built_in_sources() -> list[Source]:
    return list(find_sources([BUILT_IN])[0].values())


@cache
def _zones() -> dict[str, str]:
    """Map each country to its zone; of several, the one that the list names first."""
    listed = (files("tzdata") / "zoneinfo/zone.tab").read_text(encoding="utf-8")
    zones: dict[str, str] = {}
    for code, zone in re.findall(r"(?m)^([A-Z]{2})\t\S+\t(\S+)", listed):
        zones.setdefault(code.lower(), zone)
    return zones
