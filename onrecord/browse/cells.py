"""How single values look in tables: links, shortened texts, evidence in words."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from onrecord.browse.wording import read_corrections, read_notes, read_tone_words

RowLink = Callable[[str], str]
"""Gives the address of a statement's page from its id."""

_EXCERPT = 160
_ELSEWHERE = "nofollow noopener noreferrer"


def render_value(
    table: str | None, column: str, value: Any, row: Mapping[str, Any], link: RowLink
) -> Markup | None:
    """Render a value of ours; None leaves it to Datasette."""
    if isinstance(value, dict):
        return _untitled(column, value, link)
    if not isinstance(value, str) or not value:
        return None
    readable = _READABLE.get((table, column))
    if readable:
        return readable(value) or None
    if table == "statements" and "native_id" in row.keys():  # noqa: SIM118 - sqlite3.Row
        return _statement_value(column, value, row, link)
    if table is None and column in {"statement_id", "title"} and "statement_id" in row.keys():  # noqa: SIM118 - sqlite3.Row
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


def excerpt(text: str, length: int = _EXCERPT) -> str:
    """Shorten a text at a word's end.

    >>> excerpt("Good morning to you all", 14)
    'Good morning …'
    """
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    return f"{flat[:length].rsplit(' ', 1)[0]} …"


def _statement_value(
    column: str, value: str, row: Mapping[str, Any], link: RowLink
) -> Markup | None:
    if column == "title":
        return _link(link(str(row["id"])), value)
    if column == "text":
        return Markup('<span class="excerpt" dir="auto">{}</span>').format(excerpt(value))
    return _elsewhere(value)


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


def _tone_words(value: str) -> Markup:
    shown = Markup('<span class="tone-word">{}{} <b>{:+.2f}</b></span>')
    return Markup(" ").join(
        shown.format(word.words, f" \u00d7{word.times}" if word.times > 1 else "", word.polarity)
        for word in read_tone_words(value)
    )


def _corrections(value: str) -> Markup:
    shown = Markup("{}: <del>{}</del> <ins>{}</ins>")
    return Markup("<br>").join(
        shown.format(column, *values) for column, values in read_corrections(value).items()
    )


def _notes(value: str) -> Markup:
    return Markup("<br>").join(Markup("{}: {}").format(*note) for note in read_notes(value))


_READABLE: dict[tuple[str | None, str], Callable[[str], Markup]] = {
    ("tone", "evidence"): _tone_words,
    (None, "words"): _tone_words,
    ("statements", "corrections"): _corrections,
    ("revisions", "publisher_changes"): _notes,
}
