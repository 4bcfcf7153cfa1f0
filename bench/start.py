"""Start the program only to show its help, and see what that loads."""

import os
import subprocess
import sys
from collections.abc import Iterator

from figures import Figure

HELP = """
import sys
from onrecord.cli import main
main(["--help"], standalone_mode=False)
heavy = [name for name in ("scrapy", "twisted", "datasette", "textblob") if name in sys.modules]
sys.exit(f"--help loads {heavy}" if heavy else 0)
"""


def figures(rounds: int) -> Iterator[Figure]:
    """Measure the CPU time of a process that shows the help, and of one that does nothing."""
    shown, empty = [], []
    for _ in range(rounds):
        shown.append(_cpu(HELP))
        empty.append(_cpu("pass"))
    yield Figure("python alone", empty, unit="s CPU")
    yield Figure("import onrecord.cli and show --help", shown, goal=0.5, unit="s CPU")


def _cpu(program: str) -> float:
    """Tell the CPU time of a program that must succeed; it fails if it loads too much."""
    before = os.times()
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system
