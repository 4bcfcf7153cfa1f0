"""What a source file expects of a healthy crawl, and what a crawl says against it."""

from collections.abc import Iterator
from datetime import datetime

from archive.clock import utc_text
from spiders.items import FaultItem
from spiders.source import Source


def broken_expectations(
    source: Source, *, listed: int, newest_at: str | None, now: datetime
) -> Iterator[FaultItem]:
    """Compare a finished crawl with its source's `expect:`.

    Too few listed statements mean that something was not read; an old newest statement may also
    mean that a ministry is quiet, so it is a warning.
    """
    expect = source.expect
    if expect.min_listed is not None and listed < expect.min_listed:
        yield FaultItem(
            level="error",
            message=f"{source.name}: only {listed} listed, at least {expect.min_listed} expected. "
            "Has the site changed?",
            url=source.url,
        )
    if expect.newest_within is None or newest_at is None:
        return
    if newest_at < utc_text(now - expect.newest_within)[: len(newest_at)]:
        days = expect.newest_within.days
        yield FaultItem(
            level="warning",
            message=f"{source.name}: the newest statement is of {newest_at[:10]}, one within "
            f"{days} days expected. Is the ministry quiet, or has the site changed?",
            url=source.url,
        )
