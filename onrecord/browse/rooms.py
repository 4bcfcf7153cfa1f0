"""The rooms of the archive: every page of ours but those of Datasette's rows and of the check."""

from onrecord.browse import (
    changes_page,
    cite_page,
    countries,
    coverage_page,
    evidence,
    feeds,
    matrix,
    meetings,
    people,
    search_page,
)
from onrecord.browse.page_frame import Page

PAGES: tuple[Page, ...] = (
    *changes_page.PAGES,
    *coverage_page.PAGES,
    *feeds.PAGES,
    *people.PAGES,
    *countries.PAGES,
    *matrix.PAGES,
    *meetings.PAGES,
    *cite_page.PAGES,
    *evidence.PAGES,
    *search_page.PAGES,
)
