"""Run the program as `python -m onrecord`."""

from onrecord.cli import run

run()
