"""What every test shares: no network but loopback, and the real inputs where they are."""

import socket
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            pytest.fail(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real inputs from elsewhere that are not part of the project."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real inputs are not here ({folder} is no folder)")
    return folder


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that `onrecord demo` makes; tests read it and copy it to write."""
    from loopback import onrecord

    folder = tmp_path_factory.mktemp("demo")
    finished = onrecord("demo", "--no-serve", cwd=folder)
    assert finished.returncode == 0, finished.stderr
    return folder / "archive.db"
