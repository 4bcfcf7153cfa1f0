"""How the pages name a country: by the archive, else by the tables of names, else by its code."""

from collections.abc import Iterable
from functools import cache

from analysis.mentions import entity_names
from onrecord.browse.reader import Reader


class Names(dict[str, str]):
    """The names of countries by code; a code without a name is its own, in capitals."""

    def __missing__(self, code: str) -> str:
        """Name a country that nobody gave a name."""
        return _listed().get(code) or code.upper()


async def country_names(reader: Reader) -> Names:
    """Read the names of all countries that the archive knows."""
    rows = await reader.rows("SELECT id, name FROM entities WHERE kind = 'country' LIMIT 1000")
    return Names((row["id"], row["name"]) for row in rows)


def by_name(codes: Iterable[str], names: Names) -> list[tuple[str, str]]:
    """Give codes with their names, in the order of the names."""
    return sorted(((code, names[code]) for code in codes), key=lambda pair: (pair[1], pair[0]))


@cache
def _listed() -> dict[str, str]:
    return {code: name for (kind, code), name in entity_names().items() if kind == "country"}
