"""The browser and the sites that the tests of this folder look at."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import build, rows
from chromium import running_chromium
from served import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """Not for the whole session: while it is open, no other test of it can run asyncio."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def canvas(chromium: "Browser") -> Iterator["Page"]:
    """Open an empty page, to look at pictures with."""
    page = chromium.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("small") / "archive.db", rows())


@pytest.fixture(scope="session")
def demo(demo_archive: Path) -> Iterator[str]:
    """Serve the archive of the demo; gives the site's address."""
    with served(demo_archive) as address:
        yield address


@pytest.fixture(scope="session")
def small(small_archive: Path) -> Iterator[str]:
    with served(small_archive) as address:
        yield address
