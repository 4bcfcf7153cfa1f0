"""What is read at a glance: plain texts and plain stamps come out as by the long way."""

import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import dates, normalise

LANGUAGES = ("en", "fr")
ZONES = ["UTC", "Europe/Vienna", "Asia/Kolkata", "America/St_Johns"]


def test_every_sign_alone_and_beside_another_is_folded_as_by_the_long_way() -> None:
    glanced = 0
    for point in range(1, sys.maxunicode + 1):
        sign = chr(point)
        if unicodedata.category(sign) == "Cs":
            continue
        for text in (sign, f"a{sign}", f"{sign}b", f"a{sign} c"):
            if normalise._is_plain(text):
                glanced += 1
                assert normalise._fold(text) == text, (hex(point), text)
    assert glanced > 500_000


@given(
    st.text(
        st.sampled_from("ab é\u0301\n\t\u00a0\u200b\u00ad\u212bक्\u200d😀\x00\ud83d"), max_size=9
    )
)
def test_a_text_is_folded_as_by_the_long_way(text: str) -> None:
    if normalise._is_plain(text):
        assert normalise._fold(text) == text


STAMPS = st.builds(
    lambda moment, fraction, zone: f"{moment.isoformat(timespec='seconds')}{fraction}{zone}",
    st.datetimes(),
    st.sampled_from(["", ".5", ".123456", ".123456789"]),
    st.sampled_from(["Z", "+00:00", "-00:00"])
    | st.builds(
        lambda sign, hour, minute: f"{sign}{hour:02}:{minute:02}",
        st.sampled_from("+-"),
        st.integers(0, 16),
        st.sampled_from([0, 15, 20, 30, 45, 59]),
    ),
)
DAYS = st.dates().map(lambda day: day.isoformat())
BROKEN = st.from_regex(
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?\Z"
)


@given(STAMPS | DAYS | BROKEN, st.sampled_from(ZONES), st.sampled_from(["DMY", "MDY", "YMD"]))
def test_a_stamp_is_read_as_by_the_long_way(raw: str, zone: str, order: dates.Order) -> None:
    glance = dates._at_a_glance(raw)
    if glance is not None:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        assert glance == dates._read_line(raw, ZoneInfo(zone), order, LANGUAGES, now)


@pytest.mark.parametrize(
    "raw", ["2025-09-02T10:40:00Z", "2025-09-02T10:40:00.5+02:00", "2025-09-02"]
)
def test_what_machines_write_is_read_at_a_glance(raw: str) -> None:
    assert dates._at_a_glance(raw) is not None


@pytest.mark.parametrize(
    "raw",
    ["2025-02-30", "2025-09-02T25:00:00Z", "2025-09-02T10:40:00", "0001-01-01T00:00:00+14:00"],
)
def test_what_is_not_plain_is_left_to_the_long_way(raw: str) -> None:
    assert dates._at_a_glance(raw) is None


def test_offsets_are_subtracted() -> None:
    zone = fixed_zone(timedelta(hours=5, minutes=30))
    moment = datetime(2025, 9, 2, 1, 10, tzinfo=zone)
    expected = dates.PublishedAt("2025-09-01T19:40:00Z", "time")
    assert dates._at_a_glance(moment.isoformat()) == expected
