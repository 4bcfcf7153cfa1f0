"""The rooms of the archive: every page of ours but those of Datasette's rows and of the check."""

from onrecord.browse.page_frame import Page

PAGES: tuple[Page, ...] = ()
