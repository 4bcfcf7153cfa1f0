"""How single values look in tables: links, shortened texts, evidence in words."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from onrecord.browse.posts import excerpt, say_heading
from onrecord.browse.tone_words import BASELINE, BASELINE_SAID, GUESS, read_tone_words, say_label
from onrecord.browse.wording import read_corrections, read_linked, read_notes

RowLink = Callable[[str], str]
"""Gives the address of a statement's page from its id."""

_ELSEWHERE = "nofollow noopener noreferrer"


def in_order(cells: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[Mapping[str, Any]]:
    """Put the cells of a row in the order of some columns, and leave out those of others.

    >>> in_order([{"column": "id"}, {"column": "text"}, {"column": "url"}], ["url", "id", "tone"])
    [{'column': 'url'}, {'column': 'id'}]
    """
    found: dict[str, list[Mapping[str, Any]]] = {}
    for cell in cells:
        found.setdefault(cell["column"], []).append(cell)
    return [cell for name in names for cell in found.get(name, ())]


def render_value(
    table: str | None, column: str, value: Any, row: Mapping[str, Any], link: RowLink
) -> Markup | None:
    """Render a value of ours; None leaves it to Datasette."""
    if isinstance(value, dict):
        return _untitled(column, value, link)
    if isinstance(value, float):
        return _number(column, value)
    if not isinstance(value, str):
        return None
    if not value:
        return _no_words(row) if (table, column) == ("statements", "text") else None
    return _text_value(table, column, value, row, link)


def _text_value(
    table: str | None, column: str, value: str, row: Mapping[str, Any], link: RowLink
) -> Markup | None:
    readable = _label if column in _LABELS else _READABLE.get((table, column))
    if readable:
        return readable(value, row, column) or None
    if table == "statements" and "native_id" in row.keys():  # noqa: SIM118 - sqlite3.Row
        return _statement_value(column, value, row, link)
    if table is None and column in _STATEMENT_IDS:
        return _link(link(value), value)
    if table is None and column == "title" and "statement_id" in row.keys():  # noqa: SIM118 - sqlite3.Row
        return _link(link(str(row["statement_id"])), value)
    return _elsewhere(value)


def is_web_address(value: str) -> bool:
    """Tell whether a value may become a link: http(s), a host, and no blanks or controls."""
    if not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _statement_value(
    column: str, value: str, row: Mapping[str, Any], link: RowLink
) -> Markup | None:
    if column == "title":
        return _link(link(str(row["id"])), value)
    if column == "text":
        return Markup('<span class="excerpt" dir="auto">{}</span>').format(excerpt(value))
    return _elsewhere(value)


def _number(column: str, value: float) -> Markup | None:
    """Show a tone with its sign and no more digits than it deserves, and call a guess a guess."""
    if column in _CONFIDENCES:
        shown = Markup('<span class="number" title="{}">{:.2f}</span>').format(value, value)
        return shown + _GUESSED if value < GUESS else shown
    if column in _TONES or any(part in column for part in _IN_TONES):
        # 0.0 is added, so that nothing is shown as -0.00.
        shown = Markup('<span class="number" title="{}">{:+.2f}</span>')
        return shown.format(value, round(value, 2) + 0.0)
    if column in _SHARES:
        return Markup('<span class="number" title="{}">{:.2f}</span>').format(value, value)
    return None


def _no_words(row: Mapping[str, Any]) -> Markup | None:
    """Say in a list what a post does that has no words to show."""
    linked = read_linked(_value(row, "linked"))
    said = say_heading({"title": None, "text": "", "account": _value(row, "account")}, linked)
    return Markup('<span class="aside" dir="auto">{}</span>').format(said) if linked else None


def _value(row: Mapping[str, Any], column: str) -> Any:
    return row[column] if column in row.keys() else None  # noqa: SIM118 - sqlite3.Row


def _untitled(column: str, value: Mapping[str, Any], link: RowLink) -> Markup | None:
    """A statement without a title would be labelled "None"."""
    if column == "statement_id" and value.get("label") is None:
        return _link(link(str(value["value"])), str(value["value"]))
    return None


def _link(address: str, label: str) -> Markup:
    return Markup('<a href="{}" dir="auto">{}</a>').format(address, label)


def _elsewhere(value: str) -> Markup | None:
    address = value.strip()
    if not is_web_address(address):
        # Datasette would make a link of it, controls and all.
        return escape(value) if address.startswith(("http://", "https://")) else None
    shown = Markup('<a class="address" href="{}" rel="{}">{}</a>')
    return shown.format(address, _ELSEWHERE, address)


def _tone_words(value: str, row: Mapping[str, Any], _column: str) -> Markup:
    shown = Markup('<span class="tone-word"{}>{}{} <b>{:+.2f}</b></span>')
    tone = _value(row, "tone")
    meaning = Markup(' title="{}"').format(BASELINE_SAID)
    return Markup(" ").join(
        shown.format(
            meaning if word.words == BASELINE else "",
            word.words,
            f" \u00d7{word.times}" if word.times > 1 else "",
            word.weight,
        )
        for word in read_tone_words(value, tone if isinstance(tone, float) else None)
    )


def _corrections(value: str, _row: Mapping[str, Any], _column: str) -> Markup:
    shown = Markup("{}: <del>{}</del> <ins>{}</ins>")
    return Markup("<br>").join(
        shown.format(column, *values) for column, values in read_corrections(value).items()
    )


def _notes(value: str, _row: Mapping[str, Any], _column: str) -> Markup:
    return Markup("<br>").join(Markup("{}: {}").format(*note) for note in read_notes(value))


def _label(value: str, row: Mapping[str, Any], column: str) -> Markup:
    confidence = _value(row, _LABELS[column])
    shown = Markup('<span class="label label-{}">{}</span>').format(value, say_label(value))
    return shown + _GUESSED if isinstance(confidence, float) and confidence < GUESS else shown


_GUESSED = Markup(' <span class="aside">a guess</span>')
_LABELS = {
    "tone_label": "tone_confidence",
    "quoted_tone_label": "quoted_tone_confidence",
    "target_tone_label": "target_tone_confidence",
}
"""The columns of labels, each with the column that says how sure it is."""

_CONFIDENCES = {"tone_confidence", "target_tone_confidence", "confidence"}
_TONES = {
    *("tone", "quoted_tone", "target_tone", "mean", "low", "high", "baseline_mean"),
    *("difference", "difference_low", "difference_high", "week_mean", "week_low", "week_high"),
}
_IN_TONES = ("tone", "polarity", "compound")
_SHARES = {
    *("textblob_subjectivity", "similarity", "share_not_scored", "rate", "rate_low", "rate_high"),
    *("negative_low", "negative_high"),
}
_STATEMENT_IDS = {"statement_id", "like_id", "previous_id", "first_id", "last_id"}
_READABLE: dict[tuple[str | None, str], Callable[[str, Mapping[str, Any], str], Markup]] = {
    ("tone", "tone_evidence"): _tone_words,
    (None, "words"): _tone_words,
    ("statements", "corrections"): _corrections,
    ("revisions", "publisher_changes"): _notes,
}
