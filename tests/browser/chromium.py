"""The Chromium that the tests of this folder drive, or the end of a test that has none."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from shutil import which
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # An extra: without it the tests are skipped, and not broken.
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Whatever a page asks for, no name but that of this machine leads anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@contextmanager
def running_chromium() -> Iterator["Browser"]:
    """Keep a browser open; ends the test where there is none."""
    for needed in ("playwright", "axe_playwright_python"):
        if find_spec(needed) is None:
            _end(f"no {needed}: install the extra [browser]")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = find_chromium(playwright)
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def find_chromium(playwright: "Playwright") -> str:
    """Find a Chromium: the one that was named, one of the machine, or playwright's own."""
    named = os.environ.get("ONRECORD_CHROMIUM")
    found = named or next(filter(None, map(which, NAMES)), playwright.chromium.executable_path)
    if not os.access(found, os.X_OK):
        _end(f"no Chromium ({found}): run tests/browser/install.sh, or name one: ONRECORD_CHROMIUM")
    return found


def _end(absent: str) -> None:
    """End the test in the way that the run asks for."""
    if os.environ.get("ONRECORD_BROWSER") == "1":
        pytest.fail(absent, pytrace=False)
    pytest.skip(absent)
