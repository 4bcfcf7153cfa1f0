"""The hostile strings of hostile.yml, each with a call of its own."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

COUNT = 500
OFF = "off.example"
CALLS = ("__ran({})", "alert({})", "confirm({})", "prompt({})", "print({})")


@cache
def hostile_strings() -> tuple[str, ...]:
    """Give as many as are promised; every one of a family comes in most surroundings."""
    return tuple(string for string, _ in zip(_all(), range(COUNT), strict=False))


def _all() -> Iterator[str]:
    told = _read()
    number = 0
    for around in told["around"]:
        for strings in told["families"].values():
            for string in strings:
                call = CALLS[number % len(CALLS)].format(number)
                yield around.replace("HERE", string).replace("RUN", call).replace("OFF", OFF)
                number += 1


def bare_strings() -> tuple[str, ...]:
    """Give each of each family once, with nothing around it."""
    return hostile_strings()[: sum(map(len, _read()["families"].values()))]


def _read() -> Mapping[str, Any]:
    told: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "hostile.yml").read_text())
    return told


class Supply:
    """Gives the strings one after another, and over again; knows which were given."""

    def __init__(self) -> None:
        self.given: set[str] = set()
        self._next = cycle(hostile_strings())

    def some(self, count: int, between: str = " ") -> str:
        """Give some as one text."""
        taken = [next(self._next) for _ in range(count)]
        self.given.update(taken)
        return between.join(taken)
