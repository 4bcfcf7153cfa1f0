"""The matrix: the tone of each country toward each other one, with the numbers behind it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.browse.country_names import Names, country_names
from onrecord.browse.page_frame import Page
from onrecord.browse.periods import read_periods
from onrecord.browse.reader import Reader, Row, TemplateVars
from onrecord.browse.tone_steps import SCALE, margin, step_of

QUERY = "tone_between_countries"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one country's offices said about another country in a period."""

    about: str
    n: int = 0
    not_scored: int = 0
    mean: float | None = None
    margin: float | None = None

    @property
    def step(self) -> str:
        """Give the class of its colour."""
        return step_of(self.mean)


@dataclass(frozen=True, slots=True)
class Line:
    """A country that speaks, with a cell for each country spoken about."""

    country: str
    name: str
    cells: Sequence[Cell]


async def read_matrix(reader: Reader) -> TemplateVars:
    """Read the matrix of the period that is asked for."""
    periods = await read_periods(reader)
    names = await country_names(reader)
    rows = await reader.answer(QUERY, period=periods.chosen) if periods.chosen else []
    about = _columns(rows)
    return {
        "periods": periods,
        "names": names,
        "about": about,
        "lines": _lines(rows, about, names),
        "means": sum(row["mean"] is not None for row in rows),
        "most": max((row["n"] for row in rows), default=0),
        "left_out": _left_out(rows, about),
        "scale": SCALE,
        "query": QUERY,
        "parameters": {"period": periods.chosen},
    }


def _columns(rows: Sequence[Row]) -> list[str]:
    """Name the countries spoken about, the most mentioned first."""
    sizes: Counter[str] = Counter()
    for row in rows:
        sizes[row["about"]] += row["n"] + row["not_scored"]
    return sorted(sizes, key=lambda code: (-sizes[code], code))


def _lines(rows: Sequence[Row], about: Sequence[str], names: Names) -> list[Line]:
    cells: dict[str, dict[str, Cell]] = {}
    for row in rows:
        cells.setdefault(row["country"], {})[row["about"]] = Cell(
            about=row["about"],
            n=row["n"],
            not_scored=row["not_scored"],
            mean=row["mean"],
            margin=margin(row["variance"], row["n"]),
        )
    return [
        Line(country, names[country], [told.get(each) or Cell(each) for each in about])
        for country, told in cells.items()
    ]


def _left_out(rows: Sequence[Row], about: Sequence[str]) -> tuple[int, int]:
    """Count the speaking countries, and those spoken about, that have no row or column."""
    if not rows:
        return 0, 0
    shown = len({row["country"] for row in rows})
    return rows[0]["speaking"] - shown, rows[0]["spoken_about"] - len(about)


PAGES = (
    Page(
        path="matrix",
        template="onrecord_matrix.html",
        tables=("statements", "sources", "entities", "said_about"),
        read=read_matrix,
    ),
)
