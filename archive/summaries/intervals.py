"""Intervals: how far a mean or a share could be off, from the numbers behind it."""

import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Means = NDArray[np.float64]

FEWEST = 20
"""Scored statements below which no mean is given."""

RESAMPLES = 1000

_DIGITS = 4
_LARGEST = 4_000_000
"""Draws that are held in memory at once."""

_95_PERCENT = 1.959964


def resampled_means(numbers: Sequence[float], key: str) -> "Means":
    """Give the means of 1,000 samples drawn from the numbers with replacement (a bootstrap).

    The draws follow from the key alone, and the order of the numbers does not matter, so that the
    same numbers under the same key always give the same means.
    """
    import numpy as np  # only where something is summed up

    ordered = np.sort(np.asarray(numbers, dtype=np.float64))
    size = len(ordered)
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big")
    bits = np.random.PCG64(seed)  # its raw bits are the same in every version
    means = np.empty(RESAMPLES)
    step = max(1, _LARGEST // size)
    for start in range(0, RESAMPLES, step):
        rows = min(step, RESAMPLES - start)
        raw = bits.random_raw((rows * size + 1) // 2).view(np.uint32)[: rows * size]
        places = (raw.astype(np.uint64) * np.uint64(size)) >> np.uint64(32)
        means[start : start + rows] = ordered[places].reshape(rows, size).mean(axis=1)
    return means


def middle(means: "Means") -> tuple[float, float]:
    """Give the ends of the middle 95 % of resampled means."""
    import numpy as np

    low, high = np.percentile(means, [2.5, 97.5])
    return rounded(low), rounded(high)


def mean_of(numbers: Sequence[float]) -> float:
    """Give the mean, the same whatever the order of the numbers."""
    return rounded(math.fsum(numbers) / len(numbers))


def rounded(number: float) -> float:
    """Keep the digits that say something; a negative zero becomes zero."""
    return round(float(number), _DIGITS) + 0.0


def share_interval(found: int, of: int) -> tuple[float, float]:
    """Give the 95 % interval of a share (Wilson's): 0 of 10 may be anything up to 28 %.

    >>> share_interval(0, 10), share_interval(3, 4)
    ((0.0, 0.2775), (0.3006, 0.9544))
    """
    if not of:
        return 0.0, 1.0
    share, square = found / of, _95_PERCENT**2
    centre = (share + square / (2 * of)) / (1 + square / of)
    reach = _95_PERCENT * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    reach /= 1 + square / of
    return rounded(max(0.0, centre - reach)), rounded(min(1.0, centre + reach))
