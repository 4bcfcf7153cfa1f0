"""What a source file may say about a feed: the options that every channel shares."""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Kind = Literal[
    "speech",
    "statement",
    "oral_statement",
    "written_statement",
    "press_release",
    "news",
    "article",
    "interview",
    "briefing",
    "notice",
    "post",
]


class Options(BaseModel):
    """Refuse what a source file says but nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageFilter(Options):
    """Which pages are the source's own, where a feed mixes several offices."""

    css: str
    matches: str


class PageSelectors(Options):
    """Where an item page keeps its parts: CSS selectors, all optional.

    Without `text` the main text is found by trafilatura, and so are a missing title and date.
    """

    only: PageFilter | None = None

    title: str | None = None
    text: str | None = None
    published: str | None = None
    speaker: str | None = None
    remove: str | None = None
    missing: str | None = None

    @property
    def place(self) -> str:
        """Name where in a source file they stand."""
        return "page"


class Layout(PageSelectors):
    """Where an item page kept its parts up to a day, the last one that it was captured so."""

    until: date

    @property
    def place(self) -> str:
        """Name where in a source file they stand."""
        return f"layouts({self.until})"


class FeedOptions(Options):
    """What every channel understands."""

    channel: str
    kind: Kind = "statement"
    when: Literal["always", "asked"] = "always"
    pages: int = Field(default=1, ge=1, le=10_000)


class LinkRewrite(Options):
    """How an entry's link becomes the address of its readable page."""

    pattern: str
    to: str


class PagesOptions(FeedOptions):
    """What the channels share that read item pages."""

    page: PageSelectors = PageSelectors()
    layouts: tuple[Layout, ...] = ()

    @field_validator("layouts")
    @classmethod
    def _one_layout_a_day(cls, layouts: tuple[Layout, ...]) -> tuple[Layout, ...]:
        days = [layout.until for layout in layouts]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice:
            raise ValueError(f"has two layouts until {twice}: which of them is it?")
        return layouts

    def layout_on(self, day: date) -> PageSelectors:
        """Choose the selectors for a page that was captured on a day."""
        fitting = [layout for layout in self.layouts if day <= layout.until]
        return min(fitting, key=lambda layout: layout.until, default=self.page)


class WebOptions(PagesOptions):
    """What the channels share that list addresses of item pages."""

    urls: tuple[str, ...] = Field(min_length=1)
    next_url: str | None = None
    first_page: int = 2
    page_size: int | None = Field(default=None, ge=1)
    follow: LinkRewrite | None = None
    javascript: bool = False

    @model_validator(mode="after")
    def _offsets_need_a_size(self) -> Self:
        has_offset = self.next_url is not None and "{offset}" in self.next_url
        if has_offset and self.page_size is None:
            raise ValueError("counts by {offset}: 'page_size' must say how many a page lists")
        if self.page_size is not None and not has_offset:
            raise ValueError("has a 'page_size', which counts only with {offset} in 'next_url'")
        return self
