"""Let a program that a test starts believe that it is later, by as many hours as it is told."""

import os
from datetime import datetime, timedelta

from archive import clock

_now = clock.utc_now
_LATER = timedelta(hours=float(os.environ.get("ONRECORD_TEST_HOURS", "0")))


def _later() -> datetime:
    return _now() + _LATER


clock.utc_now = _later
