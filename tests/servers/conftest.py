"""The servers that tests of this folder share; each test makes accounts and pages of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from nginx import Nginx, running_nginx
from pds import Limit, Pds, running_pds
from snac import Snac, running_snac
from wayback import Wayback, running_wayback


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    with running_pds(tmp_path_factory.mktemp("pds")) as running:
        yield running


@pytest.fixture(scope="session")
def limited_pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    """A PDS that answers three requests in three seconds to whoever has no pass."""
    folder = tmp_path_factory.mktemp("limited-pds")
    with running_pds(folder, Limit(requests=3, seconds=3)) as running:
        yield running


@pytest.fixture(scope="session")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snac]:
    with running_snac(tmp_path_factory.mktemp("snac")) as running:
        yield running


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with running_nginx(tmp_path_factory.mktemp("nginx")) as running:
        yield running


@pytest.fixture
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Wayback]]:
    """Start a pywb over some WARC files; it stops after the test."""
    with ExitStack() as until_the_end:

        def start(warcs: Sequence[Path]) -> Wayback:
            folder = tmp_path_factory.mktemp("wayback")
            return until_the_end.enter_context(running_wayback(folder, warcs))

        yield start
