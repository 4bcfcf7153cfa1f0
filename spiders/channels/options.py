"""What a source file may say about a feed: the options that every channel shares."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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


class FeedOptions(Options):
    """What every channel understands."""

    channel: str
    kind: Kind = "statement"
    pages: int = Field(default=1, ge=1, le=10_000)


class LinkRewrite(Options):
    """How an entry's link becomes the address of its readable page."""

    pattern: str
    to: str


class WebOptions(FeedOptions):
    """What the channels share that list addresses of item pages."""

    urls: tuple[str, ...] = Field(min_length=1)
    next_url: str | None = None
    first_page: int = 2
    page: PageSelectors = PageSelectors()
    follow: LinkRewrite | None = None
