"""The report for a browser: one file that asks for nothing and runs nothing."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from onrecord.checking import verdict_words
from onrecord.checking.checked import CheckedArticle, CheckedQuote, Match
from onrecord.checking.marked_words import printed_pieces, said_pieces

_TEMPLATES = Path(__file__).parent / "templates"

MatchLink = Callable[[Match], str | None]
"""Gives the address of a statement's page from a match of it."""


def _no_link(_match: Match) -> None:
    return None


def html_report(article: CheckedArticle, *, match_link: MatchLink = _no_link) -> str:
    """Write a whole page; `match_link` gives the address of a statement in an archive online."""
    shown = _pages().get_template("check_report.html")
    return shown.render(**_told(article, match_link), css=stylesheet())


def report_body(article: CheckedArticle, *, match_link: MatchLink = _no_link) -> Markup:
    """Write what goes into the page of somebody else, who adds `stylesheet()`."""
    # The template escapes; its output is markup.
    return Markup(_pages().get_template("_check_body.html").render(**_told(article, match_link)))  # noqa: S704


@cache
def stylesheet() -> Markup:
    """Give the rules of the report; all of them stand below the class `check`."""
    return Markup((_TEMPLATES / "check.css").read_text(encoding="utf-8"))  # noqa: S704 - our file


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _told(article: CheckedArticle, match_link: MatchLink) -> dict[str, Any]:
    return {
        "article": article,
        "quotes": [_quote(article, quote) for quote in article.quotes],
        "counts": verdict_words.say_counts(article.quotes),
        "words": verdict_words,
        "match_link": match_link,
        "is_web_address": is_web_address,
    }


def _quote(article: CheckedArticle, quote: CheckedQuote) -> dict[str, Any]:
    at = quote.start
    return {
        "it": quote,
        "line": None if at is None else article.text.count("\n", 0, at) + 1,
        "verdict": verdict_words.say_verdict(quote),
        "meaning": verdict_words.MEANINGS[quote.verdict],
        "printed": printed_pieces(quote),
        "records": [_record(quote, match) for match in _matches(quote)],
    }


def _matches(quote: CheckedQuote) -> list[Match]:
    return [quote.match, *quote.others] if quote.match else [*quote.others]


def _record(quote: CheckedQuote, match: Match) -> dict[str, Any]:
    is_main = match is quote.match or quote.verdict == "several_sources"
    return {"match": match, "pieces": said_pieces(quote, match) if is_main and match.text else []}


def is_web_address(value: str) -> bool:
    """Tell whether a value may become a link: http(s), a host, and no blanks or controls."""
    if not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
