"""The aspnet channel: lists that an ASP.NET WebForms page gives for a day, chosen in its form."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from scrapy import FormRequest, Request
from scrapy.http import Response, TextResponse

from archive.clock import read_utc
from archive.records import Capture
from spiders.channels.entries import Entry, Found
from spiders.channels.listing import ListingChannel, ListingOptions

_FORM = "//form[.//input[@name='__VIEWSTATE']]"


class AspnetOptions(ListingOptions):
    """What to choose in the form, with {day}, {month} and {year} where a date goes."""

    form: dict[str, str] = Field(min_length=1)
    days: int = Field(default=7, ge=1, le=3660)

    @model_validator(mode="after")
    def _form_leads_on(self) -> Self:
        if self.next or self.next_url:
            raise ValueError("needs no 'next' or 'next_url': the form leads to older entries")
        return self

    @field_validator("form")
    @classmethod
    def _values_hold_a_date(cls, form: dict[str, str]) -> dict[str, str]:
        for name, template in form.items():
            try:
                _filled(template, date.min)
            except (KeyError, IndexError, ValueError):
                raise ValueError(
                    f"may hold no other braces than {{day}}, {{month}} and {{year}}: "
                    f"'{name}: {template}'"
                ) from None
        return form


class AspnetChannel(ListingChannel):
    """Read the list that the form's own page shows, then day by day what the form gives.

    Each answer holds the form that asks for the day before, as a browser would send it.
    """

    Options = AspnetOptions

    @property
    def options(self) -> AspnetOptions:
        """The feed's options, as this channel understands them."""
        assert isinstance(self.feed.options, AspnetOptions)
        return self.feed.options

    def next_url(self, response: Response, page: int) -> str | None:
        """Have no address of older entries: a form leads to them."""
        del response, page
        return None

    def page_on(
        self, response: Response, page: int, *, fresh: bool, wanted: Sequence[Entry]
    ) -> Iterator[Found]:
        """Choose the day before, until a day is settled or enough days were read.

        A day without entries is a quiet one; page 1 is the form's own page, page 2 is today's.
        """
        del fresh
        is_settled = wanted and all(each.native_id in self.spider.settled for each in wanted)
        if page > self.options.days or (is_settled and not self.spider.is_replay):
            return
        try:
            yield self._day_request(response, page)
        except ValueError as error:
            yield from self.fail(str(error), page, response.url, response.meta["capture"])

    def may_be_empty(self, page: int) -> bool:
        """Allow quiet days, unless all of them were."""
        return page <= self.options.days or bool(self._listed)

    def is_past_the_end(self, response: Response, page: int) -> bool:
        """Take no day for one before the first: the form offers all of them."""
        del response, page
        return False

    def fail(
        self, reason: str, page: int, url: str, capture: Capture | None = None
    ) -> Iterator[Found]:
        """Turn to the next route whichever day could not be read."""
        del page
        yield from super().fail(reason, 1, url, capture)

    def _day_request(self, response: Response, page: int) -> Request:
        """Fill in the form for the day that comes after a page.

        Raises:
            ValueError: the page has no such form.
        """
        if not isinstance(response, TextResponse) or not response.xpath(_FORM):
            raise ValueError(f"{response.url} has no form with a __VIEWSTATE. Has it changed?")
        offered = set(response.xpath(f"{_FORM}//@name").getall())
        for name in self.options.form:
            if name not in offered and not name.startswith("__"):
                raise ValueError(f"the form of {response.url} has no {name!r}. Has it changed?")
        capture: Capture = response.meta["capture"]
        zone = ZoneInfo(self.source.timezone)
        read_on = read_utc(capture.captured_at).astimezone(zone).date()
        today: date = response.meta.get("today", read_on)
        day = today - timedelta(days=page - 1)
        return FormRequest.from_response(
            response,
            formxpath=_FORM,
            formdata={name: _filled(each, day) for name, each in self.options.form.items()},
            dont_click=True,
            callback=self.parse_listing,
            errback=self._listing_failed,
            cb_kwargs={"page": page + 1},
            meta={"today": today},
            priority=10,
        )


def _filled(template: str, day: date) -> str:
    return template.format(day=day.day, month=day.month, year=day.year)


CHANNEL = AspnetChannel
