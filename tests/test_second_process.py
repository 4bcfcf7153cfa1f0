"""A second process that is closed while it sends."""

import threading
from typing import Any

import pytest

from spiders.second_process import SecondProcess

ENDLESS = (
    "import sys; from multiprocessing.connection import Connection; "
    "pipe = Connection(int(sys.argv[1]));\n"
    "while True: pipe.send('x' * 100_000)"
)


def test_no_pipe_is_closed_under_the_thread_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", raised.append)
    before = set(threading.enumerate())
    for _ in range(20):
        endless = SecondProcess[None, str](ENDLESS)
        sent = endless.take_ahead(2)
        assert next(sent) == next(sent) == "x" * 100_000
        endless.close()
        assert set(threading.enumerate()) <= before
    assert not raised


def test_what_ends_by_itself_is_said() -> None:
    short = SecondProcess[None, str](ENDLESS.replace("while True", "for _ in range(3)"))
    sent = short.take_ahead(24)
    assert [next(sent) for _ in range(3)] == ["x" * 100_000] * 3
    with pytest.raises(EOFError):
        next(sent)
    short.close()
