"""Sweeping: how often a process of much work looks for objects that keep one another alive."""

import gc

_MADE = 50_000
"""Objects more than were let go, after which the youngest are looked through."""


def sweep_rarely() -> None:
    """Look for such objects rarely, and never again among those that are there now.

    Tables of names and words are hundreds of thousands of objects that stay; to look through them
    takes a quarter of a second, and a text read leaves nothing behind to be found.
    """
    gc.freeze()
    gc.set_threshold(_MADE, 20, 100)
