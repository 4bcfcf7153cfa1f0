"""Ctrl+C that is never lost: Python drops what is raised while it cleans up after an object."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Heed = Callable[[], None]
"""Raises KeyboardInterrupt if somebody pressed Ctrl+C; asked wherever work can be stopped."""


@contextmanager
def heeding() -> Iterator[Heed]:
    """Note an interrupt, and give the function that raises it; a second one is raised at once."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        if asked:
            signal.default_int_handler(number, frame)
        asked.append(number)

    def heed() -> None:
        if asked:
            raise KeyboardInterrupt

    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler and _is_main()
    if is_ours:
        signal.signal(signal.SIGINT, note)
    try:
        yield heed
    finally:
        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _is_main() -> bool:
    """Tell whether this thread may set a handler."""
    return threading.current_thread() is threading.main_thread()
