"""People and places: whom the source files name, so that texts that speak of them can be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from analysis.mentions import Held, Person, Place
from analysis.names import name_slug
from spiders.marked_yaml import Loader

BUILT_IN = Path(__file__).parent / "sources"
"""The sources that come with On Record."""


@dataclass(slots=True)
class _Gathered:
    """What the files say of one person."""

    names: dict[str, None] = field(default_factory=dict)
    country: str = ""
    offices: list[Held] = field(default_factory=list)

    def person(self, key: str) -> Person:
        """Make a person of it."""
        name, *aliases = self.names
        return Person(key, name, tuple(aliases), self.country, tuple(self.offices))


@dataclass(frozen=True, slots=True)
class Register:
    """Whom the sources name."""

    people: tuple[Person, ...]
    offices: Mapping[str, str]
    """What the office of each source calls itself."""

    places: tuple[Place, ...] = ()
    """Countries that only source files name."""


def read_register(folders: Sequence[Path] = ()) -> Register:
    """Gather whom the built-in sources and those of some folders name, in the order of their ids.

    A later folder overrides a source by its name. Nothing but names and terms is read, which takes
    a fifth of the time of checking the files; one that cannot be read is left out, since a crawl
    reports it.
    """
    files = {path.stem: path for folder in (BUILT_IN, *folders) for path in _source_files(folder)}
    people: dict[str, _Gathered] = {}
    offices: dict[str, str] = {}
    places: dict[str, dict[str, None]] = {}
    for name in sorted(files):
        match _declared(files[name]):
            case {"country": str(country), "office": str(office), **more}:
                offices[name] = office
                for holder in _holders(more.get("holders")):
                    _gather(people, country, holder, name)
                if names := _texts(more.get("country_names")):
                    places.setdefault(country, {}).update(dict.fromkeys(names))
    persons = (told.person(key) for key, told in sorted(people.items()))
    named = (Place(code, tuple(names)) for code, names in sorted(places.items()))
    return Register(tuple(persons), offices, tuple(named))


def _source_files(folder: Path) -> Sequence[Path]:
    return sorted(folder.rglob("*.yml")) if folder.is_dir() else ()


def _declared(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=Loader)  # noqa: S506 - a safe one
    except (OSError, ValueError, yaml.YAMLError):
        return None


def _holders(declared: object) -> Iterator[dict[str, Any]]:
    for holder in declared if isinstance(declared, list) else ():
        match holder:
            case {"name": str(), "role": str()}:
                yield holder


def _texts(declared: object) -> list[str]:
    return (
        [each for each in declared if isinstance(each, str)] if isinstance(declared, list) else []
    )


def _gather(
    people: dict[str, _Gathered], country: str, holder: dict[str, Any], source: str
) -> None:
    name = holder["name"]
    key = str(holder.get("id") or f"{country}-{name_slug(name)}")
    told = people.setdefault(key, _Gathered(country=country))
    told.names |= dict.fromkeys([name, *map(str, holder.get("aliases") or ())])
    since, until = (_day(holder.get(each)) for each in ("since", "until"))
    told.offices.append(Held(source, holder["role"], since, until))


def _day(written: object) -> date | None:
    return written if isinstance(written, date) else None
