"""Running a command as it would have run hours ago: the days of the demo pass within seconds.

The demo alone is run so: `python -m onrecord.demo.earlier HOURS COMMAND…`.
"""

import sys
from datetime import timedelta

from archive import clock


def run_earlier(ago: timedelta, words: list[str]) -> None:
    """Put the clock of this process back and run the program; does not return."""
    now = clock.utc_now
    clock.utc_now = lambda: now() - ago
    from onrecord.cli import run  # Whatever it imports takes the time from the clock above.

    sys.argv = ["onrecord", *words]
    run()


if __name__ == "__main__":
    run_earlier(timedelta(hours=float(sys.argv[1])), sys.argv[2:])
