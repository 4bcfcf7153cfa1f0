"""A mean tone as the pages show it: its interval, and the step of the scale that it stands on."""

from math import sqrt

_95_PERCENT = 1.959964
_STEPS = (0.05, 0.15, 0.30)
"""From which distance to zero on a mean is of the first, second and third colour."""

SCALE = (
    ("n3", "-0.30 or less"),
    ("n2", "-0.15 to -0.30"),
    ("n1", "-0.05 to -0.15"),
    ("z", "near 0"),
    ("p1", "+0.05 to +0.15"),
    ("p2", "+0.15 to +0.30"),
    ("p3", "+0.30 or more"),
)
"""The classes of the stylesheet, and what each stands for."""


def margin(variance: float | None, n: int) -> float | None:
    """Say how far a mean of n numbers may be off, in 95 of 100 cases.

    >>> round(margin(0.16, 64), 3)
    0.098
    """
    return None if variance is None else _95_PERCENT * sqrt(variance / n)


def step_of(mean: float | None) -> str:
    """Give the step of a mean; none where there is no mean.

    >>> step_of(-0.2), step_of(0.01), step_of(None)
    ('n2', 'z', '')
    """
    if mean is None:
        return ""
    step = sum(abs(mean) >= each for each in _STEPS)
    return f"{'n' if mean < 0 else 'p'}{step}" if step else "z"
