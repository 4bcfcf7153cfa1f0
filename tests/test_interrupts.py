"""Ctrl+C is heeded even where Python drops the exception that it raises."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from onrecord.interrupts import heeding


@pytest.fixture(autouse=True)
def hears_interrupts() -> Iterator[None]:
    """Whoever starts the tests in the background may have them ignore interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class InterruptsItsEnd:
    """An object at whose end an interrupt comes."""

    def __del__(self) -> None:
        interrupt()


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(100):  # here Python runs the handler
        pass


def test_an_interrupt_that_python_would_drop_is_raised() -> None:
    before = signal.getsignal(signal.SIGINT)
    with heeding() as heed:
        heed()
        InterruptsItsEnd()
        with pytest.raises(KeyboardInterrupt):
            heed()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_is_raised_at_once() -> None:
    with heeding():
        interrupt()
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_a_thread_and_whoever_ignores_interrupts_are_left_alone() -> None:
    told: list[str] = []

    def heed_in_a_thread() -> None:
        with heeding() as heed:
            heed()
            told.append("heeded")

    thread = threading.Thread(target=heed_in_a_thread)
    thread.start()
    thread.join()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with heeding() as heed:
            os.kill(os.getpid(), signal.SIGINT)
            heed()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert told == ["heeded"]
