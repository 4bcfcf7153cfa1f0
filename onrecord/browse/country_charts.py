"""The charts of a country's page: a mean for each other country, and one for each month."""

from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.browse.charts import INK, LINK, QUIET, RULE, Chart

_MOST_LINES = 20
_MOST_MONTHS = 120
_LINE = 22
_PICTURE = 710
"""Pixels of the picture, with the words at its axis."""

_WITH, _WITHOUT = "with a tone", "without one"
_TONE_AXIS = {"grid": True, "format": "+.1f", "values": [-1, -0.5, 0, 0.5, 1]}
_MONTH_AXIS = {"format": "%b %Y", "labelFlush": False, "labelOverlap": True}


def countries_chart(name: str, rows: Sequence[Mapping[str, Any]], label: str) -> Chart | None:
    """Draw the mean toward or from each country with its interval; None where there is no mean."""
    shown = [
        {"name": row["name"], "mean": row["mean"], "said": f"n {row['n']}", **_ends(row)}
        for row in rows
        if row["mean"] is not None
    ][:_MOST_LINES]
    if not shown:
        return None
    names = {"field": "name", "type": "nominal", "sort": None, "title": None}
    spec = {
        "width": 420,
        "height": {"step": _LINE},
        "layer": [
            _zero("x"),
            {
                "mark": {"type": "rule", "color": LINK, "strokeWidth": 2},
                "encoding": {"y": names, "x": _tone("low"), "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "color": LINK, "size": 60},
                "encoding": {"y": names, "x": _tone("mean")},
            },
            {
                "mark": {"type": "text", "align": "left", "color": QUIET},
                "encoding": {
                    "y": names,
                    "x": {"value": 428},
                    "text": {"field": "said"},
                },
            },
        ],
    }
    height = 50 + _LINE * len(shown)
    return Chart(name=name, spec=spec, rows=shown, label=label, width=_PICTURE, height=height)


def _ends(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        "low": max(-1.0, row["mean"] - row["margin"]),
        "high": min(1.0, row["mean"] + row["margin"]),
    }


def months_chart(rows: Sequence[Mapping[str, Any]], label: str) -> Chart | None:
    """Draw how many statements each month has, and the mean of those with one."""
    if not rows:
        return None
    months = [
        {
            **{key: row[key] for key in ("month", "mean", "low", "high")},
            "said": each,
            "count": count,
        }
        for row in rows[-_MOST_MONTHS:]
        for each, count in ((_WITH, row["n"]), (_WITHOUT, row["not_scored"]))
    ]
    month = {"field": "month", "type": "temporal", "title": None, "axis": _MONTH_AXIS}
    has_means = any(row["mean"] is not None for row in rows)
    spec = {"vconcat": ([_means(month)] if has_means else []) + [_counts(month)]}
    height = 334 if has_means else 140
    return Chart(name="months", spec=spec, rows=months, label=label, width=_PICTURE, height=height)


def _means(month: Mapping[str, Any]) -> dict[str, Any]:
    with_mean = [{"filter": f"datum.mean !== null && datum.said === '{_WITH}'"}]
    return {
        "width": 560,
        "height": 150,
        "transform": with_mean,
        "layer": [
            _zero("y"),
            {
                "mark": {"type": "rule", "color": LINK, "opacity": 0.6},
                "encoding": {"x": month, "y": _tone("low"), "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "color": LINK, "size": 30},
                "encoding": {"x": month, "y": _tone("mean")},
            },
        ],
    }


def _counts(month: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "width": 560,
        "height": 80,
        "mark": {"type": "bar"},
        "encoding": {
            "x": {**month, "timeUnit": "yearmonth"},
            "y": {
                "field": "count",
                "type": "quantitative",
                "title": "statements",
                "axis": {"format": "d", "tickMinStep": 1},
            },
            "color": {
                "field": "said",
                "scale": {"domain": [_WITH, _WITHOUT], "range": [LINK, RULE]},
                "legend": {"title": None, "orient": "bottom"},
            },
        },
    }


def _tone(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "title": "mean tone",
        "scale": {"domain": [-1, 1]},
        "axis": _TONE_AXIS,
    }


def _zero(channel: str) -> dict[str, Any]:
    return {
        "mark": {"type": "rule", "color": INK, "opacity": 0.4},
        "encoding": {channel: {"datum": 0}},
    }
