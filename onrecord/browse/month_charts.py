"""Charts of months and of terms: how much was said, in what tone, and who held an office when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onrecord.browse.charts import BAD, GOOD, INK, LINK, QUIET, Chart, picture
from onrecord.browse.moments import say_date
from onrecord.browse.reader import Reader, Row

_WIDTH = 600
_PICTURE = 710
"""Pixels of the picture, with the words at its axis."""

_LINE = 22
_FEWEST = 2
_MONTHS_OF_FEW_YEARS = 24
_BY_MONTH = {"format": "%b %Y", "tickCount": {"interval": "month", "step": 1}, "labelOverlap": True}
_BY_YEAR = {"format": "%Y", "tickCount": "year"}
_TONE: dict[str, Any] = {
    "type": "quantitative",
    "scale": {"domain": [-1, 1]},
    "axis": {"title": "tone, from -1 to +1", "values": [-1, -0.5, 0, 0.5, 1], "format": "+"},
}
_POINT = {"type": "point", "filled": True, "size": 40, "opacity": 1}
_FINDINGS = {
    "more positive than usual": ("triangle-up", GOOD),
    "more negative than usual": ("triangle-down", BAD),
    "no clear difference": ("circle", LINK),
    "fewer than 20 scored in the year before": ("square", LINK),
}
_CAPACITIES = {"holder": LINK, "acting": GOOD, "spokesperson": QUIET}
_SHAPES, _COLOURS = zip(*_FINDINGS.values(), strict=True)


_DUE = "SELECT count(*) AS n FROM summary_due WHERE summary = :summary AND who = :who"


async def months_due(reader: Reader, summary: str, who: str) -> int:
    """Count the months of a speaker or a source that are still to be summed up."""
    row = await reader.row(_DUE, summary=summary, who=who)
    return int(row["n"]) if row else 0


def sum_up(months: Sequence[Row], page: str, due: int) -> dict[str, Any]:
    """Give what a page at an address shows of months: how much, in what tone, and the charts."""
    return {
        "due": due,
        "volume": picture(volume_chart(months), page),
        "tone": picture(tone_chart(months), page),
        "total": sum(row["statements"] for row in months),
        "scored": sum(row["n"] for row in months),
        "most_scored": max((row["n"] for row in months), default=0),
        "say_span": say_span,
    }


def volume_chart(months: Sequence[Row]) -> Chart | None:
    """Draw how many statements there were in each month; None where a number says it better."""
    if len(months) < _FEWEST:
        return None
    counts = [row["statements"] for row in months]
    spec = {
        "width": _WIDTH,
        "height": 120,
        "mark": {"type": "bar", "color": LINK},
        "encoding": {
            "x": _month(months),
            "y": {
                "field": "statements",
                "type": "quantitative",
                "axis": {"title": "statements", "tickCount": min(4, max(counts)), "format": ",d"},
            },
        },
    }
    return Chart(
        name="volume",
        spec=spec,
        rows=months,
        label=f"Statements a month, {sum(counts):,} {say_span(months)}",
        width=_PICTURE,
        height=156,
    )


def tone_chart(months: Sequence[Row]) -> Chart | None:
    """Draw the mean tone of the months that have one, with its interval and what was usual.

    None where a number says it better.
    """
    means = [row for row in months if row["mean"] is not None]
    if len(means) < _FEWEST:
        return None
    low, high = min(row["mean"] for row in means), max(row["mean"] for row in means)
    label = f"Mean tone of {len(means)} months, {say_span(means)}: from {low:+.2f} to {high:+.2f}"
    spec = {
        "width": _WIDTH,
        "height": 180,
        "encoding": {"x": {**_month(means), "bandPosition": 0.5}},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeWidth": 0.5},
                "encoding": {"x": None, "y": {"datum": 0, **_TONE}},
            },
            {
                "mark": {"type": "tick", "color": QUIET, "size": 9, "orient": "horizontal"},
                "encoding": {"y": {"field": "baseline_mean", **_TONE}},
            },
            {
                "mark": {"type": "rule", "color": QUIET},
                "encoding": {"y": {"field": "low", **_TONE}, "y2": {"field": "high"}},
            },
            {"mark": _POINT, "encoding": _means()},
        ],
    }
    return Chart(name="tone", spec=spec, rows=means, label=label, width=_PICTURE, height=284)


def _month(months: Sequence[Row]) -> dict[str, Any]:
    """Encode the month as the place from left to right; of few years, months have their names."""
    last, first = (int(row["month"][:4]) * 12 + int(row["month"][5:7]) for row in _ends(months))
    named = _BY_MONTH if last - first < _MONTHS_OF_FEW_YEARS else _BY_YEAR
    return {
        "field": "month",
        "type": "temporal",
        "timeUnit": "utcyearmonth",
        "axis": {"title": None, "grid": False, **named},
    }


def _ends(months: Sequence[Row]) -> tuple[Row, Row]:
    return months[0], months[-1]


def _means() -> dict[str, Any]:
    names = list(_FINDINGS)
    legend = {"title": None, "orient": "bottom", "columns": 1, "labelLimit": 300}
    of_finding = {"field": "finding", "type": "nominal", "legend": legend}
    return {
        "y": {"field": "mean", **_TONE},
        "shape": {**of_finding, "scale": {"domain": names, "range": list(_SHAPES)}},
        "color": {**of_finding, "scale": {"domain": names, "range": list(_COLOURS)}},
    }


def terms_chart(terms: Sequence[Row]) -> Chart | None:
    """Draw who held an office when; None where a line of a table says it better."""
    if len(terms) < _FEWEST:
        return None
    today = date.today().isoformat()  # noqa: DTZ011 - a term has no zone
    rows = [
        {
            "name": row["name"],
            "capacity": row["capacity"],
            "since": row["since"],
            "until": row["until"] or max(today, row["since"]),
        }
        for row in terms
    ]
    order = list(dict.fromkeys(row["name"] for row in reversed(rows)))
    utc = {"type": "temporal", "scale": {"type": "utc"}}
    spec = {
        "width": _WIDTH - 140,
        "height": {"step": _LINE},
        "mark": {"type": "bar", "height": 10},
        "encoding": {
            "x": {"field": "since", **utc, "axis": {"title": None, "tickCount": 6}},
            "x2": {"field": "until"},
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": order,
                "axis": {"title": None, "labelLimit": 160},
            },
            "color": {
                "field": "capacity",
                "type": "nominal",
                "scale": {"domain": list(_CAPACITIES), "range": list(_CAPACITIES.values())},
                "legend": {"title": None, "orient": "bottom"},
            },
        },
    }
    return Chart(
        name="terms",
        spec=spec,
        rows=rows,
        label=f"{len(rows)} terms, the first from {terms[-1]['since']}",
        width=_PICTURE,
        height=60 + _LINE * len(order),
    )


def say_span(months: Sequence[Row]) -> str:
    """Say from when to when some months are, the latest first.

    >>> say_span([{"month": "2031-04"}, {"month": "2031-03"}]), say_span([{"month": "2031-03"}])
    ('from March 2031 to April 2031', 'in March 2031')
    """
    last, first = (say_date(row["month"]) for row in _ends(months))
    return f"in {first}" if first == last else f"from {first} to {last}"
