"""What the fictional offices publish: the statements of `web/*.yml`, and what becomes of them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Day = Literal[1, 2, 3, 4]
"""The days of the demo."""

DAYS: tuple[Day, ...] = (1, 2, 3, 4)

SOURCES = ("xo_mfa", "xt_mod", "xt_pm")
"""The offices, by the names of their sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Other words from day two on; silent where the publisher leaves no note."""

    old: str
    new: str
    note: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement as its office holds it; a translation names what it translates."""

    id: str
    title: str
    kind: str
    speaker: str
    language: str
    text: str
    at: datetime | None = None
    summary: str = ""
    translation_of: str | None = None
    is_pdf: bool = False
    """Whether it is a file to print, in which nobody signs; a line `---` begins another page."""
    absent_on: tuple[Day, ...] = ()
    """The days when it is not there: the first, of what is new; later ones, of what vanishes."""
    edit: Edit | None = None

    @property
    def original(self) -> str:
        """Name the statement that all language versions share."""
        return self.translation_of or self.id

    def is_published(self, day: Day) -> bool:
        """Tell whether the office shows the statement on a day."""
        return day not in self.absent_on

    def edit_on(self, day: Day) -> Edit | None:
        """Give the edit that a day's visitor reads, if there is one."""
        return self.edit if day > 1 else None

    def text_on(self, day: Day) -> str:
        """Give the words of a day."""
        edit = self.edit_on(day)
        return self.text.replace(edit.old, edit.new) if edit else self.text

    @property
    def pages(self) -> list[str]:
        """Give the words of each page of a file to print."""
        return self.text.split("\n---\n")

    def updated_at_on(self, day: Day) -> datetime | None:
        """Give the time that the publisher calls the latest change."""
        edit = self.edit_on(day)
        return edit.at if edit and edit.at else self.at


@dataclass(frozen=True, slots=True)
class Office:
    """One office and all that it ever publishes, newest first."""

    source: str
    name: str
    statements: tuple[Statement, ...]

    def published(self, day: Day) -> list[Statement]:
        """List what is to be read on a day."""
        return [statement for statement in self.statements if statement.is_published(day)]

    def find(self, identifier: str, day: Day) -> Statement | None:
        """Look up what is to be read under an id on a day."""
        return next((each for each in self.published(day) if each.id == identifier), None)


@cache
def office(source: str) -> Office:
    """Read the file of an office."""
    declared = yaml.safe_load((files(__package__) / "web" / f"{source}.yml").read_text("utf-8"))
    statements = tuple(_statement(each) for each in declared["statements"])
    return Office(source=source, name=declared["office"], statements=statements)


def _statement(declared: dict[str, Any]) -> Statement:
    edit = Edit(**declared["edit"]) if "edit" in declared else None
    if edit and declared["text"].count(edit.old) != 1:
        raise ValueError(f"{declared['id']}: the words to edit must stand once in one line")
    absent_on = tuple(declared.get("absent_on", ()))
    return Statement(**{**declared, "edit": edit, "absent_on": absent_on})
