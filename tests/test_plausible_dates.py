"""Which dates of publication can be right: as far back as the source says, no further."""

from datetime import UTC, date, datetime

import pytest

from spiders.items import StatementItem
from spiders.offline import unkept_capture
from spiders.pipelines.validate import QuarantineError, validate
from spiders.source import Dates, Source
from spiders.sourcefiles import BUILT_IN, find_sources

SOURCE = find_sources([BUILT_IN])[0]["gb_fcdo"]


def published(raw: str, source: Source) -> str | None:
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    item = StatementItem(
        native_id="1",
        url="https://light.example/1",
        kind="speech",
        text="The lamps of the coast are lit.",
        route="listing x #1",
        capture=unkept_capture("https://light.example/1", b"", 200, None, at),
        published_raw=raw,
    )
    return validate(item, source).published_at


@pytest.mark.parametrize("raw", ["1989-12-31", "1989", "1 September 1945", "December 1989"])
def test_what_is_older_than_the_source_says_is_set_aside(raw: str) -> None:
    with pytest.raises(QuarantineError, match=r"published before 1990-01-01: .* say so"):
        published(raw, SOURCE)
    old = SOURCE.model_copy(update={"dates": Dates(earliest=date(1945, 9, 1))})
    assert published(raw, old)


def test_the_earliest_day_itself_is_no_fault() -> None:
    assert published("1990", SOURCE) == "1990"
    assert published("January 1990", SOURCE) == "1990-01"
    assert published("1 January 1990", SOURCE) == "1990-01-01"


def test_two_days_ahead_may_be_a_clock_or_a_zone_and_more_is_not() -> None:
    assert published("2026-12-02T11:00:00Z", SOURCE)
    with pytest.raises(QuarantineError, match="published in the future"):
        published("2026-12-02T13:00:00Z", SOURCE)
