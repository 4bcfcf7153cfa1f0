"""Rules of answers: the marks by which a page shows that it is not what was asked for."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, Field, model_validator

from spiders.channels.options import Options

Kind = Literal[
    "ok",
    "gone",
    "soft_404",
    "blocked",
    "login_wall",
    "partial",
    "layout_changed",
    "redirected_home",
    "error",
]
"""Of what kind an answer is."""

_WALLS = Path(__file__).with_name("walls.yml")
_LONGEST = 3000
_BESIDE = r"\s*[|\u2013\u2014·»«•-]\s*"


def check_regex(pattern: str) -> str:
    """Accept a regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error}): '{pattern}'") from None
    return pattern


Regex = Annotated[str, Field(min_length=1), AfterValidator(check_regex)]


class AnswerRule(Options):
    """What an answer is that bears all of some marks."""

    answer: Literal["ok", "soft_404", "blocked", "login_wall", "error"] = Field(
        examples=["blocked"]
    )
    name: str | None = None
    status: tuple[int, ...] = ()
    headers: Mapping[str, Regex] = Field(default_factory=dict)
    url: Regex | None = None
    title: Regex | None = None
    heading: Regex | None = None
    words: Regex | None = None
    markup: Regex | None = None
    at_most: int = Field(default=_LONGEST, ge=1)

    @model_validator(mode="after")
    def _has_a_mark(self) -> Self:
        marks = (self.headers, self.url, self.title, self.heading, self.words, self.markup)
        if not (any(marks) or self.status):
            raise ValueError(
                "says nothing to look for: add 'title', 'heading', 'words', 'markup', 'url', "
                "'headers' or 'status'"
            )
        return self

    @property
    def looks_inside(self) -> bool:
        """Tell whether it judges by what stands in the page."""
        return any((self.title, self.heading, self.words, self.markup))

    @cached_property
    def patterns(self) -> Mapping[str, re.Pattern[str]]:
        """The marks inside a page to look for, by where they stand, what is quick to find first."""
        inside = {"title": self.title, "markup": self.markup}
        inside |= {"heading": self.heading, "words": self.words}
        return {where: compiled(each) for where, each in inside.items() if each}


class ArticleDoors(Options):
    """By what a page of news shows that something stands before its article; see the file."""

    paywall: Regex
    needs_scripts: Regex
    consent_title: Regex
    consent_address: Regex
    login_address: Regex


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is looked for without regard to case."""
    return re.compile(pattern, re.IGNORECASE)


@cache
def known_walls() -> Sequence[AnswerRule]:
    """Read the walls that every source knows."""
    told = _table()
    walls = [AnswerRule.model_validate(each) for each in told["rules"]]
    return (*walls, *_missing("|".join(f"(?:{each})" for each in told["not_found"])))


@cache
def article_doors() -> ArticleDoors:
    """Read what else is known of pages that show no article."""
    return ArticleDoors.model_validate(_table()["articles"])


def _table() -> Any:
    return yaml.safe_load(_WALLS.read_text(encoding="utf-8"))


def _missing(words: str) -> Sequence[AnswerRule]:
    """Make rules of the words that are the whole title of a page which stands for a missing one.

    Beside the name of a site, they are believed where they are the page's heading too, or where
    there is hardly anything to read.
    """
    name = "a page that stands for a missing one"
    alone, end = f"^(?:{words})[.!]*$", r"[.!]*"
    beside = f"^(?:{words}){end}{_BESIDE}|{_BESIDE}(?:{words}){end}$"
    common = {"answer": "soft_404", "name": name}
    return [
        AnswerRule.model_validate(common | each)
        for each in (
            {"title": alone, "at_most": 20_000},
            {"title": beside, "heading": f"^(?:{words}){end}", "at_most": 20_000},
            {"title": beside, "at_most": 1500},
        )
    ]
